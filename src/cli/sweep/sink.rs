//! Where lines go: standard output, or a new file that replaces the old one when all lines are written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use phiscale::Error;

use crate::cli::output::{part, unwritable};

/// Where lines go.
pub(super) enum Sink {
    Stdout,
    /// A device or a pipe, which no file can replace.
    Special(File, PathBuf),
    File(Part),
}

/// A new file beside the one that it will replace. One that is not finished is removed.
pub(super) struct Part {
    file: File,
    path: PathBuf,
    target: PathBuf,
    /// The path as it was given.
    shown: PathBuf,
    is_finished: bool,
}

impl Sink {
    pub(super) fn new(path: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            return Ok(Sink::Stdout);
        };
        let opened = || match part(path)? {
            None => Ok(Sink::Special(File::create(path)?, path.into())),
            Some((part, target)) => {
                let file = OpenOptions::new().write(true).create_new(true).open(&part)?;
                Ok(Sink::File(Part {
                    file,
                    path: part,
                    target,
                    shown: path.into(),
                    is_finished: false,
                }))
            }
        };
        opened().map_err(|error| unwritable(path, &error))
    }

    /// Whether lines appear where a progress bar would.
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self, Sink::Stdout) && io::stdout().is_terminal()
    }

    /// Writes lines; false if nobody reads any more (`| head`).
    pub(super) fn write(&mut self, lines: &[u8]) -> Result<bool, Error> {
        let (written, path) = match self {
            Sink::Stdout => {
                let mut stdout = io::stdout().lock();
                (
                    stdout.write_all(lines).and_then(|()| stdout.flush()),
                    Path::new("standard output"),
                )
            }
            Sink::Special(file, path) => (file.write_all(lines), path.as_path()),
            Sink::File(part) => (part.file.write_all(lines), part.shown.as_path()),
        };
        match written {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(unwritable(path, &error)),
        }
    }

    /// Puts a file in its place, and gives its path.
    pub(super) fn finish(self) -> Result<Option<PathBuf>, Error> {
        let Sink::File(mut part) = self else { return Ok(None) };
        let placed = part.file.sync_all().and_then(|()| fs::rename(&part.path, &part.target));
        placed.map_err(|error| unwritable(&part.shown, &error))?;
        part.is_finished = true;
        Ok(Some(part.shown.clone()))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = fs::remove_file(&self.path);
        }
    }
}
