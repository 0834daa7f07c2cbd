//! Evaluates candidates with a command, several at a time, each in a separate folder: here, or as jobs elsewhere. An
//! outcome is in the journal before the search goes on.

mod arguments;
mod attempt;
mod command;
mod evaluation;
mod executor;
mod follow;
mod job;
mod job_script;
mod jobs_commands;
mod jobs_file;
mod journal_file;
mod leave;
mod line_file;
mod lock;
mod open_jobs;
mod placement;
mod process;
mod steps;
mod submit;
mod trial;

pub(super) use arguments::EvaluationArguments;
pub(super) use evaluation::Evaluation;
pub(super) use jobs_commands::JobsCommand;
pub(super) use steps::{Answer, Ending};

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::ProgressBar;
use phiscale::search::{Candidate, FailureKind, JournalEntry, Lookup};
use phiscale::{Diagnostic, Error, Family};

use super::interrupt::stop_flag;
use super::output;
use command::Evaluator;
use executor::Executor;
use follow::Follower;
use jobs_file::JobsFile;
use journal_file::{JOURNAL, JournalFile};
use lock::Lock;
use open_jobs::{FolderJobs, folder_jobs};
use placement::Placement;

/// What candidates are of.
pub(super) struct Subject<'a> {
    /// Its name in the journal.
    pub(super) name: &'a str,
    /// The folder, where none is given.
    pub(super) folder: String,
    /// The family of which a candidate is a network.
    pub(super) family: &'a dyn Fn(&Candidate) -> Result<Arc<Family>, Error>,
}

struct Settings<'a> {
    subject: &'a Subject<'a>,
    evaluator: &'a Evaluator,
    placement: &'a Placement,
    /// How many candidates are submitted at a time.
    jobs: usize,
    /// The time limit of one attempt.
    timeout: Option<Duration>,
    /// Number of retries for a failed candidate.
    retries: u32,
    /// The folder of the journal and of the candidates' folders.
    folder: &'a Path,
}

/// Evaluates every candidate without an accuracy in the journal. Returns the journal, and how many attempts are not
/// over.
fn evaluate(
    settings: &Settings,
    candidates: &[Candidate],
) -> Result<(Vec<JournalEntry>, usize), Error> {
    let stop = stop_flag("it will end the search at once, to be resumed from the journal");
    let executor = Executor::new(settings.placement, settings.folder, stop)?;
    fs::create_dir_all(settings.folder).map_err(|error| {
        Error::new(format!("cannot create the folder {}: {error}", settings.folder.display()))
    })?;
    let _lock = Lock::of(settings.folder)?;
    let path = settings.folder.join(JOURNAL);
    let (name, evaluator) = (settings.subject.name, settings.evaluator.label());
    let journal = JournalFile::open(&path, name, &evaluator, candidates)?;
    say_other_command(&journal.entries, candidates, settings.evaluator);
    let (jobs, left) = jobs(settings, &journal.entries)?;
    let known = Lookup::new(&journal.entries, JournalEntry::identity);
    let pending: Vec<&Candidate> =
        candidates.iter().filter(|one| !settings.is_done(&known, one)).collect();
    let mut follower = Follower {
        settings,
        executor,
        journal,
        jobs,
        stop,
        bar: progress(candidates.len(), candidates.len() - pending.len()),
        queue: VecDeque::new(),
        paused: Vec::new(),
        running: Vec::new(),
        asked: None,
        said: Vec::new(),
    };
    follower.take_up(&pending, left.open);
    let ended = follower.run();
    follower.bar.finish_and_clear();
    if ended.is_err() {
        stop.store(true, Ordering::Relaxed);
    }
    follower.executor.join();
    let left = follower.leave();
    ended.and(left)?;
    let open = follower.queue.len() + follower.paused.len() + follower.running.len();
    Ok((follower.journal.entries, open))
}

impl<'a> Subject<'a> {
    /// Networks that all scale one family; `name` says by which baseline.
    pub(super) fn scaled(
        name: &'a str,
        family: &Family,
        of: &'a dyn Fn(&Candidate) -> Result<Arc<Family>, Error>,
    ) -> Subject<'a> {
        Subject { name, folder: default_folder("search", &family.name), family: of }
    }
}

/// The folder of a command for a spec or a space, which may be a path: `search-mine` for specs/mine.toml.
pub(super) fn default_folder(command: &str, spec: &str) -> String {
    let stem = Path::new(spec).file_stem().unwrap_or_default();
    format!("{command}-{}", stem.to_string_lossy())
}

impl Settings<'_> {
    /// Whether a candidate is not tried again. Here, each one without an accuracy is: the command may have been
    /// corrected. Elsewhere, what failed is left unless the command is another one or there are retries left.
    fn is_done(&self, known: &Lookup<JournalEntry>, candidate: &Candidate) -> bool {
        let is_kept = |entry: &JournalEntry| {
            !self.placement.is_local()
                && entry.failure.is_some_and(|failure| failure != FailureKind::Lost)
                && entry.command.as_deref() == self.evaluator.line()
                && entry.attempts > self.retries
        };
        known.of(candidate).any(|entry| entry.accuracy.is_some())
            || known.of(candidate).next_back().is_some_and(is_kept)
    }
}

/// The list of jobs elsewhere, and those that are in it. Fails if another executor has jobs there.
fn jobs(
    settings: &Settings,
    entries: &[JournalEntry],
) -> Result<(Option<JobsFile>, FolderJobs), Error> {
    let (jobs, known) = if settings.placement.is_local() {
        (None, jobs_file::submissions(settings.folder)?)
    } else {
        let (jobs, known) = JobsFile::open(settings.folder)?;
        job_script::write(settings.folder)?;
        (Some(jobs), known)
    };
    let found = folder_jobs(&known, entries, settings.folder);
    let name = settings.placement.executor.name();
    let is_open = |token: &str| found.open.iter().any(|job| job.key.token == token);
    let mut others = known.iter().map(|one| &one.submission).filter(|one| one.executor != name);
    let Some(other) = others.find(|submission| is_open(&submission.token)) else {
        return Ok((jobs, found));
    };
    let (other, folder) = (&other.executor, settings.folder.display());
    let message = format!("{folder} has jobs of --executor {other}, not of {name}");
    let help =
        format!("go on with --executor {other}, or end them: phiscale search cancel {folder}");
    Err(Diagnostic::new(message).help(help).into())
}

/// Says which accuracies another command has measured: they are kept, since the command may only have been corrected.
fn say_other_command(entries: &[JournalEntry], candidates: &[Candidate], evaluator: &Evaluator) {
    let is_other = |entry: &&JournalEntry| {
        let is_of = |one: &Candidate| one.is(entry.identity());
        let is_other = entry.command.as_deref().is_some_and(|line| evaluator.line() != Some(line));
        is_other && entry.accuracy.is_some() && candidates.iter().any(is_of)
    };
    let others: Vec<&JournalEntry> = entries.iter().filter(is_other).collect();
    let Some(command) = others.last().and_then(|entry| entry.command.as_deref()) else { return };
    let count = others.len();
    output::say(&format!(
        "note: accuracies kept from another command, `{command}`: {count}; to measure them anew, choose another \
         --folder\n"
    ));
}

fn progress(all: usize, finished: usize) -> ProgressBar {
    let bar = output::bar(all as u64, "{pos}/{len} candidates {wide_bar} {eta} left  {msg}");
    bar.set_position(finished as u64);
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
