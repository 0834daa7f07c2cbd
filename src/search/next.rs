//! A procedure that chooses what to measure by what was measured: it is a function from all results to what it wants
//! next. It keeps no state between calls, so it can stop anywhere and resume from its journal.

use std::collections::HashMap;
use std::ops::Range;

use crate::error::{Diagnostic, Error};
use crate::search::lookup::Lookup;
use crate::search::{Candidate, JournalEntry, MeasuredAccuracy};

/// What a procedure wants measured, or its answer.
#[derive(Clone, Debug)]
pub enum Next<T> {
    /// Candidates to measure; some may have been measured already.
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
    let (mut found, mut alike): (Vec<Candidate>, HashMap<String, Vec<usize>>) = Default::default();
    for one in all {
        let known = alike.entry(one.variant.key()).or_default();
        if !known.iter().any(|index| found[*index].is(one.identity())) {
            known.push(found.len());
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
    all: &'a [MeasuredAccuracy],
    measured: Lookup<'a, MeasuredAccuracy>,
    failed: Lookup<'a, JournalEntry>,
}

impl<'a> Known<'a> {
    pub(in crate::search) fn new(
        measured: &'a [MeasuredAccuracy],
        failed: &'a [JournalEntry],
    ) -> Self {
        Known {
            all: measured,
            measured: Lookup::new(measured, MeasuredAccuracy::identity),
            failed: Lookup::new(failed, JournalEntry::identity),
        }
    }

    /// Fails where one training run has two accuracies.
    pub(in crate::search) fn check(&self) -> Result<(), Error> {
        let mut known: HashMap<String, f64> = HashMap::new();
        for one in self.all.iter().filter(|one| one.variant.seed.is_some()) {
            let run = format!("({}) at φ = {}, {}", one.coefficients, one.phi, one.variant.key());
            let accuracy = one.accuracy;
            let before = known.get(&run).copied().unwrap_or(accuracy);
            if (before - accuracy).abs() > 1e-9 {
                let message = format!(
                    "measurements contradict each other: one training run has an accuracy of {before} % and of {accuracy} %"
                );
                return Err(Diagnostic::new(message).help(format!("it is {run}")).into());
            }
            known.insert(run, accuracy);
        }
        Ok(())
    }

    /// What failed last of these runs, and why.
    pub(in crate::search) fn failure(&self, runs: &[Candidate]) -> Option<&'a str> {
        let last = runs.iter().rev().find_map(|run| self.failed.of(run).next_back());
        last?.error.as_deref()
    }

    /// Whether one of the runs has neither been measured nor failed.
    pub(in crate::search) fn lacks(&self, runs: &[Candidate]) -> bool {
        runs.iter().any(|run| !self.measured.has(run) && !self.failed.has(run))
    }

    /// The measurements as repeats of one candidate: without their seeds.
    pub(in crate::search) fn means(&self) -> Vec<MeasuredAccuracy> {
        let mut all = self.all.to_vec();
        // A sum depends on its order, and the journal has them as they ended.
        all.sort_by_key(|one| one.variant.seed);
        for one in &mut all {
            one.variant.seed = None;
        }
        all
    }
}
