//! Which jobs of a search's folder nobody has collected yet.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use phiscale::search::{Identity, JournalEntry, KnownSubmission, SubmittedJob};

use super::executor::JobKey;
use super::jobs_file::has_outcome;

/// A job of which the journal says nothing yet: the latest attempt at its candidate.
pub(super) struct OpenJob {
    pub(super) key: JobKey,
    /// What was submitted, without the command.
    pub(super) job: SubmittedJob,
    /// The folder of the attempt.
    pub(super) folder: PathBuf,
    /// How many attempts before it failed, since the journal has the candidate.
    pub(super) failed: u32,
    /// How many attempts before it were lost.
    pub(super) lost: u32,
}

impl OpenJob {
    /// Whether an entry of the journal is of the same candidate.
    pub(super) fn is_of(&self, entry: &JournalEntry) -> bool {
        self.job.identity() == entry.identity()
    }
}

/// The jobs of a folder.
pub(super) struct FolderJobs {
    pub(super) open: Vec<OpenJob>,
    /// Jobs that count no more, because a later attempt replaced them or the journal has their candidate, and that left
    /// no outcome: they should be gone.
    pub(super) leftovers: Vec<JobKey>,
}

/// The identity of a candidate as a key.
type Point = ([u64; 4], String);

/// Divides the jobs of a folder by whether the journal knows them.
pub(super) fn folder_jobs(
    known: &[KnownSubmission],
    entries: &[JournalEntry],
    folder: &Path,
) -> FolderJobs {
    let mut collected: HashMap<Point, u32> = HashMap::new();
    for entry in entries {
        let attempts = collected.entry(point(entry.identity())).or_default();
        *attempts = entry.attempts.max(*attempts);
    }
    let mut open: HashMap<Point, OpenJob> = HashMap::new();
    let mut leftovers = Vec::new();
    for KnownSubmission { submission, id, is_cancelled } in known {
        for (index, job) in submission.jobs.iter().enumerate() {
            let key = JobKey { token: submission.token.clone(), index, id: id.clone() };
            let point = point(job.identity());
            let mut next = opened(key, job, folder);
            let is_collected = collected.get(&point).is_some_and(|last| *last >= job.attempt);
            if is_collected || (*is_cancelled && !has_outcome(&next.folder)) {
                leftovers.push(next);
                continue;
            }
            if let Some(before) = open.remove(&point) {
                (next.failed, next.lost) = (before.failed, before.lost);
                let has_failed = has_outcome(&before.folder);
                *(if has_failed { &mut next.failed } else { &mut next.lost }) += 1;
                leftovers.push(before);
            }
            open.insert(point, next);
        }
    }
    let mut open: Vec<OpenJob> = open.into_values().collect();
    open.sort_by(|a, b| a.folder.cmp(&b.folder));
    leftovers.retain(|job| !has_outcome(&job.folder));
    FolderJobs { open, leftovers: leftovers.into_iter().map(|job| job.key).collect() }
}

fn opened(key: JobKey, job: &SubmittedJob, folder: &Path) -> OpenJob {
    let job = SubmittedJob { command: Vec::new(), ..job.clone() };
    OpenJob { key, folder: folder.join(&job.folder), job, failed: 0, lost: 0 }
}

fn point(identity: Identity) -> Point {
    let Identity { phi, coefficients, variant } = identity;
    let numbers = [phi, coefficients.alpha, coefficients.beta, coefficients.gamma];
    (numbers.map(f64::to_bits), variant.key())
}
