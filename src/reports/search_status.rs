//! How far the jobs of a search are.

use std::collections::BTreeMap;

use crate::reports::declared::SEARCH_STATUS;
use crate::reports::{Cell, Column, Report, Section, column};
use crate::search::{FailureKind, JournalEntry};

/// How many jobs are in each state that the journal does not know.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobCounts {
    /// Jobs at work.
    pub running: usize,
    /// Jobs that wait for room.
    pub waiting: usize,
    /// Jobs that have ended, and that nobody has collected.
    pub ended: usize,
    /// Jobs that are gone and left no outcome.
    pub gone: usize,
    /// Jobs of which the engine said nothing.
    pub unknown: usize,
}

/// The report of `phiscale search status`: the last entry of each candidate in the journal, and the jobs that are not
/// in it.
#[must_use]
pub fn search_status(executor: &str, entries: &[JournalEntry], jobs: &JobCounts) -> Report {
    let mut last: BTreeMap<[u64; 4], &JournalEntry> = BTreeMap::new();
    for entry in entries {
        last.insert([entry.phi, entry.alpha, entry.beta, entry.gamma].map(f64::to_bits), entry);
    }
    let open = jobs.running + jobs.waiting + jobs.ended + jobs.gone + jobs.unknown;
    let failed: Vec<&JournalEntry> =
        last.values().copied().filter(|entry| entry.accuracy.is_none()).collect();
    let of_kind = |kind| failed.iter().filter(|entry| kind_of(entry) == kind).count();
    let accuracies = last.values().filter_map(|entry| entry.accuracy);
    let measured = last.len() - failed.len();
    let fields = vec![
        (column("executor", "executor"), Cell::text(executor)),
        (column("candidates", "candidates so far"), count(last.len() + open)),
        (column("measured", "measured"), count(measured)),
        (column("failed", "failed"), count(of_kind(FailureKind::Failed))),
        (column("timed_out", "timed out"), count(of_kind(FailureKind::TimedOut))),
        (column("lost", "lost"), count(of_kind(FailureKind::Lost))),
        (column("running", "jobs that run"), count(jobs.running)),
        (column("waiting", "jobs that wait"), count(jobs.waiting)),
        (column("ended", "jobs to be collected"), count(jobs.ended)),
        (column("gone", "jobs gone without an outcome"), count(jobs.gone)),
        (column("unknown", "jobs the engine said nothing of"), count(jobs.unknown)),
        (column("best", "best accuracy (%)"), best(accuracies)),
        (column("seconds_left", "seconds left (estimate)"), left(&last, jobs)),
    ];
    let rows = failed.iter().map(|entry| row(entry)).collect();
    let mut sections = vec![Section::record(None, fields)];
    sections.push(Section::rows("failures", columns(), rows));
    Report::new(&SEARCH_STATUS, sections, notes(jobs))
}

fn count(number: usize) -> Cell {
    Cell::integer(number as u128)
}

/// An entry of a search on one machine says no more than that it failed.
fn kind_of(entry: &JournalEntry) -> FailureKind {
    entry.failure.unwrap_or(FailureKind::Failed)
}

fn best(accuracies: impl Iterator<Item = f64>) -> Cell {
    let best = accuracies.max_by(f64::total_cmp);
    best.map_or(Cell::Missing, |value| Cell::Real { value, decimals: 3, unit: "" })
}

/// The time that is left if jobs take as long as those that were measured, and as many run at a time as now.
fn left(last: &BTreeMap<[u64; 4], &JournalEntry>, jobs: &JobCounts) -> Cell {
    let seconds: Vec<f64> =
        last.values().filter(|one| one.accuracy.is_some()).map(|one| one.seconds).collect();
    if seconds.is_empty() || jobs.running == 0 {
        return Cell::Missing;
    }
    let mean = seconds.iter().sum::<f64>() / seconds.len() as f64;
    let rounds = (jobs.running + jobs.waiting) as f64 / jobs.running as f64;
    Cell::Real { value: mean * rounds, decimals: 0, unit: "" }
}

fn columns() -> Vec<Column> {
    vec![
        column("phi", "φ"),
        column("alpha", "α"),
        column("beta", "β"),
        column("gamma", "γ"),
        column("failure", "how"),
        column("attempts", "attempts"),
        column("error", "error"),
    ]
}

fn row(entry: &JournalEntry) -> Vec<Cell> {
    vec![
        Cell::factor(entry.phi),
        Cell::factor(entry.alpha),
        Cell::factor(entry.beta),
        Cell::factor(entry.gamma),
        Cell::text(kind_of(entry).name()),
        Cell::integer(entry.attempts),
        entry.error.as_ref().map_or(Cell::Missing, Cell::text),
    ]
}

fn notes(jobs: &JobCounts) -> Vec<String> {
    let waits = "The search's command with --resume writes them into the journal.";
    let gone = "The search's command with --resume submits what is lost again.";
    let mut notes = Vec::new();
    if jobs.ended > 0 {
        notes.push(format!(
            "Jobs that have ended and are not in the journal: {}. {waits}",
            jobs.ended
        ));
    }
    if jobs.gone > 0 {
        notes.push(format!("Jobs that are gone and left no outcome: {}. {gone}", jobs.gone));
    }
    notes
}
