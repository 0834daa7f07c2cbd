//! Gates: what a check of a network in CI holds or does not hold, one case each.

use crate::error::Span;

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The network it is about.
    pub network: String,
    /// What was checked, in a few words: `max MACs`.
    pub name: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was found, in a sentence.
    pub message: String,
    /// More about it, a line each.
    pub details: Vec<String>,
    /// The place in the spec that it is about.
    pub place: Option<Span>,
}

/// Whether every case holds.
#[must_use]
pub fn all_hold(cases: &[Case]) -> bool {
    cases.iter().all(|case| case.holds)
}
