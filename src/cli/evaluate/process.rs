//! One evaluator process: started in a folder, watched, and ended together with its children.

use std::collections::VecDeque;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often a running process is polled.
const POLL: Duration = Duration::from_millis(20);

/// How much of the end of standard error is kept, in bytes.
const TAIL_BYTES: usize = 2000;

/// How a process ended.
pub(super) enum Ending {
    Succeeded,
    /// With the reason and the end of its standard error.
    Failed(String),
    /// Ended because the search stops.
    Stopped,
}

/// Runs a command in a folder until it ends, reaches the time limit, or the search stops. Its process group is ended
/// with it.
pub(super) fn run(
    mut command: Command,
    folder: &Path,
    timeout: Option<Duration>,
    stop: &AtomicBool,
) -> Ending {
    command.current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    in_new_group(&mut command);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ending::Failed(format!("cannot start the evaluator: {error}")),
    };
    // Both pipes are read to the end: a full pipe would block the process.
    let _ = child.stdout.take().map(tail_of);
    let stderr = child.stderr.take().map(tail_of);
    let ending = watch(&mut child, timeout, stop);
    end_group(&mut child);
    match ending {
        Ending::Failed(reason) => Ending::Failed(with_tail(reason, stderr)),
        other => other,
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
            return Ending::Failed(format!("the evaluator took longer than {seconds} s"));
        }
        thread::sleep(POLL);
    }
}

#[cfg(unix)]
fn in_new_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn in_new_group(_command: &mut Command) {}

/// Ends the process and its group, which may have ended already.
fn end_group(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The end of a pipe's output, and the thread that reads it.
type Tail = (Arc<Mutex<VecDeque<u8>>>, JoinHandle<()>);

/// Reads a pipe in a separate thread: a process that has left the group may hold the pipe open for ever.
fn tail_of(mut pipe: impl Read + Send + 'static) -> Tail {
    let tail = Arc::<Mutex<VecDeque<u8>>>::default();
    let kept = Arc::clone(&tail);
    let reader = thread::spawn(move || {
        let mut chunk = [0; 4096];
        while let Ok(read @ 1..) = pipe.read(&mut chunk) {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend(&chunk[..read]);
            let surplus = kept.len().saturating_sub(TAIL_BYTES);
            kept.drain(..surplus);
        }
    });
    (tail, reader)
}

fn with_tail(reason: String, stderr: Option<Tail>) -> String {
    let Some((tail, reader)) = stderr else { return reason };
    // The last bytes may still be on their way through the pipe.
    for _ in 0..50 {
        if reader.is_finished() {
            break;
        }
        thread::sleep(POLL);
    }
    let tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes: Vec<u8> = tail.iter().copied().collect();
    match String::from_utf8_lossy(&bytes).trim() {
        "" => reason,
        text => format!("{reason}; its standard error ends: {text}"),
    }
}
