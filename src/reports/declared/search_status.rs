//! What the reports of `phiscale search status` hold.

use crate::families::declared::file::{
    JsonFile, number, number_or_null, rows, text, text_or_null, whole,
};
use crate::families::declared::{Key, Table, Takes};
use crate::reports::declared::NOTES;

pub(in crate::reports) const SEARCH_STATUS: JsonFile = JsonFile::report(
    "report-search-status",
    "phiscale.search-status/1",
    "`phiscale search status`: how far the jobs of a search are",
    &[&[
        text("executor", "Where the last jobs were submitted."),
        whole("candidates", "Candidates in the journal, and those with a job that is not in it."),
        whole("measured", "Candidates with an accuracy."),
        whole("failed", "Candidates whose evaluator failed."),
        whole("timed_out", "Candidates that took too long."),
        whole("lost", "Candidates whose jobs were lost as often as they may."),
        whole("running", "Jobs at work."),
        whole("waiting", "Jobs that wait for room."),
        whole("ended", "Jobs that have ended, and that nobody has collected."),
        whole("gone", "Jobs that are gone and left no outcome."),
        whole("unknown", "Jobs of which the engine said nothing."),
        number_or_null("best", "The best accuracy, in percent."),
        number_or_null("seconds_left", "An estimate of the time left, in seconds."),
        rows("failures", &FAILURES, "One row for each candidate without an accuracy."),
        NOTES,
    ]],
);

const FAILURES: Table = Table::new(&[&[
    number("phi", "φ."),
    number("alpha", "α."),
    number("beta", "β."),
    number("gamma", "γ."),
    Key::new("failure", Takes::Words(|| vec!["failed", "timed_out", "lost"]), "How it failed."),
    whole("attempts", "How often it was tried."),
    text_or_null("error", "Why it failed."),
]]);
