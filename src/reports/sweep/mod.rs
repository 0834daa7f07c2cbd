//! The networks of a sweep: as a report, or line by line where there are too many for one; and read from such lines.

mod lines;
mod read;
mod row;

pub use lines::{LineFormat, SweptLines};
pub use read::{is_swept_csv, read_swept};

use std::ops::Range;

use crate::analysis::sweep::{Sweep, SweptNetwork, Tally};
use crate::counting::measure::Measure;
use crate::counting::units::grouped;
use crate::reports::declared::SWEEP;
use crate::reports::{Cell, Report, Section, column, hidden};
use row::Row;

/// What a sweep found.
#[derive(Clone, Debug)]
pub struct Swept<'a> {
    /// The address that was asked for.
    pub name: &'a str,
    /// The sweep.
    pub sweep: &'a Sweep<'a>,
    /// The indices of the points that were counted.
    pub points: Range<u64>,
    /// How many of them gave networks.
    pub tally: &'a Tally,
    /// The costs of the front; without them, all networks are listed.
    pub front: Option<[Measure; 2]>,
}

/// The report of `phiscale sweep`, with these networks.
#[must_use]
pub fn sweep(swept: &Swept, networks: &[SweptNetwork]) -> Report {
    let Range { start, end } = swept.points;
    let front =
        swept.front.map_or(Cell::Missing, |costs| Cell::text(costs.map(Measure::key).join(", ")));
    let fields = vec![
        (column("network", "network"), Cell::text(swept.name)),
        (hidden("from"), Cell::integer(start)),
        (column("points", "points"), Cell::integer(end - start)),
        (column("within_limits", "networks within the limits"), Cell::integer(swept.tally.kept)),
        (hidden("without_network"), Cell::integer(swept.tally.without_network)),
        (column("front", "Pareto front of"), front),
    ];
    let row = Row::new(swept.sweep);
    let rows = networks.iter().map(|network| row.cells(network).collect()).collect();
    let networks = Section::rows("networks", row.columns(), rows);
    Report::new(&SWEEP, vec![Section::record(None, fields), networks], swept.remarks())
}

impl Swept<'_> {
    /// Sentences on the points that give no network, and on limits that no network is within.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let Tally { kept, without_network, first, .. } = self.tally;
        let all = self.points.end - self.points.start;
        let left_out = first.as_ref().map(|(index, error)| {
            format!(
                "{} of {} points give no network and are left out; the first is point {index}, {}: {}",
                grouped((*without_network).into()),
                grouped(all.into()),
                self.sweep.describe(*index),
                error.message()
            )
        });
        let none = *kept == 0 && *without_network < all;
        let nothing = none.then(|| "no network is within the limits".to_string());
        left_out.into_iter().chain(nothing).collect()
    }
}
