//! What tells candidates of a design or a study apart beside φ and α, β and γ.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::families::declared::file::{number, text, whole};
use crate::families::declared::{Key, Table, Takes};
use crate::families::scaling::Coefficients;
use crate::search::line::json_line;

/// The key `variant` of `candidate.json` and of a journal's line.
pub(super) const VARIANT: Key = Key::new(
    "variant",
    Takes::Table(&Table::new(&[&[
        text("family", "The family that is scaled, where several are.").optional(),
        Key::new(
            "choices",
            Takes::Table(&Table::named(&Takes::Text)),
            "What was chosen in the search space, by the name of the choice, as in TOML.",
        ),
        whole("epochs", "Passes over the training images.").optional(),
        number("learning_rate", "The highest learning rate.").optional(),
        whole("seed", "The seed of the only training run.").optional(),
        Key::new(
            "images",
            Takes::Words(|| vec!["validation", "test"]),
            "Which images the accuracy is of.",
        ),
    ]])),
    "What is not the same for all candidates of a design or a study.",
);

/// How a candidate is measured, and what was chosen in it: what is not the same for all candidates of a design or a
/// study. In a search over α, β and γ it is empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Variant {
    /// The family that is scaled, where several are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// What was chosen in the search space, by the name of the choice, as in TOML.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub choices: BTreeMap<String, String>,
    /// Passes over the training images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epochs: Option<u64>,
    /// The highest learning rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f64>,
    /// The seed of the only training run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Which images the accuracy is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<TestedOn>,
}

/// The images that an accuracy is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestedOn {
    /// Images kept back from training, on which choices are made.
    Validation,
    /// Images on which no choice was made.
    Test,
}

impl Variant {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Variant::default()
    }

    /// What was chosen: `stage1.kernel = 5, stage2.kernel = 3`.
    #[must_use]
    pub fn chosen(&self) -> String {
        let choices = self.choices.iter().map(|(name, value)| format!("{name} = {value}"));
        choices.collect::<Vec<_>>().join(", ")
    }

    /// A text that no other variant has; empty if this one is.
    #[must_use]
    pub fn key(&self) -> String {
        if self.is_empty() { String::new() } else { json_line(self) }
    }
}

/// What names a candidate in a journal, in a list of jobs and among measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identity<'a> {
    /// φ.
    pub phi: f64,
    /// α, β and γ.
    pub coefficients: Coefficients,
    /// The rest.
    pub variant: &'a Variant,
}
