//! The programs of an engine, such as `sbatch`: run, and read to the end of what they print.

use std::fmt;
use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::cli::evaluate::process::{end_group, in_new_group};

/// How long a program may take to answer.
const LIMIT: Duration = Duration::from_secs(60);

/// How often a running program is looked at.
const POLL: Duration = Duration::from_millis(5);

/// Maximum length of an answer, in bytes.
const MAX_ANSWER_BYTES: u64 = 1 << 26;

/// Why a program gave no answer.
#[derive(Debug)]
pub(super) enum EngineError {
    /// It cannot be started.
    Missing(String),
    /// It failed, and said this.
    Refused(String),
    /// It did not end in time; what it was asked for may have happened.
    Silent(String),
}

impl fmt::Display for EngineError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            EngineError::Missing(text) | EngineError::Refused(text) | EngineError::Silent(text) => {
                formatter.write_str(text)
            }
        }
    }
}

/// What a program prints to standard output. `name` is what it is called in errors. Ctrl-C does not reach it.
pub(super) fn answer(
    command: &mut Command,
    name: &str,
    input: &str,
) -> Result<String, EngineError> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    in_new_group(command);
    let mut child = command
        .spawn()
        .map_err(|error| EngineError::Missing(format!("cannot start {name}: {error}")))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read its input closes it.
        let _ = stdin.write_all(input.as_bytes());
    }
    let [out, err] = [child.stdout.take().map(Text::of), child.stderr.take().map(Text::of)];
    let status = ended(&mut child);
    let [out, err] = [out, err].map(|text| text.map_or(String::new(), Text::finish));
    match status {
        None => {
            let seconds = LIMIT.as_secs();
            Err(EngineError::Silent(format!("{name} did not answer within {seconds} s")))
        }
        Some(status) if status.success() => Ok(out),
        Some(status) => Err(EngineError::Refused(format!(
            "{name} ended with {status}{}",
            said(if err.trim().is_empty() { &out } else { &err })
        ))),
    }
}

/// The end of what a program said, as the end of a sentence.
fn said(text: &str) -> String {
    let text = text.trim();
    let start = text.char_indices().rev().nth(500).map_or(0, |(start, _)| start);
    if text.is_empty() { String::new() } else { format!(" and said: {}", &text[start..]) }
}

/// How the program ended; none if it was ended because it took too long.
fn ended(child: &mut Child) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        match child.try_wait() {
            Ok(None) => thread::sleep(POLL),
            Ok(Some(status)) => return Some(status),
            Err(_) => break,
        }
    }
    end_group(child);
    None
}

/// One output of a program, read in a thread: a server that it has started may hold the pipe open for ever.
struct Text {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Text {
    fn of(pipe: impl Read + Send + 'static) -> Text {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let (mut pipe, mut chunk) = (pipe.take(MAX_ANSWER_BYTES), [0; 4096]);
            while let Ok(read @ 1..) = pipe.read(&mut chunk) {
                let mut bytes = shared.lock().unwrap_or_else(PoisonError::into_inner);
                bytes.extend_from_slice(&chunk[..read]);
            }
        });
        Text { bytes, reader }
    }

    fn finish(self) -> String {
        for _ in 0..100 {
            if self.reader.is_finished() {
                break;
            }
            thread::sleep(POLL);
        }
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
