//! Training runs of a candidate, and what is known of them.

use std::ops::Range;

use crate::search::{Candidate, JournalEntry, MeasuredAccuracy};

/// One candidate for each seed.
pub(super) fn runs(candidate: &Candidate, seeds: Range<u64>) -> Vec<Candidate> {
    let run = |seed| {
        let mut run = candidate.clone();
        run.variant.seed = Some(seed);
        run
    };
    seeds.map(run).collect()
}

/// What was measured, and what failed.
pub(super) struct Known<'a> {
    measured: &'a [MeasuredAccuracy],
    failed: &'a [JournalEntry],
}

impl<'a> Known<'a> {
    pub(super) fn new(measured: &'a [MeasuredAccuracy], failed: &'a [JournalEntry]) -> Self {
        Known { measured, failed }
    }

    /// Whether one of the runs has neither been measured nor failed.
    pub(super) fn lacks(&self, runs: &[Candidate]) -> bool {
        runs.iter().any(|run| {
            !self.measured.iter().any(|one| run.is(one.identity()))
                && !self.failed.iter().any(|one| run.is(one.identity()))
        })
    }

    /// The measurements as repeats of one candidate: without their seeds.
    pub(super) fn means(&self) -> Vec<MeasuredAccuracy> {
        let mut all = self.measured.to_vec();
        all.iter_mut().for_each(|one| one.variant.seed = None);
        all
    }
}
