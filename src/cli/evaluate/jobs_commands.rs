//! `phiscale search status` and `cancel`: a search's jobs, from its folder alone.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use phiscale::reports::{self, JobCounts};
use phiscale::search::{Journal, JournalEntry, KnownSubmission};
use phiscale::{Diagnostic, Error};

use super::executor::{Executor, JobKey, JobState};
use super::job::{self, JobArguments};
use super::jobs_file::{JobsFile, has_outcome, submissions};
use super::journal_file::{JOURNAL, MAX_JOURNAL_BYTES};
use super::leave;
use super::lock::Lock;
use super::open_jobs::{OpenJob, folder_jobs};
use super::placement::absolute;
use crate::cli::files::read;
use crate::cli::format::Output;
use crate::cli::{Ended, Outcome, output};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum JobsCommand {
    /// Show how far the jobs of a search are.
    Status(StatusArguments),
    /// Cancel the jobs of a search.
    Cancel(CancelArguments),
    /// Run one job of a search; its script does this.
    #[command(hide = true)]
    Job(JobArguments),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct StatusArguments {
    /// The folder of the search.
    folder: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct CancelArguments {
    /// The folder of the search.
    folder: PathBuf,
}

impl JobsCommand {
    pub(in crate::cli) fn run(&self) -> Ended {
        match self {
            JobsCommand::Status(arguments) => status(arguments),
            JobsCommand::Cancel(arguments) => cancel(&arguments.folder),
            JobsCommand::Job(arguments) => job::run(arguments),
        }
    }
}

/// A search's journal, and what was submitted for it.
fn known(folder: &Path) -> Result<(Vec<JournalEntry>, Vec<KnownSubmission>), Error> {
    let (journal, known) = (folder.join(JOURNAL), submissions(folder)?);
    if !journal.exists() {
        let message = format!("{} holds no search: there is no {JOURNAL}", folder.display());
        let help = "give the folder of a search: that of its --folder";
        return Err(Diagnostic::new(message).help(help).into());
    }
    let text = read(&journal.to_string_lossy(), MAX_JOURNAL_BYTES, "a journal")?;
    Ok((Journal::parse(&text)?.entries, known))
}

/// The executor of the jobs that were submitted last.
fn executor(known: &[KnownSubmission], folder: &Path) -> Result<Option<Executor>, Error> {
    known.last().map(|last| Executor::of(&last.submission, folder)).transpose()
}

fn status(arguments: &StatusArguments) -> Ended {
    let (mut entries, known) = known(&arguments.folder)?;
    let folder = absolute(&arguments.folder)?;
    let jobs = folder_jobs(&known, &entries, &folder);
    // What is tried again counts once.
    entries.retain(|entry| !jobs.open.iter().any(|job| job.is_of(entry)));
    let (ended, open): (Vec<OpenJob>, Vec<OpenJob>) =
        jobs.open.into_iter().partition(|job| has_outcome(&job.folder));
    let keys: Vec<&JobKey> = open.iter().map(|job| &job.key).collect();
    let mut states = Vec::new();
    if !keys.is_empty()
        && let Some(mut executor) = executor(&known, &folder)?
    {
        let mut complain = |complaint: String| output::say(&format!("note: {complaint}\n"));
        states = executor.poll(&keys, &mut complain);
    }
    let count = |wanted| states.iter().filter(|state| **state == wanted).count();
    let counts = JobCounts {
        running: count(Some(JobState::Running)),
        waiting: count(Some(JobState::Waiting)),
        gone: count(Some(JobState::Gone)),
        unknown: count(None),
        ended: ended.len(),
    };
    let executor = known.last().map_or("local", |last| &last.submission.executor);
    let report = reports::search_status(executor, &entries, &counts);
    output::report(&report, &arguments.output)
}

/// Cancels what has not ended. Not while a search follows the jobs: it would submit them again.
fn cancel(folder: &Path) -> Ended {
    known(folder)?;
    let _lock = Lock::of(folder)?;
    let (entries, known) = known(folder)?;
    let folder = absolute(folder)?;
    let (mut file, _) = JobsFile::open(&folder)?;
    let mut open = folder_jobs(&known, &entries, &folder).open;
    open.retain(|job| !has_outcome(&job.folder));
    let keys: Vec<&JobKey> = open.iter().map(|job| &job.key).collect();
    if let Some(mut executor) = executor(&known, &folder)? {
        leave::cancel(&mut executor, &mut file, &keys)?;
    }
    output::say(&format!("jobs cancelled: {}\n", keys.len()));
    Ok(Outcome::Passed)
}
