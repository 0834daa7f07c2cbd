//! One evaluator process: started in a folder, watched, and ended together with its children.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often a running process is polled.
const POLL: Duration = Duration::from_millis(20);

/// How much of the end of an output is kept, in bytes.
const TAIL_BYTES: usize = 2000;

/// How much of the beginning of an output is kept in its log, in bytes. An evaluator that prints without end must not
/// fill the disk.
const HEAD_BYTES: usize = 16 << 20;

/// The logs of an evaluator in its candidate's folder.
const LOGS: [&str; 2] = ["stdout.log", "stderr.log"];

/// How a process ended.
pub(super) enum Ending {
    Succeeded,
    /// With the reason and the end of what it printed.
    Failed(String),
    /// Ended because it took too long; as above.
    TimedOut(String),
    /// Ended because the search stops.
    Stopped,
}

/// Runs a command in a folder until it ends, reaches the time limit, or the search stops. Its process group is ended
/// with it. What it prints is written to logs in the folder while it runs.
pub(super) fn run(
    mut command: Command,
    folder: &Path,
    timeout: Option<Duration>,
    stop: &AtomicBool,
) -> Ending {
    let [Ok(out), Ok(err)] = LOGS.map(|name| File::create(folder.join(name))) else {
        return Ending::Failed(format!("cannot write the logs in {}", folder.display()));
    };
    command.current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    in_new_group(&mut command);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ending::Failed(format!("cannot start the evaluator: {error}")),
    };
    // Both pipes are read to the end: a full pipe would block the process.
    let stdout = child.stdout.take().map(|pipe| Output::of(pipe, out));
    let stderr = child.stderr.take().map(|pipe| Output::of(pipe, err));
    let ending = watch(&mut child, timeout, stop);
    end_group(&mut child);
    let tails = [stdout, stderr].map(|output| output.map_or(String::new(), Output::finish));
    match ending {
        Ending::Failed(reason) => Ending::Failed(with_log(&reason, folder) + &last_words(tails)),
        Ending::TimedOut(reason) => {
            Ending::TimedOut(with_log(&reason, folder) + &last_words(tails))
        }
        other => other,
    }
}

/// A reason to fail, with the evaluator's log of what it said: standard output's if only that has any text.
pub(super) fn with_log(reason: &str, folder: &Path) -> String {
    let [out, err] = LOGS.map(|name| folder.join(name));
    let is_empty = |path: &Path| path.metadata().is_ok_and(|file| file.len() == 0);
    if is_empty(&err) && !is_empty(&out) {
        return format!("{reason}; its standard error is empty (log: {})", out.display());
    }
    format!("{reason} (log: {})", err.display())
}

/// How standard output and standard error end: the latter, if it has any text.
fn last_words([out, err]: [String; 2]) -> String {
    match (out.is_empty(), err.is_empty()) {
        (_, false) => format!("; its standard error ends: {err}"),
        (false, true) => format!("; its standard output ends: {out}"),
        (true, true) => String::new(),
    }
}

fn watch(child: &mut Child, timeout: Option<Duration>, stop: &AtomicBool) -> Ending {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ending::Succeeded,
            Ok(Some(status)) => {
                return Ending::Failed(format!("the evaluator ended with {status}"));
            }
            Ok(None) => {}
            Err(error) => {
                return Ending::Failed(format!("cannot wait for the evaluator: {error}"));
            }
        }
        if stop.load(Ordering::Relaxed) {
            return Ending::Stopped;
        }
        if let Some(limit) = timeout.filter(|limit| start.elapsed() > *limit) {
            let seconds = limit.as_secs_f64();
            return Ending::TimedOut(format!("the evaluator took longer than {seconds} s"));
        }
        thread::sleep(POLL);
    }
}

#[cfg(unix)]
pub(super) fn in_new_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
pub(super) fn in_new_group(_command: &mut Command) {}

/// Ends the process and its group, which may have ended already.
pub(super) fn end_group(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// What a process prints to one of its outputs, read in a separate thread: a process that has left the group may hold
/// the pipe open for ever.
struct Output {
    log: Arc<Mutex<Log>>,
    reader: JoinHandle<()>,
}

/// The log of an output: its beginning is in the file, its end in memory.
struct Log {
    file: File,
    length: usize,
    tail: VecDeque<u8>,
    is_closed: bool,
}

impl Output {
    fn of(mut pipe: impl Read + Send + 'static, file: File) -> Self {
        let log = Log { file, length: 0, tail: VecDeque::new(), is_closed: false };
        let log = Arc::new(Mutex::new(log));
        let shared = Arc::clone(&log);
        let reader = thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(read @ 1..) = pipe.read(&mut chunk) {
                locked(&shared).add(&chunk[..read]);
            }
        });
        Output { log, reader }
    }

    /// Completes the log; the text at its end.
    fn finish(self) -> String {
        // The last bytes may still be on their way through the pipe.
        for _ in 0..50 {
            if self.reader.is_finished() {
                break;
            }
            thread::sleep(POLL);
        }
        let mut log = locked(&self.log);
        // A full disk shortens the log; the result of the evaluator stands.
        let _ = log.close();
        let bytes: Vec<u8> = log.tail.iter().copied().collect();
        String::from_utf8_lossy(&bytes).trim().to_string()
    }
}

impl Log {
    fn add(&mut self, bytes: &[u8]) {
        if self.is_closed {
            return;
        }
        let room = HEAD_BYTES.saturating_sub(self.length).min(bytes.len());
        let _ = self.file.write_all(&bytes[..room]);
        self.length += bytes.len();
        self.tail.extend(bytes);
        let surplus = self.tail.len().saturating_sub(TAIL_BYTES);
        self.tail.drain(..surplus);
    }

    /// Adds the end of an output that was too long for its log.
    fn close(&mut self) -> io::Result<()> {
        self.is_closed = true;
        let beyond = self.length.saturating_sub(HEAD_BYTES);
        let end = self.tail.make_contiguous();
        let end = &end[end.len().saturating_sub(beyond)..];
        if beyond > end.len() {
            write!(self.file, "\n[{} bytes left out]\n", beyond - end.len())?;
        }
        self.file.write_all(end)
    }
}

fn locked(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
