//! What becomes of jobs elsewhere when the search that follows them ends.

use std::io::{self, IsTerminal};

use phiscale::Error;
use phiscale::search::KnownSubmission;

use super::executor::{Executor, JobKey};
use super::follow::Follower;
use super::jobs_file::{JobsFile, submissions};
use super::open_jobs::folder_jobs;
use crate::cli::output;

impl Follower<'_> {
    /// Ends what no candidate needs any more, and cancels the other jobs if the user wants that.
    pub(super) fn leave(&mut self) -> Result<(), Error> {
        if self.jobs.is_none() {
            return Ok(());
        }
        let known = submissions(self.settings.folder)?;
        self.end_leftovers(&known);
        let count = self.running.len();
        if count == 0 {
            return Ok(());
        }
        let folder = self.settings.folder.display().to_string();
        if !self.settings.placement.detaches && self.is_stopped() && wants_to_cancel(count) {
            let keys: Vec<&JobKey> = self.running.iter().map(|one| &one.key).collect();
            self.jobs.as_mut().map_or(Ok(()), |jobs| cancel(&mut self.executor, jobs, &keys))?;
            output::say(&format!("jobs cancelled: {count}\n"));
            return Ok(());
        }
        let of = match self.queue.len() + self.paused.len() {
            0 => String::new(),
            rest => format!(" (not submitted yet: {rest})"),
        };
        output::say(&format!(
            "jobs that go on without this process: {count}{of}\n\
             phiscale search status {folder} shows how far they are; the same command with --resume goes on;\n\
             phiscale search cancel {folder} ends them\n"
        ));
        Ok(())
    }

    /// Ends jobs that were taken for lost, in case they are alive after all.
    fn end_leftovers(&mut self, known: &[KnownSubmission]) {
        let jobs = folder_jobs(known, &self.journal.entries, self.settings.folder);
        let leftovers: Vec<&JobKey> = jobs.leftovers.iter().collect();
        if !leftovers.is_empty() {
            let _ = self.executor.cancel(&leftovers);
        }
    }
}

/// Cancels jobs, and writes that down.
pub(super) fn cancel(
    executor: &mut Executor,
    jobs: &mut JobsFile,
    keys: &[&JobKey],
) -> Result<(), Error> {
    executor.cancel(keys)?;
    let mut tokens: Vec<&str> = keys.iter().map(|key| &*key.token).collect();
    tokens.dedup();
    tokens.into_iter().try_for_each(|token| jobs.cancel(token))
}

/// Asks on a terminal whether the jobs are to be cancelled. Elsewhere, they are not.
fn wants_to_cancel(count: usize) -> bool {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return false;
    }
    output::say(&format!("\ncancel the jobs that have not ended ({count})? [y/N] "));
    let mut answer = String::new();
    let is_read = io::stdin().read_line(&mut answer).is_ok();
    is_read && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}
