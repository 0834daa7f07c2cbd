//! How candidates are measured, as arguments: by a table that exists, by a command, or by our own trainer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgGroup, Args};
use phiscale::search::{Candidate, Entry, Journal, Measurement, read_measurements};
use phiscale::{Error, Family};

use super::command::Evaluator;
use super::{Settings, evaluate};
use crate::cli::network::read;
use crate::cli::output;

/// A larger file is no table of measurements.
const MAX_MEASUREMENT_BYTES: u64 = 1 << 24;

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("by").args(["dry_run", "measurements", "evaluator"]))]
// What the built-in trainer takes means nothing where something else measures.
#[cfg_attr(feature = "train", command(mut_group("by", |by| by.conflicts_with("Lessons"))))]
pub(in crate::cli) struct Measuring {
    /// Show the candidates and measure nothing.
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Accuracies that were measured already: a CSV with alpha, beta, gamma, accuracy in percent and,
    /// where they are known, phi and standard_error, in which rows of the same candidate are repeats; or the
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
    #[cfg(feature = "train")]
    #[command(flatten)]
    lessons: crate::cli::train::Lessons,
}

/// What is known of the candidates.
pub(in crate::cli) struct Measured {
    /// Every measurement, of the candidates and of others.
    pub(in crate::cli) measurements: Vec<Measurement>,
    /// Everything that failed, of the candidates and of others.
    failed: Vec<Entry>,
    /// Where the measurements come from.
    pub(in crate::cli) by: String,
    /// How many candidates are left, because the search was stopped.
    pub(in crate::cli) left: usize,
}

impl Measuring {
    /// Measures the candidates of a family, or reads what was measured. `subject` is what the journal calls the
    /// family at the scale that is searched; a table that does not say φ is at `phi`.
    pub(in crate::cli) fn measure(
        &self,
        family: &Family,
        subject: &str,
        candidates: &[Candidate],
        phi: Option<f64>,
    ) -> Result<Measured, Error> {
        match &self.measurements {
            Some(path) => measured(path, phi),
            None => self.evaluated(family, subject, candidates),
        }
    }

    fn evaluated(
        &self,
        family: &Family,
        subject: &str,
        candidates: &[Candidate],
    ) -> Result<Measured, Error> {
        let (evaluator, jobs) = self.evaluator()?;
        let folder = self.folder.clone().unwrap_or_else(|| {
            let name = Path::new(&family.name).file_stem().unwrap_or_default();
            PathBuf::from(format!("search-{}", name.to_string_lossy()))
        });
        let settings = Settings {
            subject,
            evaluator: &evaluator,
            jobs: self.jobs.map_or(jobs, usize::from),
            timeout: self.timeout.map(timeout).transpose()?,
            retries: self.retries,
            folder: &folder,
        };
        let evaluated = evaluate(&settings, family, candidates)?;
        Ok(Measured { left: evaluated.left, ..of_entries(evaluated.entries, evaluator.label()) })
    }

    /// What evaluates candidates, and how many it takes at a time if nobody says.
    fn evaluator(&self) -> Result<(Evaluator, usize), Error> {
        match &self.evaluator {
            Some(command) => Ok((Evaluator::Shell(command.clone()), 1)),
            None => self.built_in(),
        }
    }

    #[cfg(feature = "train")]
    fn built_in(&self) -> Result<(Evaluator, usize), Error> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let program = std::env::current_exe()
            .map_err(|error| Error::new(format!("phiscale cannot find itself: {error}")))?;
        Ok((Evaluator::Own(program, self.lessons.clone().anywhere()?), processors))
    }

    #[cfg(not(feature = "train"))]
    #[allow(clippy::unused_self)]
    fn built_in(&self) -> Result<(Evaluator, usize), Error> {
        let message =
            "this phiscale was built without its trainer, so it cannot measure candidates itself";
        let problem = phiscale::Diagnostic::new(message)
            .help("build it with the trainer: cargo install --path . --features train")
            .help("or say --evaluator COMMAND, --measurements FILE or --dry-run");
        Err(problem.into())
    }
}

impl Measured {
    /// Those of the candidates that failed: a journal may know of others.
    pub(in crate::cli) fn failed_of(&self, candidates: &[Candidate]) -> Vec<&Entry> {
        let is_own = |entry: &&Entry| {
            candidates.iter().any(|candidate| candidate.is(entry.phi, entry.coefficients()))
        };
        self.failed.iter().filter(is_own).collect()
    }

    /// Says how many candidates are left, if there are any.
    pub(in crate::cli) fn is_complete(&self) -> bool {
        if self.left > 0 {
            let left = self.left;
            output::say(&format!(
                "stopped with {left} candidates left; the same command goes on\n"
            ));
        }
        self.left == 0
    }
}

/// What was measured already: a table of the user's, or the journal of a search.
fn measured(path: &Path, phi: Option<f64>) -> Result<Measured, Error> {
    let text = read(&path.to_string_lossy(), MAX_MEASUREMENT_BYTES, "measurements")?;
    if path.extension().is_some_and(|suffix| suffix == "jsonl") {
        let entries = Journal::parse(&text)?.entries;
        let by = entries.first().map_or(String::new(), |entry| entry.evaluator.clone());
        return Ok(of_entries(entries, by));
    }
    let measurements = read_measurements(&text, phi)?;
    let by = path.to_string_lossy().into_owned();
    Ok(Measured { measurements, failed: Vec::new(), by, left: 0 })
}

fn of_entries(mut entries: Vec<Entry>, by: String) -> Measured {
    let measurements = entries.iter().filter_map(Entry::measurement).collect();
    entries.retain(|entry| entry.accuracy.is_none());
    Measured { measurements, failed: entries, by, left: 0 }
}

fn timeout(seconds: f64) -> Result<Duration, Error> {
    let is_usable = seconds > 0.0;
    let duration = Duration::try_from_secs_f64(seconds).ok().filter(|_| is_usable);
    duration
        .ok_or_else(|| Error::new(format!("--timeout is {seconds}; it must be a number above 0")))
}
