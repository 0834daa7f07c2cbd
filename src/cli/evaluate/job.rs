//! `phiscale search job`: what a job runs, on whatever machine it is.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::Args;
use phiscale::search::{AttemptEnding, KnownSubmission, SubmittedJob};
use phiscale::{Diagnostic, Error};

use super::attempt::{self, Attempt};
use super::jobs_file::{has_outcome, leave_outcome, submissions};
use crate::cli::{Ended, Outcome};

#[derive(Args, Debug)]
pub(in crate::cli) struct JobArguments {
    /// The folder of the search.
    folder: PathBuf,
    /// The token of the submission.
    token: String,
    /// The index of the job in the submission.
    index: usize,
}

/// Runs one job of a search and leaves its outcome. A job that was cancelled, whose outcome is there, or whose candidate
/// has a later attempt does nothing.
pub(in crate::cli) fn run(arguments: &JobArguments) -> Ended {
    let known = submissions(&arguments.folder)?;
    let KnownSubmission { submission, is_cancelled, .. } = submission(&known, arguments)?;
    let job = submission.jobs.get(arguments.index).ok_or_else(|| {
        let (index, last) = (arguments.index, submission.jobs.len().saturating_sub(1));
        Error::new(format!("there is no job {index} in {}; the last is {last}", arguments.token))
    })?;
    let folder = arguments.folder.join(&job.folder);
    let is_later =
        |other: &SubmittedJob| other.identity() == job.identity() && other.attempt > job.attempt;
    let others = known.iter().filter(|one| !one.is_cancelled);
    let mut others = others.flat_map(|one| &one.submission.jobs);
    if *is_cancelled || has_outcome(&folder) || others.any(is_later) {
        return Ok(Outcome::Passed);
    }
    let attempt = Attempt {
        folder: folder.clone(),
        command: job.command.iter().map(OsString::from).collect(),
        started_in: PathBuf::from(&submission.started_in),
        timeout: submission.timeout.and_then(|limit| Duration::try_from_secs_f64(limit).ok()),
    };
    let stop = stop_when_asked();
    // What is stopped leaves nothing: its search sees that it is gone.
    let Some(outcome) = attempt::run(&attempt, &stop) else { return Ok(Outcome::Failed) };
    leave_outcome(&folder, &outcome)?;
    Ok(Outcome::of(matches!(outcome.ending, AttemptEnding::Measured(_))))
}

/// A flag that is set when an engine asks the job to end, so that the evaluator ends before it does.
fn stop_when_asked() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        // Where it cannot be caught, the job ends at once.
        let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
    }
    flag
}

fn submission<'k>(
    known: &'k [KnownSubmission],
    arguments: &JobArguments,
) -> Result<&'k KnownSubmission, Error> {
    known.iter().find(|one| one.submission.token == arguments.token).ok_or_else(|| {
        let tokens: Vec<&str> = known.iter().map(|one| &*one.submission.token).collect();
        let folder = arguments.folder.display();
        let message = format!("no jobs `{}` were submitted in {folder}", arguments.token);
        Diagnostic::new(message).nearest(&arguments.token, &tokens).into()
    })
}
