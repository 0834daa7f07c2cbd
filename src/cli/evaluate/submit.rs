//! Submits attempts: a folder for each, a line in the list of jobs, and only then the engine.

use std::ffi::OsString;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::time::Instant;

use phiscale::search::{AttemptEnding, AttemptOutcome, Candidate, Submission, SubmittedJob};
use phiscale::{Coefficients, Error};

use super::attempt::{self, Attempt, unused_folder};
use super::executor::{JobKey, Taken};
use super::follow::{Follower, Running};
use super::job_script::text;
use super::jobs_file::JobsFile;
use super::trial::Trial;

impl<'a> Follower<'a> {
    /// How many more candidates may be tried now.
    pub(super) fn room(&self) -> usize {
        let taken = self.running.len() + self.paused.len();
        self.settings.jobs.saturating_sub(taken).min(self.queue.len())
    }

    /// Submits what there is room for, and what has waited for its next attempt.
    pub(super) fn submit_ready(&mut self) -> Result<(), Error> {
        let room = self.room();
        let now = Instant::now();
        let (ready, paused): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.paused).into_iter().partition(|(at, _)| *at <= now);
        self.paused = paused;
        let mut ready: Vec<Trial> = ready.into_iter().map(|(_, trial)| trial).collect();
        ready.extend(self.queue.drain(..room));
        let most = self.executor.largest_submission();
        while !ready.is_empty() && !self.is_stopped() {
            let rest = ready.split_off(most.min(ready.len()));
            self.submit(ready)?;
            ready = rest;
        }
        Ok(())
    }

    /// Submits attempts together.
    fn submit(&mut self, trials: Vec<Trial<'a>>) -> Result<(), Error> {
        let mut prepared = Vec::new();
        for mut trial in trials {
            trial.attempts += 1;
            let folder = unused_folder(self.settings.folder, trial.candidate);
            match self.prepare(trial.candidate, &folder) {
                Ok(member) => {
                    let attempt = self.attempt(trial.candidate, &member, folder);
                    prepared.push((trial, attempt));
                }
                Err(reason) => {
                    let ending = AttemptEnding::Failed(reason);
                    let outcome = AttemptOutcome { ending, seconds: 0.0, remarks: Vec::new() };
                    self.settle(trial, &folder, outcome)?;
                }
            }
        }
        if prepared.is_empty() { Ok(()) } else { self.hand_over(prepared) }
    }

    fn prepare(&self, candidate: &Candidate, folder: &Path) -> Result<String, String> {
        let family = (self.settings.subject.family)(candidate);
        let family = family.map_err(|error| error.message().to_string())?;
        attempt::prepare(&family, candidate, folder)
    }

    fn attempt(&self, candidate: &Candidate, member: &str, folder: PathBuf) -> Attempt {
        let command = self.settings.evaluator.words(member, &candidate.variant);
        let started_in = std::env::current_dir().unwrap_or_default();
        Attempt { folder, command, started_in, timeout: self.settings.timeout }
    }

    /// Writes attempts down and gives them to the engine. What it refuses leaves no trace.
    fn hand_over(&mut self, prepared: Vec<(Trial<'a>, Attempt)>) -> Result<(), Error> {
        let token = new_token();
        if self.jobs.is_some() {
            let submission = self.submission(&token, &prepared)?;
            if let Some(jobs) = &mut self.jobs {
                jobs.submit(submission)?;
            }
        }
        let folders: Vec<PathBuf> =
            prepared.iter().map(|(_, attempt)| attempt.folder.clone()).collect();
        let (trials, attempts): (Vec<_>, Vec<_>) = prepared.into_iter().unzip();
        let id = match self.executor.submit(&token, attempts) {
            Ok(answer) => self.accepted(&token, answer)?,
            Err(refusal) => {
                self.jobs.as_ref().map_or(Ok(()), JobsFile::withdraw)?;
                for folder in folders {
                    let _ = fs::remove_dir_all(folder);
                }
                return Err(refusal);
            }
        };
        for (index, (trial, folder)) in trials.into_iter().zip(folders).enumerate() {
            let key = JobKey { token: token.clone(), index, id: id.clone() };
            self.running.push(Running::new(trial, key, folder));
        }
        Ok(())
    }

    /// Writes down what an engine calls a submission.
    fn accepted(&mut self, token: &str, answer: Taken) -> Result<Option<String>, Error> {
        match answer {
            Taken::Here => Ok(None),
            Taken::Perhaps(reason) => {
                self.say_once(&[format!("note: {reason}; the search looks for its jobs")]);
                Ok(None)
            }
            Taken::As(id) => {
                self.jobs.as_mut().map_or(Ok(()), |jobs| jobs.accept(token, &id))?;
                Ok(Some(id))
            }
        }
    }

    fn submission(&self, token: &str, prepared: &[(Trial, Attempt)]) -> Result<Submission, Error> {
        let jobs = prepared.iter().map(|(trial, attempt)| submitted(trial, attempt));
        let placement = self.settings.placement;
        let started_in = std::env::current_dir().unwrap_or_default();
        Ok(Submission {
            token: token.into(),
            executor: placement.executor.name().into(),
            templates: placement.templates.clone(),
            started_in: text(&started_in)?.into(),
            timeout: self.settings.timeout.map(|limit| limit.as_secs_f64()),
            jobs: jobs.collect::<Result<_, Error>>()?,
        })
    }
}

/// An attempt as the list of jobs has it.
fn submitted(trial: &Trial, attempt: &Attempt) -> Result<SubmittedJob, Error> {
    let Coefficients { alpha, beta, gamma } = trial.candidate.coefficients;
    let word = |word: &OsString| {
        word.to_str().map(String::from).ok_or_else(|| {
            let word = word.to_string_lossy();
            Error::new(format!("the argument {word} is not UTF-8, which jobs elsewhere need"))
        })
    };
    Ok(SubmittedJob {
        folder: attempt.folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        phi: trial.candidate.phi,
        alpha,
        beta,
        gamma,
        variant: trial.candidate.variant.clone(),
        attempt: trial.attempts,
        command: attempt.command.iter().map(word).collect::<Result<_, Error>>()?,
    })
}

/// A name that no other submission has: the standard library seeds its hashes with 128 random bits.
fn new_token() -> String {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("phiscale-{:016x}", hasher.finish())
}
