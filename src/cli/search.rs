//! `phiscale search`

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};
use phiscale::diagnostic::Diagnostic;
use phiscale::report::{self, Searched};
use phiscale::search::{self, Candidate, Constraint, CostRatio, Entry, Grid, Range, Ranked};

use super::arguments::Output;
use super::evaluate::{Settings, evaluate};
use super::network::{Loaded, load, read};
use super::{Ended, Failure, Outcome, output};

/// A larger file is no table of measurements.
const MAX_MEASUREMENT_BYTES: u64 = 1 << 24;

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("by").args(["dry_run", "measurements", "evaluator"]).required(true))]
pub(super) struct Arguments {
    /// The family whose baseline is scaled: a bundled spec or a path.
    #[arg(value_name = "SPEC")]
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
    /// Show the candidates and measure nothing.
    #[arg(long)]
    dry_run: bool,
    /// Accuracies that were measured already: a CSV with alpha, beta, gamma, accuracy in percent and,
    /// where it is known, standard_error. Rows with the same coefficients are repeats.
    #[arg(long, value_name = "FILE", help_heading = "Evaluators")]
    measurements: Option<PathBuf>,
    /// A command that measures one candidate. It runs in a folder of its own, with candidate.json and
    /// network.toml in it, and answers in result.json: {"accuracy": 77.1}, in percent; optionally
    /// standard_error, seconds, notes.
    #[arg(long, value_name = "COMMAND", help_heading = "Evaluators")]
    evaluator: Option<String>,
    /// Candidates that are evaluated at a time.
    #[arg(long, value_name = "N", default_value = "1", requires = "evaluator", help_heading = "Evaluators",
        value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
    /// How long one candidate may take, in seconds; without it, as long as it wants.
    #[arg(long, value_name = "SECONDS", requires = "evaluator", help_heading = "Evaluators")]
    timeout: Option<f64>,
    /// How often a candidate that failed is tried again.
    #[arg(long, value_name = "N", default_value = "1", requires = "evaluator", help_heading = "Evaluators",
        value_parser = clap::value_parser!(u32).range(..=100))]
    retries: u32,
    /// Where the journal and the candidates' folders are: search-SPEC if not given. The same command goes
    /// on from the journal of an earlier one.
    #[arg(long, value_name = "FOLDER", requires = "evaluator", help_heading = "Evaluators")]
    folder: Option<PathBuf>,
    /// Write the spec with the best coefficients into this file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    write_spec: Option<PathBuf>,
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
    let constraint = constraint(arguments)?;
    let (loaded, member) = load(&arguments.family)?;
    if let Some(member) = loaded.member(member)? {
        let message =
            format!("a search scales a family's baseline, not its member {}", member.name);
        return Err(Failure::plain(message));
    }
    let family = &loaded.family;
    let grid = Grid {
        alpha: arguments.alpha.0.clone(),
        beta: arguments.beta.0.clone(),
        gamma: arguments.gamma.0.clone(),
    };
    let candidates = search::candidates(family, &grid, constraint, arguments.phi)
        .map_err(|problems| loaded.failure(problems))?;
    if candidates.is_empty() {
        let help = "a finer grid, a wider --tolerance, or --rule product has more candidates";
        let problem = Diagnostic::new("no point of the grid is near the target").help(help);
        return Err(problem.into());
    }
    let searched = Searched { family: &family.name, constraint, phi: arguments.phi };
    let report = if arguments.dry_run {
        report::candidates(&searched, &candidates)
    } else if let Some(path) = &arguments.measurements {
        let text = read(&path.to_string_lossy(), MAX_MEASUREMENT_BYTES, "measurements")?;
        let measurements = search::read_measurements(&text).map_err(Failure::from)?;
        let (ranked, strays) = search::rank(&candidates, &measurements);
        write_best(arguments, &loaded, &ranked)?;
        report::ranking(&searched, &candidates, &ranked, &strays, &[])
    } else {
        return evaluated(arguments, &loaded, &searched, &candidates);
    };
    output::report(&report, &arguments.output)
}

/// Evaluates the candidates by the command, and ranks what came out.
fn evaluated(
    arguments: &Arguments,
    loaded: &Loaded,
    searched: &Searched,
    candidates: &[Candidate],
) -> Ended {
    let command = arguments.evaluator.as_deref().unwrap_or_default();
    let folder = arguments.folder.clone().unwrap_or_else(|| {
        let name = Path::new(searched.family).file_stem().unwrap_or_default().to_string_lossy();
        PathBuf::from(format!("search-{name}"))
    });
    let settings = Settings {
        command,
        jobs: usize::from(arguments.jobs),
        timeout: arguments.timeout.map(timeout).transpose()?,
        retries: arguments.retries,
        folder: &folder,
        phi: arguments.phi,
    };
    let evaluated = evaluate(&settings, loaded, candidates)?;
    let measurements: Vec<_> = evaluated.entries.iter().filter_map(Entry::measurement).collect();
    let failed: Vec<&Entry> = evaluated.entries.iter().filter(|e| e.accuracy.is_none()).collect();
    let (ranked, strays) = search::rank(candidates, &measurements);
    if evaluated.left == 0 {
        write_best(arguments, loaded, &ranked)?;
    }
    let report = report::ranking(searched, candidates, &ranked, &strays, &failed);
    output::report(&report, &arguments.output)?;
    if evaluated.left > 0 {
        let left = evaluated.left;
        output::say(&format!("stopped with {left} candidates left; the same command goes on\n"));
        return Ok(Outcome::Failed);
    }
    Ok(Outcome::Passed)
}

/// Writes the spec with the best coefficients, where that is wanted.
fn write_best(arguments: &Arguments, loaded: &Loaded, ranked: &[Ranked]) -> Result<(), Failure> {
    let Some(path) = &arguments.write_spec else { return Ok(()) };
    let Some(best) = ranked.first() else {
        let message = format!("no candidate was measured, so {} is not written", path.display());
        return Err(Failure::plain(message));
    };
    let text = loaded.sources.get(0).map_or("", |source| &source.text);
    let name = &loaded.family.name;
    let written = search::with_coefficients(name, text, best.candidate.coefficients)?;
    output::file(path, written.as_bytes())?;
    output::say(&format!("wrote {}\n", path.display()));
    Ok(())
}

fn timeout(seconds: f64) -> Result<Duration, Failure> {
    let is_usable = seconds > 0.0;
    let duration = Duration::try_from_secs_f64(seconds).ok().filter(|_| is_usable);
    duration.ok_or_else(|| {
        Failure::plain(format!("--timeout is {seconds}; it must be a number above 0"))
    })
}

fn constraint(arguments: &Arguments) -> Result<Constraint, Failure> {
    let positive = [
        ("--phi", arguments.phi),
        ("--target", arguments.target),
        ("--tolerance", arguments.tolerance),
    ];
    for (name, value) in positive {
        if !(value.is_finite() && value > 0.0) {
            return Err(Failure::plain(format!(
                "{name} is {value}; it must be a finite number above 0"
            )));
        }
    }
    let by = match arguments.rule {
        RuleName::Counted => CostRatio::Counted,
        RuleName::Product => CostRatio::Product,
    };
    Ok(Constraint { target: arguments.target, tolerance: arguments.tolerance, by })
}
