//! The journal file of a search: each line is on disk before the next is appended.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use phiscale::Error;
use phiscale::search::{Candidate, Journal, JournalEntry};

use crate::cli::files::read;
use crate::cli::output;

/// Maximum size of a journal, in bytes; a line takes a few hundred.
const MAX_JOURNAL_BYTES: u64 = 1 << 28;

/// A journal open for appending.
pub(super) struct JournalFile {
    path: PathBuf,
    file: File,
    pub(super) entries: Vec<JournalEntry>,
}

impl JournalFile {
    /// Opens the journal of a search, or starts one. An incomplete last line is removed. Fails if what it has measured
    /// is not these candidates' networks.
    pub(super) fn open(
        path: &Path,
        family: &str,
        evaluator: &str,
        candidates: &[Candidate],
    ) -> Result<JournalFile, Error> {
        let entries = if path.exists() {
            let text = read(&path.to_string_lossy(), MAX_JOURNAL_BYTES, "a journal")?;
            let journal = Journal::resume(&text, family, evaluator)?;
            journal.check_networks(candidates)?;
            if journal.complete_lines.len() < text.len() {
                output::file(path, journal.complete_lines.as_bytes())?;
            }
            journal.entries
        } else {
            Vec::new()
        };
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|error| unwritable(path, &error))?;
        Ok(JournalFile { path: path.into(), file, entries })
    }

    /// Appends an entry. If the disk is full, the candidate's folder is removed to make room.
    pub(super) fn append(&mut self, entry: JournalEntry, folder: &Path) -> Result<(), Error> {
        let line = entry.line();
        let length = self.file.metadata().map(|metadata| metadata.len());
        let length = length.map_err(|error| unwritable(&self.path, &error))?;
        if self.write(&line).is_err() {
            let _ = fs::remove_dir_all(folder);
            // A part of the line may have been written.
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
