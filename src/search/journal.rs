//! The journal of a search: one JSON line for each finished candidate.
//!
//! A search that was killed resumes from its journal. An incomplete last line is dropped, and its candidate runs
//! again.

use serde::{Deserialize, Serialize};

use crate::error::{Diagnostic, Error};
use crate::families::scaling::Coefficients;
use crate::search::ranking::mean;
use crate::search::{Candidate, MeasuredAccuracy};

/// The only schema of a line that is read.
const SCHEMA: &str = "phiscale.journal/1";

/// A finished candidate, measured or failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalEntry {
    schema: String,
    /// The family that was scaled.
    pub family: String,
    /// The evaluator that measured the candidate. Results of different evaluators are never compared.
    pub evaluator: String,
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
        let result: EvaluatorResult = serde_json::from_str(text)
            .map_err(|error| Error::new(format!("cannot read result.json: {error}")))?;
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
