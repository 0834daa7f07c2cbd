//! Writing: data to standard output or a file, everything else to standard error.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use phiscale::Error;
use phiscale::reports::{Format, Report};

use super::Outcome;
use super::format::Output;

/// Columns of a text table that no terminal shows.
const COLUMNS: u16 = 120;

/// Writes a report to the file in the arguments, or to standard output.
pub(super) fn report(report: &Report, output: &Output) -> Result<Outcome, Error> {
    text(&formatted(report, output.format), output.output.as_deref())?;
    Ok(Outcome::Passed)
}

/// The report in a format; tables fit the terminal, if standard output is one.
pub(super) fn formatted(report: &Report, format: Format) -> String {
    match format {
        Format::Table => {
            let terminal = terminal_size::terminal_size_of(io::stdout());
            report.write_within(terminal.map_or(COLUMNS, |(width, _)| width.0))
        }
        format => report.write(format),
    }
}

/// Writes a text to a file, or to standard output if there is none or it is `-`.
pub(super) fn text(text: &str, path: Option<&Path>) -> Result<(), Error> {
    match path {
        Some(path) if path.as_os_str() != "-" => file(path, text.as_bytes()),
        _ => stdout(text.as_bytes()),
    }
}

/// Writes data to standard output. A pipe closed early (`| head`) is not an error.
pub(super) fn stdout(data: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(data).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// A progress bar on standard error; hidden if that is not a terminal.
pub(super) fn bar(length: u64, template: &str) -> ProgressBar {
    let is_shown = io::stderr().is_terminal();
    let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(length), target);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// Writes a file atomically: a new file beside it then replaces it.
pub(super) fn file(path: &Path, data: &[u8]) -> Result<(), Error> {
    files(&[(path, data)])
}

/// Writes all files or none: new files beside them replace them once all of these are written.
pub(super) fn files<P: AsRef<Path>, D: AsRef<[u8]>>(files: &[(P, D)]) -> Result<(), Error> {
    let files = || files.iter().map(|(path, data)| (path.as_ref(), data.as_ref()));
    let mut parts: Vec<(PathBuf, PathBuf)> = Vec::new();
    let written = files().try_for_each(|(path, data): (&Path, &[u8])| {
        let part = part(path).map_err(|error| unwritable(path, &error))?;
        let Some((part, target)) = part else { return Ok(()) };
        if parts.iter().any(|(_, other)| *other == target) {
            let path = path.display();
            return Err(Error::new(format!("{path} would be written twice: choose other names")));
        }
        parts.push((part.clone(), target));
        create(&part, data).map_err(|error| unwritable(path, &error))
    });
    let replaced = written.and_then(|()| {
        parts.iter().try_for_each(|(part, target)| {
            fs::rename(part, target).map_err(|error| unwritable(target, &error))
        })
    });
    if replaced.is_err() {
        for (part, _) in &parts {
            let _ = fs::remove_file(part);
        }
        return replaced;
    }
    let special = files().filter(|(path, _)| is_special(path));
    special
        .map(|(path, data)| (path, fs::write(path, data)))
        .try_for_each(|(path, written)| written.map_err(|error| unwritable(path, &error)))
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::new(format!("cannot write {}: {error}", path.display()))
}

/// A device or a pipe, which no file can replace.
pub(super) fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// The new file beside a path, and the file that it replaces; `None` beside a device or a pipe.
pub(super) fn part(path: &Path) -> io::Result<Option<(PathBuf, PathBuf)>> {
    if is_special(path) {
        return Ok(None);
    }
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let target = target(path)?;
    Ok(Some((beside(&target), target)))
}

/// The file that writing to a path replaces or makes. A link stays a link: the file it points to is replaced.
pub(super) fn target(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path).or_else(|_| {
        let path = std::path::absolute(path)?;
        let folder = path.parent().map(fs::canonicalize);
        Ok(match (folder, path.file_name()) {
            (Some(Ok(folder)), Some(name)) => folder.join(name),
            _ => path,
        })
    })
}

fn create(path: &Path, data: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(data)?;
    file.sync_all()
}

/// A new file beside a path, whose name no other process or thread uses.
fn beside(path: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{process}-{number}.part"))
}

/// Prints an error on standard error.
pub(super) fn error(error: &Error) {
    let is_styled = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let text = if is_styled { error.styled() } else { error.to_string() };
    say(&format!("{text}\n"));
}

/// Prints a text on standard error, and ignores failures: there is nowhere to report them.
pub(super) fn say(text: &str) {
    let mut stderr = anstream::AutoStream::auto(io::stderr()).lock();
    let _ = stderr.write_all(text.as_bytes());
}

/// Shows progress on a terminal, on a line that the next text replaces.
pub(super) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        say(&format!("\r\x1b[K{text}"));
    }
}
