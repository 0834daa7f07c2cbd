//! A family at other scales.

use crate::analysis::exponents::MeasuredGrowth;
use crate::families::family::Scaled;
use crate::families::scaling::Exponents;
use crate::reports::count::{total_columns, totals};
use crate::reports::declared::SCALE;
use crate::reports::{Cell, Column, Report, Section, column, hidden};

/// One row of the report: a network at one scale.
#[derive(Clone, Debug)]
pub struct ScaledRow {
    /// The address of the member or family.
    pub name: String,
    /// The strategy's name, if one was given.
    pub strategy: Option<String>,
    /// The φ that gave the multipliers, if one did.
    pub phi: Option<f64>,
    /// The network and its multipliers.
    pub scaled: Scaled,
    /// The growth from the baseline, if a φ gave the multipliers.
    pub growth: Option<MeasuredGrowth>,
}

/// The report of `phiscale scale`: the dimensions of each network, and its cost per batch.
#[must_use]
pub fn scale(rows: &[ScaledRow], batch: u32) -> Report {
    let mut columns = vec![
        column("network", "network"),
        strategy_column(rows),
        column("phi", "φ"),
        column("depth", "d"),
        column("width", "w"),
        column("resolution", "r"),
        column("input", "input"),
        column("channels", "channels of the stages"),
        column("repeats", "repeats"),
    ];
    columns.extend(total_columns(false));
    let section =
        Section::rows("networks", columns, rows.iter().map(|row| cells(row, batch)).collect());
    let mut sections = vec![section];
    if rows.iter().any(|row| row.strategy.is_some()) {
        sections.push(growth(rows));
    }
    let mut notes: Vec<String> = Vec::new();
    for note in rows.iter().flat_map(|row| &row.scaled.notes) {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    Report::new(&SCALE, sections, notes)
}

/// The column of strategies, hidden in text formats if none is named.
fn strategy_column(rows: &[ScaledRow]) -> Column {
    let is_named = rows.iter().any(|row| row.strategy.is_some());
    if is_named { column("strategy", "strategy") } else { hidden("strategy") }
}

fn strategy(row: &ScaledRow) -> Cell {
    row.strategy.as_ref().map_or(Cell::Missing, Cell::text)
}

/// How MACs, params and activations grew, also as powers of the growth in MACs that the rule requires.
fn growth(rows: &[ScaledRow]) -> Section {
    let columns = vec![
        strategy_column(rows),
        column("phi", "φ"),
        column("asked", "MACs should grow"),
        column("macs_ratio", "MACs grow"),
        column("macs_exponent", "as power"),
        column("macs_predicted", "predicted"),
        column("params_ratio", "params grow"),
        column("params_exponent", "as power"),
        column("params_predicted", "predicted"),
        column("activations_ratio", "activations grow"),
        column("activations_exponent", "as power"),
        column("activations_predicted", "predicted"),
    ];
    let grown = rows.iter().filter_map(|row| Some((row, row.growth?)));
    let rows = grown.map(|(row, grown)| growth_row(row, &grown));
    let mut section = Section::rows("growth", columns, rows.collect());
    section.title = Some(
        "Growth from φ = 0, also as powers of the growth that MACs should have: counted, and predicted for dense \
         convolutions"
            .into(),
    );
    section
}

fn growth_row(row: &ScaledRow, growth: &MeasuredGrowth) -> Vec<Cell> {
    let powers = |exponents: Exponents| {
        [exponents.macs, exponents.params, exponents.activations].map(|power| Cell::Real {
            value: power,
            decimals: 2,
            unit: "",
        })
    };
    let missing = [Cell::Missing, Cell::Missing, Cell::Missing];
    let counted = growth.counted.map_or(missing, powers);
    let predicted = powers(growth.predicted);
    let mut cells = vec![
        strategy(row),
        row.phi.map_or(Cell::Missing, Cell::factor),
        Cell::ratio(growth.target),
    ];
    for ((ratio, counted), predicted) in growth.ratios.into_iter().zip(counted).zip(predicted) {
        cells.extend([Cell::ratio(ratio), counted, predicted]);
    }
    cells
}

fn cells(row: &ScaledRow, batch: u32) -> Vec<Cell> {
    let Scaled { network, scale, .. } = &row.scaled;
    let each = |value: fn(&crate::counting::network::Stage<u64>) -> u64| {
        let values: Vec<String> =
            network.stages().iter().map(|stage| value(stage).to_string()).collect();
        Cell::text(values.join(" "))
    };
    let mut cells = vec![
        Cell::text(&row.name),
        strategy(row),
        row.phi.map_or(Cell::Missing, Cell::factor),
        Cell::factor(scale.depth),
        Cell::factor(scale.width),
        Cell::factor(scale.resolution),
        Cell::Shape(network.input().clone()),
        each(|stage| stage.node.output().channels),
        each(|stage| stage.repeats),
    ];
    cells.extend(totals(&network.ledger(), batch));
    cells
}
