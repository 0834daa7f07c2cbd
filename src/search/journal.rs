//! The journal of a search: one JSON line for each candidate that has come to an end.
//!
//! A search that was killed goes on from its journal. A last line that was not written to its end is no
//! line: the candidate runs again.

use serde::{Deserialize, Serialize};

use crate::error::Diagnostic;
use crate::families::scaling::Coefficients;
use crate::search::ranking::mean;
use crate::search::{Candidate, Measurement};

/// The form of a line; another one is not read.
const SCHEMA: &str = "phiscale.journal/1";

/// How a candidate came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    schema: String,
    /// The family that is searched.
    pub family: String,
    /// What evaluated the candidate: results of two evaluators are not compared.
    pub evaluator: String,
    /// The φ of the candidate.
    pub phi: f64,
    /// α.
    pub alpha: f64,
    /// β.
    pub beta: f64,
    /// γ.
    pub gamma: f64,
    /// Accuracy in percent; none where the candidate failed.
    pub accuracy: Option<f64>,
    /// Its standard error in percent, where the evaluator gave one.
    pub standard_error: Option<f64>,
    /// How many trainings the error is taken from, where the evaluator said so.
    pub repeats: Option<u64>,
    /// Seconds that the last attempt took.
    pub seconds: f64,
    /// How often it was tried.
    pub attempts: u32,
    /// What the evaluator had to say.
    pub notes: Option<String>,
    /// Why it failed, and the tail of what it said then.
    pub error: Option<String>,
}

/// What an evaluator answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Accuracy in percent.
    pub accuracy: f64,
    /// Its standard error in percent.
    pub standard_error: Option<f64>,
    /// How many trainings the error is taken from; without it the error is taken as exact.
    pub repeats: Option<u64>,
    /// Seconds it took, if the evaluator knows better than the clock around it.
    pub seconds: Option<f64>,
    /// Anything else.
    pub notes: Option<String>,
}

/// A journal as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// The candidates that have come to an end.
    pub entries: Vec<Entry>,
    /// The text of whole lines; what stands behind them was cut off.
    pub whole: String,
}

impl Answer {
    /// The answer of a trainer that has trained a network from several seeds: the mean of the accuracies
    /// and its standard error.
    #[must_use]
    pub fn of(accuracies: &[f64]) -> Self {
        let (accuracy, standard_error) = mean(accuracies);
        let each: Vec<String> = accuracies.iter().map(f64::to_string).collect();
        let notes = Some(format!("accuracies {}", each.join(", ")));
        let repeats = Some(accuracies.len() as u64);
        Answer { accuracy, standard_error, repeats, seconds: None, notes }
    }

    /// The answer as a file.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".into()) + "\n"
    }
}

impl Entry {
    /// An entry without a result, for a candidate of a family.
    #[must_use]
    pub fn of(family: &str, evaluator: &str, candidate: &Candidate) -> Self {
        let Coefficients { alpha, beta, gamma } = candidate.coefficients;
        Entry {
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

    /// The entry as a line of the journal, with its end.
    #[must_use]
    pub fn line(&self) -> String {
        // Writing plain values to memory cannot fail; an empty object would be the honest remainder.
        serde_json::to_string(self).unwrap_or_else(|_| "{}".into()) + "\n"
    }

    /// The candidate's coefficients.
    #[must_use]
    pub fn coefficients(&self) -> Coefficients {
        Coefficients { alpha: self.alpha, beta: self.beta, gamma: self.gamma }
    }

    /// The measurement, if the candidate did not fail.
    #[must_use]
    pub fn measurement(&self) -> Option<Measurement> {
        Some(Measurement {
            phi: self.phi,
            coefficients: self.coefficients(),
            accuracy: self.accuracy?,
            standard_error: self.standard_error,
            repeats: self.repeats,
        })
    }
}

impl Journal {
    /// Reads a journal, of whichever search.
    pub fn parse(text: &str) -> Result<Journal, Diagnostic> {
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let mut entries = Vec::new();
        for (number, line) in (1..).zip(whole.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let entry: Entry = serde_json::from_str(line).map_err(|error| {
                Diagnostic::new(format!("line {number} of the journal cannot be read: {error}"))
            })?;
            if entry.schema != SCHEMA {
                let message = format!("line {number} of the journal is a `{}`", entry.schema);
                return Err(Diagnostic::new(message).help(format!("read is `{SCHEMA}`")));
            }
            entries.push(entry);
        }
        Ok(Journal { entries, whole: whole.into() })
    }

    /// Reads a journal to go on with: one of this family and this evaluator.
    pub fn read(text: &str, family: &str, evaluator: &str) -> Result<Journal, Diagnostic> {
        let journal = Journal::parse(text)?;
        for entry in &journal.entries {
            let own = [(&entry.family, family), (&entry.evaluator, evaluator)];
            if let Some((found, expected)) = own.into_iter().find(|(a, b)| a.as_str() != *b) {
                let message =
                    format!("the journal is of another search: `{found}`, not `{expected}`");
                let help = "choose another --folder, or move the journal away";
                return Err(Diagnostic::new(message).help(help));
            }
        }
        Ok(journal)
    }
}

/// Reads what an evaluator answered: JSON with an `accuracy` in percent.
pub fn read_answer(text: &str) -> Result<Answer, String> {
    let answer: Answer =
        serde_json::from_str(text).map_err(|error| format!("result.json is no answer: {error}"))?;
    if !(0.0..=100.0).contains(&answer.accuracy) {
        return Err(format!("an accuracy of {} is no percentage", answer.accuracy));
    }
    let is_usable =
        |value: Option<f64>| value.is_none_or(|value| value.is_finite() && value >= 0.0);
    if !is_usable(answer.standard_error) || !is_usable(answer.seconds) {
        return Err("a standard error and seconds are numbers of at least 0".into());
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        let coefficients = Coefficients { alpha: 1.2, beta: 1.1, gamma: 1.15 };
        let candidate = Candidate::bare(coefficients, 1.0, 2.0);
        Entry { accuracy: Some(77.1), ..Entry::of("net", "by hand", &candidate) }
    }

    #[test]
    fn a_line_that_was_cut_is_no_line() {
        let text = entry().line() + &entry().line()[..20];
        let journal = Journal::read(&text, "net", "by hand").expect("a journal");
        assert_eq!(journal.entries, [entry()]);
        assert_eq!(journal.whole, entry().line());
        assert_eq!(Journal::read("", "net", "by hand").expect("nothing yet").entries, []);
    }

    #[test]
    fn another_search_is_not_gone_on_with() {
        assert!(Journal::read(&entry().line(), "other", "by hand").is_err());
        assert!(Journal::read(&entry().line(), "net", "by chance").is_err());
        assert!(Journal::read(&entry().line().replace("al/1", "al/2"), "net", "by hand").is_err());
        assert!(Journal::read("{}\n", "net", "by hand").is_err());
        assert!(Journal::read("garbage\n", "net", "by hand").is_err());
    }

    #[test]
    fn answers_are_percentages() {
        assert_eq!(read_answer("{\"accuracy\": 77.1}").map(|answer| answer.accuracy), Ok(77.1));
        for bad in [
            "{\"accuracy\": 512}",
            "{\"accuracy\": -1}",
            "{\"accuracy\": NaN}",
            "{\"accuracy\": null}",
            "{\"accuracy\": 50, \"standard_error\": -1}",
            "{\"accuracy\": 5",
            "",
        ] {
            assert!(read_answer(bad).is_err(), "{bad}");
        }
    }
}
