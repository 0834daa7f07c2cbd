//! The largest network of a family that fits into budgets, and other ways to spend them.

mod alternatives;
mod path;
mod published;
mod resolution;
mod search;

pub use alternatives::{Alternative, alternatives};
pub use path::{PhiInterval, ScalingPath};
pub use published::{PublishedFit, published};
pub use search::{Fit, FitOutcome};
