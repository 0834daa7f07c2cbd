//! The journal file of a search.

use std::fs;
use std::path::Path;

use phiscale::Error;
use phiscale::search::{Candidate, Journal, JournalEntry};

use super::line_file::LineFile;
use crate::cli::files::read;
use crate::cli::output;

/// Name of the journal.
pub(super) const JOURNAL: &str = "journal.jsonl";

/// Maximum size of a journal, in bytes; a line takes a few hundred.
pub(super) const MAX_JOURNAL_BYTES: u64 = 1 << 28;

/// A journal open for appending.
pub(super) struct JournalFile {
    lines: LineFile,
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
        Ok(JournalFile { lines: LineFile::open(path, "the journal")?, entries })
    }

    /// Appends an entry. If the disk is full, the candidate's folder is removed to make room.
    pub(super) fn append(&mut self, entry: JournalEntry, folder: &Path) -> Result<(), Error> {
        self.lines.append(&entry.line(), || drop(fs::remove_dir_all(folder)))?;
        self.entries.push(entry);
        Ok(())
    }
}
