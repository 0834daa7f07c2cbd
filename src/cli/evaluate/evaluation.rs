//! What was measured and what failed, from a journal or a file of measurements.

use std::path::Path;

use phiscale::search::{
    Candidate, Journal, JournalEntry, Lookup, MeasuredAccuracy, read_measurements,
};
use phiscale::{Error, Source};

use super::command::FOLDER_VARIABLE;
use super::journal_file::MAX_JOURNAL_BYTES;
use crate::cli::files::read;
use crate::cli::output;

/// Maximum size of a file of measurements, in bytes.
const MAX_MEASUREMENT_BYTES: u64 = 1 << 24;

/// The measured and failed candidates.
#[derive(Default)]
pub(in crate::cli) struct Evaluation {
    /// Every measurement, including those of other candidates.
    pub(in crate::cli) measurements: Vec<MeasuredAccuracy>,
    /// Every failure, including those of other candidates and those that a later attempt made good.
    pub(super) failed: Vec<JournalEntry>,
    /// Where the measurements come from, for charts.
    pub(in crate::cli) source: String,
    /// Number of candidates that were not evaluated because the search was stopped.
    pub(super) unfinished: usize,
}

impl Evaluation {
    pub(super) fn new(mut entries: Vec<JournalEntry>, source: String) -> Evaluation {
        let measurements = entries.iter().filter_map(JournalEntry::measurement).collect();
        entries.retain(|entry| entry.accuracy.is_none());
        Evaluation { measurements, failed: entries, source, unfinished: 0 }
    }

    /// Reads a table of measurements, or the journal of a search for these candidates.
    pub(super) fn read(
        path: &Path,
        phi: Option<f64>,
        candidates: &[Candidate],
    ) -> Result<Evaluation, Error> {
        let is_journal = is_journal(path);
        let most = if is_journal { MAX_JOURNAL_BYTES } else { MAX_MEASUREMENT_BYTES };
        let text = read(&path.to_string_lossy(), most, "measurements")?;
        if is_journal {
            let journal = Journal::parse(&text)?;
            journal.check_networks(candidates)?;
            let entries = journal.entries;
            let source = entries.first().map_or(String::new(), |entry| entry.evaluator.clone());
            return Ok(Evaluation::new(entries, source));
        }
        let source = path.to_string_lossy().into_owned();
        let measurements = read_measurements(&Source::new(&source, text), phi)?;
        Ok(Evaluation { measurements, source, ..Evaluation::default() })
    }

    /// The last failure of each candidate that was not measured.
    pub(in crate::cli) fn failed_of(&self, candidates: &[Candidate]) -> Vec<&JournalEntry> {
        let failed = Lookup::new(&self.failed, JournalEntry::identity);
        let measured = self.measured();
        let last = |one: &Candidate| failed.of(one).next_back();
        candidates.iter().filter(|one| !measured.has(one)).filter_map(last).collect()
    }

    /// The measurements, by what they are of.
    pub(super) fn measured(&self) -> Lookup<'_, MeasuredAccuracy> {
        Lookup::new(&self.measurements, MeasuredAccuracy::identity)
    }

    /// Whether the search was stopped; if so, says how to go on.
    pub(in crate::cli) fn is_stopped(&self) -> bool {
        let unfinished = self.unfinished;
        if unfinished > 0 {
            output::say(&format!(
                "stopped; candidates left: {unfinished}; run the same command again to resume\n"
            ));
        }
        unfinished > 0
    }

    /// Whether a candidate was measured and the search was not stopped; if not, says what to do.
    pub(in crate::cli) fn is_usable(&self, candidates: &[Candidate]) -> bool {
        if self.is_stopped() {
            return false;
        }
        let measured = self.measured();
        if candidates.iter().any(|one| measured.has(one)) {
            return true;
        }
        let failed = self.failed_of(candidates);
        if failed.is_empty() {
            output::say("none of the candidates was measured; --dry-run lists them\n");
            return false;
        }
        output::say(
            "nothing could be measured: every candidate failed; a repeated command tries them \
             again\n",
        );
        if let Some(error) = failed.iter().find_map(|entry| entry.error.as_deref()) {
            output::say(&format!("the first: {error}\n"));
        }
        if failed.iter().any(|entry| entry.command.is_some()) {
            output::say(&format!(
                "the command runs in the candidate's folder; ${FOLDER_VARIABLE} in it is the folder \
                 where phiscale was started\n"
            ));
        }
        false
    }
}

/// Whether a file of measurements is a journal.
pub(super) fn is_journal(path: &Path) -> bool {
    path.extension().is_some_and(|suffix| suffix == "jsonl")
}
