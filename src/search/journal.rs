//! The journal of a search: one JSON line for each finished candidate.
//!
//! A search that was killed resumes from its journal. An incomplete last line is dropped, and its candidate runs
//! again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::counting::ledger::Event;
use crate::error::{Diagnostic, Error};
use crate::families::declared::file::{
    JsonFile, number, number_or_null, text, text_or_null, whole, whole_or_null,
};
use crate::families::declared::{Key, Table, Takes};
use crate::families::scaling::Coefficients;
use crate::search::line::json_line;
use crate::search::lookup::Lookup;
use crate::search::variant::{Identity, VARIANT, Variant};
use crate::search::{Candidate, MeasuredAccuracy};

/// The only schema of a line that is read.
const SCHEMA: &str = "phiscale.journal/1";

/// A line of a journal.
pub(crate) const LINE: JsonFile = JsonFile {
    name: "journal",
    schema: Some(SCHEMA),
    about: "A line of journal.jsonl: one finished candidate of `phiscale search` or `phiscale compare`",
    keys: &[&[
        text("family", "The family that was scaled."),
        text("evaluator", "The evaluator that measured the candidate."),
        text("command", "The command line, if the evaluator is a command.").optional(),
        Key::new(
            "network",
            Takes::Table(&Table::named(&Takes::Whole(0))),
            "The counts of the candidate's network, by event and without zeros.",
        ),
        number("phi", "φ."),
        number("alpha", "α."),
        number("beta", "β."),
        number("gamma", "γ."),
        VARIANT,
        number_or_null("accuracy", "Accuracy in percent; null if the candidate failed."),
        number_or_null("standard_error", "Its standard error, in percentage points."),
        whole_or_null("repeats", "Training runs behind the standard error."),
        number("seconds", "Duration of the last attempt, in seconds."),
        whole("attempts", "How often it was tried."),
        text_or_null("notes", "Notes of the evaluator."),
        text_or_null("error", "Why it failed."),
        Key::new(
            "failure",
            Takes::Words(|| vec!["failed", "timed_out", "lost"]),
            "How it failed, where it was measured by another executor than local.",
        )
        .optional(),
    ]],
    is_open: false,
};

/// A finished candidate, measured or failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalEntry {
    schema: String,
    /// The family that was scaled.
    pub family: String,
    /// The evaluator that measured the candidate. Results of different evaluators are never compared.
    pub evaluator: String,
    /// The command line, if the evaluator is a command. Journals from before it was kept have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The counts of the candidate's network, by event and without zeros: a changed spec gives others. Journals from
    /// before they were kept have none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub network: BTreeMap<String, u128>,
    /// φ.
    pub phi: f64,
    /// α.
    pub alpha: f64,
    /// β.
    pub beta: f64,
    /// γ.
    pub gamma: f64,
    /// How it was measured, and what was chosen in it.
    #[serde(default, skip_serializing_if = "Variant::is_empty")]
    pub variant: Variant,
    /// Accuracy, in percent; `None` if the candidate failed.
    pub accuracy: Option<f64>,
    /// Standard error of the accuracy, in percent, if reported.
    pub standard_error: Option<f64>,
    /// Number of training runs behind the standard error, if reported.
    pub repeats: Option<u64>,
    /// Duration of the last attempt, in seconds.
    pub seconds: f64,
    /// Number of attempts.
    pub attempts: u32,
    /// Notes of the evaluator.
    pub notes: Option<String>,
    /// Why it failed, with the end of the evaluator's stderr.
    pub error: Option<String>,
    /// How it failed, if it was measured as a job of another executor than `local`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureKind>,
}

/// How a job failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// Its evaluator failed.
    Failed,
    /// It took longer than it may.
    TimedOut,
    /// It is gone and left no outcome, as when its machine fails.
    Lost,
}

impl FailureKind {
    /// Its name in files and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FailureKind::Failed => "failed",
            FailureKind::TimedOut => "timed_out",
            FailureKind::Lost => "lost",
        }
    }
}

/// A parsed journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// The finished candidates.
    pub entries: Vec<JournalEntry>,
    /// The text without an incomplete last line.
    pub complete_lines: String,
}

/// The counts of a candidate's network, by event and without zeros.
fn counts(candidate: &Candidate) -> BTreeMap<String, u128> {
    let amount = |event: &Event| {
        (event.name().to_string(), candidate.cost.total(std::slice::from_ref(event)))
    };
    Event::ALL.iter().map(amount).filter(|(_, amount)| *amount > 0).collect()
}

impl JournalEntry {
    /// An entry without a result.
    #[must_use]
    pub fn new(family: &str, evaluator: &str, candidate: &Candidate) -> Self {
        let Coefficients { alpha, beta, gamma } = candidate.coefficients;
        JournalEntry {
            schema: SCHEMA.into(),
            family: family.into(),
            evaluator: evaluator.into(),
            command: None,
            network: counts(candidate),
            phi: candidate.phi,
            alpha,
            beta,
            gamma,
            variant: candidate.variant.clone(),
            accuracy: None,
            standard_error: None,
            repeats: None,
            seconds: 0.0,
            attempts: 0,
            notes: None,
            error: None,
            failure: None,
        }
    }

    /// The entry as a line of the journal, newline included.
    #[must_use]
    pub fn line(&self) -> String {
        json_line(self)
    }

    /// α, β and γ.
    #[must_use]
    pub fn coefficients(&self) -> Coefficients {
        Coefficients { alpha: self.alpha, beta: self.beta, gamma: self.gamma }
    }

    /// Which candidate it is of.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        Identity { phi: self.phi, coefficients: self.coefficients(), variant: &self.variant }
    }

    /// Whether this is the measurement of a network other than the candidate's at the same coefficients, and the first
    /// count that differs.
    fn difference(&self, candidate: &Candidate) -> Option<String> {
        let is_known = self.accuracy.is_some() && !self.network.is_empty();
        if !is_known {
            return None;
        }
        let counts = counts(candidate);
        let amount = |of: &BTreeMap<String, u128>, event: &str| of.get(event).copied().unwrap_or(0);
        let differs =
            |event: &&Event| amount(&self.network, event.name()) != amount(&counts, event.name());
        let event = Event::ALL.iter().find(differs)?.name();
        let (then, now) = (amount(&self.network, event), amount(&counts, event));
        let name = self.name();
        Some(format!("{name} had {then} {event} when it was measured, and has {now}"))
    }

    /// The candidate in messages: its coefficients, or what was chosen in it.
    fn name(&self) -> String {
        let (point, phi) = (self.coefficients(), self.phi);
        if self.variant.choices.is_empty() {
            return format!("({point}) at φ = {phi}");
        }
        format!("the network with {}", self.variant.chosen())
    }

    /// MACs of one image, by its counts.
    #[must_use]
    pub fn macs(&self) -> u128 {
        Event::MACS.iter().filter_map(|event| self.network.get(event.name())).sum()
    }

    /// The measured accuracy, if the candidate did not fail.
    #[must_use]
    pub fn measurement(&self) -> Option<MeasuredAccuracy> {
        Some(MeasuredAccuracy {
            phi: self.phi,
            coefficients: self.coefficients(),
            variant: self.variant.clone(),
            accuracy: self.accuracy?,
            standard_error: self.standard_error,
            repeats: self.repeats,
        })
    }
}

impl Journal {
    /// Reads the journal of any search.
    pub fn parse(text: &str) -> Result<Journal, Error> {
        let complete_lines = text.rfind('\n').map_or("", |end| &text[..=end]);
        let mut entries = Vec::new();
        for (number, line) in
            (1..).zip(complete_lines.lines()).filter(|(_, line)| !line.trim().is_empty())
        {
            let entry: JournalEntry = serde_json::from_str(line).map_err(|error| {
                Diagnostic::new(format!("cannot read line {number} of the journal: {error}"))
            })?;
            if entry.schema != SCHEMA {
                let message =
                    format!("line {number} of the journal has the schema `{}`", entry.schema);
                let help = format!("the supported schema is `{SCHEMA}`");
                return Err(Diagnostic::new(message).help(help).into());
            }
            if let Some(accuracy) = entry.accuracy.filter(|one| !(0.0..=100.0).contains(one)) {
                let message = format!(
                    "line {number} of the journal has an accuracy of {accuracy}; it must be a percentage from 0 to 100"
                );
                return Err(Error::new(message));
            }
            entries.push(entry);
        }
        Ok(Journal { entries, complete_lines: complete_lines.into() })
    }

    /// Fails if an accuracy was measured on a network other than the candidate's: the spec has changed since.
    pub fn check_networks(&self, candidates: &[Candidate]) -> Result<(), Error> {
        let entries = Lookup::new(&self.entries, JournalEntry::identity);
        let difference = |candidate: &Candidate| {
            entries.of(candidate).find_map(|entry| entry.difference(candidate))
        };
        let Some(difference) = candidates.iter().find_map(difference) else { return Ok(()) };
        let message = format!("the journal was measured on other networks: {difference}");
        let help = "its accuracies hold for the networks as they were: give --depth, --width and --resolution as then; \
                    measure a changed spec in another --folder, or move the journal away";
        Err(Diagnostic::new(message).help(help).into())
    }

    /// Reads a journal to resume from, which must be of this family and this evaluator.
    pub fn resume(text: &str, family: &str, evaluator: &str) -> Result<Journal, Error> {
        let journal = Journal::parse(text)?;
        for entry in &journal.entries {
            let identity = [(&entry.family, family), (&entry.evaluator, evaluator)];
            if let Some((found, expected)) = identity.into_iter().find(|(a, b)| a.as_str() != *b) {
                let message =
                    format!("the journal belongs to another search: `{found}`, not `{expected}`");
                let help = "choose another --folder, or move the journal away";
                return Err(Diagnostic::new(message).help(help).into());
            }
        }
        Ok(journal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> JournalEntry {
        let coefficients = Coefficients { alpha: 1.2, beta: 1.1, gamma: 1.15 };
        let candidate = Candidate::bare(coefficients, 1.0, 2.0);
        JournalEntry { accuracy: Some(77.1), ..JournalEntry::new("net", "by hand", &candidate) }
    }

    #[test]
    fn an_incomplete_last_line_is_dropped() {
        let text = entry().line() + &entry().line()[..20];
        let journal = Journal::resume(&text, "net", "by hand").expect("a journal");
        assert_eq!(journal.entries, [entry()]);
        assert_eq!(journal.complete_lines, entry().line());
        assert_eq!(Journal::resume("", "net", "by hand").expect("nothing yet").entries, []);
    }

    #[test]
    fn another_search_is_not_resumed() {
        assert!(Journal::resume(&entry().line(), "other", "by hand").is_err());
        assert!(Journal::resume(&entry().line(), "net", "by chance").is_err());
        assert!(
            Journal::resume(&entry().line().replace("al/1", "al/2"), "net", "by hand").is_err()
        );
        assert!(Journal::resume("{}\n", "net", "by hand").is_err());
        assert!(Journal::resume("garbage\n", "net", "by hand").is_err());
    }

    #[test]
    fn an_accuracy_belongs_to_the_network_that_was_measured() {
        let coefficients = Coefficients { alpha: 1.2, beta: 1.1, gamma: 1.15 };
        let candidate = Candidate::bare(coefficients, 1.0, 2.0);
        let counted = |weights| JournalEntry {
            network: BTreeMap::from([("conv_weights".to_string(), weights)]),
            ..entry()
        };
        let check = |entry: JournalEntry| {
            let journal = Journal::parse(&entry.line()).expect("a journal");
            journal.check_networks(std::slice::from_ref(&candidate))
        };
        assert!(check(entry()).is_ok() && check(counted(0)).is_ok());
        let error = check(counted(7)).expect_err("another network").to_string();
        assert!(error.contains("(1.2, 1.1, 1.15) at φ = 1 had 7 conv_weights"), "{error}");
        assert!(error.contains("and has 0"), "{error}");
        // A failed candidate was not measured, and other coefficients are another candidate.
        assert!(check(JournalEntry { accuracy: None, ..counted(7) }).is_ok());
        assert!(check(JournalEntry { alpha: 1.3, ..counted(7) }).is_ok());
    }
}
