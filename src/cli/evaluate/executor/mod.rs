//! Where attempts run: as processes here, as jobs of Slurm, or as jobs of any engine with a command line. An engine
//! says whether a job is alive. How an attempt ended, its outcome says.

mod command_lines;
mod engine;
mod local;
mod slurm;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use phiscale::search::{AttemptOutcome, Submission};
use phiscale::{Diagnostic, Error};

use command_lines::CommandLines;
use engine::EngineError;
use local::Local;
use slurm::Slurm;

use super::attempt::Attempt;
use super::jobs_file;
use super::placement::{ExecutorName, Placement};

/// The file in a search's folder that has what jobs of Slurm print themselves.
pub(super) const JOBS_LOG: &str = "jobs.log";

/// How a job is found again.
#[derive(Clone, Debug)]
pub(super) struct JobKey {
    /// The token of its submission.
    pub(super) token: String,
    /// Its place in the submission.
    pub(super) index: usize,
    /// The engine's name for the submission, once it has taken it.
    pub(super) id: Option<String>,
}

/// What an engine says of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobState {
    Waiting,
    Running,
    /// It has ended, or the engine does not know it.
    Gone,
}

/// Whether an engine has taken jobs.
pub(super) enum Taken {
    /// It calls them by this name.
    As(String),
    /// They run here.
    Here,
    /// It did not answer: it may have taken them.
    Perhaps(String),
}

pub(super) enum Executor {
    Local(Local),
    Slurm(Slurm),
    Command(CommandLines),
}

impl Executor {
    /// The executor of a placement, for a search in this folder. Fails if its engine cannot be reached.
    pub(super) fn new(
        placement: &Placement,
        folder: &Path,
        stop: &'static AtomicBool,
    ) -> Result<Executor, Error> {
        match (placement.executor, &placement.templates) {
            (ExecutorName::Local, _) => Ok(Executor::Local(Local::new(stop))),
            (ExecutorName::Slurm, _) => {
                Slurm::new(&placement.sbatch_arguments, folder, placement.jobs).map(Executor::Slurm)
            }
            (ExecutorName::Command, Some(templates)) => {
                CommandLines::new(templates, folder).map(Executor::Command)
            }
            (ExecutorName::Command, None) => Err(Error::new("--executor command needs --submit")),
        }
    }

    /// The executor to which a submission went.
    pub(super) fn of(submission: &Submission, folder: &Path) -> Result<Executor, Error> {
        match (&*submission.executor, &submission.templates) {
            ("slurm", _) => Slurm::new(&[], folder, None).map(Executor::Slurm),
            (_, Some(templates)) => CommandLines::new(templates, folder).map(Executor::Command),
            (name, None) => {
                let message = format!("jobs.jsonl names the executor `{name}`");
                Err(Diagnostic::new(message).known("executors", name, &["slurm", "command"]).into())
            }
        }
    }

    /// The most jobs of one submission.
    pub(super) fn largest_submission(&self) -> usize {
        match self {
            Executor::Local(_) | Executor::Command(_) => 1,
            Executor::Slurm(slurm) => slurm.largest_array(),
        }
    }

    /// Submits attempts together.
    pub(super) fn submit(&mut self, token: &str, attempts: Vec<Attempt>) -> Result<Taken, Error> {
        let answer = match self {
            Executor::Local(local) => {
                for attempt in attempts {
                    local.start(token, attempt);
                }
                return Ok(Taken::Here);
            }
            Executor::Slurm(slurm) => slurm.submit(token, attempts.len()),
            Executor::Command(lines) => lines.submit(token),
        };
        match answer {
            Ok(id) => Ok(Taken::As(id)),
            Err(EngineError::Silent(reason)) => Ok(Taken::Perhaps(reason)),
            Err(error) => Err(Error::new(error.to_string())),
        }
    }

    /// How a job ended, if it has.
    pub(super) fn outcome(&mut self, key: &JobKey, folder: &Path) -> Option<AttemptOutcome> {
        match self {
            Executor::Local(local) => local.outcome(&key.token),
            Executor::Slurm(_) | Executor::Command(_) => jobs_file::outcome(folder),
        }
    }

    /// What the engine says of jobs; none of one about which it says nothing that can be understood. `complain` is told
    /// what is wrong.
    pub(super) fn poll(
        &mut self,
        keys: &[&JobKey],
        complain: &mut dyn FnMut(String),
    ) -> Vec<Option<JobState>> {
        match self {
            Executor::Local(_) => vec![Some(JobState::Running); keys.len()],
            Executor::Slurm(slurm) => slurm.poll(keys).unwrap_or_else(|error| {
                complain(error.to_string());
                vec![None; keys.len()]
            }),
            Executor::Command(lines) => lines.poll(keys, complain),
        }
    }

    /// Ends jobs, alive or not.
    pub(super) fn cancel(&mut self, keys: &[&JobKey]) -> Result<(), Error> {
        let ended = match self {
            Executor::Local(_) => Ok(()),
            Executor::Slurm(slurm) => slurm.cancel(keys),
            Executor::Command(lines) => lines.cancel(keys),
        };
        ended.map_err(|error| Error::new(error.to_string()))
    }

    /// Waits until a process here ends, or for a while, or until the search stops.
    pub(super) fn wait(&mut self, most: Duration, stop: &AtomicBool) {
        match self {
            Executor::Local(local) => local.wait(most),
            Executor::Slurm(_) | Executor::Command(_) => {
                let start = Instant::now();
                while start.elapsed() < most && !stop.load(Ordering::Relaxed) {
                    thread::sleep(
                        most.saturating_sub(start.elapsed()).min(Duration::from_millis(100)),
                    );
                }
            }
        }
    }

    /// Waits for processes here that the search stops.
    pub(super) fn join(&mut self) {
        if let Executor::Local(local) = self {
            local.join();
        }
    }
}
