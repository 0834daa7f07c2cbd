//! A procedure that chooses what to measure by what was measured: it is a function from all results to what it wants
//! next. It keeps nothing between, so it can stop anywhere, and goes on from its journal.

use std::ops::Range;

use crate::error::Error;
use crate::search::{Candidate, JournalEntry, MeasuredAccuracy};

/// What a procedure wants measured, or its answer.
#[derive(Clone, Debug)]
pub enum Next<T> {
    /// Candidates to measure; some may be already.
    Measure(Vec<Candidate>),
    /// Everything was measured.
    Done(T),
}

impl<T> Next<T> {
    /// The next step, which the answer leads to; what is to be measured comes first.
    pub fn then<U>(self, step: impl FnOnce(T) -> Result<Next<U>, Error>) -> Result<Next<U>, Error> {
        match self {
            Next::Measure(wanted) => Ok(Next::Measure(wanted)),
            Next::Done(answer) => step(answer),
        }
    }
}

/// Each candidate once, in the order of the first of each.
pub(in crate::search) fn distinct(all: impl IntoIterator<Item = Candidate>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for one in all {
        if !found.iter().any(|other| other.is(one.identity())) {
            found.push(one);
        }
    }
    found
}

/// One candidate for each seed.
pub(in crate::search) fn runs(candidate: &Candidate, seeds: Range<u64>) -> Vec<Candidate> {
    let run = |seed| {
        let mut run = candidate.clone();
        run.variant.seed = Some(seed);
        run
    };
    seeds.map(run).collect()
}

/// What was measured, and what failed.
pub(in crate::search) struct Known<'a> {
    measured: &'a [MeasuredAccuracy],
    failed: &'a [JournalEntry],
}

impl<'a> Known<'a> {
    pub(in crate::search) fn new(
        measured: &'a [MeasuredAccuracy],
        failed: &'a [JournalEntry],
    ) -> Self {
        Known { measured, failed }
    }

    /// Whether one of the runs has neither been measured nor failed.
    pub(in crate::search) fn lacks(&self, runs: &[Candidate]) -> bool {
        runs.iter().any(|run| {
            !self.measured.iter().any(|one| run.is(one.identity()))
                && !self.failed.iter().any(|one| run.is(one.identity()))
        })
    }

    /// The measurements as repeats of one candidate: without their seeds.
    pub(in crate::search) fn means(&self) -> Vec<MeasuredAccuracy> {
        let mut all = self.measured.to_vec();
        for one in &mut all {
            one.variant.seed = None;
        }
        all
    }
}
