//! The search for α, β and γ: a grid under the constraint, and which candidate is the best.
//!
//! Tan & Le 2019 (arXiv:1905.11946v5), section 3.3: at φ = 1, "assuming twice more resources available",
//! a small grid over α, β and γ with α·β²·γ² ≈ 2, each candidate trained, the best kept. Neither the grid
//! nor the tolerance is printed.

mod apart;
mod candidate;
mod correlation;
mod grid;
mod journal;
mod measured;
mod ranking;
mod reuse;
#[cfg(feature = "train")]
pub mod training;
mod ways;

pub use candidate::Candidate;
pub use correlation::{Correlation, correlation};
pub use grid::{Constraint, CostRatio, Grid, Range, candidates};
pub use journal::{Answer, Entry, Journal, read_answer};
pub use measured::{Measurement, read_measurements};
pub use ranking::{Ranked, mean, rank};
pub use reuse::{Pair, Reuse, reuse, reused};
pub use ways::{Contest, Contestant, Way, baseline, contest, contestants};
