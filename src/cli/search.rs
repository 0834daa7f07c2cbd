//! `phiscale search`

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};
use phiscale::charts::drawing::{Chart, Size, Theme};
use phiscale::reports::Searched;
use phiscale::search::{Candidate, Constraint, CostRatio, Grid, Range, Ranked};
use phiscale::{Diagnostic, Error, Family, Scale, charts, reports, search, spec};

use super::arguments::{Output, ScaleArguments};
use super::evaluate::{Measured, Measuring};
use super::network::load_family;
use super::{Ended, Outcome, output, plot};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The family whose baseline is scaled: a bundled spec or a path.
    #[arg(value_name = "SPEC", default_value = "proxy")]
    family: String,
    /// Values of α: 1..=2:0.05 (from, to, step), or 1.1,1.2.
    #[arg(long, value_name = "VALUES", default_value = "1..=2:0.05", help_heading = "Grid")]
    alpha: RangeArgument,
    /// Values of β.
    #[arg(long, value_name = "VALUES", default_value = "1..=1.5:0.05", help_heading = "Grid")]
    beta: RangeArgument,
    /// Values of γ.
    #[arg(long, value_name = "VALUES", default_value = "1..=1.5:0.05", help_heading = "Grid")]
    gamma: RangeArgument,
    /// The φ of the candidates.
    #[arg(long, value_name = "PHI", default_value = "1", help_heading = "Grid")]
    phi: f64,
    /// By how much one step of φ should multiply the cost.
    #[arg(long, value_name = "X", default_value = "2", help_heading = "Grid")]
    target: f64,
    /// How far from the target the ratio may be.
    #[arg(long, value_name = "X", default_value = "0.1", help_heading = "Grid")]
    tolerance: f64,
    /// Which ratio has to be near the target.
    #[arg(long, value_enum, default_value = "counted", help_heading = "Grid")]
    rule: RuleName,
    /// Measure the same coefficients at this φ too, and say whether those that win at the smaller φ still do.
    #[arg(long, value_name = "PHI")]
    reuse: Option<f64>,
    #[command(flatten)]
    measuring: Measuring,
    /// Draw the accuracy of each candidate against its cost (with --reuse, against its accuracy at the smaller
    /// φ), as an .svg or .png file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    chart: Option<PathBuf>,
    /// Write the spec with the best coefficients into this file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    write_spec: Option<PathBuf>,
    #[command(flatten)]
    base: ScaleArguments,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RuleName {
    /// The counted MACs of the rounded network
    Counted,
    /// α·β²·γ², as in the paper
    Product,
}

/// `1..=2:0.05`, or values with commas.
#[derive(Clone, Debug)]
struct RangeArgument(Range);

impl FromStr for RangeArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: &str| {
            let value =
                part.trim().parse::<f64>().ok().filter(|value| value.is_finite() && *value > 0.0);
            value.ok_or_else(|| {
                format!("`{part}` is no finite number above 0; values are 1..=2:0.05 or 1.1,1.2")
            })
        };
        let Some((from, rest)) = text.split_once("..=") else {
            return text
                .split(',')
                .map(number)
                .collect::<Result<_, _>>()
                .map(Range::List)
                .map(Self);
        };
        let (to, step) = rest.split_once(':').ok_or("a range needs a step: 1..=2:0.05")?;
        Ok(Self(Range::Steps { from: number(from)?, to: number(to)?, step: number(step)? }))
    }
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    if let Some(path) = &arguments.chart {
        plot::is_png(path)?;
    }
    let constraint = constraint(arguments)?;
    let family = baseline(&arguments.family)?;
    let (family, base) = (&family, arguments.base.resolve()?);
    let grid = Grid {
        alpha: arguments.alpha.0.clone(),
        beta: arguments.beta.0.clone(),
        gamma: arguments.gamma.0.clone(),
    };
    let candidates = search::candidates(family, base, &grid, constraint, arguments.phi)?;
    if candidates.is_empty() {
        let help = "a finer grid, a wider --tolerance, or --rule product has more candidates";
        let problem = Diagnostic::new("no point of the grid is near the target").help(help);
        return Err(problem.into());
    }
    let reused = match arguments.reuse {
        Some(phi) => search::reused(family, base, &candidates, constraint.target, phi),
        None => Ok(Vec::new()),
    };
    let reused = reused?;
    let subject = subject_name(&family.name, base);
    let searched = Searched { family: &subject, constraint, phi: arguments.phi };
    if arguments.measuring.dry_run {
        let report = reports::candidates(&searched, &candidates, &reused);
        return output::report(&report, &arguments.output);
    }
    let all: Vec<Candidate> = candidates.iter().chain(&reused).cloned().collect();
    let measured = arguments.measuring.measure(&family, &subject, &all, Some(arguments.phi))?;
    let title = subject_name(&family.title, base);
    let (ranked, chart) = match arguments.reuse {
        None => rank(arguments, &searched, &title, &candidates, &measured)?,
        Some(phi) => compare(arguments, &searched, &title, (&candidates, &reused, phi), &measured)?,
    };
    draw(arguments.chart.as_deref(), chart, &measured)?;
    if !measured.is_complete() {
        return Ok(Outcome::Failed);
    }
    write_best(arguments, &family, &ranked)?;
    Ok(Outcome::Passed)
}

/// A family by name, as what is scaled: not one of its members.
pub(super) fn baseline(name: &str) -> Result<Family, Error> {
    let (family, member) = load_family(name)?;
    if let Some(member) = family.named(member)? {
        let message =
            format!("a search scales a family's baseline, not its member {}", member.name);
        let help = "--depth, --width and --resolution change what it starts from";
        return Err(Diagnostic::new(message).help(help).into());
    }
    Ok(family)
}

/// What a family is called whose baseline is multiplied by `base`.
pub(super) fn subject_name(family: &str, base: Scale) -> String {
    if base == Scale::BASELINE {
        return family.into();
    }
    let Scale { depth, width, resolution } = base;
    format!("{family} at depth × {depth}, width × {width}, resolution × {resolution}")
}

/// Ranks what was measured of the candidates.
fn rank(
    arguments: &Arguments,
    searched: &Searched,
    title: &str,
    candidates: &[Candidate],
    measured: &Measured,
) -> Result<(Vec<Ranked>, Option<Chart>), Error> {
    let is_here = |phi: f64| (phi - searched.phi).abs() < 1e-9;
    let mut measurements = measured.measurements.clone();
    measurements.retain(|measurement| is_here(measurement.phi));
    let (ranked, strays) = search::rank(candidates, &measurements);
    let failed = measured.failed_of(candidates);
    let report = reports::ranking(searched, candidates, &ranked, &strays, &failed);
    output::report(&report, &arguments.output)?;
    let chart = charts::search(title, searched.phi, &ranked, &measured.by);
    let is_drawn = !ranked.is_empty();
    Ok((ranked, is_drawn.then_some(chart)))
}

/// Sets the candidates at both φ side by side.
fn compare(
    arguments: &Arguments,
    searched: &Searched,
    title: &str,
    (candidates, reused, phi): (&[Candidate], &[Candidate], f64),
    measured: &Measured,
) -> Result<(Vec<Ranked>, Option<Chart>), Error> {
    let (small, _) = search::rank(candidates, &measured.measurements);
    let (large, _) = search::rank(reused, &measured.measurements);
    let failed = measured.failed_of(&[candidates, reused].concat());
    let reuse = search::reuse(&small, &large);
    let report = reports::reuse(searched, phi, candidates.len(), reuse.as_ref(), &failed);
    output::report(&report, &arguments.output)?;
    let chart = reuse.map(|reuse| charts::reuse(title, [searched.phi, phi], &reuse, &measured.by));
    Ok((small, chart))
}

/// Writes the spec with the best coefficients, where that is wanted.
fn write_best(arguments: &Arguments, family: &Family, ranked: &[Ranked]) -> Result<(), Error> {
    let Some(path) = &arguments.write_spec else { return Ok(()) };
    let Some(best) = ranked.first() else {
        let message = format!("no candidate was measured, so {} is not written", path.display());
        return Err(Error::new(message));
    };
    let written = spec::with_coefficients(family, best.candidate.coefficients)?;
    output::file(path, written.as_bytes())?;
    output::say(&format!("wrote {}\n", path.display()));
    Ok(())
}

/// Draws how the candidates came out, where that is wanted and all of them have come out.
pub(super) fn draw(
    path: Option<&Path>,
    chart: Option<Chart>,
    measured: &Measured,
) -> Result<(), Error> {
    let Some(path) = path.filter(|_| measured.left == 0) else { return Ok(()) };
    let Some(chart) = chart else {
        let message = format!("no candidate was measured, so {} is not drawn", path.display());
        return Err(Error::new(message));
    };
    plot::file(&chart, path, Theme::Auto, Size::default(), 2.0)?;
    output::say(&format!("wrote {}\n", path.display()));
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
        let message = format!("--reuse {} is where the candidates are already", arguments.phi);
        return Err(Error::new(message));
    }
    let by = match arguments.rule {
        RuleName::Counted => CostRatio::Counted,
        RuleName::Product => CostRatio::Product,
    };
    Ok(Constraint { target: arguments.target, tolerance: arguments.tolerance, by })
}
