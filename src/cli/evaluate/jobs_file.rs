//! `jobs.jsonl` in a search's folder, which says what was submitted elsewhere, and the outcomes that the jobs leave.

use std::fs;
use std::path::Path;

use phiscale::Error;
use phiscale::search::{
    AttemptEnding, AttemptOutcome, JobsLine, KnownSubmission, Submission, parse_jobs,
};

use super::line_file::LineFile;
use crate::cli::files::read;
use crate::cli::output;

/// Name of the file.
pub(super) const JOBS: &str = "jobs.jsonl";

/// Name of the file with the outcome, in the folder of an attempt.
const OUTCOME: &str = "outcome.json";

/// Maximum size of the file, in bytes; a job takes a few hundred.
const MAX_JOBS_BYTES: u64 = 1 << 28;

/// Maximum size of an outcome, in bytes: that of a result, and the end of what was printed.
const MAX_OUTCOME_BYTES: u64 = 1 << 22;

/// The file, open for appending.
pub(super) struct JobsFile {
    lines: LineFile,
    /// Its length before the last submission.
    before: u64,
}

impl JobsFile {
    /// Opens the file of a search's folder, or starts one; with what it holds. An incomplete last line is removed.
    pub(super) fn open(folder: &Path) -> Result<(JobsFile, Vec<KnownSubmission>), Error> {
        let path = folder.join(JOBS);
        let (known, length) = match text(folder)? {
            None => (Vec::new(), 0),
            Some(text) => {
                let (known, complete) = parse_jobs(&text)?;
                (known, complete.len() as u64)
            }
        };
        let lines = LineFile::open(&path, "the list of jobs")?;
        if lines.length()? > length {
            lines.cut(length)?;
        }
        Ok((JobsFile { lines, before: length }, known))
    }

    /// Writes jobs down that are about to be submitted.
    pub(super) fn submit(&mut self, submission: Submission) -> Result<(), Error> {
        self.before = self.lines.length()?;
        self.lines.append(&JobsLine::Submitted(submission).line(), || ())
    }

    /// Writes down that the engine has taken the last submission, and what it calls it.
    pub(super) fn accept(&mut self, token: &str, id: &str) -> Result<(), Error> {
        let line = JobsLine::Accepted { token: token.into(), id: id.into() };
        self.lines.append(&line.line(), || ())
    }

    /// Writes down that a submission was cancelled.
    pub(super) fn cancel(&mut self, token: &str) -> Result<(), Error> {
        self.lines.append(&JobsLine::Cancelled { token: token.into() }.line(), || ())
    }

    /// Removes the last submission, which the engine refused.
    pub(super) fn withdraw(&self) -> Result<(), Error> {
        self.lines.cut(self.before)
    }
}

/// The submissions of a search's folder.
pub(super) fn submissions(folder: &Path) -> Result<Vec<KnownSubmission>, Error> {
    text(folder)?.map_or(Ok(Vec::new()), |text| Ok(parse_jobs(&text)?.0))
}

/// The text of the file, if there is one.
fn text(folder: &Path) -> Result<Option<String>, Error> {
    let path = folder.join(JOBS);
    if !path.exists() {
        return Ok(None);
    }
    read(&path.to_string_lossy(), MAX_JOBS_BYTES, "a list of jobs").map(Some)
}

/// Whether an attempt has left its outcome.
pub(super) fn has_outcome(folder: &Path) -> bool {
    folder.join(OUTCOME).exists()
}

/// The outcome that an attempt has left. It was written whole, so one that cannot be read is a failure.
pub(super) fn outcome(folder: &Path) -> Option<AttemptOutcome> {
    let path = folder.join(OUTCOME);
    if fs::metadata(&path).is_err() {
        return None;
    }
    let text = read(&path.to_string_lossy(), MAX_OUTCOME_BYTES, "an outcome");
    let outcome = text.and_then(|text| AttemptOutcome::parse(&text));
    Some(outcome.unwrap_or_else(|error| AttemptOutcome {
        ending: AttemptEnding::Failed(format!("{} in {}", error.message(), folder.display())),
        seconds: 0.0,
        remarks: Vec::new(),
    }))
}

/// Leaves the outcome of an attempt: a new file replaces what was there, so that nobody reads half of it.
pub(super) fn leave_outcome(folder: &Path, outcome: &AttemptOutcome) -> Result<(), Error> {
    output::file(&folder.join(OUTCOME), outcome.json().as_bytes())
}
