//! Evaluating candidates by a command, the user's or our own: each in a folder of its own, several at a time,
//! every result in the journal before the next one starts.

mod arguments;
mod command;
mod journal_file;
mod process;

pub(super) use arguments::{Measured, Measuring};

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use phiscale::search::{Candidate, Entry};
use phiscale::{Error, Family, Request, search, spec};

use super::output;
use command::Evaluator;
use journal_file::JournalFile;
use process::Ending;

/// A larger answer is none.
const MAX_ANSWER_BYTES: u64 = 1 << 20;

/// The first pause before a candidate is tried again; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause before a candidate is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How candidates are evaluated.
struct Settings<'a> {
    /// What is searched, as the journal calls it.
    subject: &'a str,
    /// What is run for each.
    evaluator: &'a Evaluator,
    /// How many run at a time.
    jobs: usize,
    /// How long one may take.
    timeout: Option<Duration>,
    /// How often one is tried again that failed.
    retries: u32,
    /// Where the journal and the candidates' folders are.
    folder: &'a Path,
}

/// How a search came out.
struct Evaluated {
    /// Every candidate that has come to an end, now or in an earlier run.
    entries: Vec<Entry>,
    /// How many have not, because the search was stopped.
    left: usize,
}

/// Evaluates every candidate that the journal does not have yet.
fn evaluate(
    settings: &Settings,
    family: &Family,
    candidates: &[Candidate],
) -> Result<Evaluated, Error> {
    fs::create_dir_all(settings.folder).map_err(|error| {
        Error::new(format!("cannot make the folder {}: {error}", settings.folder.display()))
    })?;
    let path = settings.folder.join("journal.jsonl");
    let journal = JournalFile::open(&path, settings.subject, &settings.evaluator.label())?;
    let todo: Vec<&Candidate> = candidates.iter().filter(|c| !is_in(&journal.entries, c)).collect();
    let bar = progress(candidates.len(), candidates.len() - todo.len());
    let search = Search {
        settings,
        family,
        todo: &todo,
        next: AtomicUsize::new(0),
        stop: stop_switch(),
        state: Mutex::new(State { journal, failure: None }),
        bar,
    };
    thread::scope(|scope| {
        for _ in 0..settings.jobs.min(todo.len()) {
            scope.spawn(|| search.work());
        }
    });
    search.bar.finish_and_clear();
    let state = search.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    match state.failure {
        Some(failure) => Err(failure),
        None => {
            let entries = state.journal.entries;
            let left = candidates.iter().filter(|candidate| !is_in(&entries, candidate));
            Ok(Evaluated { left: left.count(), entries })
        }
    }
}

/// Whether a candidate has come to its end.
fn is_in(entries: &[Entry], candidate: &Candidate) -> bool {
    entries.iter().any(|entry| candidate.is(entry.phi, entry.coefficients()))
}

struct State {
    journal: JournalFile,
    failure: Option<Error>,
}

struct Search<'a> {
    settings: &'a Settings<'a>,
    family: &'a Family,
    todo: &'a [&'a Candidate],
    next: AtomicUsize,
    stop: &'static AtomicBool,
    state: Mutex<State>,
    bar: ProgressBar,
}

impl Search<'_> {
    /// Takes candidates from the queue until there is none, or the search stops.
    fn work(&self) {
        while !self.is_stopped() {
            let Some(candidate) = self.todo.get(self.next.fetch_add(1, Ordering::Relaxed)) else {
                return;
            };
            let Some((entry, folder)) = self.candidate(candidate) else { return };
            let mut state = self.state();
            if let Err(failure) = state.journal.append(entry, &folder) {
                state.failure = Some(failure);
                self.stop.store(true, Ordering::Relaxed);
                return;
            }
            self.bar.set_message(best(&state.journal.entries));
            self.bar.inc(1);
        }
    }

    /// Tries a candidate until it succeeds or has failed too often; none where the search stops.
    fn candidate(&self, candidate: &Candidate) -> Option<(Entry, PathBuf)> {
        let evaluator = self.settings.evaluator.label();
        let mut entry = Entry::of(self.settings.subject, &evaluator, candidate);
        let mut pause = FIRST_PAUSE;
        loop {
            entry.attempts += 1;
            let start = Instant::now();
            let folder = free_folder(self.settings, candidate);
            let answered = self.attempt(candidate, &folder);
            entry.seconds = start.elapsed().as_secs_f64();
            match answered? {
                Ok(answer) => {
                    entry.accuracy = Some(answer.accuracy);
                    entry.standard_error = answer.standard_error;
                    entry.repeats = answer.repeats;
                    entry.seconds = answer.seconds.unwrap_or(entry.seconds);
                    entry.notes = answer.notes;
                    entry.error = None;
                    return Some((entry, folder));
                }
                Err(error) => entry.error = Some(error),
            }
            if entry.attempts > self.settings.retries {
                return Some((entry, folder));
            }
            self.rest(pause)?;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Runs the command once; none where the search stops.
    fn attempt(
        &self,
        candidate: &Candidate,
        folder: &Path,
    ) -> Option<Result<search::Answer, String>> {
        let member = match self.prepare(candidate, folder) {
            Ok(member) => member,
            Err(error) => return Some(Err(error)),
        };
        let command = self.settings.evaluator.command(&member);
        match process::run(command, folder, self.settings.timeout, self.stop) {
            Ending::Stopped => None,
            Ending::Failed(why) => Some(Err(why)),
            Ending::Finished => Some(answer(&folder.join("result.json"))),
        }
    }

    /// The candidate's folder: what it is, and its network as a spec, whose member is returned.
    fn prepare(&self, candidate: &Candidate, folder: &Path) -> Result<String, String> {
        let plain =
            |error: std::io::Error| format!("cannot write into {}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(plain)?;
        let family = &self.family;
        let request = Request { scale: candidate.scale, ..Request::BASELINE };
        let first = |error: Error| error.message().to_string();
        let scaled = family.network(&request).map_err(first)?;
        let (spec, member) =
            spec::with_member(family, &Request::BASELINE, &scaled).map_err(first)?;
        fs::write(folder.join("network.toml"), spec).map_err(plain)?;
        let json = candidate.json(&family.name, &member);
        fs::write(folder.join("candidate.json"), json).map_err(plain)?;
        Ok(member)
    }

    /// Waits; none where the search stops meanwhile.
    fn rest(&self, pause: Duration) -> Option<()> {
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

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer(path: &Path) -> Result<search::Answer, String> {
    let length = fs::metadata(path).map_err(|_| "the evaluator wrote no result.json")?.len();
    if length > MAX_ANSWER_BYTES {
        return Err(format!("result.json has {length} bytes, which is no answer"));
    }
    let bytes = fs::read(path).map_err(|error| format!("result.json cannot be read: {error}"))?;
    let text = String::from_utf8(bytes).map_err(|_| "result.json is not UTF-8 text")?;
    search::read_answer(&text)
}

/// A folder that nobody has used: a process of a search that was killed may still write into the old one.
fn free_folder(settings: &Settings, candidate: &Candidate) -> PathBuf {
    let (parent, phi, c) = (settings.folder, candidate.phi, candidate.coefficients);
    let name = format!("phi{phi}-a{}-b{}-g{}", c.alpha, c.beta, c.gamma);
    let numbered = (1..).map(|number| match number {
        1 => parent.join(&name),
        number => parent.join(format!("{name}-{number}")),
    });
    let mut free = numbered.filter(|path| !path.exists());
    free.next().unwrap_or_else(|| parent.join(&name))
}

/// The best accuracy so far, for the progress bar.
fn best(entries: &[Entry]) -> String {
    let accuracies = entries.iter().filter_map(|entry| entry.accuracy);
    let best = accuracies.max_by(f64::total_cmp);
    best.map_or(String::new(), |best| format!("best {best:.2} %"))
}

fn progress(all: usize, done: usize) -> ProgressBar {
    let bar = output::bar(all, "{pos}/{len} candidates {wide_bar} {eta} left  {msg}");
    bar.set_position(done as u64);
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}

/// What Ctrl-C turns on: running evaluators are ended, and no candidate is begun.
fn stop_switch() -> &'static AtomicBool {
    static STOP: AtomicBool = AtomicBool::new(false);
    if ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed)).is_err() {
        output::say(
            "Ctrl-C cannot be caught here: it ends the search at once; the journal goes on from there\n",
        );
    }
    &STOP
}
