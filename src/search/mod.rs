//! The search for α, β and γ: a grid of candidates near a target cost, their measured accuracies, and their ranking.
//!
//! Tan & Le 2019 (arXiv:1905.11946v5), section 4: at φ = 1, "assuming twice more resources available", a small
//! grid over α, β and γ with α·β²·γ² ≈ 2. Every candidate is trained and the best one is kept. The paper prints
//! neither the grid nor the tolerance. [`design`] finds the baseline before that.

mod candidate;
pub mod design;
mod equal_cost;
mod grid;
mod jobs;
mod journal;
mod line;
mod lookup;
mod measurements;
mod next;
mod pace;
mod ranking;
mod result;
pub mod study;
#[cfg(feature = "train")]
pub mod training;
mod transfer;
mod variant;
mod welch;

pub use crate::analysis::correlation::{Correlation, correlation};
pub use crate::families::accuracy::mean;
pub(crate) use candidate::CANDIDATE;
pub use candidate::Candidate;
pub use equal_cost::{
    Contender, CostRound, EqualCostComparison, MatchedNetwork, compare_at_equal_cost,
    match_networks, unscaled,
};
pub use grid::{Constraint, CostBasis, Grid, Range, candidate, candidates};
pub use jobs::{
    AttemptEnding, AttemptOutcome, JobsLine, KnownSubmission, Submission, SubmittedJob, Templates,
    parse_jobs,
};
pub(crate) use journal::LINE as JOURNAL_LINE;
pub use journal::{FailureKind, Journal, JournalEntry};
pub use lookup::Lookup;
pub use measurements::{MeasuredAccuracy, read_measurements};
pub use next::Next;
pub use pace::Pace;
pub use ranking::{RankedCandidate, rank, without_candidate};
pub use result::EvaluatorResult;
pub(crate) use result::RESULT;
pub use transfer::{RankPair, Transfer, candidates_at, compare_rankings};
pub use variant::{Identity, TestedOn, Variant};
pub use welch::Interval;
