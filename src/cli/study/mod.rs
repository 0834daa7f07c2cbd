//! `phiscale study`: from a baseline to a scaled family, beside other ways of scaling and other families.

mod arguments;
mod baseline;

use std::sync::Arc;

use phiscale::reports::Designed;
use phiscale::search::design::DesignNetworks;
use phiscale::search::study::{Study, StudyResult};
use phiscale::search::{Candidate, Contender, JournalEntry, MeasuredAccuracy, Next};
use phiscale::{Error, Family, charts, reports, spec};

pub(super) use arguments::Arguments;
use arguments::Plan;
use baseline::{Baseline, FoundBaseline};

use super::compare::single_dimensions;
use super::design::space;
use super::evaluate::{Answer, Ending, EvaluationArguments, Subject, default_folder};
use super::files::spec_path;
use super::search::{draw, scaled_name, write_spec};
use super::{Caller, Ended, Outcome, output, plot};

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    if let Some(path) = &arguments.chart {
        plot::form_of(path)?;
    }
    arguments.write_spec.as_deref().map_or(Ok(()), spec_path)?;
    let help = "--runs says how often each network of the comparison is trained";
    let Some(name) = &arguments.space else {
        let plan = arguments.plan(None, caller)?;
        let baseline = Baseline::Given(arguments.given(caller)?);
        let evaluation = arguments.evaluation.with_one_seed(help)?;
        return of_baseline(&baseline, &plan, &evaluation, arguments, caller);
    };
    let networks = DesignNetworks::new(space(name)?, None);
    let design = arguments.design(&networks, caller)?;
    let longest = design.longest();
    let plan = arguments.plan(Some(longest), caller)?;
    let evaluation = arguments.evaluation.of_variants(longest, help)?;
    of_baseline(&Baseline::Designed(design), &plan, &evaluation, arguments, caller)
}

/// What a study found, and the study of the baseline that was found.
type Found = (FoundBaseline, Study, StudyResult);

fn of_baseline(
    baseline: &Baseline,
    plan: &Plan,
    evaluation: &EvaluationArguments,
    arguments: &Arguments,
    caller: &Caller,
) -> Ended {
    // What cannot be studied is known before anything is trained.
    let planned = arguments.study(plan, &baseline.planned(&[], &[])?)?;
    let name = format!("study of {}", scaled_name(&baseline.name(), planned.base));
    let of = |candidate: &Candidate| family_of(candidate, baseline, plan);
    let folder = default_folder("study", &baseline.name());
    let subject = Subject { name: &name, folder, family: &of };
    if evaluation.dry_run {
        return dry_run(baseline, plan, &evaluation.journal(&subject)?, arguments);
    }
    if evaluation.chooses_by_test_images() {
        caller.say("note: choices are made on the test images; --validation keeps other images back for them");
    }
    let next = |measured: &[MeasuredAccuracy], failed: &[JournalEntry]| {
        baseline.next(measured, failed)?.then(|found| {
            let study = arguments.study(plan, &found)?;
            study.next(measured, failed)?.then(|result| Ok(Next::Done((found, study, result))))
        })
    };
    let help = |_: &[Candidate]| {
        vec![
            "give the options of the command that wrote the journal; or it has not finished".into(),
        ]
    };
    match evaluation.answer(&subject, &next, &help)? {
        Ending::Measured(answer) => finish(baseline, &answer, arguments, caller),
        Ending::Submitted => Ok(Outcome::Passed),
        Ending::Stopped => Ok(Outcome::Failed),
    }
}

/// Lists every training, with its time if the journal tells the pace.
fn dry_run(
    baseline: &Baseline,
    plan: &Plan,
    journal: &[JournalEntry],
    arguments: &Arguments,
) -> Ended {
    let measured: Vec<MeasuredAccuracy> =
        journal.iter().filter_map(JournalEntry::measurement).collect();
    let failed: Vec<JournalEntry> =
        journal.iter().filter(|entry| entry.accuracy.is_none()).cloned().collect();
    let study = arguments.study(plan, &baseline.planned(&measured, &failed)?)?;
    let coefficients = study.planned_coefficients(&measured, &failed)?;
    let report = reports::planned_study(&study, baseline.design(), coefficients, journal)?;
    output::report(&report, &arguments.output)
}

/// The report, the chart and the spec of a study.
fn finish(
    baseline: &Baseline,
    answer: &Answer<Found>,
    arguments: &Arguments,
    caller: &Caller,
) -> Ended {
    let Answer { result: (found, study, result), evaluation, failed } = answer;
    let alone = single_dimensions();
    let mut others: Vec<&str> = alone.iter().map(|one| one.name.as_str()).collect();
    let verdict = reports::verdict(&result.own, &others);
    let failed: Vec<&JournalEntry> = failed.iter().collect();
    let name = scaled_name(&study.family.name, study.base);
    let designed = baseline.design().zip(found.result.as_ref());
    let designed = designed.map(|(design, result)| Designed { design, result });
    let conclusion = (verdict.as_str(), &others[..]);
    let report = reports::study(&name, study, result, designed, conclusion, &failed);
    output::report(&report, &arguments.output)?;
    let beside = result.ways.iter().filter(|way| !Arc::ptr_eq(&way.family, &study.family));
    others.extend(beside.map(|way| way.contender.name.as_str()));
    let contenders: Vec<Contender> = result.ways.iter().map(|way| way.contender.clone()).collect();
    let chart = charts::equal_cost(
        &scaled_name(&study.family.title, study.base),
        &result.comparison,
        &contenders,
        &others,
        &verdict,
        &evaluation.source,
        arguments.charted(study),
    );
    draw(arguments.chart.as_deref(), Some(chart), caller)?;
    let spec = || spec::with_coefficients(&study.family, result.coefficients);
    write_spec(arguments.write_spec.as_deref(), spec, caller)?;
    Ok(Outcome::Passed)
}

/// The family of which a candidate is a network.
fn family_of(
    candidate: &Candidate,
    baseline: &Baseline,
    plan: &Plan,
) -> Result<Arc<Family>, Error> {
    if !candidate.variant.choices.is_empty()
        && let Some(design) = baseline.design()
    {
        return design.networks.family_of(candidate).map(Arc::new);
    }
    let name = candidate.variant.family.as_deref().unwrap_or_default();
    let mut families = baseline.given().into_iter().chain(&plan.beside);
    let family = families.find(|family| family.name == name);
    family.cloned().ok_or_else(|| Error::new(format!("the study has no family `{name}`")))
}
