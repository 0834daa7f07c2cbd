//! Where the accuracies of candidates come from: a table, a command, or the built-in trainer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgGroup, Args};
use phiscale::search::{Candidate, Journal, JournalEntry, MeasuredAccuracy};
use phiscale::{Diagnostic, Error};

use super::command::Evaluator;
use super::evaluation::{Evaluation, is_journal};
use super::journal_file::{JOURNAL, MAX_JOURNAL_BYTES};
use super::placement::{PlacementArguments, absolute};
use super::{Settings, Subject, evaluate};
use crate::cli::files::read;

#[derive(Args, Clone, Debug)]
#[command(group = ArgGroup::new("source").args(["dry_run", "measurements", "evaluator"]))]
// The trainer's arguments have no effect if something else measures.
#[cfg_attr(feature = "train", command(mut_group("source", |group| group.conflicts_with("TrainingArguments"))))]
pub(in crate::cli) struct EvaluationArguments {
    /// List the candidates without measuring them.
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Read measured accuracies instead: the journal.jsonl of an earlier run; or, for a search or a comparison, a CSV file
    /// with the columns alpha, beta, gamma, accuracy (in percent) and optionally phi and standard_error, where rows of the
    /// same candidate are repeated runs.
    #[arg(long, value_name = "FILE", help_heading = "Evaluators")]
    measurements: Option<PathBuf>,
    /// Measure each candidate with this command, such as ./train.sh. It runs in the candidate's folder (yours is
    /// $PHISCALE_FOLDER), reads candidate.json and network.toml there, and writes result.json:
    /// {"accuracy": 77.1}, in percent; optionally also standard_error, repeats (the number of runs behind it),
    /// seconds and notes.
    #[arg(long, value_name = "COMMAND", help_heading = "Evaluators")]
    evaluator: Option<String>,
    /// Candidates evaluated at a time; with --executor slurm, those of a job array. Default: on this machine, 1 for a
    /// command and the number of processors for the built-in trainer; elsewhere, as many as there is room for.
    #[arg(long, value_name = "N", help_heading = "Evaluators", conflicts_with_all = ["dry_run", "measurements"],
        value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Time limit for each attempt at a candidate, in seconds. Default: none.
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["dry_run", "measurements"], help_heading = "Evaluators")]
    timeout: Option<f64>,
    /// Number of retries for a failed candidate. Default: 1 on this machine, 0 elsewhere.
    #[arg(long, value_name = "N", help_heading = "Evaluators", conflicts_with_all = ["dry_run", "measurements"],
        value_parser = clap::value_parser!(u32).range(..=100))]
    retries: Option<u32>,
    /// Folder for the journal and the candidates' folders, which keep what each evaluator printed in stdout.log
    /// and stderr.log. A repeated command resumes from the journal, and tries what failed again. Default: search-SPEC,
    /// design-SPACE or study-SPEC; of a study with --space, study-designed_SPACE.
    #[arg(
        long,
        value_name = "FOLDER",
        conflicts_with = "measurements",
        help_heading = "Evaluators"
    )]
    folder: Option<PathBuf>,
    #[command(flatten)]
    placement: PlacementArguments,
    #[cfg(feature = "train")]
    #[command(flatten)]
    training: crate::cli::train::TrainingArguments,
}

impl EvaluationArguments {
    /// Evaluates the candidates, or reads their measurements. Rows of a table without a φ are taken as measured at
    /// `phi`. None if the jobs were submitted and nobody waits for them.
    pub(in crate::cli) fn evaluate(
        &self,
        subject: &Subject,
        candidates: &[Candidate],
        phi: Option<f64>,
    ) -> Result<Option<Evaluation>, Error> {
        if let Some(path) = &self.measurements {
            return Evaluation::read(path, phi, candidates).map(Some);
        }
        let (evaluator, default_jobs) = self.evaluator()?;
        let folder = self.folder(subject);
        let placement = self.placement.placement(self.jobs.map(usize::from))?;
        if self.placement.resume {
            check_search(&folder)?;
        }
        let folder = if placement.is_local() { folder } else { absolute(&folder)? };
        let settings = Settings {
            subject,
            evaluator: &evaluator,
            jobs: placement.largest_number(default_jobs),
            placement: &placement,
            timeout: self.timeout.map(timeout).transpose()?,
            retries: self.retries.unwrap_or(u32::from(placement.is_local())),
            folder: &folder,
        };
        let (entries, open) = evaluate(&settings, candidates)?;
        if placement.detaches && open > 0 {
            return Ok(None);
        }
        Ok(Some(Evaluation { unfinished: open, ..Evaluation::new(entries, evaluator.label()) }))
    }

    /// Whether candidates are only listed, without a look at what was measured.
    pub(in crate::cli) fn only_lists(&self) -> Result<bool, Error> {
        if self.dry_run && self.folder.is_some() {
            let problem = Diagnostic::new("--folder has no effect with --dry-run");
            return Err(problem.help("leave out one of both").into());
        }
        Ok(self.dry_run)
    }

    /// The same, with one training run for each candidate, which says how it is trained. `help` says what to give in place
    /// of --seeds.
    pub(in crate::cli) fn with_one_seed(&self, help: &str) -> Result<Self, Error> {
        self.check_says_variants()?;
        #[cfg(feature = "train")]
        return Ok(EvaluationArguments {
            training: self.training.with_one_seed(help)?,
            ..self.clone()
        });
        #[cfg(not(feature = "train"))]
        {
            let _ = help;
            Ok(self.clone())
        }
    }

    /// Whether the built-in trainer measures, and keeps no images back.
    #[cfg_attr(not(feature = "train"), allow(clippy::unused_self))]
    pub(in crate::cli) fn chooses_by_test_images(&self) -> bool {
        #[cfg(feature = "train")]
        return self.evaluator.is_none()
            && self.measurements.is_none()
            && !self.dry_run
            && !self.training.keeps_images_back();
        #[cfg(not(feature = "train"))]
        false
    }

    fn folder(&self, subject: &Subject) -> PathBuf {
        self.folder.clone().unwrap_or_else(|| PathBuf::from(&subject.folder))
    }

    /// What was measured so far: in the file of measurements, or in the folder.
    pub(super) fn known(&self, subject: &Subject) -> Result<Vec<MeasuredAccuracy>, Error> {
        if let Some(path) = &self.measurements {
            return Ok(Evaluation::read(path, None, &[])?.measurements);
        }
        Ok(self.journal(subject)?.iter().filter_map(JournalEntry::measurement).collect())
    }

    /// What was measured so far: the journal of the folder; nothing where there is none.
    pub(in crate::cli) fn journal(&self, subject: &Subject) -> Result<Vec<JournalEntry>, Error> {
        let path = self.folder(subject).join(JOURNAL);
        if !path.exists() {
            return Ok(Vec::new());
        }
        let text = read(&path.to_string_lossy(), MAX_JOURNAL_BYTES, "a journal")?;
        Ok(Journal::parse(&text)?.entries)
    }

    /// The measurements of these candidates, which a file has.
    pub(in crate::cli) fn read_all(&self, candidates: &[Candidate]) -> Result<Evaluation, Error> {
        let path = self.measurements.as_ref();
        let path = path.ok_or_else(|| Error::new("a replay needs --measurements"))?;
        Evaluation::read(path, None, candidates)
    }

    /// Whether measurements are read from a file.
    pub(in crate::cli) fn is_read(&self) -> bool {
        self.measurements.is_some()
    }

    /// The epochs that are given for the built-in trainer.
    #[cfg_attr(not(feature = "train"), allow(clippy::unused_self))]
    pub(in crate::cli) fn epochs(&self) -> Option<u64> {
        #[cfg(feature = "train")]
        return self.training.epochs.map(u64::from);
        #[cfg(not(feature = "train"))]
        None
    }

    /// The same for candidates of which each says how it is trained, for at most so many epochs. Fails where an argument
    /// of the trainer has no effect on them, or the file of measurements cannot say what was chosen.
    pub(in crate::cli) fn of_variants(&self, epochs: u64, help: &str) -> Result<Self, Error> {
        let one = self.with_one_seed(help)?;
        #[cfg(feature = "train")]
        return Ok(EvaluationArguments { training: one.training.of_variants(epochs), ..one });
        #[cfg(not(feature = "train"))]
        {
            let _ = epochs;
            Ok(one)
        }
    }

    /// Fails if measurements are read from a file that cannot say what was chosen or how it was trained.
    fn check_says_variants(&self) -> Result<(), Error> {
        let Some(path) = self.measurements.as_ref().filter(|path| !is_journal(path)) else {
            return Ok(());
        };
        let message = format!("{} says no choices, seeds or learning rates", path.display());
        let help = "--measurements takes the journal.jsonl of an earlier run";
        Err(Diagnostic::new(message).help(help).into())
    }

    /// The evaluator, and its default number of jobs.
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
            .map_err(|error| Error::new(format!("cannot find the phiscale program: {error}")))?;
        Ok((Evaluator::BuiltIn(program, self.training.with_absolute_path()?), processors))
    }

    #[cfg(not(feature = "train"))]
    #[allow(clippy::unused_self)]
    fn built_in(&self) -> Result<(Evaluator, usize), Error> {
        let message = "this build of phiscale has no trainer, so it cannot measure candidates";
        let problem = Diagnostic::new(message)
            .help("install it with the trainer: cargo install --path . --features train")
            .help("or use --evaluator COMMAND, --measurements FILE or --dry-run");
        Err(problem.into())
    }
}

/// Fails if a folder holds no search to go on with.
fn check_search(folder: &Path) -> Result<(), Error> {
    if folder.join(JOURNAL).exists() {
        return Ok(());
    }
    let message = format!("there is no search in {} to resume", folder.display());
    let help = "give its --folder; without --resume, a search is started there";
    Err(Diagnostic::new(message).help(help).into())
}

fn timeout(seconds: f64) -> Result<Duration, Error> {
    let duration = Duration::try_from_secs_f64(seconds).ok().filter(|_| seconds > 0.0);
    duration.ok_or_else(|| {
        Error::new(format!("--timeout is {seconds}; it must be a number of seconds above 0"))
    })
}
