//! What the charts say: from families and counts to a [`Chart`](crate::plot::Chart).

mod accuracy;
mod curve;
mod growth;
mod search;
mod stages;
mod words;

pub use accuracy::{Compared, Look, accuracy};
pub use growth::growth;
pub use search::search;
pub use stages::stages;
