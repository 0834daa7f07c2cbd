//! Calls into the library: without the interpreter's lock, stopped by Ctrl-C, and never ended by a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use phiscale::Error;
use phiscale::cli::{Caller, as_keywords};
use pyo3::exceptions::PyRuntimeError;
use pyo3::{PyErr, PyResult, Python};

use crate::error::Raised;

/// How often a waiting thread looks for a signal.
const PATIENCE: Duration = Duration::from_millis(20);

/// The stack of a call in bytes. Python threads may have less than the deepest network needs.
const STACK: usize = 16 << 20;

/// What a call gives back: its result, and the remarks of the library.
pub(crate) struct Called<T> {
    pub result: T,
    pub remarks: Vec<String>,
}

/// Runs `work` in a thread, so that the caller can be interrupted while it waits.
pub(crate) fn call<T: Send + 'static>(
    py: Python,
    work: impl FnOnce(&Caller) -> Result<T, Error> + Send + 'static,
) -> PyResult<Called<T>> {
    let stop = Arc::new(AtomicBool::new(false));
    let (sender, receiver) = sync_channel(1);
    let is_stopped = Arc::clone(&stop);
    let started = thread::Builder::new()
        .name("phiscale".into())
        .stack_size(STACK)
        .spawn(move || answer(work, &is_stopped, &sender));
    started.map_err(|error| PyRuntimeError::new_err(format!("cannot start a thread: {error}")))?;
    let receiver = Mutex::new(receiver);
    loop {
        let answered = py.detach(|| {
            receiver.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(PATIENCE)
        });
        match answered {
            Ok(called) => {
                let Called { result, remarks } = called;
                let result = result.map_err(|error| error.exception(py))?;
                return Ok(Called { result, remarks });
            }
            Err(RecvTimeoutError::Timeout) => py.check_signals().inspect_err(|_| {
                stop.store(true, Ordering::Relaxed);
            })?,
            // The thread ended without an answer: its work panicked.
            Err(RecvTimeoutError::Disconnected) => return Err(bug()),
        }
    }
}

fn answer<T>(
    work: impl FnOnce(&Caller) -> Result<T, Error>,
    stop: &AtomicBool,
    sender: &SyncSender<Called<Result<T, Raised>>>,
) {
    let remarks = Mutex::new(Vec::new());
    let say = |line: &str| {
        remarks.lock().unwrap_or_else(PoisonError::into_inner).push(as_keywords(line));
    };
    let caller = Caller { say: &say, progress: &|_| (), stop, reads_stdin: false };
    // A long error takes a while to write: here nobody waits for the interpreter.
    let work = || work(&caller).map_err(Raised::new);
    let Ok(result) = catch_unwind(AssertUnwindSafe(work)) else { return };
    let remarks = remarks.into_inner().unwrap_or_else(PoisonError::into_inner);
    // Nobody waits for the answer to a call that was interrupted.
    let _ = sender.send(Called { result, remarks });
}

/// The exception for a bug of phiscale.
fn bug() -> PyErr {
    PyRuntimeError::new_err(
        "phiscale has a bug and gave up; standard error says where. Please report it",
    )
}

/// Runs `draw` with threads that end with it. Threads that live on would hang a process that forks.
pub(crate) fn with_threads<T: Send>(draw: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().build() {
        Ok(threads) => threads.install(draw),
        Err(_) => draw(),
    }
}
