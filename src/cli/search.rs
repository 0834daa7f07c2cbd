//! `phiscale search`

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};
use phiscale::chart;
use phiscale::diagnostic::Diagnostic;
use phiscale::plot::{Size, Theme};
use phiscale::report::{self, Searched};
use phiscale::search::{
    self, Candidate, Constraint, CostRatio, Entry, Grid, Journal, Range, Ranked,
};

use super::arguments::Output;
use super::evaluate::{Evaluator, Settings, evaluate};
use super::network::{Loaded, load, read};
use super::{Ended, Failure, Outcome, output, plot};

/// A larger file is no table of measurements.
const MAX_MEASUREMENT_BYTES: u64 = 1 << 24;

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("by").args(["dry_run", "measurements", "evaluator"]))]
// What the built-in trainer takes means nothing where something else measures.
#[cfg_attr(feature = "train", command(mut_group("by", |by| by.conflicts_with("Lessons"))))]
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
    /// Show the candidates and measure nothing.
    #[arg(long)]
    dry_run: bool,
    /// Accuracies that were measured already: a CSV with alpha, beta, gamma, accuracy in percent and,
    /// where it is known, standard_error, in which rows with the same coefficients are repeats; or the
    /// journal.jsonl of a search.
    #[arg(long, value_name = "FILE", help_heading = "Evaluators")]
    measurements: Option<PathBuf>,
    /// A command that measures one candidate. It runs in a folder of its own, with candidate.json and
    /// network.toml in it, and answers in result.json: {"accuracy": 77.1}, in percent; optionally
    /// standard_error with the number of repeats behind it, seconds, notes.
    #[arg(long, value_name = "COMMAND", help_heading = "Evaluators")]
    evaluator: Option<String>,
    /// Candidates that are evaluated at a time: 1 if not given, or as many as there are processors for the
    /// built-in trainer.
    #[arg(long, value_name = "N", help_heading = "Evaluators", conflicts_with_all = ["dry_run", "measurements"],
        value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// How long one candidate may take, in seconds; without it, as long as it wants.
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["dry_run", "measurements"], help_heading = "Evaluators")]
    timeout: Option<f64>,
    /// How often a candidate that failed is tried again.
    #[arg(long, value_name = "N", default_value = "1", help_heading = "Evaluators", conflicts_with_all = ["dry_run", "measurements"],
        value_parser = clap::value_parser!(u32).range(..=100))]
    retries: u32,
    /// Where the journal and the candidates' folders are: search-SPEC if not given. The same command goes
    /// on from the journal of an earlier one.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["dry_run", "measurements"], help_heading = "Evaluators")]
    folder: Option<PathBuf>,
    /// Draw the accuracy of each candidate against its cost, as an .svg or .png file.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    chart: Option<PathBuf>,
    #[cfg(feature = "train")]
    #[command(flatten)]
    lessons: super::train::Lessons,
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
    if let Some(path) = &arguments.chart {
        plot::is_png(path)?;
    }
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
        return measured(arguments, &loaded, &searched, &candidates, path);
    } else {
        return evaluated(arguments, &loaded, &searched, &candidates);
    };
    output::report(&report, &arguments.output)
}

/// Ranks what was measured already: a table of the user's, or the journal of a search.
fn measured(
    arguments: &Arguments,
    loaded: &Loaded,
    searched: &Searched,
    candidates: &[Candidate],
    path: &Path,
) -> Ended {
    let text = read(&path.to_string_lossy(), MAX_MEASUREMENT_BYTES, "measurements")?;
    let (measurements, measured_by) = if path.extension().is_some_and(|suffix| suffix == "jsonl") {
        let mut entries = Journal::parse(&text)?.entries;
        entries.retain(|entry| entry.is_at(searched.phi));
        let by = entries.first().map_or(String::new(), |entry| entry.evaluator.clone());
        (entries.iter().filter_map(Entry::measurement).collect(), by)
    } else {
        (search::read_measurements(&text)?, path.to_string_lossy().into_owned())
    };
    let (ranked, strays) = search::rank(candidates, &measurements);
    let report = report::ranking(searched, candidates, &ranked, &strays, &[]);
    output::report(&report, &arguments.output)?;
    write_best(arguments, loaded, &ranked)?;
    draw(arguments, loaded, &ranked, &measured_by)?;
    Ok(Outcome::Passed)
}

/// Evaluates the candidates by the command, and ranks what came out.
fn evaluated(
    arguments: &Arguments,
    loaded: &Loaded,
    searched: &Searched,
    candidates: &[Candidate],
) -> Ended {
    let (evaluator, jobs) = evaluator(arguments)?;
    let folder = arguments.folder.clone().unwrap_or_else(|| {
        let name = Path::new(searched.family).file_stem().unwrap_or_default().to_string_lossy();
        PathBuf::from(format!("search-{name}"))
    });
    let settings = Settings {
        evaluator: &evaluator,
        jobs: arguments.jobs.map_or(jobs, usize::from),
        timeout: arguments.timeout.map(timeout).transpose()?,
        retries: arguments.retries,
        folder: &folder,
        phi: arguments.phi,
    };
    let evaluated = evaluate(&settings, loaded, candidates)?;
    let measurements: Vec<_> = evaluated.entries.iter().filter_map(Entry::measurement).collect();
    let failed: Vec<&Entry> = evaluated.entries.iter().filter(|e| e.accuracy.is_none()).collect();
    let (ranked, strays) = search::rank(candidates, &measurements);
    let report = report::ranking(searched, candidates, &ranked, &strays, &failed);
    output::report(&report, &arguments.output)?;
    if evaluated.left == 0 {
        write_best(arguments, loaded, &ranked)?;
        draw(arguments, loaded, &ranked, &evaluator.label())?;
    }
    if evaluated.left > 0 {
        let left = evaluated.left;
        output::say(&format!("stopped with {left} candidates left; the same command goes on\n"));
        return Ok(Outcome::Failed);
    }
    Ok(Outcome::Passed)
}

/// What evaluates candidates, and how many it takes at a time if nobody says.
fn evaluator(arguments: &Arguments) -> Result<(Evaluator, usize), Failure> {
    match &arguments.evaluator {
        Some(command) => Ok((Evaluator::Shell(command.clone()), 1)),
        None => built_in(arguments),
    }
}

#[cfg(feature = "train")]
fn built_in(arguments: &Arguments) -> Result<(Evaluator, usize), Failure> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    Ok((Evaluator::Own(arguments.lessons.clone().anywhere()?), processors))
}

#[cfg(not(feature = "train"))]
fn built_in(_arguments: &Arguments) -> Result<(Evaluator, usize), Failure> {
    let message =
        "this phiscale was built without its trainer, so it cannot measure candidates itself";
    let problem = Diagnostic::new(message)
        .help("build it with the trainer: cargo install --path . --features train")
        .help("or say --evaluator COMMAND, --measurements FILE or --dry-run");
    Err(problem.into())
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

/// Draws how the candidates came out, where that is wanted.
fn draw(
    arguments: &Arguments,
    loaded: &Loaded,
    ranked: &[Ranked],
    measured_by: &str,
) -> Result<(), Failure> {
    let Some(path) = &arguments.chart else { return Ok(()) };
    if ranked.is_empty() {
        let message = format!("no candidate was measured, so {} is not drawn", path.display());
        return Err(Failure::plain(message));
    }
    let chart = chart::search(&loaded.family.title, arguments.phi, ranked, measured_by);
    plot::file(&chart, path, Theme::Auto, Size::default(), 2.0)?;
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
