//! Where the networks of a series in a chart file come from.

use crate::error::Diagnostic;
use crate::families::accuracy::{Accuracy, STANDARD_ERROR, Uncertainty, is_standard_error};
use crate::families::declared::{Key, Table, Takes};
use crate::families::measured::MeasuredNetwork;
use crate::families::published::{COSTS, Published, costs, percentage};
use crate::families::spec::LocatedText;
use crate::families::spec::reader::{Item, Located, Reader};

/// Where networks of a series come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A family, or a member of one.
    Network {
        /// `efficientnet`, `efficientnet:b3` or `torchvision/resnet50`.
        address: LocatedText,
        /// Its name in the chart.
        label: Option<String>,
        /// Its accuracies with their source, instead of its spec's.
        figures: Option<Published>,
    },
    /// A network in the files of published figures.
    Published {
        /// Its name there.
        name: LocatedText,
        /// Its name in the chart.
        label: Option<String>,
    },
    /// A network whose figures are in the chart file.
    Point {
        /// Its name.
        label: String,
        /// Its accuracy, and its costs as printed.
        figures: Published,
    },
    /// Rows of a CSV of measured networks.
    Measured(MeasuredRows),
}

/// Rows of a CSV of measured networks.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredRows {
    /// The path of the CSV, relative to the chart file.
    pub path: LocatedText,
    /// Only the rows of this series are taken.
    pub rows: Option<String>,
    /// Rows with any of these words in their name are left out.
    pub without: Vec<String>,
    /// The family that depth, width and resolution scale.
    pub of: Option<LocatedText>,
}

/// A network of a series.
pub(super) const ENTRY: Takes = Takes::Either(&[
    Takes::Text,
    Takes::Table(&NETWORK),
    Takes::Table(&PUBLISHED),
    Takes::Table(&POINT),
]);

const LABEL: Key = Key::new("label", Takes::Text, "Its name in the chart.");

const NETWORK: Table = Table::new(&[
    &[
        Key::required("network", Takes::Text, "The address of a family or member."),
        LABEL,
        Key::new("source", Takes::Text, "Where its accuracy is from."),
    ],
    &ACCURACIES,
]);

const PUBLISHED: Table = Table::new(&[&[
    Key::required(
        "published",
        Takes::Text,
        "The name of a network in a file of published figures.",
    ),
    LABEL,
]]);

const POINT: Table = Table {
    one_of: &[&["top1", "top5"], &["params", "macs", "activations"]],
    ..Table::new(&[
        &[
            Key { is_required: true, ..LABEL },
            Key::required("source", Takes::Text, "Where its figures are from."),
        ],
        &ACCURACIES,
        &COSTS,
    ])
};

const ACCURACIES: [Key; 4] = [
    Key::new("top1", REPEATS, "Top-1 accuracy in percent, or that of each repeat."),
    Key::new("standard_error", STANDARD_ERROR_RANGE, STANDARD_ERROR).needs(&["top1"]),
    Key::new("top5", REPEATS, "Top-5 accuracy in percent, or that of each repeat."),
    Key::new("top5_standard_error", STANDARD_ERROR_RANGE, STANDARD_ERROR).needs(&["top5"]),
];

const REPEATS: Takes = Takes::Either(&[Takes::Percent, Takes::NonEmpty(&Takes::Percent)]);

const STANDARD_ERROR_RANGE: Takes = Takes::Between(0.0, 100.0);

impl MeasuredRows {
    /// Whether a row is taken.
    #[must_use]
    pub fn include(&self, row: &MeasuredNetwork) -> bool {
        let name = row.label().to_lowercase();
        let is_unwanted = |word: &String| name.contains(&word.to_lowercase());
        (self.rows.is_none() || self.rows == row.series) && !self.without.iter().any(is_unwanted)
    }

    pub(super) const KEYS: &[Key] = &[
        Key::new("measured", Takes::Text, "The path of a CSV file of measured networks."),
        Key::new("rows", Takes::Text, "The series of the file whose rows are shown.")
            .needs(&["measured"]),
        Key::new(
            "without",
            Takes::OneOrMore(&Takes::Text),
            "Words in the names of rows to leave out.",
        )
        .needs(&["measured"]),
        Key::new("of", Takes::Text, "The address of the family that was scaled.")
            .needs(&["measured"]),
    ];

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let Some(path) = reader.text("measured") else {
            for key in MeasuredRows::KEYS {
                reader
                    .refuse(key.name, &format!("`{}` has no effect without `measured`", key.name));
            }
            return None;
        };
        let rows = reader.text("rows").map(|rows| rows.value.to_string());
        let without: Vec<Located<&str>> = reader.texts("without");
        let without = without.into_iter().map(|word| word.value.to_string()).collect();
        let of = reader.text("of").map(LocatedText::from);
        Some(MeasuredRows { path: path.into(), rows, without, of })
    }
}

/// An address by itself, or a table with a network's address or figures.
pub(super) fn entry(reader: &Reader, item: Item) -> Option<Entry> {
    if let Some(value) = item.text() {
        let address = Located { value, span: item.span }.into();
        return Some(Entry::Network { address, label: None, figures: None });
    }
    let expected = "a list of addresses such as \"resnet:50\", or tables";
    let table = reader.typed("networks", item, expected, item.value.as_table())?;
    let has = |key: &str| table.value.contains_key(key);
    let declared = if has("network") {
        &NETWORK
    } else if has("published") {
        &PUBLISHED
    } else {
        &POINT
    };
    let mut table = Reader::new("a network", declared, table.value, item.span, reader.problems);
    let entry = table_entry(&mut table);
    table.finish(&["network", "published", "label"]);
    entry
}

fn table_entry(table: &mut Reader) -> Option<Entry> {
    let label = table.text("label").map(|label| label.value.to_string());
    if table.has("network") {
        let address = LocatedText::from(table.text("network")?);
        let figures = accuracies(table);
        let has_accuracy = Accuracy::ALL.iter().any(|y| figures.accuracy(*y).is_some());
        if !has_accuracy {
            table.refuse("source", "`source` has no effect here: no accuracy is given");
            return Some(Entry::Network { address, label, figures: None });
        }
        let source = table.required_text("source")?.value.to_string();
        let figures = Some(Published { source, ..figures });
        return Some(Entry::Network { address, label, figures });
    }
    if table.has("published") {
        let name = LocatedText::from(table.text("published")?);
        return Some(Entry::Published { name, label });
    }
    let source = table.required_text("source").map(|source| source.value.to_string());
    let has_accuracy = table.has("top5") || table.required("top1").is_some();
    let figures = accuracies(table);
    let costs = costs(table);
    if label.is_none() {
        table.required("label");
    }
    if !["params", "macs", "activations"].iter().any(|key| table.has(key)) {
        let label = "needs `network`, `published`, or `params`, `macs` or `activations`";
        table.problem("this network has no cost", table.span, label);
    }
    let figures = Published { source: source.filter(|_| has_accuracy)?, ..figures };
    Some(Entry::Point { label: label?, figures: costs.with_accuracies_of(&figures) })
}

/// The accuracies in a table, without their source.
fn accuracies(table: &mut Reader) -> Published {
    let (top1, top1_uncertainty) = accuracy(table, Accuracy::Top1).unzip();
    let (top5, top5_uncertainty) = accuracy(table, Accuracy::Top5).unzip();
    let (top1_uncertainty, top5_uncertainty) =
        (top1_uncertainty.flatten(), top5_uncertainty.flatten());
    Published { top1, top5, top1_uncertainty, top5_uncertainty, ..Published::default() }
}

/// An accuracy with the standard error beside it, or a list of repeats as their mean.
fn accuracy(table: &mut Reader, y: Accuracy) -> Option<(f64, Option<Uncertainty>)> {
    let (key, error_key) = (y.key(), y.error_key());
    let error = standard_error(table, error_key);
    let Some(item) = table.item(key) else {
        if let Some(error) = error {
            let message = format!("{} has a `{error_key}`, but no `{key}`", table.what);
            table.problem(message, error.span, "without an accuracy");
        }
        return None;
    };
    if !item.value.is_array() {
        let given = error.map(|error| Uncertainty::given(error.value));
        return Some((percentage(table, key, item)?, given));
    }
    if let Some(error) = error {
        let message = format!("this network has a `{error_key}` and repeats in `{key}`");
        let problem = Diagnostic::new(message).at(error.span, "here").at(item.span, "the repeats");
        let help = format!("give the mean and its `{error_key}`, or the repeats alone");
        table.problems.add(problem.help(help));
    }
    let items = table.items(key, item)?;
    if items.is_empty() {
        table.problem(format!("`{key}` has no repeats"), item.span, "this list is empty");
        return None;
    }
    let repeats = items.into_iter().map(|item| percentage(table, key, item));
    Some(Uncertainty::of_repeats(&repeats.collect::<Option<Vec<_>>>()?))
}

/// The value of a key as a standard error in percentage points.
fn standard_error<'a>(table: &mut Reader<'a>, key: &str) -> Option<Located<'a, f64>> {
    let item = table.item(key)?;
    let error = item.number().filter(|error| is_standard_error(*error));
    table.numeric(key, item, STANDARD_ERROR, error)
}
