//! Families: from the text of a layer spec to a network at any depth, width and resolution.

pub(crate) mod accuracy;
pub mod block;
pub(crate) mod declared;
pub mod device;
pub mod family;
pub mod find;
pub mod lower;
#[cfg(feature = "charts")]
pub mod measured;
pub(crate) mod names;
pub(crate) mod nearest;
pub mod plan;
pub mod published;
pub mod rounding;
#[cfg(feature = "charts")]
pub mod runs;
pub mod scaling;
pub mod spec;
pub mod strategy;
#[cfg(any(feature = "charts", feature = "search"))]
pub(crate) mod table;
mod widths;
