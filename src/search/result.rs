//! What an evaluator writes: `result.json`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, nearest};
use crate::families::accuracy::mean;
use crate::families::declared::file::JsonFile;
use crate::families::declared::{Key, Takes};
use crate::families::published::misread_percent;
use crate::search::line::json_line;

/// The file.
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

#[cfg(test)]
mod tests {
    use super::*;

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
