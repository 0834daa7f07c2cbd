//! Measures what a design asks for, batch by batch, until it has its answer.

use phiscale::search::design::{Design, DesignResult};
use phiscale::search::{Candidate, JournalEntry, MeasuredAccuracy, TestedOn, Variant};
use phiscale::{Error, plural};

use crate::cli::evaluate::{Answer, Ending, Evaluation, EvaluationArguments, Subject};

/// Measures until the design has its answer.
pub(super) fn search(
    design: &Design,
    arguments: &EvaluationArguments,
    subject: &Subject,
) -> Result<Ending<Answer<DesignResult>>, Error> {
    let mut design = design.clone();
    if arguments.is_read() {
        let is_tested = |one: &MeasuredAccuracy| one.variant.images == Some(TestedOn::Test);
        // A table has no runs with new seeds.
        if !arguments.read_all(&[])?.measurements.iter().any(is_tested) {
            design.final_runs = 0;
        }
    }
    let next =
        |measured: &[MeasuredAccuracy], failed: &[JournalEntry]| design.next(measured, failed);
    arguments.answer(subject, &next, &|lacking| lacking_help(&design, lacking))
}

/// What to do where a file of measurements lacks some.
fn lacking_help(design: &Design, lacking: &[Candidate]) -> Vec<String> {
    let first = lacking.first().map(|one| &one.variant);
    let epochs = first.and_then(|one| one.epochs).unwrap_or(design.longest());
    let chosen = first.map(Variant::chosen).unwrap_or_default();
    vec![
        "give --seed, --candidates, --generation, --population, --sample and --rungs as they were"
            .into(),
        "--whole measures every network of a small space".into(),
        format!("the first one missing: {} with {chosen}", plural(epochs, "epoch")),
    ]
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
