//! Measures what a procedure asks for, batch by batch, until it has its answer.

use phiscale::search::{Candidate, JournalEntry, Lookup, MeasuredAccuracy, Next};
use phiscale::{Diagnostic, Error};

use super::Subject;
use super::arguments::EvaluationArguments;
use super::evaluation::Evaluation;

/// How measuring ended.
pub(in crate::cli) enum Ending<T> {
    /// Everything was measured, or failed.
    Measured(T),
    /// Jobs are at work, and nobody waits for them.
    Submitted,
    /// It was stopped, or nothing could be measured; what to do was said.
    Stopped,
}

/// The answer of a procedure.
pub(in crate::cli) struct Answer<T> {
    pub(in crate::cli) result: T,
    /// All measurements.
    pub(in crate::cli) evaluation: Evaluation,
    /// What failed in this command; a repeated one tries it again.
    pub(in crate::cli) failed: Vec<JournalEntry>,
}

/// What a procedure wants next, from what was measured and what failed.
pub(in crate::cli) type Procedure<'a, T> =
    &'a dyn Fn(&[MeasuredAccuracy], &[JournalEntry]) -> Result<Next<T>, Error>;

impl EvaluationArguments {
    /// Measures until a procedure has its answer. Where a file of measurements lacks some, `help` tells of them.
    pub(in crate::cli) fn answer<T>(
        &self,
        subject: &Subject,
        next: Procedure<T>,
        help: &dyn Fn(&[Candidate]) -> Vec<String>,
    ) -> Result<Ending<Answer<T>>, Error> {
        // Equal networks have the name that comes first: that of the folder, so that none is trained again under another.
        next(&self.known(subject)?, &[])?;
        let mut evaluation = Evaluation::default();
        let mut failed: Vec<JournalEntry> = Vec::new();
        let mut batch: Vec<Candidate> = Vec::new();
        loop {
            let wanted = match next(&evaluation.measurements, &failed)? {
                Next::Measure(wanted) => wanted,
                Next::Done(result) => {
                    return Ok(Ending::Measured(Answer { result, evaluation, failed }));
                }
            };
            check_measured(&wanted, &batch, &evaluation, &failed, help)?;
            let Some(found) = self.evaluate(subject, &wanted, None)? else {
                return Ok(Ending::Submitted);
            };
            if found.is_stopped() || found.measurements.is_empty() && !found.is_usable(&wanted) {
                return Ok(Ending::Stopped);
            }
            failed.extend(found.failed_of(&wanted).into_iter().cloned());
            (evaluation, batch) = (found, wanted);
        }
    }
}

/// Fails where a procedure asks again for what has just been looked for: a file of measurements does not have it.
fn check_measured(
    wanted: &[Candidate],
    batch: &[Candidate],
    evaluation: &Evaluation,
    failed: &[JournalEntry],
    help: &dyn Fn(&[Candidate]) -> Vec<String>,
) -> Result<(), Error> {
    let (asked, measured) = (Lookup::new(batch, Candidate::identity), evaluation.measured());
    let failed = Lookup::new(failed, JournalEntry::identity);
    let is_lacking = |one: &&Candidate| asked.has(one) && !measured.has(one) && !failed.has(one);
    let lacking: Vec<Candidate> = wanted.iter().filter(is_lacking).cloned().collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the measurements lack {} of the {} trainings that come next",
        lacking.len(),
        wanted.len()
    );
    let with_help = |problem: Diagnostic, help| problem.help(help);
    Err(help(&lacking).into_iter().fold(Diagnostic::new(message), with_help).into())
}
