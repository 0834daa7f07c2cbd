//! One evaluator process: started in a folder, watched, and ended with all it has started.

use std::collections::VecDeque;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a running process is looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// How much of what a process says is kept, in bytes.
const TAIL: usize = 2000;

/// How a process ended.
pub(super) enum Ending {
    /// With success.
    Finished,
    /// Otherwise; why, and the tail of what it said.
    Failed(String),
    /// It was ended because the search stops.
    Stopped,
}

/// Runs a command in a folder until it ends, takes too long, or the search stops. Whatever it has started
/// in its process group is ended with it.
pub(super) fn run(
    mut command: Command,
    folder: &Path,
    timeout: Option<Duration>,
    stop: &AtomicBool,
) -> Ending {
    command.current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    in_own_group(&mut command);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ending::Failed(format!("the evaluator cannot be started: {error}")),
    };
    // What it prints is read and dropped but for its end: a pipe that nobody reads would stop it.
    let _ = child.stdout.take().map(tail_of);
    let said = child.stderr.take().map(tail_of);
    let ending = watch(&mut child, timeout, stop);
    end_group(&mut child);
    match ending {
        Ending::Failed(why) => Ending::Failed(with_tail(&why, said.as_ref())),
        other => other,
    }
}

fn watch(child: &mut Child, timeout: Option<Duration>, stop: &AtomicBool) -> Ending {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ending::Finished,
            Ok(Some(status)) => {
                return Ending::Failed(format!("the evaluator ended with {status}"));
            }
            Ok(None) => {}
            Err(error) => {
                return Ending::Failed(format!("the evaluator cannot be watched: {error}"));
            }
        }
        if stop.load(Ordering::Relaxed) {
            return Ending::Stopped;
        }
        if let Some(limit) = timeout.filter(|limit| start.elapsed() > *limit) {
            let seconds = limit.as_secs_f64();
            return Ending::Failed(format!("the evaluator took longer than {seconds} s"));
        }
        thread::sleep(GLANCE);
    }
}

#[cfg(unix)]
fn in_own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn in_own_group(_command: &mut Command) {}

/// Ends the process and its group; a group that is gone already is no mistake.
fn end_group(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

type Tail = Arc<Mutex<VecDeque<u8>>>;

/// The end of what comes out of a pipe, kept up to date. A process that has left its group can hold the pipe
/// open; nobody waits for it.
fn tail_of(mut pipe: impl Read + Send + 'static) -> Tail {
    let tail = Tail::default();
    let kept = Arc::clone(&tail);
    thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(read @ 1..) = pipe.read(&mut chunk) {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend(&chunk[..read]);
            let surplus = kept.len().saturating_sub(TAIL);
            kept.drain(..surplus);
        }
    });
    tail
}

fn with_tail(why: &str, said: Option<&Tail>) -> String {
    let Some(said) = said else { return why.into() };
    // The last words may still be on their way through the pipe.
    thread::sleep(GLANCE);
    let said = said.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes: Vec<u8> = said.iter().copied().collect();
    let text = String::from_utf8_lossy(&bytes);
    if text.trim().is_empty() {
        why.into()
    } else {
        format!("{why}; it said last: {}", text.trim())
    }
}
