//! Families: from the text of a layer spec to a network at any depth, width and resolution.

pub mod block;
pub mod family;
pub mod lower;
pub mod measurement;
pub mod publication;
pub mod rounding;
pub mod scaling;
pub mod sketch;
pub mod spec;
pub mod strategy;
