//! What a family becomes at other scales.

use crate::family::Scaled;
use crate::report::count::{total_columns, totals};
use crate::report::{Cell, Report, Section, column};

/// One network of the report.
#[derive(Clone, Debug)]
pub struct ScaledRow {
    /// What was asked for: a member's address, or the family's.
    pub name: String,
    /// The φ that made it, if one did.
    pub phi: Option<f64>,
    /// The network and its multipliers.
    pub scaled: Scaled,
}

/// The report of `phiscale scale`: the dimensions of each network and what it costs per image.
#[must_use]
pub fn scale(rows: &[ScaledRow], batch: u32) -> Report {
    let mut columns = vec![
        column("network", "network"),
        column("phi", "φ"),
        column("depth", "d"),
        column("width", "w"),
        column("resolution", "r"),
        column("input", "input"),
        column("channels", "channels of the stages"),
        column("repeats", "repeats"),
    ];
    columns.extend(total_columns());
    let section =
        Section::rows("networks", columns, rows.iter().map(|row| cells(row, batch)).collect());
    Report { schema: "phiscale.scale/1", sections: vec![section], notes: Vec::new() }
}

fn cells(row: &ScaledRow, batch: u32) -> Vec<Cell> {
    let Scaled { network, scale } = &row.scaled;
    let each = |value: fn(&crate::network::Stage<u64>) -> u64| {
        let values: Vec<String> =
            network.stages().iter().map(|stage| value(stage).to_string()).collect();
        Cell::text(values.join(" "))
    };
    let mut cells = vec![
        Cell::text(&row.name),
        row.phi.map_or(Cell::Missing, Cell::factor),
        Cell::factor(scale.depth),
        Cell::factor(scale.width),
        Cell::factor(scale.resolution),
        Cell::Shape(network.input().clone()),
        each(|stage| stage.node.output().channels),
        each(|stage| stage.repeats),
    ];
    cells.extend(totals(&network.cost(), batch));
    cells
}
