//! Follows the candidates of a search until each has ended, wherever they run: attempts are submitted, their outcomes
//! go into the journal, and what failed or was lost is tried again as often as it may.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use phiscale::Error;
use phiscale::search::{AttemptEnding, AttemptOutcome, Candidate, JournalEntry};

use super::Settings;
use super::executor::{Executor, JOBS_LOG, JobKey, JobState};
use super::jobs_file::JobsFile;
use super::journal_file::JournalFile;
use super::open_jobs::OpenJob;
use super::trial::Trial;
use crate::cli::output;

/// How often the outcomes of jobs elsewhere are looked for.
const LOOK: Duration = Duration::from_secs(5);

/// How often processes on this machine are looked at.
const LOOK_HERE: Duration = Duration::from_millis(20);

/// How often in a row an engine must not know a job for it to be lost: its outcome may be on its way over a network.
const ABSENCES: u32 = 2;

/// How long a submission may need to appear that nobody saw being taken.
const GRACE: Duration = Duration::from_secs(30);

/// How much longer than its time limit a job may run, which ends itself where its machine is well.
const OVERTIME: Duration = Duration::from_secs(20);

/// How many different remarks are made: an engine may say something new each time.
const MOST_REMARKS: usize = 100;

/// A search at work.
pub(super) struct Follower<'a> {
    pub(super) settings: &'a Settings<'a>,
    pub(super) executor: Executor,
    pub(super) journal: JournalFile,
    /// Where jobs elsewhere are written down.
    pub(super) jobs: Option<JobsFile>,
    pub(super) stop: &'static AtomicBool,
    pub(super) bar: ProgressBar,
    /// What was not tried yet.
    pub(super) queue: VecDeque<Trial<'a>>,
    /// What is tried again, and when.
    pub(super) paused: Vec<(Instant, Trial<'a>)>,
    pub(super) running: Vec<Running<'a>>,
    /// When the engine was asked last.
    pub(super) asked: Option<Instant>,
    /// The remarks so far.
    pub(super) said: Vec<String>,
}

/// An attempt that has not ended.
pub(super) struct Running<'a> {
    trial: Trial<'a>,
    pub(super) key: JobKey,
    folder: PathBuf,
    /// When it was submitted, or found.
    since: Instant,
    /// When it was first seen at work.
    works_since: Option<Instant>,
    /// How often in a row the engine did not know it.
    absences: u32,
}

impl<'a> Running<'a> {
    pub(super) fn new(trial: Trial<'a>, key: JobKey, folder: PathBuf) -> Running<'a> {
        Running { trial, key, folder, since: Instant::now(), works_since: None, absences: 0 }
    }

    fn note(&mut self, state: Option<JobState>) {
        match state {
            None => {}
            Some(JobState::Gone) => self.absences += 1,
            Some(JobState::Waiting) => self.absences = 0,
            Some(JobState::Running) => {
                self.absences = 0;
                self.works_since.get_or_insert_with(Instant::now);
            }
        }
    }

    fn is_lost(&self) -> bool {
        self.absences >= ABSENCES && (self.key.id.is_some() || self.since.elapsed() > GRACE)
    }
}

impl<'a> Follower<'a> {
    /// Takes up candidates, with the jobs that an earlier search has left for them.
    pub(super) fn take_up(&mut self, pending: &[&'a Candidate], mut open: Vec<OpenJob>) {
        for candidate in pending {
            let is_of = |job: &OpenJob| candidate.is(job.job.identity());
            match open.iter().position(is_of) {
                Some(index) => {
                    let OpenJob { key, job, folder, failed, lost } = open.swap_remove(index);
                    let trial = Trial { candidate, attempts: job.attempt, failed, lost };
                    self.running.push(Running::new(trial, key, folder));
                }
                None => {
                    let attempts = if self.jobs.is_some() { self.attempts(candidate) } else { 0 };
                    self.queue.push_back(Trial::new(candidate, attempts));
                }
            }
        }
    }

    /// How many attempts at a candidate the journal knows.
    fn attempts(&self, candidate: &Candidate) -> u32 {
        let entries = self.journal.entries.iter();
        let of = entries.filter(|entry| candidate.is(entry.identity()));
        of.map(|entry| entry.attempts).max().unwrap_or(0)
    }

    /// Follows the candidates until all have ended, the search is stopped, or everything is submitted and nobody waits
    /// for it.
    pub(super) fn run(&mut self) -> Result<(), Error> {
        while !self.is_stopped() && !self.is_finished() {
            self.submit_ready()?;
            self.collect()?;
            self.ask()?;
            if self.is_handed_over() {
                break;
            }
            if !self.is_finished() {
                self.executor.wait(self.pause(), self.stop);
            }
        }
        Ok(())
    }

    pub(super) fn is_finished(&self) -> bool {
        self.queue.is_empty() && self.paused.is_empty() && self.running.is_empty()
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Whether nothing is left to submit, and the engine knows all jobs, in a search that ends then.
    fn is_handed_over(&self) -> bool {
        let placement = self.settings.placement;
        let is_known = self.asked.is_some() && self.running.iter().all(|one| one.absences == 0);
        placement.detaches && is_known && self.paused.is_empty() && self.room() == 0
    }

    fn pause(&self) -> Duration {
        if self.settings.placement.is_local() {
            return LOOK_HERE;
        }
        LOOK.min(self.settings.placement.interval)
    }

    /// Takes the outcomes of attempts that have ended.
    fn collect(&mut self) -> Result<(), Error> {
        let mut index = 0;
        while let Some(one) = self.running.get(index) {
            match self.executor.outcome(&one.key, &one.folder) {
                None => index += 1,
                Some(outcome) => {
                    let one = self.running.remove(index);
                    self.settle(one.trial, &one.folder, outcome)?;
                }
            }
        }
        Ok(())
    }

    /// Asks the engine about its jobs, if it is time to.
    fn ask(&mut self) -> Result<(), Error> {
        let interval = self.settings.placement.interval;
        let is_early = self.asked.is_some_and(|asked| asked.elapsed() < interval);
        if self.settings.placement.is_local() || self.running.is_empty() || is_early {
            return Ok(());
        }
        self.asked = Some(Instant::now());
        let keys: Vec<&JobKey> = self.running.iter().map(|one| &one.key).collect();
        let mut complaints = Vec::new();
        let states = self.executor.poll(&keys, &mut |complaint| {
            complaints.push(format!("note: {complaint}"));
        });
        self.say_once(&complaints);
        self.running.iter_mut().zip(states).for_each(|(one, state)| one.note(state));
        // A job that was gone when the engine was asked had left its outcome before.
        self.collect()?;
        self.give_up()
    }

    /// Settles jobs that are lost: the engine does not know them, or they have long passed their time limit.
    fn give_up(&mut self) -> Result<(), Error> {
        let limit = self.settings.timeout;
        let is_overdue = |one: &Running| {
            let works = one.works_since.map(|since| since.elapsed());
            limit.zip(works).is_some_and(|(limit, works)| works > limit + OVERTIME)
        };
        let (over, running): (Vec<_>, Vec<_>) = std::mem::take(&mut self.running)
            .into_iter()
            .partition(|one| one.is_lost() || is_overdue(one));
        self.running = running;
        let keys: Vec<&JobKey> = over.iter().map(|one| &one.key).collect();
        // It may be alive where the engine did not tell, and it may be gone where it did.
        let _ = self.executor.cancel(&keys);
        for one in over {
            let seconds = one.works_since.map_or(0.0, |since| since.elapsed().as_secs_f64());
            let outcome = match self.executor.outcome(&one.key, &one.folder) {
                Some(outcome) => outcome,
                None => lost(one.is_lost(), seconds, &one.folder),
            };
            self.settle(one.trial, &one.folder, outcome)?;
        }
        Ok(())
    }

    /// Tries a candidate again, or writes how it ended into the journal.
    pub(super) fn settle(
        &mut self,
        mut trial: Trial<'a>,
        folder: &Path,
        outcome: AttemptOutcome,
    ) -> Result<(), Error> {
        let remarks: Vec<String> =
            outcome.remarks.iter().map(|remark| format!("note: {remark}")).collect();
        self.say_once(&remarks);
        if trial.goes_on(&outcome.ending, self.settings) {
            self.paused.push((Instant::now() + trial.pause(), trial));
            return Ok(());
        }
        self.journal.append(trial.entry(outcome, self.settings), folder)?;
        self.bar.set_message(best(&self.journal.entries));
        self.bar.inc(1);
        Ok(())
    }

    /// Says what was not said before.
    pub(super) fn say_once(&mut self, remarks: &[String]) {
        for remark in remarks {
            if !self.said.contains(remark) && self.said.len() < MOST_REMARKS {
                self.bar.suspend(|| output::say(&format!("{remark}\n")));
                self.said.push(remark.clone());
            }
        }
    }
}

/// The outcome of a job that left none. One that is alive would have ended itself at its time limit.
fn lost(is_gone: bool, seconds: f64, folder: &Path) -> AttemptOutcome {
    let how = if is_gone { "is gone" } else { "did not end at its time limit" };
    let log = folder.with_file_name(JOBS_LOG);
    let log = if log.is_file() { format!(" (log: {})", log.display()) } else { String::new() };
    let folder = folder.display();
    let reason = format!("the job was lost: it {how} and left no outcome in {folder}{log}");
    AttemptOutcome { ending: AttemptEnding::Lost(reason), seconds, remarks: Vec::new() }
}

/// The best accuracy so far, for the progress bar.
fn best(entries: &[JournalEntry]) -> String {
    let accuracies = entries.iter().filter_map(|entry| entry.accuracy);
    let best = accuracies.max_by(f64::total_cmp);
    best.map_or(String::new(), |best| format!("best {best:.2} %"))
}
