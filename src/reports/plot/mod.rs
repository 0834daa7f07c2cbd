//! The numbers that charts show.

mod chart;
mod fronts;
mod growth;
mod plotted;
mod points;
mod run;
mod times;

use crate::reports::Report;
use crate::reports::declared::PLOT;
use fronts::fronts;
use growth::{costs_by_phi, growth, shares};
pub use plotted::{Plotted, PlottedPoint};
use points::points;
use times::{layers, measured};

/// The report of `phiscale plot`: one table for all charts of a kind.
#[must_use]
pub fn plot(plotted: &Plotted) -> Report {
    let mut sections = Vec::new();
    sections.extend((!plotted.points.is_empty()).then(|| points(&plotted.points)));
    sections.extend((!plotted.growths.is_empty()).then(|| growth(plotted)));
    sections.extend((!plotted.cost_growths.is_empty()).then(|| costs_by_phi(plotted)));
    sections.extend((!plotted.breakdowns.is_empty()).then(|| shares(plotted)));
    sections.extend((!plotted.rooflines.is_empty()).then(|| layers(plotted)));
    sections.extend((!plotted.measured_times.is_empty()).then(|| measured(plotted)));
    sections.extend((!plotted.densities.is_empty()).then(|| fronts(plotted)));
    Report::new(&PLOT, sections, Vec::new())
}
