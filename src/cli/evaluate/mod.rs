//! Evaluates candidates with a command, several at a time, each in a separate folder. A worker writes its result to
//! the journal before it takes the next candidate.

mod arguments;
mod command;
mod journal_file;
mod process;

pub(super) use arguments::{Evaluation, EvaluationArguments};

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use phiscale::search::{Candidate, EvaluatorResult, JournalEntry};
use phiscale::{Error, Family, Request, spec};

use super::interrupt::stop_flag;
use super::output;
use command::Evaluator;
use journal_file::JournalFile;
use process::Ending;

/// Maximum size of `result.json`, in bytes.
const MAX_RESULT_BYTES: u64 = 1 << 20;

/// The pause before the first retry; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause before a retry.
const MAX_PAUSE: Duration = Duration::from_secs(60);

struct Settings<'a> {
    /// The scaled family, as the journal names it.
    name: &'a str,
    evaluator: &'a Evaluator,
    /// How many candidates are evaluated at a time.
    jobs: usize,
    /// The time limit of one attempt.
    timeout: Option<Duration>,
    /// Number of retries for a failed candidate.
    retries: u32,
    /// The folder of the journal and of the candidates' folders.
    folder: &'a Path,
}

/// Evaluates every candidate that the journal has no accuracy of, and returns the journal.
fn evaluate(
    settings: &Settings,
    family: &Family,
    candidates: &[Candidate],
) -> Result<Vec<JournalEntry>, Error> {
    fs::create_dir_all(settings.folder).map_err(|error| {
        Error::new(format!("cannot create the folder {}: {error}", settings.folder.display()))
    })?;
    let path = settings.folder.join("journal.jsonl");
    let journal = JournalFile::open(&path, settings.name, &settings.evaluator.label(), candidates)?;
    say_other_command(&journal.entries, candidates, settings.evaluator);
    let pending: Vec<&Candidate> =
        candidates.iter().filter(|one| !is_measured(&journal.entries, one)).collect();
    let queue = Queue {
        settings,
        family,
        pending: &pending,
        next: AtomicUsize::new(0),
        stop: stop_flag("it will end the search at once, to be resumed from the journal"),
        bar: progress(candidates.len(), candidates.len() - pending.len()),
        journal: Mutex::new(journal),
        failure: Mutex::new(None),
        said: Mutex::default(),
    };
    thread::scope(|scope| {
        for _ in 0..settings.jobs.min(pending.len()) {
            scope.spawn(|| queue.work());
        }
    });
    queue.bar.finish_and_clear();
    match queue.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(failure) => Err(failure),
        None => Ok(queue.journal.into_inner().unwrap_or_else(PoisonError::into_inner).entries),
    }
}

/// Says which accuracies another command has measured: they are kept, since the command may only have been corrected.
fn say_other_command(entries: &[JournalEntry], candidates: &[Candidate], evaluator: &Evaluator) {
    let is_other = |entry: &&JournalEntry| {
        let is_of = |one: &Candidate| one.is_at(entry.phi, entry.coefficients());
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

/// Whether the journal has this candidate, measured or failed.
fn is_finished(entries: &[JournalEntry], candidate: &Candidate) -> bool {
    entries.iter().any(|entry| candidate.is_at(entry.phi, entry.coefficients()))
}

/// Whether the journal has an accuracy of this candidate. One that failed is tried again by the next command, which
/// may be the corrected one.
fn is_measured(entries: &[JournalEntry], candidate: &Candidate) -> bool {
    let is_of = |entry: &JournalEntry| candidate.is_at(entry.phi, entry.coefficients());
    entries.iter().any(|entry| entry.accuracy.is_some() && is_of(entry))
}

/// The candidates that are not finished, shared by the workers.
struct Queue<'a> {
    settings: &'a Settings<'a>,
    family: &'a Family,
    pending: &'a [&'a Candidate],
    next: AtomicUsize,
    stop: &'static AtomicBool,
    bar: ProgressBar,
    journal: Mutex<JournalFile>,
    /// Why the journal could not be written.
    failure: Mutex<Option<Error>>,
    /// The remarks on results so far.
    said: Mutex<Vec<String>>,
}

impl Queue<'_> {
    /// Evaluates candidates until the queue is empty or the search stops.
    fn work(&self) {
        while !self.is_stopped() {
            let Some(candidate) = self.pending.get(self.next.fetch_add(1, Ordering::Relaxed))
            else {
                return;
            };
            let Some((entry, folder)) = self.evaluate(candidate) else { return };
            let mut journal = locked(&self.journal);
            if let Err(failure) = journal.append(entry, &folder) {
                *locked(&self.failure) = Some(failure);
                self.stop.store(true, Ordering::Relaxed);
                return;
            }
            self.bar.set_message(best(&journal.entries));
            self.bar.inc(1);
        }
    }

    /// Tries a candidate until it succeeds or the retries are used up. `None` if the search stops.
    fn evaluate(&self, candidate: &Candidate) -> Option<(JournalEntry, PathBuf)> {
        let evaluator = self.settings.evaluator.label();
        let mut entry = JournalEntry::new(self.settings.name, &evaluator, candidate);
        entry.command = self.settings.evaluator.line().map(String::from);
        let mut pause = FIRST_PAUSE;
        loop {
            entry.attempts += 1;
            let start = Instant::now();
            let folder = unused_folder(self.settings.folder, candidate);
            let result = self.attempt(candidate, &folder);
            entry.seconds = start.elapsed().as_secs_f64();
            match result? {
                Ok(result) => {
                    entry.accuracy = Some(result.accuracy);
                    entry.standard_error = result.standard_error;
                    entry.repeats = result.repeats;
                    entry.seconds = result.seconds.unwrap_or(entry.seconds);
                    entry.notes = result.notes;
                    entry.error = None;
                    return Some((entry, folder));
                }
                Err(error) => entry.error = Some(error),
            }
            if entry.attempts > self.settings.retries {
                return Some((entry, folder));
            }
            self.wait(pause)?;
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    /// Runs the command once. `None` if the search stops.
    fn attempt(
        &self,
        candidate: &Candidate,
        folder: &Path,
    ) -> Option<Result<EvaluatorResult, String>> {
        let member = match self.prepare(candidate, folder) {
            Ok(member) => member,
            Err(error) => return Some(Err(error)),
        };
        let command = self.settings.evaluator.command(&member);
        match process::run(command, folder, self.settings.timeout, self.stop) {
            Ending::Stopped => None,
            Ending::Failed(error) => Some(Err(error)),
            Ending::Succeeded => {
                let result = read_result(&folder.join("result.json"));
                if let Ok((_, remarks)) = &result {
                    self.say_once(remarks);
                }
                let result = result.map(|(result, _)| result);
                Some(result.map_err(|reason| process::with_log(&reason, folder)))
            }
        }
    }

    /// Writes candidate.json and network.toml into the candidate's folder. Returns the member of network.toml that
    /// is the candidate's network.
    fn prepare(&self, candidate: &Candidate, folder: &Path) -> Result<String, String> {
        let unwritable =
            |error: std::io::Error| format!("cannot write to {}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(unwritable)?;
        let family = self.family;
        let request = Request { scale: candidate.scale, ..Request::BASELINE };
        let message = |error: Error| error.message().to_string();
        let scaled = family.network(&request).map_err(message)?;
        let (text, member) =
            spec::with_member(family, &Request::BASELINE, &scaled).map_err(message)?;
        fs::write(folder.join("network.toml"), text).map_err(unwritable)?;
        let json = candidate.json(&family.name, &member);
        fs::write(folder.join("candidate.json"), json).map_err(unwritable)?;
        Ok(member)
    }

    /// Says remarks on a result that other candidates' results have not had.
    fn say_once(&self, remarks: &[String]) {
        let mut said = locked(&self.said);
        for remark in
            remarks.iter().filter(|remark| !said.contains(remark)).cloned().collect::<Vec<_>>()
        {
            self.bar.suspend(|| output::say(&format!("note: {remark}\n")));
            said.push(remark);
        }
    }

    /// Waits; `None` if the search stops meanwhile.
    fn wait(&self, pause: Duration) -> Option<()> {
        let start = Instant::now();
        while start.elapsed() < pause {
            if self.is_stopped() {
                return None;
            }
            thread::sleep(Duration::from_millis(20));
        }
        Some(())
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The result, and remarks on keys that are not read.
fn read_result(path: &Path) -> Result<(EvaluatorResult, Vec<String>), String> {
    let length = fs::metadata(path).map_err(|_| "the evaluator wrote no result.json")?.len();
    if length > MAX_RESULT_BYTES {
        return Err(format!("result.json has {length} bytes, more than {MAX_RESULT_BYTES}"));
    }
    let text = fs::read_to_string(path);
    let text = text.map_err(|error| format!("cannot read result.json: {error}"))?;
    let result = EvaluatorResult::parse(&text).map_err(|error| error.message().to_string())?;
    Ok((result, EvaluatorResult::unknown_keys(&text)))
}

/// A new folder for an attempt: processes of a killed search may still write to an older one.
fn unused_folder(parent: &Path, candidate: &Candidate) -> PathBuf {
    let (phi, point) = (candidate.phi, candidate.coefficients);
    let name = format!("phi{phi}-a{}-b{}-g{}", point.alpha, point.beta, point.gamma);
    let numbered = (1..).map(|number| match number {
        1 => parent.join(&name),
        number => parent.join(format!("{name}-{number}")),
    });
    let mut unused = numbered.filter(|path| !path.exists());
    unused.next().unwrap_or_else(|| parent.join(&name))
}

/// The best accuracy so far, for the progress bar.
fn best(entries: &[JournalEntry]) -> String {
    let accuracies = entries.iter().filter_map(|entry| entry.accuracy);
    let best = accuracies.max_by(f64::total_cmp);
    best.map_or(String::new(), |best| format!("best {best:.2} %"))
}

fn progress(all: usize, finished: usize) -> ProgressBar {
    let bar = output::bar(all as u64, "{pos}/{len} candidates {wide_bar} {eta} left  {msg}");
    bar.set_position(finished as u64);
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
