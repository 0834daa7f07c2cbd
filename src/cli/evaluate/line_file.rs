//! A file of lines that grows while a search runs: each line is on disk before the next is appended.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use phiscale::Error;

/// A file open for appending.
pub(super) struct LineFile {
    path: PathBuf,
    file: File,
    what: &'static str,
}

impl LineFile {
    /// Opens a file, or starts one. `what` is its name in errors.
    pub(super) fn open(path: &Path, what: &'static str) -> Result<LineFile, Error> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|error| unwritable(path, what, &error))?;
        Ok(LineFile { path: path.into(), file, what })
    }

    /// Appends a line, newline included. If that fails, `make_room` is called and the line is written once more.
    pub(super) fn append(&mut self, line: &str, make_room: impl FnOnce()) -> Result<(), Error> {
        let length = self.length()?;
        if self.write(line).is_err() {
            make_room();
            // A part of the line may have been written.
            self.cut(length)?;
            self.write(line).map_err(|error| unwritable(&self.path, self.what, &error))?;
        }
        Ok(())
    }

    /// Its length, in bytes.
    pub(super) fn length(&self) -> Result<u64, Error> {
        let metadata = self.file.metadata();
        let length = metadata.map(|metadata| metadata.len());
        length.map_err(|error| unwritable(&self.path, self.what, &error))
    }

    /// Removes everything behind `length` bytes.
    pub(super) fn cut(&self, length: u64) -> Result<(), Error> {
        self.file.set_len(length).map_err(|error| unwritable(&self.path, self.what, &error))
    }

    fn write(&mut self, line: &str) -> std::io::Result<()> {
        self.file.write_all(line.as_bytes())?;
        self.file.flush()?;
        self.file.sync_data()
    }
}

fn unwritable(path: &Path, what: &str, error: &std::io::Error) -> Error {
    Error::new(format!("cannot write {what} {}: {error}", path.display()))
}
