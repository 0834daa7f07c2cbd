//! phiscale.
pub mod block;
pub mod convention;
pub mod cost;
pub mod diagnostic;
pub mod family;
pub mod layer;
pub mod network;
pub mod node;
pub mod polynomial;
pub mod scalar;
pub mod scaling;
pub mod shape;
pub mod spec;
pub mod units;
