//! Slurm: job arrays by `sbatch`, and one `squeue` for all of them. `sacct` is not asked: it needs a database that many
//! clusters do without.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use phiscale::{Diagnostic, Error};

use super::engine::{EngineError, answer};
use super::{JOBS_LOG, JobKey, JobState};
use crate::cli::evaluate::job_script::SCRIPT;

/// The number of jobs in an array where Slurm does not say how many it allows: its default, 1001, less one.
const DEFAULT_ARRAY: usize = 1000;

/// How many names or jobs stand on one command line.
const MOST_WORDS: usize = 1000;

/// The words with which Slurm says that a job has ended.
const ENDED: [&str; 10] = [
    "BOOT_FAIL",
    "CANCELLED",
    "COMPLETED",
    "DEADLINE",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PREEMPTED",
    "REVOKED",
    "TIMEOUT",
];

pub(in crate::cli::evaluate) struct Slurm {
    /// What the user adds to the command line of `sbatch`.
    arguments: Vec<String>,
    /// The folder of the search.
    folder: PathBuf,
    /// How many jobs of an array may run at a time.
    at_a_time: Option<usize>,
    largest_array: usize,
    /// Slurm's names for submissions, by their tokens, as `squeue` tells them.
    ids: BTreeMap<String, String>,
}

/// A job as `squeue` lists it.
struct ListedJob {
    token: String,
    index: usize,
    id: String,
    state: JobState,
}

impl Slurm {
    /// Slurm, if this machine can submit to it.
    pub(super) fn new(
        arguments: &[String],
        folder: &Path,
        at_a_time: Option<usize>,
    ) -> Result<Slurm, Error> {
        let mut version = Command::new("sbatch");
        answer(version.arg("--version"), "sbatch", "").map_err(|error| {
            let help = "run the search on a machine that submits jobs: the login node of a cluster";
            Error::from(Diagnostic::new(error.to_string()).help(help))
        })?;
        let (arguments, folder) = (arguments.to_vec(), folder.to_path_buf());
        let (largest_array, ids) = (largest_array(), BTreeMap::new());
        Ok(Slurm { arguments, folder, at_a_time, largest_array, ids })
    }

    /// The most jobs that are submitted together.
    pub(super) fn largest_array(&self) -> usize {
        self.largest_array
    }

    /// Submits an array of jobs under the name `token`. Gives Slurm's name for it.
    pub(super) fn submit(&self, token: &str, count: usize) -> Result<String, EngineError> {
        let limit = self.at_a_time.map_or(String::new(), |limit| format!("%{limit}"));
        let mut log = std::ffi::OsString::from("--output=");
        log.push(self.folder.join(JOBS_LOG));
        let mut command = Command::new("sbatch");
        command.args(["--parsable", "--no-requeue", "--open-mode=append"]).arg(log);
        command.arg(format!("--job-name={token}"));
        command.arg(format!("--array=0-{}{limit}", count.saturating_sub(1)));
        command.args(&self.arguments).arg(self.folder.join(SCRIPT)).arg(token);
        let printed = answer(&mut command, "sbatch", "")?;
        // With several clusters, that of the job stands behind a semicolon.
        let id = printed.trim().lines().last().and_then(|line| line.split(';').next());
        let id = id.filter(|id| id.parse::<u64>().is_ok());
        id.map(String::from).ok_or_else(|| {
            let printed = printed.trim();
            EngineError::Silent(format!("sbatch printed `{printed}`, which names no job"))
        })
    }

    /// The states of jobs, by one `squeue`.
    pub(super) fn poll(&mut self, keys: &[&JobKey]) -> Result<Vec<Option<JobState>>, EngineError> {
        let listed = listed(keys)?;
        let states: HashMap<(&str, usize), JobState> =
            listed.iter().map(|job| ((&*job.token, job.index), job.state)).collect();
        let state = |key: &&JobKey| states.get(&(&*key.token, key.index)).copied();
        let states = keys.iter().map(|key| Some(state(key).unwrap_or(JobState::Gone))).collect();
        self.ids = listed.into_iter().map(|job| (job.token, job.id)).collect();
        Ok(states)
    }

    /// Ends jobs, alive or not.
    pub(super) fn cancel(&self, keys: &[&JobKey]) -> Result<(), EngineError> {
        let (mut jobs, mut names) = (Vec::new(), BTreeSet::new());
        for key in keys {
            match key.id.as_ref().or_else(|| self.ids.get(&key.token)) {
                Some(id) => jobs.push(format!("{id}_{}", key.index)),
                // Nobody saw that Slurm took it, so all of it goes.
                None => drop(names.insert(format!("--name={}", key.token))),
            }
        }
        let names = names.iter().map(std::slice::from_ref);
        for words in jobs.chunks(MOST_WORDS).chain(names) {
            match answer(Command::new("scancel").args(words), "scancel", "") {
                // Some have ended already.
                Ok(_) | Err(EngineError::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The jobs with these tokens that Slurm has.
fn listed(keys: &[&JobKey]) -> Result<Vec<ListedJob>, EngineError> {
    let tokens: BTreeSet<&str> = keys.iter().map(|key| &*key.token).collect();
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let mut command = Command::new("squeue");
    command.args(["--noheader", "--array", "--format=%j|%F|%K|%T"]);
    if tokens.len() <= MOST_WORDS {
        command.arg(format!("--name={}", tokens.into_iter().collect::<Vec<_>>().join(",")));
    } else {
        command.arg("--me");
    }
    let printed = answer(&mut command, "squeue", "")?;
    Ok(printed.lines().filter_map(listed_job).collect())
}

/// A line of `squeue`; none for a job without an index, which is not ours.
fn listed_job(line: &str) -> Option<ListedJob> {
    let mut parts = line.trim().split('|');
    let (token, id) = (parts.next()?.to_string(), parts.next()?.to_string());
    let index = parts.next()?.parse().ok()?;
    let state = match parts.next()? {
        "PENDING" | "CONFIGURING" => JobState::Waiting,
        word if ENDED.contains(&word) => JobState::Gone,
        _ => JobState::Running,
    };
    Some(ListedJob { token, index, id, state })
}

/// The most jobs in an array. Slurm's MaxArraySize is one more than the largest index.
fn largest_array() -> usize {
    let config = answer(Command::new("scontrol").args(["show", "config"]), "scontrol", "");
    let config = config.unwrap_or_default();
    let line = config.lines().find_map(|line| line.trim().strip_prefix("MaxArraySize"));
    let size = line.and_then(|line| line.split('=').nth(1)?.trim().parse().ok());
    size.filter(|size| *size > 0).unwrap_or(DEFAULT_ARRAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_squeue_are_read() {
        let job = listed_job("phiscale-1|77|3|PENDING").expect("a job");
        assert_eq!((&*job.token, &*job.id, job.index), ("phiscale-1", "77", 3));
        let state = |line| listed_job(line).map(|job| job.state);
        assert_eq!(state("a|1|0|PENDING"), Some(JobState::Waiting));
        assert_eq!(state("a|1|0|COMPLETING"), Some(JobState::Running));
        assert_eq!(state("a|1|0|NODE_FAIL"), Some(JobState::Gone));
        for other in ["a|1|N/A|RUNNING", "a|1", ""] {
            assert_eq!(state(other), None, "{other}");
        }
    }
}
