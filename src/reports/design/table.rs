//! Every network of a space, measured.

use crate::reports::declared::DESIGN_TABLE;
use crate::reports::design::cells::{failures, network_cells, network_columns, objective, rungs};
use crate::reports::{Cell, Report, Section, column};
use crate::search::design::{Design, MeasuredNetwork};
use crate::search::{JournalEntry, correlation};

/// The report of `phiscale design --whole`.
#[must_use]
pub fn design_table(
    design: &Design,
    found: &[MeasuredNetwork],
    failed: &[&JournalEntry],
) -> Report {
    let mut fields = objective(design);
    fields.push((column("rungs", "epochs of successive halving"), Cell::text(rungs(design))));
    let ranked = found.iter().enumerate();
    let rows = ranked.map(|(index, one)| network_cells(design, index + 1, one)).collect();
    let sections = vec![
        Section::record(None, fields),
        Section::rows("networks", network_columns(design), rows),
        failures(failed),
    ];
    Report::new(&DESIGN_TABLE, sections, agreement(design, found))
}

/// How well the accuracy after fewer epochs ranks networks as the last one does.
fn agreement(design: &Design, found: &[MeasuredNetwork]) -> Vec<String> {
    let last = design.longest();
    let step = |(index, epochs): (usize, &u64)| {
        let both = found
            .iter()
            .filter_map(|one| Some((one.accuracies.get(index).copied()??, one.accuracy)));
        let found = correlation(&both.collect::<Vec<_>>())?;
        Some(format!(
            "Spearman's rank correlation of the accuracies after {epochs} and after {last} epochs is {found}."
        ))
    };
    let earlier = design.rungs.iter().enumerate().filter(|(_, epochs)| **epochs < last);
    earlier.filter_map(step).collect()
}
