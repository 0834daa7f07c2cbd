//! Writing: data to standard output or a file, everything else to standard error.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use phiscale::Error;
use phiscale::reports::Report;

use super::Outcome;
use super::arguments::Output;

/// Writes a report where the arguments want it.
pub(super) fn report(report: &Report, output: &Output) -> Result<Outcome, Error> {
    text(&report.write(output.format), output.output.as_deref())?;
    Ok(Outcome::Passed)
}

/// Writes a text to a file, or to standard output where there is none or it is `-`.
pub(super) fn text(text: &str, path: Option<&Path>) -> Result<(), Error> {
    match path {
        Some(path) if path.as_os_str() != "-" => file(path, text.as_bytes()),
        _ => stdout(text.as_bytes()),
    }
}

/// Writes data to standard output. A reader that has seen enough (`| head`) is no mistake.
pub(super) fn stdout(data: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(data).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// A bar on standard error that shows how far long work is; nothing where that is no terminal.
pub(super) fn bar(length: usize, template: &str) -> ProgressBar {
    let is_shown = io::stderr().is_terminal();
    let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(length as u64), target);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// Writes a file as a whole or not at all: into a new file beside it, which then takes its place.
pub(super) fn file(path: &Path, data: &[u8]) -> Result<(), Error> {
    let unwritable =
        |error: io::Error| Error::new(format!("cannot write {}: {error}", path.display()));
    let is_special =
        fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    if is_special {
        return fs::write(path, data).map_err(unwritable);
    }
    // A link stays a link: the file it points to is the one that is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    let part = beside(&target);
    let written = create(&part, data).and_then(|()| fs::rename(&part, &target));
    written.map_err(|error| {
        let _ = fs::remove_file(&part);
        unwritable(error)
    })
}

fn create(path: &Path, data: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(data)?;
    file.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

/// Says on standard error what was wrong with the input.
pub(super) fn complain(error: &Error) {
    let is_styled = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let text = if is_styled { error.styled() } else { error.to_string() };
    say(&format!("{text}\n"));
}

/// Says something on standard error; where even that is closed there is nobody to tell.
pub(super) fn say(text: &str) {
    let mut stderr = anstream::AutoStream::auto(io::stderr()).lock();
    let _ = stderr.write_all(text.as_bytes());
}

/// Shows on a terminal what takes its time, in one line that the next text takes the place of.
pub(super) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        say(&format!("\r\x1b[K{text}"));
    }
}
