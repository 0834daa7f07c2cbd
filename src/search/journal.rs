//! The journal of a search: one JSON line for each finished candidate.
//!
//! A search that was killed resumes from its journal. An incomplete last line is dropped, and its candidate runs
//! again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::counting::ledger::Event;
use crate::error::{Diagnostic, Error, nearest};
use crate::families::accuracy::mean;
use crate::families::declared::file::{
    JsonFile, number, number_or_null, text, text_or_null, whole, whole_or_null,
};
use crate::families::declared::{Key, Table, Takes};
use crate::families::published::misread_percent;
use crate::families::scaling::Coefficients;
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
        number_or_null("accuracy", "Accuracy in percent; null if the candidate failed."),
        number_or_null("standard_error", "Its standard error, in percentage points."),
        whole_or_null("repeats", "Training runs behind the standard error."),
        number("seconds", "Duration of the last attempt, in seconds."),
        whole("attempts", "How often it was tried."),
        text_or_null("notes", "Notes of the evaluator."),
        text_or_null("error", "Why it failed."),
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
}

/// What an evaluator writes.
pub(crate) const RESULT: JsonFile = JsonFile {
    name: "result",
    schema: None,
    about: "result.json: what an evaluator of `phiscale search` writes",
    keys: &[&RESULT_KEYS],
    is_open: true,
};

const RESULT_KEYS: [Key; 5] = [
    Key::required("accuracy", Takes::Percent, "Accuracy, in percent."),
    Key::new("standard_error", AT_LEAST_ZERO, "Its standard error, in percentage points."),
    Key::new(
        "repeats",
        Takes::OrNull(&Takes::Whole(1)),
        "Training runs behind the standard error.",
    ),
    Key::new("seconds", AT_LEAST_ZERO, "Duration in seconds, instead of the measured one."),
    Key::new("notes", Takes::OrNull(&Takes::Text), "Anything worth keeping in the journal."),
];

const AT_LEAST_ZERO: Takes = Takes::OrNull(&Takes::NotNegative);

/// What an evaluator reports in `result.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvaluatorResult {
    /// Accuracy, in percent.
    pub accuracy: f64,
    /// Standard error of the accuracy, in percent.
    pub standard_error: Option<f64>,
    /// Number of training runs behind the standard error; without it, the error counts as exact.
    pub repeats: Option<u64>,
    /// Duration in seconds, instead of the measured one.
    pub seconds: Option<f64>,
    /// Anything worth keeping in the journal.
    pub notes: Option<String>,
}

/// A parsed journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// The finished candidates.
    pub entries: Vec<JournalEntry>,
    /// The text without an incomplete last line.
    pub complete_lines: String,
}

impl EvaluatorResult {
    /// The mean of accuracies from several seeds, in percent, with its standard error.
    #[must_use]
    pub fn from_runs(accuracies: &[f64]) -> Self {
        let (accuracy, standard_error) = mean(accuracies);
        let each: Vec<String> = accuracies.iter().map(f64::to_string).collect();
        let notes = Some(format!("accuracies {}", each.join(", ")));
        let repeats = Some(accuracies.len() as u64);
        EvaluatorResult { accuracy, standard_error, repeats, seconds: None, notes }
    }

    /// The text of `result.json`.
    #[must_use]
    pub fn json(&self) -> String {
        json_line(self)
    }

    /// Reads `result.json`: an `accuracy` in percent, and optional further fields.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Some(accuracy) = accuracy_as_text(text) {
            let message = format!("the accuracy in result.json is the text \"{accuracy}\"");
            return Err(Error::new(message + "; write a number, in percent: {\"accuracy\": 77.1}"));
        }
        let result: EvaluatorResult = serde_json::from_str(text).map_err(|error| {
            let is_not_finite = ["NaN", "Infinity"].iter().any(|word| text.contains(word));
            let help = if is_not_finite {
                "; JSON has neither NaN nor Infinity: an evaluator without an accuracy should fail"
            } else {
                ""
            };
            Error::new(format!("cannot read result.json: {error}{help}"))
        })?;
        if let Some(help) = misread_percent(result.accuracy) {
            return Err(Error::new(format!("the accuracy in result.json must be {help}")));
        }
        if !(0.0..=100.0).contains(&result.accuracy) {
            let message = "the accuracy in result.json must be a percentage from 0 to 100";
            return Err(Error::new(format!("{message}, found {}", result.accuracy)));
        }
        let is_valid = |value: Option<f64>| value.is_none_or(|v| v.is_finite() && v >= 0.0);
        if !is_valid(result.standard_error) || !is_valid(result.seconds) {
            return Err(Error::new("standard_error and seconds in result.json must be at least 0"));
        }
        if result.repeats == Some(0) {
            return Err(Error::new("repeats in result.json must be at least 1"));
        }
        Ok(result)
    }

    /// A remark on each key of `result.json` that is not read, with the nearest that is.
    #[must_use]
    pub fn unknown_keys(text: &str) -> Vec<String> {
        let keys: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(text).unwrap_or_default();
        let read = RESULT_KEYS.map(|key| key.name);
        let unknown = keys.into_keys().filter(|key| !read.contains(&key.as_str()));
        let remark = |key: String| {
            let meant = nearest(&key, &read);
            let meant = meant.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
            let known = read.join(", ");
            format!("`{key}` in result.json is not read{meant} (read: {known})")
        };
        unknown.map(remark).collect()
    }
}

/// The accuracy in `result.json` if it is a text, such as "77%".
fn accuracy_as_text(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    value.get("accuracy")?.as_str().map(String::from)
}

/// The counts of a candidate's network, by event and without zeros.
fn counts(candidate: &Candidate) -> BTreeMap<String, u128> {
    let amount = |event: &Event| {
        (event.name().to_string(), candidate.cost.total(std::slice::from_ref(event)))
    };
    Event::ALL.iter().map(amount).filter(|(_, amount)| *amount > 0).collect()
}

/// A value as one line of JSON.
fn json_line(value: &impl Serialize) -> String {
    // Writing plain values to memory cannot fail.
    serde_json::to_string(value).unwrap_or_else(|_| "{}".into()) + "\n"
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
            accuracy: None,
            standard_error: None,
            repeats: None,
            seconds: 0.0,
            attempts: 0,
            notes: None,
            error: None,
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

    /// Whether this is the measurement of a network other than the candidate's at the same coefficients, and the first
    /// count that differs.
    fn difference(&self, candidate: &Candidate) -> Option<String> {
        let is_known = self.accuracy.is_some() && !self.network.is_empty();
        if !is_known || !candidate.is_at(self.phi, self.coefficients()) {
            return None;
        }
        let counts = counts(candidate);
        let amount = |of: &BTreeMap<String, u128>, event: &str| of.get(event).copied().unwrap_or(0);
        let differs =
            |event: &&Event| amount(&self.network, event.name()) != amount(&counts, event.name());
        let event = Event::ALL.iter().find(differs)?.name();
        let (then, now) = (amount(&self.network, event), amount(&counts, event));
        let point = self.coefficients();
        let phi = self.phi;
        Some(format!(
            "({point}) at φ = {phi} had {then} {event} when it was measured, and has {now}"
        ))
    }

    /// The measured accuracy, if the candidate did not fail.
    #[must_use]
    pub fn measurement(&self) -> Option<MeasuredAccuracy> {
        Some(MeasuredAccuracy {
            phi: self.phi,
            coefficients: self.coefficients(),
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
            entries.push(entry);
        }
        Ok(Journal { entries, complete_lines: complete_lines.into() })
    }

    /// Fails if an accuracy was measured on a network other than the candidate's: the spec has changed since.
    pub fn check_networks(&self, candidates: &[Candidate]) -> Result<(), Error> {
        let difference = |entry: &JournalEntry| {
            candidates.iter().find_map(|candidate| entry.difference(candidate))
        };
        let Some(difference) = self.entries.iter().find_map(difference) else { return Ok(()) };
        let message = format!("the journal was measured on other networks: {difference}");
        let help = "its accuracies hold for the spec as it was; measure the changed one in another --folder, or move \
                    the journal away";
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
        // A failure is no accuracy, and other coefficients are another candidate.
        assert!(check(JournalEntry { accuracy: None, ..counted(7) }).is_ok());
        assert!(check(JournalEntry { alpha: 1.3, ..counted(7) }).is_ok());
    }

    #[test]
    fn what_is_wrong_in_a_result_is_said() {
        let message =
            |text| EvaluatorResult::parse(text).expect_err("a mistake").message().to_string();
        assert!(message("{\"accuracy\": NaN}").contains("should fail"));
        assert!(message("{\"accuracy\": \"77%\"}").contains("is the text \"77%\""));
        assert!(message("{\"accuracy\": 0.77}").contains("in percent: 77, not 0.77"));
        let typo = "{\"accuracy\": 77, \"std_err\": 1, \"standard_eror\": 1, \"repeats\": 3}";
        let remarks = EvaluatorResult::unknown_keys(typo);
        assert_eq!(remarks.len(), 2, "{remarks:?}");
        assert!(remarks[0].contains("`standard_eror`") && remarks[0].contains("`standard_error`?"));
        assert!(remarks[1].starts_with("`std_err` in result.json is not read"), "{remarks:?}");
    }

    #[test]
    fn results_are_percentages() {
        let accuracy = |text| EvaluatorResult::parse(text).map(|result| result.accuracy);
        assert_eq!(accuracy("{\"accuracy\": 77.1}"), Ok(77.1));
        for bad in [
            "{\"accuracy\": 512}",
            "{\"accuracy\": -1}",
            "{\"accuracy\": NaN}",
            "{\"accuracy\": null}",
            "{\"accuracy\": 50, \"standard_error\": -1}",
            "{\"accuracy\": 5",
            "",
        ] {
            assert!(accuracy(bad).is_err(), "{bad}");
        }
    }
}
