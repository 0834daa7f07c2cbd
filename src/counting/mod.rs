//! Counting: from a layer's shapes to the events in a ledger, and from a ledger to a number.
//!
//! A [`network`] is a tree of [`layer`]s on an input of one size. Each layer writes its events into a [`ledger`]; a
//! [`convention`] weighs them.

pub mod convention;
pub mod kernels;
pub mod layer;
pub mod ledger;
pub mod measure;
pub mod memory;
pub mod name;
pub mod network;
pub mod node;
pub mod polynomial;
pub mod scalar;
pub mod shape;
pub mod side;
pub mod sides;
pub mod training;
pub mod units;
mod walk;
pub(crate) mod whole;
