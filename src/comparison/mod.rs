//! Networks side by side: what each costs and how accurate it is, counted or as published.

mod curve;
mod front;
mod stages;

pub use curve::{Asked, Comparison, Curve, Known, Member, Origin, Placed, compare, first_printed};
pub use front::{Ratio, front, ratios};
pub use stages::{Breakdown, Part, breakdown};
