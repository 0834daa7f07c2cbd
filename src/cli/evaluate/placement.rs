//! Where candidates are measured, as the command line says it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use phiscale::search::Templates;
use phiscale::{Diagnostic, Error};

/// How often an engine is asked about its jobs, in seconds.
const INTERVAL: f64 = 30.0;

/// How often a candidate may be lost and tried again.
const LOST_RETRIES: u32 = 5;

/// The arguments of sbatch that are not the user's to choose, long and short.
const OWN_ARGUMENTS: [(&str, &str); 3] =
    [("--job-name", "-J"), ("--array", "-a"), ("--wait", "-W")];

#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct PlacementArguments {
    /// Where candidates are measured.
    #[arg(long, value_enum, default_value = "local", help_heading = "Executors",
        conflicts_with_all = ["dry_run", "measurements"])]
    executor: ExecutorName,
    /// An argument for sbatch, such as --sbatch-arg=--partition=gpu; can be repeated. Only for --executor slurm.
    #[arg(long, value_name = "ARGUMENT", help_heading = "Executors", allow_hyphen_values = true)]
    sbatch_arg: Vec<String>,
    /// Command line that submits a job: {command} in it is what the job runs, {name} a name that no other job has,
    /// {folder} the search's folder. What its last line says is {id}. Only for --executor command.
    #[arg(long, value_name = "COMMAND", help_heading = "Executors")]
    submit: Option<String>,
    /// Command line whose last line is running, success or failed for the job {name}, which the engine calls {id}.
    #[arg(long, value_name = "COMMAND", help_heading = "Executors")]
    status: Option<String>,
    /// Command line that ends the job {name}, which the engine calls {id}.
    #[arg(long, value_name = "COMMAND", help_heading = "Executors")]
    cancel: Option<String>,
    /// How often the engine is asked about its jobs, in seconds. Default: 30.
    #[arg(long, value_name = "SECONDS", help_heading = "Executors")]
    poll: Option<f64>,
    /// Number of retries for a candidate whose job was lost: it is gone and left no outcome, as when its machine
    /// fails. Default: 5.
    #[arg(long, value_name = "N", help_heading = "Executors",
        value_parser = clap::value_parser!(u32).range(..=100))]
    retry_lost: Option<u32>,
    /// Submit the jobs and end: --resume goes on, `phiscale search status FOLDER` shows how far they are.
    #[arg(long, help_heading = "Executors")]
    detach: bool,
    /// Go on with the search in --folder; an error if there is none. Without this option, one is started there.
    #[arg(long, help_heading = "Executors", conflicts_with_all = ["dry_run", "measurements"])]
    pub(super) resume: bool,
}

/// The executors by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExecutorName {
    /// Processes on this machine
    Local,
    /// Job arrays of Slurm
    Slurm,
    /// Jobs that --submit, --status and --cancel submit, watch and end
    Command,
}

impl ExecutorName {
    pub(super) fn name(self) -> &'static str {
        match self {
            ExecutorName::Local => "local",
            ExecutorName::Slurm => "slurm",
            ExecutorName::Command => "command",
        }
    }
}

/// Where candidates are measured.
pub(super) struct Placement {
    pub(super) executor: ExecutorName,
    pub(super) sbatch_arguments: Vec<String>,
    /// The command lines of the executor `command`.
    pub(super) templates: Option<Templates>,
    /// How many candidates are evaluated at a time, if that is limited.
    pub(super) jobs: Option<usize>,
    /// How often an engine is asked about its jobs.
    pub(super) interval: Duration,
    /// How often a candidate may be lost and tried again.
    pub(super) lost_retries: u32,
    /// Whether the search ends once everything is submitted.
    pub(super) detaches: bool,
}

impl Placement {
    /// Whether candidates are measured by processes on this machine.
    pub(super) fn is_local(&self) -> bool {
        self.executor == ExecutorName::Local
    }

    /// How many candidates are submitted at a time. Slurm itself keeps to its limit.
    pub(super) fn largest_number(&self, default: usize) -> usize {
        match self.executor {
            ExecutorName::Local => self.jobs.unwrap_or(default),
            ExecutorName::Slurm => usize::MAX,
            ExecutorName::Command => self.jobs.unwrap_or(usize::MAX),
        }
    }
}

impl PlacementArguments {
    /// The placement. `jobs` is what the user says of how many candidates are evaluated at a time.
    pub(super) fn placement(&self, jobs: Option<usize>) -> Result<Placement, Error> {
        self.check_options()?;
        Ok(Placement {
            executor: self.executor,
            sbatch_arguments: self.sbatch_arg.clone(),
            templates: self.templates()?,
            jobs,
            interval: interval(self.poll.unwrap_or(INTERVAL))?,
            lost_retries: self.retry_lost.unwrap_or(LOST_RETRIES),
            detaches: self.detach,
        })
    }

    /// Fails at an option that says nothing to the chosen executor.
    fn check_options(&self) -> Result<(), Error> {
        use ExecutorName::{Command, Slurm};
        let given = [
            ("--sbatch-arg", !self.sbatch_arg.is_empty(), &[Slurm][..]),
            ("--submit", self.submit.is_some(), &[Command]),
            ("--status", self.status.is_some(), &[Command]),
            ("--cancel", self.cancel.is_some(), &[Command]),
            ("--poll", self.poll.is_some(), &[Slurm, Command]),
            ("--retry-lost", self.retry_lost.is_some(), &[Slurm, Command]),
            ("--detach", self.detach, &[Slurm, Command]),
        ];
        self.check_sbatch_arguments()?;
        let wrong = given.iter().find(|(_, given, of)| *given && !of.contains(&self.executor));
        let Some((option, _, of)) = wrong else { return Ok(()) };
        let message = format!("{option} has no effect with --executor {}", self.executor.name());
        let names: Vec<&str> = of.iter().map(|name| name.name()).collect();
        let help = format!("it is for --executor {}", names.join(" and "));
        Err(Diagnostic::new(message).help(help).into())
    }

    /// Fails at an argument of sbatch by which the search finds its jobs.
    fn check_sbatch_arguments(&self) -> Result<(), Error> {
        let is_own = |argument: &&String| {
            OWN_ARGUMENTS.iter().any(|(long, short)| {
                argument.split('=').next() == Some(long) || argument.starts_with(short)
            })
        };
        let Some(argument) = self.sbatch_arg.iter().find(is_own) else { return Ok(()) };
        let message = format!("--sbatch-arg {argument} is chosen by the search");
        let help = "it names its jobs, and --jobs limits how many run at a time";
        Err(Diagnostic::new(message).help(help).into())
    }

    fn templates(&self) -> Result<Option<Templates>, Error> {
        if self.executor != ExecutorName::Command {
            return Ok(None);
        }
        let given = |option: &str, template: &Option<String>| {
            template.clone().ok_or_else(|| {
                let message = format!("--executor command needs {option}");
                let help = "docs/cluster.md has the command lines of several engines";
                Error::from(Diagnostic::new(message).help(help))
            })
        };
        Ok(Some(Templates {
            submit: given("--submit", &self.submit)?,
            status: given("--status", &self.status)?,
            cancel: given("--cancel", &self.cancel)?,
        }))
    }
}

/// A folder by a path that holds on any machine that shares it.
pub(super) fn absolute(folder: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(folder).map_err(|error| {
        Error::new(format!("cannot find the folder {}: {error}", folder.display()))
    })
}

fn interval(seconds: f64) -> Result<Duration, Error> {
    let duration = Duration::try_from_secs_f64(seconds).ok();
    let duration = duration.filter(|_| (0.1..=3600.0).contains(&seconds));
    duration.ok_or_else(|| {
        Error::new(format!("--poll is {seconds}; it must be a number of seconds from 0.1 to 3600"))
    })
}
