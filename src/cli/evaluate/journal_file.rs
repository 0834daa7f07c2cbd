//! The journal of a search as a file: lines are appended, each whole and on the disk before the next.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use phiscale::Error;
use phiscale::search::{Entry, Journal};

use crate::cli::network::read;
use crate::cli::output;

/// A larger journal is none: a line is some hundred bytes.
const MAX_JOURNAL_BYTES: u64 = 1 << 28;

/// A journal that is open for more.
pub(super) struct JournalFile {
    path: PathBuf,
    file: File,
    /// Everything that stands in it.
    pub(super) entries: Vec<Entry>,
}

impl JournalFile {
    /// Opens the journal of a search, or starts one. A line that was not written to its end is cut off.
    pub(super) fn open(path: &Path, family: &str, evaluator: &str) -> Result<JournalFile, Error> {
        let entries = if path.exists() {
            let text = read(&path.to_string_lossy(), MAX_JOURNAL_BYTES, "a journal")?;
            let journal = Journal::read(&text, family, evaluator)?;
            if journal.whole.len() < text.len() {
                output::file(path, journal.whole.as_bytes())?;
            }
            journal.entries
        } else {
            Vec::new()
        };
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|error| unwritable(path, &error))?;
        Ok(JournalFile { path: path.into(), file, entries })
    }

    /// Appends an entry. Where the disk is full, the candidate's own folder makes room for it.
    pub(super) fn append(&mut self, entry: Entry, folder: &Path) -> Result<(), Error> {
        let line = entry.line();
        let length = self.file.metadata().map(|metadata| metadata.len());
        let length = length.map_err(|error| unwritable(&self.path, &error))?;
        if self.write(&line).is_err() {
            let _ = fs::remove_dir_all(folder);
            // Half a line may stand there: it goes before the whole one comes.
            self.file.set_len(length).map_err(|error| unwritable(&self.path, &error))?;
            self.write(&line).map_err(|error| unwritable(&self.path, &error))?;
        }
        self.entries.push(entry);
        Ok(())
    }

    fn write(&mut self, line: &str) -> std::io::Result<()> {
        self.file.write_all(line.as_bytes())?;
        self.file.flush()?;
        self.file.sync_data()
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("cannot write the journal {}: {error}", path.display()))
}
