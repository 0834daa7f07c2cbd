//! The largest network of a family that fits into budgets, the ways to spend them, and the spec of what
//! was found.

mod piece;
mod published;
mod search;
mod spec_text;
mod ways;

pub use piece::{Piece, Subject};
pub use published::{PublishedFit, published};
pub use search::{Fit, Found};
pub use spec_text::spec_text;
pub use ways::{Way, ways};
