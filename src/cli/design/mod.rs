//! `phiscale design`: the best network of a search space.

mod arguments;
mod measured;

use std::sync::Arc;

use phiscale::reports::Report;
use phiscale::search::design::{Design, MeasuredNetwork};
use phiscale::search::{Candidate, MeasuredAccuracy, Next};
use phiscale::{charts, reports};

pub(super) use arguments::{
    Arguments, CANDIDATES, GENERATION, POPULATION, SAMPLE, at_most_all, objective, rungs, space,
};
use measured::{measure_all, search};

use super::evaluate::{Answer, Ending, EvaluationArguments, Subject, default_folder};
use super::files::spec_path;
use super::search::{draw, write_spec};
use super::{Caller, Ended, Outcome, output, plot};

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    if let Some(path) = &arguments.chart {
        plot::form_of(path)?;
    }
    arguments.write_spec.as_deref().map_or(Ok(()), spec_path)?;
    let networks = arguments.networks()?;
    let design = arguments.design(&networks, caller)?;
    let help = "--final-runs says how often the best networks are trained again";
    let evaluation = arguments.evaluation.of_variants(design.longest(), help)?;
    let name = networks.space.name.clone();
    let family = |candidate: &Candidate| networks.family_of(candidate).map(Arc::new);
    let folder = default_folder("design", &name);
    let subject = Subject { name: &name, folder, family: &family };
    if evaluation.only_lists()? {
        return dry_run(&design, arguments);
    }
    if let Some(seeds) = arguments.replay {
        let table = evaluation.read_all(&design.whole()?)?;
        return replay(&design, &table.measurements, seeds, arguments, caller);
    }
    if arguments.whole {
        return whole(&design, &evaluation, &subject, arguments, caller);
    }
    let found = match search(&design, &evaluation, &subject)? {
        Ending::Measured(found) => found,
        Ending::Submitted => return Ok(Outcome::Passed),
        Ending::Stopped => return Ok(Outcome::Failed),
    };
    let Answer { result, evaluation, failed } = found;
    let report = reports::design(&design, &result, &failed);
    written(report, &design, &evaluation.measurements, arguments)?;
    finish(&design, &result.measured, &evaluation.source, arguments, caller)
}

/// Measures every network of the space.
fn whole(
    design: &Design,
    evaluation: &EvaluationArguments,
    subject: &Subject,
    arguments: &Arguments,
    caller: &Caller,
) -> Ended {
    let all = design.whole()?;
    let evaluation = match measure_all(evaluation, subject, &all)? {
        Ending::Measured(evaluation) => evaluation,
        Ending::Submitted => return Ok(Outcome::Passed),
        Ending::Stopped => return Ok(Outcome::Failed),
    };
    let found = design.measured(&evaluation.measurements)?;
    let report = reports::design_table(design, &found, &evaluation.failed_of(&all));
    written(report, design, &evaluation.measurements, arguments)?;
    finish(design, &found, &evaluation.source, arguments, caller)
}

/// Prints the space, its size within the constraints, and what would be trained first.
fn dry_run(design: &Design, arguments: &Arguments) -> Ended {
    let size = design.size()?;
    let first = match design.next(&[], &[])? {
        Next::Measure(first) => first,
        Next::Done(_) => Vec::new(),
    };
    written(reports::design_space(design, &size, &first), design, &[], arguments)
}

/// Replays both methods against a table, and prints how far apart they are.
fn replay(
    design: &Design,
    table: &[MeasuredAccuracy],
    seeds: u32,
    arguments: &Arguments,
    caller: &Caller,
) -> Ended {
    let replayed = design.replay(0..u64::from(seeds), table)?;
    written(reports::design_replay(design, &replayed), design, table, arguments)?;
    let chart = charts::design_replay(design, &replayed);
    draw(arguments.chart.as_deref(), Some(chart), caller)?;
    Ok(Outcome::Passed)
}

/// Writes the spec and the chart of what was found, if they are asked for.
fn finish(
    design: &Design,
    found: &[MeasuredNetwork],
    source: &str,
    arguments: &Arguments,
    caller: &Caller,
) -> Ended {
    let Some(best) = found.first() else {
        caller.say("no network was trained to the end, so there is none to write or to draw");
        return Ok(Outcome::Failed);
    };
    let spec = || Ok(reports::designed_spec(design, best));
    write_spec(arguments.write_spec.as_deref(), spec, caller)?;
    let chart = arguments.chart.as_ref().map(|_| charts::design(design, found, source));
    draw(arguments.chart.as_deref(), chart, caller)?;
    Ok(Outcome::Passed)
}

/// Writes a report, with what takes no part in it; and where times are estimated, with how far off they may be.
fn written(
    mut report: Report,
    design: &Design,
    measured: &[MeasuredAccuracy],
    arguments: &Arguments,
) -> Ended {
    let unknown = design.unknown(measured);
    if unknown > 0 {
        let note = format!(
            "Measurements that are of no network of this space, and take no part: {unknown}."
        );
        report.notes.push(note);
    }
    report.notes.extend(design.networks.run.as_ref().map(reports::equal_time));
    output::report(&report, &arguments.output)
}
