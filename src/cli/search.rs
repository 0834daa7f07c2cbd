//! `phiscale search`: the best α, β and γ of a grid.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use phiscale::charts::drawing::{Chart, Theme};
use phiscale::reports::{PublishedCoefficients, Report, SearchScope};
use phiscale::search::{
    Candidate, Constraint, CostBasis, Grid, JournalEntry, Range, RankedCandidate,
};
use phiscale::time::Deployment;
use phiscale::{Diagnostic, Error, Family, Scale, charts, reports, search, spec};

use super::arguments::{Output, PositiveValues, ScaleArguments};
use super::equal_cost::EqualCostArguments;
use super::evaluate::{Evaluation, EvaluationArguments, JobsCommand, Subject};
use super::files::{load_family, spec_path};
use super::{Caller, Ended, Outcome, output, plot};

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    of_jobs: Option<JobsCommand>,
    /// The family to scale: a bundled spec or a path.
    #[arg(value_name = "SPEC", default_value = "proxy")]
    family: String,
    /// Grid values of α: a range with a step, such as 1..=2:0.05, or a list, such as 1.1,1.2.
    #[arg(long, value_name = "VALUES", default_value = "1..=2:0.05", help_heading = "Grid")]
    alpha: PositiveValues,
    /// Grid values of β.
    #[arg(long, value_name = "VALUES", default_value = "1..=1.5:0.05", help_heading = "Grid")]
    beta: PositiveValues,
    /// Grid values of γ.
    #[arg(long, value_name = "VALUES", default_value = "1..=1.5:0.05", help_heading = "Grid")]
    gamma: PositiveValues,
    /// φ of the candidates.
    #[arg(long, value_name = "PHI", default_value = "1", help_heading = "Grid")]
    phi: f64,
    /// The factor by which the cost should grow with each step of φ.
    #[arg(long, value_name = "X", default_value = "2", help_heading = "Grid")]
    target: f64,
    /// How far from the target the factor may be.
    #[arg(long, value_name = "X", default_value = "0.1", help_heading = "Grid")]
    tolerance: f64,
    /// How the factor is computed.
    #[arg(long, value_enum, default_value = "counted", help_heading = "Grid")]
    rule: RuleName,
    #[command(flatten)]
    equal: EqualCostArguments,
    /// Measure the same coefficients at this larger φ too, and compare the two rankings.
    #[arg(long, value_name = "PHI")]
    reuse: Option<f64>,
    #[command(flatten)]
    evaluation: EvaluationArguments,
    /// Draw the candidates as an .svg, .pdf or .png file: accuracy against cost, or with --reuse, accuracy at the larger
    /// φ against accuracy at the smaller one.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = "Output")]
    chart: Option<PathBuf>,
    /// Write the spec with the best coefficients to this file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run", help_heading = "Output")]
    write_spec: Option<PathBuf>,
    #[command(flatten)]
    base: ScaleArguments,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RuleName {
    /// Counted MACs, or estimated time, of the rounded network
    Counted,
    /// α·β²·γ², as in the paper
    Product,
}

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    if let Some(command) = &arguments.of_jobs {
        return command.run();
    }
    if let Some(path) = &arguments.chart {
        plot::form_of(path)?;
    }
    arguments.write_spec.as_deref().map_or(Ok(()), spec_path)?;
    for PositiveValues(values) in [&arguments.alpha, &arguments.beta, &arguments.gamma] {
        caller.say_all(&values.notes);
    }
    let constraint = constraint(arguments)?;
    let loaded = Arc::new(load_baseline(&arguments.family, caller)?);
    let family = &*loaded;
    let base = arguments.base.resolve(false)?;
    let grid = Grid {
        alpha: Range::List(arguments.alpha.0.values.clone()),
        beta: Range::List(arguments.beta.0.values.clone()),
        gamma: Range::List(arguments.gamma.0.values.clone()),
    };
    let run = arguments.equal.run()?;
    let run = run.as_ref();
    if run.is_some() && constraint.by == CostBasis::Product {
        let problem = Diagnostic::new("--rule product has no effect with --cost time");
        return Err(problem.help("α·β²·γ² stands for MACs: leave out one of both").into());
    }
    let mut candidates = search::candidates(family, base, &grid, constraint, arguments.phi, run)?;
    if arguments.reuse.is_some() {
        candidates.retain(|one| one.in_tolerance);
    }
    if !candidates.iter().any(|one| one.in_tolerance) {
        let help = "try a finer grid, a wider --tolerance, or --rule product";
        let problem = Diagnostic::new("no grid point has a cost near the target").help(help);
        return Err(problem.into());
    }
    let larger = arguments.reuse.map_or(Ok(Vec::new()), |phi| {
        search::candidates_at(phi, family, base, &candidates, constraint.target, run)
    })?;
    let name = scaled_name(&family.name, base);
    let published = published(family, base, arguments.phi, run)?;
    let scope = SearchScope {
        family: &name,
        constraint,
        phi: arguments.phi,
        published,
        is_by_time: run.is_some(),
    };
    if arguments.evaluation.only_lists()? {
        let mut report = reports::candidates(&scope, &candidates, &larger);
        report.notes.extend(width_notes(family, candidates.iter().chain(&larger)));
        report.notes.extend(run.map(reports::equal_time));
        return output::report(&report, &arguments.output);
    }
    let all = [&candidates[..], &larger].concat();
    let own = |_: &Candidate| Ok(Arc::clone(&loaded));
    let subject = Subject::scaled(&name, family, &own);
    let evaluation = arguments.evaluation.evaluate(&subject, &all, Some(arguments.phi))?;
    let Some(evaluation) = evaluation else { return Ok(Outcome::Passed) };
    let ranked = search::rank(&candidates, &evaluation.measurements);
    let title = scaled_name(&family.title, base);
    let failed = evaluation.failed_of(&all);
    let (mut report, chart) = match arguments.reuse {
        None => ranking(&scope, &title, &candidates, &ranked, &evaluation, &failed),
        Some(phi) => {
            let large = search::rank(&larger, &evaluation.measurements);
            let transfer = search::compare_rankings(&ranked, &large);
            let count = candidates.len();
            let report = reports::transfer(&scope, phi, count, transfer.as_ref(), &failed);
            let chart = transfer.map(|transfer| {
                charts::transfer(&title, [scope.phi, phi], &transfer, &evaluation.source)
            });
            (report, chart)
        }
    };
    report.notes.extend(width_notes(family, &all));
    report.notes.extend(run.map(reports::equal_time));
    output::report(&report, &arguments.output)?;
    if !evaluation.is_usable(&all) {
        return Ok(Outcome::Failed);
    }
    draw(arguments.chart.as_deref(), chart, caller)?;
    let best = || {
        let best = ranked.first();
        let best =
            best.ok_or_else(|| Error::new("no candidate was measured, so no spec is written"))?;
        spec::with_coefficients(family, best.candidate.coefficients)
    };
    write_spec(arguments.write_spec.as_deref(), best, caller)?;
    Ok(Outcome::Passed)
}

/// The family's published coefficients and what their network costs.
fn published<'f>(
    family: &'f Family,
    base: Scale,
    phi: f64,
    run: Option<&Deployment>,
) -> Result<Option<PublishedCoefficients<'f>>, Error> {
    let Some(coefficients) = family.rule.coefficients else { return Ok(None) };
    let candidate = search::candidate(family, base, coefficients, phi, run)?;
    let macs_ratio = candidate.map(|candidate| candidate.macs_ratio);
    let source = family.rule_source.as_deref();
    Ok(Some(PublishedCoefficients { coefficients, source, macs_ratio }))
}

/// Loads a family by its address; a member is an error.
pub(super) fn load_baseline(name: &str, caller: &Caller) -> Result<Family, Error> {
    let (family, member) = load_family(name, caller)?;
    if let Some(member) = family.named(member)? {
        let message =
            format!("only the baseline of a family is scaled, not its member {}", member.name);
        let help = "to start from another size, use --depth, --width and --resolution";
        return Err(Diagnostic::new(message).help(help).into());
    }
    Ok(family)
}

/// Notes on channels that do not scale with the width of the candidates.
pub(super) fn width_notes<'c>(
    family: &Family,
    candidates: impl IntoIterator<Item = &'c Candidate>,
) -> Vec<String> {
    family.notes_at_widths(candidates.into_iter().map(|candidate| candidate.scale.width))
}

/// The name of a family whose baseline is multiplied by `base`.
pub(super) fn scaled_name(family: &str, base: Scale) -> String {
    if base == Scale::BASELINE {
        return family.into();
    }
    let Scale { depth, width, resolution } = base;
    format!("{family} at depth × {depth}, width × {width}, resolution × {resolution}")
}

/// The ranking of the candidates as a report and a chart.
fn ranking(
    scope: &SearchScope,
    title: &str,
    candidates: &[Candidate],
    ranked: &[RankedCandidate],
    evaluation: &Evaluation,
    failed: &[&JournalEntry],
) -> (Report, Option<Chart>) {
    let mut measurements = evaluation.measurements.clone();
    measurements.retain(|measured| (measured.phi - scope.phi).abs() < 1e-9);
    let report = reports::ranking(scope, candidates, ranked, &measurements, failed);
    let chart = charts::search(title, scope.phi, ranked, &evaluation.source);
    (report, (!ranked.is_empty()).then_some(chart))
}

/// Writes a spec if `--write-spec` asks for it.
pub(super) fn write_spec(
    path: Option<&Path>,
    spec: impl FnOnce() -> Result<String, Error>,
    caller: &Caller,
) -> Result<(), Error> {
    let Some(path) = path else { return Ok(()) };
    output::file(path, spec()?.as_bytes())?;
    caller.say(&format!("wrote {}", path.display()));
    Ok(())
}

/// Writes the chart if `--chart` asks for it.
pub(super) fn draw(
    path: Option<&Path>,
    chart: Option<Chart>,
    caller: &Caller,
) -> Result<(), Error> {
    let Some(path) = path else { return Ok(()) };
    let Some(chart) = chart else {
        let message = format!("no candidate was measured, so {} was not drawn", path.display());
        return Err(Error::new(message));
    };
    plot::file(&chart, path, Theme::Auto, caller)?;
    caller.say(&format!("wrote {}", path.display()));
    Ok(())
}

fn constraint(arguments: &Arguments) -> Result<Constraint, Error> {
    let positive = [
        ("--phi", arguments.phi),
        ("--reuse", arguments.reuse.unwrap_or(1.0)),
        ("--target", arguments.target),
        ("--tolerance", arguments.tolerance),
    ];
    for (name, value) in positive {
        if !(value.is_finite() && value > 0.0) {
            return Err(Error::new(format!(
                "{name} is {value}; it must be a finite number above 0"
            )));
        }
    }
    if arguments.reuse.is_some_and(|reuse| (reuse - arguments.phi).abs() < 1e-9) {
        let message = format!("--reuse must differ from --phi, but both are {}", arguments.phi);
        return Err(Error::new(message));
    }
    let by = match arguments.rule {
        RuleName::Counted => CostBasis::Counted,
        RuleName::Product => CostBasis::Product,
    };
    Ok(Constraint { target: arguments.target, tolerance: arguments.tolerance, by })
}
