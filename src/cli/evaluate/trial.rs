//! A candidate and the attempts at it so far: whether it is tried again, and what the journal says in the end.

use std::time::Duration;

use phiscale::search::{AttemptEnding, AttemptOutcome, Candidate, FailureKind, JournalEntry};

use super::Settings;

/// The pause before the first retry; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause before a retry.
const MAX_PAUSE: Duration = Duration::from_secs(60);

pub(super) struct Trial<'a> {
    pub(super) candidate: &'a Candidate,
    /// How many attempts were made.
    pub(super) attempts: u32,
    /// How many of them failed or took too long.
    pub(super) failed: u32,
    /// How many of them were lost.
    pub(super) lost: u32,
}

impl<'a> Trial<'a> {
    /// A candidate that this search has not tried yet.
    pub(super) fn new(candidate: &'a Candidate, attempts: u32) -> Trial<'a> {
        Trial { candidate, attempts, failed: 0, lost: 0 }
    }

    /// Counts how an attempt ended. Whether there is another one.
    pub(super) fn goes_on(&mut self, ending: &AttemptEnding, settings: &Settings) -> bool {
        match ending {
            AttemptEnding::Measured(_) => false,
            AttemptEnding::Failed(_) | AttemptEnding::TimedOut(_) => {
                self.failed += 1;
                self.failed <= settings.retries
            }
            AttemptEnding::Lost(_) => {
                self.lost += 1;
                self.lost <= settings.placement.lost_retries
            }
        }
    }

    /// How long to wait before the next attempt.
    pub(super) fn pause(&self) -> Duration {
        let doubled = (self.failed + self.lost).saturating_sub(1).min(10);
        (FIRST_PAUSE * (1 << doubled)).min(MAX_PAUSE)
    }

    /// What the journal says of the candidate once it has ended this way.
    pub(super) fn entry(&self, outcome: AttemptOutcome, settings: &Settings) -> JournalEntry {
        let label = settings.evaluator.label();
        let mut entry = JournalEntry::new(settings.subject.name, &label, self.candidate);
        entry.command = settings.evaluator.line().map(String::from);
        entry.attempts = self.attempts;
        entry.seconds = outcome.seconds;
        let (error, kind) = match outcome.ending {
            AttemptEnding::Measured(result) => {
                entry.accuracy = Some(result.accuracy);
                entry.standard_error = result.standard_error;
                entry.repeats = result.repeats;
                entry.seconds = result.seconds.unwrap_or(outcome.seconds);
                entry.notes = result.notes;
                return entry;
            }
            AttemptEnding::Failed(reason) => (reason, FailureKind::Failed),
            AttemptEnding::TimedOut(reason) => (reason, FailureKind::TimedOut),
            AttemptEnding::Lost(reason) => (reason, FailureKind::Lost),
        };
        entry.error = Some(error);
        entry.failure = (!settings.placement.is_local()).then_some(kind);
        entry
    }
}
