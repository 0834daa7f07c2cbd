//! `phiscale study`: from a baseline to a scaled family, beside other ways of scaling and other families.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use phiscale::search::study::{CoefficientSource, Study, StudyResult, Way};
use phiscale::search::{
    Candidate, Constraint, Contender, CostBasis, Grid, JournalEntry, Next, Pace, Range,
};
use phiscale::{Diagnostic, Error, Family, charts, reports, spec};

use super::arguments::{Output, PositiveValues, ScaleArguments};
use super::compare::{coefficients, costs, single_dimensions};
use super::evaluate::{EvaluationArguments, Subject, default_folder};
use super::files::spec_path;
use super::search::{draw, load_baseline, scaled_name};
use super::{Caller, Ended, Outcome, output, plot};

/// The families beside the proxy.
const BESIDE_PROXY: [&str; 3] = ["proxy_plain", "proxy_resnet", "proxy_mobilenetv2"];

#[derive(Args, Debug)]
// Every training run has its own line in the journal, so --runs counts them.
#[cfg_attr(feature = "train", command(mut_arg("seeds", |seeds| seeds.hide(true))))]
pub(super) struct Arguments {
    /// The family to scale: a bundled spec or a path.
    #[arg(value_name = "SPEC", default_value = "proxy")]
    family: String,
    /// Another family, which is scaled its own way to the same costs; can be repeated. Default: beside the proxy, a plain
    /// CNN, a small ResNet and a small MobileNetV2; beside another family, none.
    #[arg(long, value_name = "SPEC")]
    beside: Vec<String>,
    /// α,β,γ of the compound way, instead of searching them. The published ones take part in any case.
    #[arg(long, value_name = "A,B,C", help_heading = "Coefficients")]
    coefficients: Option<String>,
    /// Grid values of α: a range with a step, such as 1..=2:0.1, or a list, such as 1.1,1.2.
    #[arg(long, value_name = "VALUES", default_value = "1..=2:0.1", help_heading = "Coefficients")]
    alpha: PositiveValues,
    /// Grid values of β.
    #[arg(
        long,
        value_name = "VALUES",
        default_value = "1..=1.5:0.1",
        help_heading = "Coefficients"
    )]
    beta: PositiveValues,
    /// Grid values of γ.
    #[arg(
        long,
        value_name = "VALUES",
        default_value = "1..=1.5:0.1",
        help_heading = "Coefficients"
    )]
    gamma: PositiveValues,
    /// How far from twice the baseline's MACs a candidate's may be.
    #[arg(long, value_name = "X", default_value = "0.1", help_heading = "Coefficients")]
    tolerance: f64,
    /// Multiples of the baseline's cost at which all are compared.
    #[arg(long, value_name = "VALUES", default_value = "2,4,8")]
    costs: PositiveValues,
    /// Learning rates that are tried for the baseline and for each way of scaling.
    #[arg(
        long,
        value_name = "VALUES",
        default_value = "0.003,0.006,0.012",
        help_heading = "Training"
    )]
    learning_rates: PositiveValues,
    /// The multiple of the baseline's cost at which they are tried.
    #[arg(long, value_name = "X", default_value = "4", help_heading = "Training")]
    tune_at: f64,
    /// Training runs of each network of the comparison.
    #[arg(long, value_name = "N", default_value = "3", help_heading = "Training",
        value_parser = clap::value_parser!(u16).range(2..=1000))]
    runs: u16,
    /// Training runs behind each choice of coefficients and learning rates. The comparison uses other seeds.
    #[arg(long, value_name = "N", default_value = "2", help_heading = "Training",
        value_parser = clap::value_parser!(u16).range(1..=1000))]
    choice_runs: u16,
    #[command(flatten)]
    evaluation: EvaluationArguments,
    /// Draw accuracy against cost for each way of scaling, as an .svg, .pdf or .png file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = "Output")]
    chart: Option<PathBuf>,
    /// Write the spec with the chosen coefficients to this file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = "Output")]
    write_spec: Option<PathBuf>,
    #[command(flatten)]
    base: ScaleArguments,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    if let Some(path) = &arguments.chart {
        plot::form_of(path)?;
    }
    arguments.write_spec.as_deref().map_or(Ok(()), spec_path)?;
    let study = study(arguments, caller)?;
    let name = format!("study of {}", scaled_name(&study.family.name, study.base));
    let families: Vec<Arc<Family>> = study.families();
    let of = |candidate: &Candidate| family_of(candidate, &families);
    let folder = default_folder("study", &study.family.name);
    let subject = Subject { name: &name, folder, family: &of };
    let evaluation = arguments.evaluation.with_one_seed();
    if evaluation.chooses_by_test_images() {
        caller.say("note: choices are made on the test images; --validation keeps other images back for them");
    }
    if evaluation.dry_run {
        let measured = evaluation.journal(&subject)?;
        let pace = Pace::of(&measured);
        let report = reports::planned_study(&study, pace.as_ref())?;
        return output::report(&report, &arguments.output);
    }
    let (mut measured, mut failed): (Vec<_>, Vec<JournalEntry>) = (Vec::new(), Vec::new());
    let mut source = String::new();
    loop {
        match study.next(&measured, &failed)? {
            Next::Done(result) => {
                return finish(arguments, &study, &result, &failed, &source, caller);
            }
            Next::Measure(wanted) => {
                let Some(found) = evaluation.evaluate(&subject, &wanted, None)? else {
                    return Ok(Outcome::Passed);
                };
                if !found.is_usable(&wanted) {
                    return Ok(Outcome::Failed);
                }
                found.check_complete(&wanted)?;
                failed.extend(found.failed_of(&wanted).into_iter().cloned());
                source.clone_from(&found.source);
                measured = found.measurements;
            }
        }
    }
}

/// The report, the chart and the spec of a study.
fn finish(
    arguments: &Arguments,
    study: &Study,
    result: &StudyResult,
    failed: &[JournalEntry],
    source: &str,
    caller: &Caller,
) -> Ended {
    let alone = single_dimensions();
    let mut others: Vec<&str> = alone.iter().map(|one| one.name.as_str()).collect();
    let verdict = reports::verdict(&result.own, &others);
    let failed: Vec<&JournalEntry> = failed.iter().collect();
    let name = scaled_name(&study.family.name, study.base);
    let report = reports::study(&name, study, result, &verdict, &failed);
    output::report(&report, &arguments.output)?;
    let title = scaled_name(&study.family.title, study.base);
    let beside = result.ways.iter().filter(|way| !Arc::ptr_eq(&way.family, &study.family));
    others.extend(beside.map(|way| way.contender.name.as_str()));
    let contenders: Vec<Contender> = result.ways.iter().map(|way| way.contender.clone()).collect();
    let chart = charts::equal_cost(
        &title,
        &result.comparison,
        &contenders,
        &others,
        &verdict,
        source,
        None,
    );
    draw(arguments.chart.as_deref(), Some(chart), caller)?;
    if let Some(path) = &arguments.write_spec {
        let written = spec::with_coefficients(&study.family, result.coefficients)?;
        output::file(path, written.as_bytes())?;
        output::say(&format!("wrote {}\n", path.display()));
    }
    Ok(Outcome::Passed)
}

/// The family that a candidate of a study names.
fn family_of(candidate: &Candidate, families: &[Arc<Family>]) -> Result<Arc<Family>, Error> {
    let name = candidate.variant.family.as_deref().unwrap_or_default();
    let family = families.iter().find(|family| family.name == name);
    family.cloned().ok_or_else(|| Error::new(format!("the study has no family `{name}`")))
}

fn study(arguments: &Arguments, caller: &Caller) -> Result<Study, Error> {
    let given = [&arguments.alpha, &arguments.beta, &arguments.gamma, &arguments.costs];
    for PositiveValues(values) in given.into_iter().chain([&arguments.learning_rates]) {
        caller.say_all(&values.notes);
    }
    let family = Arc::new(load_baseline(&arguments.family, caller)?);
    let base = arguments.base.resolve(false)?;
    let costs = costs(&arguments.costs.0.values)?;
    let tuned_at = arguments.tune_at;
    if !(tuned_at.is_finite() && (1.0..=1e6).contains(&tuned_at)) {
        let message = format!("--tune-at is {tuned_at}; it must be a multiple from 1 to 1e6");
        return Err(Error::new(message));
    }
    let ways = ways(arguments, &family, base, caller)?;
    Ok(Study {
        coefficients: coefficient_source(arguments)?,
        learning_rates: arguments.learning_rates.0.values.clone(),
        choice_seeds: arguments.choice_runs.into(),
        seeds: arguments.runs.into(),
        family,
        base,
        ways,
        costs,
        tuned_at,
    })
}

fn coefficient_source(arguments: &Arguments) -> Result<CoefficientSource, Error> {
    if let Some(given) = &arguments.coefficients {
        return Ok(CoefficientSource::Given(coefficients("--coefficients", given)?));
    }
    let tolerance = arguments.tolerance;
    if !(tolerance.is_finite() && tolerance > 0.0) {
        let message = format!("--tolerance is {tolerance}; it must be a finite number above 0");
        return Err(Error::new(message));
    }
    let list = |values: &PositiveValues| Range::List(values.0.values.clone());
    let grid = Grid {
        alpha: list(&arguments.alpha),
        beta: list(&arguments.beta),
        gamma: list(&arguments.gamma),
    };
    let constraint = Constraint { target: 2.0, tolerance, by: CostBasis::Counted };
    Ok(CoefficientSource::Searched { grid, constraint })
}

/// The published coefficients, each dimension alone, and other families.
fn ways(
    arguments: &Arguments,
    family: &Arc<Family>,
    base: phiscale::Scale,
    caller: &Caller,
) -> Result<Vec<Way>, Error> {
    let own = |contender| Way { contender, family: Arc::clone(family), base };
    let published = family
        .rule
        .coefficients
        .map(|coefficients| Contender { name: "published coefficients".into(), coefficients });
    let mut ways: Vec<Way> = published.into_iter().chain(single_dimensions()).map(own).collect();
    let default: Vec<String> = match family.name.as_str() {
        "proxy" => BESIDE_PROXY.map(String::from).into(),
        _ => Vec::new(),
    };
    let beside = if arguments.beside.is_empty() { &default } else { &arguments.beside };
    for name in beside {
        let other = load_baseline(name, caller)?;
        if ways.iter().any(|way| way.family.name == other.name) {
            return Err(Error::new(format!("--beside {name} takes part already")));
        }
        ways.push(beside_way(family, other)?);
    }
    Ok(ways)
}

/// Another family, scaled its own way.
fn beside_way(family: &Family, other: Family) -> Result<Way, Error> {
    let (own, of_other) = (family.input.channels, other.input.channels);
    if (own, family.classes) != (of_other, other.classes) {
        return Err(Error::new(format!(
            "{} and {} cannot be compared: their images have {own} and {of_other} channels, and they tell {} and {} classes apart",
            family.name, other.name, family.classes, other.classes
        )));
    }
    let coefficients = other.rule.coefficients.ok_or_else(|| {
        Diagnostic::new(format!(
            "{} has no α, β and γ, so it cannot be scaled its own way",
            other.name
        ))
        .help("write them into its [scaling]: width alone is alpha = 1, beta = 1.4142, gamma = 1")
    })?;
    if coefficients.growth() <= 1.0 {
        let message =
            format!("with the coefficients of {}, the cost does not grow with φ", other.name);
        return Err(Error::new(message));
    }
    let contender = Contender { name: other.title.clone(), coefficients };
    Ok(Way { contender, family: Arc::new(other), base: phiscale::Scale::BASELINE })
}
