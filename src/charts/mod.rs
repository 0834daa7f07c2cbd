//! What the charts say: from families and counts to a [`Chart`](crate::charts::drawing::Chart).

mod accuracy;
mod curve;
pub mod drawing;
mod growth;
mod reuse;
mod search;
mod stages;
mod ways;
mod words;

pub use accuracy::{Compared, Look, accuracy};
pub use growth::growth;
pub use reuse::reuse;
pub use search::search;
pub use stages::stages;
pub use ways::ways;
