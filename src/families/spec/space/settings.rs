//! What a design in a space is to reach: the table `[design]`.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::error::{Diagnostic, Source};
use crate::families::declared::{Key, Table, Takes};
use crate::families::spec::reader::{Item, Problems, Reader, span};
use crate::families::spec::space::resolve::line_end;

/// The keys of `[design]`.
pub(super) const DESIGN: Table = Table::new(&[&[
    Key::new("target_macs", Takes::Whole(1), "The MACs for one image that are aimed at."),
    Key::new(
        "exponent",
        Takes::Number,
        "The exponent of cost ÷ target in the score of a network (-0.07).",
    ),
    Key::new(
        "constraint",
        Takes::Words(|| TargetConstraint::ALL.map(TargetConstraint::name).into()),
        "Whether a cost above the target lowers the score (soft) or rules a network out (hard).",
    ),
    Key::new("min_macs", Takes::Whole(1), "The least MACs of a network for one image."),
    Key::new("max_macs", Takes::Whole(1), "The most MACs of a network for one image."),
    Key::new("max_params", Takes::Whole(1), "The most trained params of a network."),
]]);

/// What a design in a space is to reach, as far as the space says it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpaceSettings {
    /// MACs for one image that are aimed at.
    pub target_macs: Option<u64>,
    /// The exponent of cost ÷ target in the score of a network.
    pub exponent: Option<f64>,
    /// Whether the target is a limit.
    pub constraint: Option<TargetConstraint>,
    /// The least MACs of a network for one image.
    pub min_macs: Option<u64>,
    /// The most MACs of a network for one image.
    pub max_macs: Option<u64>,
    /// The most trained params of a network.
    pub max_params: Option<u64>,
}

/// Whether the target is a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetConstraint {
    /// A cost above it lowers a network's score.
    Soft,
    /// A network with a cost above it takes no part.
    Hard,
}

impl TargetConstraint {
    /// Both, in the order of their names in files.
    const ALL: [TargetConstraint; 2] = [TargetConstraint::Soft, TargetConstraint::Hard];

    /// Its name in files and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TargetConstraint::Soft => "soft",
            TargetConstraint::Hard => "hard",
        }
    }
}

/// The settings, and where their table is in the text.
pub(super) fn read(
    root: &DeTable,
    source: &Source,
    problems: &Problems,
) -> (SpaceSettings, Option<Range<usize>>) {
    let Some((key, value)) = root.get_key_value("design") else {
        return (SpaceSettings::default(), None);
    };
    let item = Item::new(value, source);
    let DeValue::Table(table) = value.get_ref() else {
        let label = format!("this is {}", item.kind());
        problems.add(Diagnostic::new("`design` must be a table").at(item.span, label));
        return (SpaceSettings::default(), None);
    };
    let place = place(key.span(), value.span(), table, source, problems);
    let mut reader = Reader::new("`[design]`", &DESIGN, table, item.span, problems);
    let mut whole = |key| reader.integer(key).map(|number| number.value);
    let [target_macs, min_macs, max_macs, max_params] =
        ["target_macs", "min_macs", "max_macs", "max_params"].map(&mut whole);
    let exponent = reader.number("exponent").map(|number| number.value);
    let word = reader.text("constraint");
    let constraint =
        word.and_then(|word| reader.choice("constraint", word, &TargetConstraint::ALL).copied());
    reader.finish(&[]);
    let settings =
        SpaceSettings { target_macs, exponent, constraint, min_macs, max_macs, max_params };
    if min_macs.zip(max_macs).is_some_and(|(min, max)| min > max) {
        let message = "`min_macs` is above `max_macs`, so no network is within both";
        problems.add(Diagnostic::new(message).at(item.span, "here"));
    }
    (settings, Some(place))
}

/// Where the table is in the text, with the blank line after it. Fails if its keys are not together.
fn place(
    key: Range<usize>,
    value: Range<usize>,
    table: &DeTable,
    source: &Source,
    problems: &Problems,
) -> Range<usize> {
    let text = source.text();
    let is_together = text[value.start..].starts_with(['[', '{']);
    if !is_together {
        let message = "the settings of a design must be under a heading `[design]`";
        problems.add(Diagnostic::new(message).at(span(key.clone(), source), "here"));
    }
    let last = table.iter().map(|(_, value)| value.span().end).max().unwrap_or(0);
    let end = line_end(text, last.max(value.end));
    let has_blank_line = text[end..].starts_with('\n');
    key.start.min(value.start)..end + usize::from(has_blank_line)
}
