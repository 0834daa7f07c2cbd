//! Why counting tools disagree about one network.

use std::ops::RangeInclusive;

use crate::analysis::explain::{ConventionMatch, Difference, EventKind, Number, SIDES};
use crate::counting::convention::Convention;
use crate::counting::ledger::Ledger;
use crate::counting::shape::Shape;
use crate::counting::units::{Figure, grouped};
use crate::reports::count::{bound_fields, is_bound};
use crate::reports::declared::{BETWEEN, EXPLAIN, GIVEN};
use crate::reports::{Cell, Column, Report, Section, column, hidden};

/// The network whose numbers are explained.
#[derive(Clone, Debug)]
pub struct ExplainedNetwork<'a> {
    /// The network's address.
    pub name: &'a str,
    /// The shape of the network's input.
    pub input: Shape<u64>,
    /// The ledger for one image.
    pub cost: Ledger<u64>,
    /// Images in a forward pass.
    pub batch: u32,
    /// Notes about an imported network.
    pub notes: &'a [String],
}

impl ExplainedNetwork<'_> {
    fn section(&self) -> Section {
        let mut fields = vec![
            (column("network", "network"), Cell::text(self.name)),
            (column("input", "input"), Cell::Shape(self.input.clone())),
            (column("batch", "images in a batch"), Cell::integer(self.batch)),
        ];
        fields.extend(bound_fields(&self.cost));
        Section::record(None, fields)
    }
}

/// The report of `phiscale explain`: every convention's number and its parts.
#[must_use]
pub fn explain(network: &ExplainedNetwork, numbers: &[Number]) -> Report {
    let default = numbers.iter().find(|number| number.convention.name == "conv-linear");
    let default = default.map(|number| number.value as f64).filter(|value| *value > 0.0);
    let is_bound = is_bound(&network.cost);
    let mut columns = vec![
        column("convention", "convention"),
        column("counts", "counts"),
        column("value", if is_bound { "per batch, at least" } else { "per batch" }),
        column("ratio", "÷ conv-linear"),
        column("sum", "parts"),
    ];
    columns.extend(EventKind::ALL.iter().map(|kind| hidden(kind.key())));
    columns.extend(is_bound.then(|| hidden("lower_bound")));
    let row = |number: &Number| {
        let counts = &number.convention.quantity;
        let is_cost = matches!(counts.as_str(), "MACs" | "FLOPs");
        let ratio = default.filter(|_| is_cost).map(|default| number.value as f64 / default);
        let mut row = vec![
            Cell::text(names(number.convention)),
            Cell::text(counts),
            Cell::integer(number.value),
            ratio.map_or(Cell::Missing, Cell::ratio),
            Cell::text(sum(number)),
        ];
        row.extend(EventKind::ALL.iter().map(|kind| {
            let part = number.parts.iter().find(|(part, _)| part == kind);
            Cell::integer(part.map_or(0, |(_, amount)| *amount))
        }));
        row.extend(is_bound.then_some(Cell::Bool(true)));
        row
    };
    let section = Section::rows("conventions", columns, numbers.iter().map(row).collect());
    Report::new(&EXPLAIN, vec![network.section(), section], network.notes.to_vec())
}

fn names(convention: &Convention) -> String {
    convention.names().collect::<Vec<_>>().join(", ")
}

/// `385,814,752 conv+linear + 26,950,784 batch norm`.
fn sum(number: &Number) -> String {
    let part = |(kind, amount): &(EventKind, u128)| format!("{} {}", grouped(*amount), kind.name());
    number.parts.iter().map(part).collect::<Vec<_>>().join(" + ")
}

/// The report of `phiscale explain --between A B`: where two conventions differ.
#[must_use]
pub fn between(
    network: &ExplainedNetwork,
    conventions: [&Convention; 2],
    differences: &[Difference],
) -> Report {
    let numbers = conventions.map(|convention| convention.value(&network.cost, network.batch));
    let [left, right] = conventions.map(|convention| convention.name.as_str());
    let columns = vec![
        column("event", "event"),
        column("part", "part"),
        column("amount", "times"),
        column("left_weight", format!("{left} weighs")),
        column("right_weight", format!("{right} weighs")),
        column("difference", format!("{right} − {left}")),
    ];
    let row = |difference: &Difference| {
        vec![
            Cell::text(difference.event.name()),
            Cell::text(difference.part.name()),
            Cell::integer(difference.amount),
            Cell::integer(difference.weights[0]),
            Cell::integer(difference.weights[1]),
            Cell::signed(difference.contribution()),
        ]
    };
    let total: i128 = differences.iter().map(Difference::contribution).sum();
    let mut section = Section::rows("differences", columns, differences.iter().map(row).collect());
    section.totals = Some(vec![
        Cell::text("total"),
        Cell::Missing,
        Cell::Missing,
        Cell::Missing,
        Cell::Missing,
        Cell::signed(total),
    ]);
    let number = |key: &'static str, index: usize| {
        let Convention { name, quantity, .. } = conventions[index];
        (column(key, format!("{quantity} ({name})")), Cell::integer(numbers[index]))
    };
    let record = Section::record(
        None,
        vec![
            (hidden("left"), Cell::text(left)),
            (hidden("right"), Cell::text(right)),
            number("left_value", 0),
            number("right_value", 1),
        ],
    );
    let sections = vec![network.section(), record, section];
    Report::new(&BETWEEN, sections, Vec::new())
}

/// The report of `phiscale explain --given 401.7M`: the conventions that give a reported number.
#[must_use]
pub fn given(
    network: &ExplainedNetwork,
    figure: &Figure,
    candidates: &[ConventionMatch],
) -> Report {
    let columns: Vec<Column> = vec![
        column("convention", "convention"),
        column("counts", "counts"),
        column("value", "per batch"),
        column("off_percent", "off by"),
        column("fits", "fits"),
        column("sides", "fits at (px)"),
    ];
    let row = |candidate: &ConventionMatch| {
        vec![
            Cell::text(names(candidate.convention)),
            Cell::text(&candidate.convention.quantity),
            Cell::integer(candidate.value),
            Cell::percent(candidate.value as f64 / figure.value - 1.0),
            Cell::Bool(candidate.fits),
            if candidate.sides.is_empty() {
                Cell::Missing
            } else {
                Cell::text(ranges(&candidate.sides))
            },
        ]
    };
    let mut section = Section::rows("conventions", columns, candidates.iter().map(row).collect());
    section.title = Some(format!("Conventions, the nearest to {} first", figure.text));
    let record = Section::record(None, vec![(column("given", "given"), Cell::text(&figure.text))]);
    let sections = vec![network.section(), record, section];
    let notes = vec![given_note(network, figure, candidates)];
    Report::new(&GIVEN, sections, notes)
}

fn given_note(
    network: &ExplainedNetwork,
    figure: &Figure,
    candidates: &[ConventionMatch],
) -> String {
    let Shape { height, width, .. } = network.input;
    let fitting = candidates.iter().filter(|candidate| candidate.fits);
    let fitting: Vec<String> = fitting.map(|candidate| names(candidate.convention)).collect();
    let (least, most) = (SIDES.start(), SIDES.end());
    let sizes = format!("Square inputs from {least} to {most} px were tried.");
    if fitting.is_empty() {
        format!("At {height}×{width} px no convention gives {}. {sizes}", figure.text)
    } else {
        let names = fitting.join(", ");
        format!("At {height}×{width} px, {} is given by {names}. {sizes}", figure.text)
    }
}

/// `361–368, 370`.
pub(super) fn ranges(ranges: &[RangeInclusive<u64>]) -> String {
    let range = |range: &RangeInclusive<u64>| match (range.start(), range.end()) {
        (start, end) if start == end => start.to_string(),
        (start, end) => format!("{start}–{end}"),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(", ")
}
