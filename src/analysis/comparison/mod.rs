//! Networks side by side: what each costs and how accurate it is, counted or as published.

mod cloud;
mod curve;
mod front;
mod place;
mod stages;
mod whole;

pub use curve::{Asked, Comparison, Counted, Curve, Known, Member, Origin, Placed, compare};
pub use front::{Ratio, front, ratios};
pub use place::first_printed;
pub use stages::{Breakdown, Part, breakdown};
