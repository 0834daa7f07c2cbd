//! Measures what a design asks for, batch by batch, until it has its answer.

use phiscale::search::design::{Design, DesignResult};
use phiscale::search::{Candidate, JournalEntry, Next, TestedOn};
use phiscale::{Diagnostic, Error};

use crate::cli::evaluate::{Evaluation, EvaluationArguments, Subject};

/// How measuring ended.
pub(super) enum Ending<T> {
    /// Everything was measured, or failed.
    Measured(T),
    /// Jobs are at work, and nobody waits for them.
    Submitted,
    /// It was stopped, or nothing could be measured; what to do was said.
    Stopped,
}

/// What a design found, all measurements, and what failed.
type Found = (DesignResult, Evaluation, Vec<JournalEntry>);

/// Measures until the design has its answer.
pub(super) fn search(
    design: &Design,
    arguments: &EvaluationArguments,
    subject: &Subject,
) -> Result<Ending<Found>, Error> {
    let mut design = design.clone();
    let mut known: Option<Evaluation> = None;
    // Of this command alone: a repeated one tries again what failed.
    let mut failed: Vec<JournalEntry> = Vec::new();
    loop {
        let measured = known.as_ref().map_or(&[][..], |known| &known.measurements);
        let batch = match (design.next(measured, &failed)?, known) {
            (Next::Done(result), Some(known)) => {
                return Ok(Ending::Measured((result, known, failed)));
            }
            (Next::Done(_), None) => return Ok(Ending::Stopped),
            (Next::Measure(batch), _) => batch,
        };
        let Some(evaluation) = arguments.evaluate(subject, &batch, None)? else {
            return Ok(Ending::Submitted);
        };
        if evaluation.is_stopped() {
            return Ok(Ending::Stopped);
        }
        let new: Vec<JournalEntry> = evaluation.failed_of(&batch).into_iter().cloned().collect();
        failed.extend(new);
        match lack(&design, arguments, &evaluation, &failed, &batch)? {
            Lack::Nothing => {}
            Lack::FinalRuns => design.final_runs = 0,
            Lack::Everything => return Ok(Ending::Stopped),
        }
        known = Some(evaluation);
    }
}

/// What there is not after a batch was measured.
enum Lack {
    Nothing,
    /// The runs of the best networks with new seeds, which a table does not have.
    FinalRuns,
    /// Any accuracy; what to do was said.
    Everything,
}

fn lack(
    design: &Design,
    arguments: &EvaluationArguments,
    evaluation: &Evaluation,
    failed: &[JournalEntry],
    batch: &[Candidate],
) -> Result<Lack, Error> {
    let Some(missing) = missing(design, evaluation, failed, batch)? else {
        let has_nothing = evaluation.measurements.is_empty() && !evaluation.is_usable(batch);
        return Ok(if has_nothing { Lack::Everything } else { Lack::Nothing });
    };
    let is_final = |one: &Candidate| one.variant.images == Some(TestedOn::Test);
    if arguments.is_read() && missing.iter().all(is_final) {
        return Ok(Lack::FinalRuns);
    }
    Err(not_measured(design, &missing))
}

/// What the design still asks for of a batch that was measured; none if it asks for something else.
fn missing(
    design: &Design,
    evaluation: &Evaluation,
    failed: &[JournalEntry],
    batch: &[Candidate],
) -> Result<Option<Vec<Candidate>>, Error> {
    let Next::Measure(wanted) = design.next(&evaluation.measurements, failed)? else {
        return Ok(None);
    };
    let is_again = |one: &Candidate| batch.iter().any(|other| other.is(one.identity()));
    let again: Vec<Candidate> = wanted.into_iter().filter(is_again).collect();
    Ok((!again.is_empty()).then_some(again))
}

fn not_measured(design: &Design, missing: &[Candidate]) -> Error {
    let message = format!(
        "the measurements lack {} training runs that the design asks for next",
        missing.len()
    );
    let problem = Diagnostic::new(message)
        .help("give --seed, --candidates, --generation, --population, --sample and --rungs as they were")
        .help("--whole measures every network of a small space");
    let epochs = missing.first().and_then(|one| one.variant.epochs).unwrap_or(design.longest());
    let named: Vec<String> = missing.first().map_or(Vec::new(), |one| {
        one.variant.choices.iter().map(|(name, value)| format!("{name} = {value}")).collect()
    });
    problem.help(format!("the first is of {epochs} epochs with {}", named.join(", "))).into()
}

/// Measures all candidates.
pub(super) fn measure_all(
    arguments: &EvaluationArguments,
    subject: &Subject,
    all: &[Candidate],
) -> Result<Ending<Evaluation>, Error> {
    let Some(evaluation) = arguments.evaluate(subject, all, None)? else {
        return Ok(Ending::Submitted);
    };
    let is_usable = evaluation.is_usable(all);
    Ok(if is_usable { Ending::Measured(evaluation) } else { Ending::Stopped })
}
