//! The outcome of `check`: a list of single checks, each of which passes or fails.

use crate::analysis::budget::Use;
use crate::error::Span;

/// A single check of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The network's address.
    pub network: String,
    /// What is checked, in a few words: `max MACs`.
    pub name: String,
    /// What it is checked against.
    pub kind: CheckKind,
    /// Whether the check passes.
    pub passes: bool,
    /// The result, in a sentence.
    pub message: String,
    /// More about the result, a line each.
    pub details: Vec<String>,
    /// The place in the spec to point at.
    pub place: Option<Span>,
}

/// What a network is checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckKind {
    /// The cost rule of its family.
    Rule,
    /// A limit.
    Budget(Use),
    /// Saved counts.
    Baseline,
    /// Nothing: its counts were saved.
    Saved,
}

/// Whether every check passes.
#[must_use]
pub fn all_pass(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.passes)
}
