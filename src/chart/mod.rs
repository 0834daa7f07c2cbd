//! What the charts say: from families and counts to a [`Chart`](crate::plot::Chart).

mod accuracy;
mod cost;
mod growth;

pub use accuracy::{AccuracyChart, accuracy};
pub use cost::Cost;
pub use growth::growth;
