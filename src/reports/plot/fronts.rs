//! The fronts of sweeps.

use crate::analysis::sweep::Total;
use crate::counting::measure::Measure;
use crate::families::scaling::Scale;
use crate::reports::plot::chart::{chart_cell, chart_column, optional};
use crate::reports::plot::plotted::Plotted;
use crate::reports::{Cell, Column, Section, column, hidden};

/// The fronts of sweeps, by the cost on the x axis.
pub(super) fn fronts(plotted: &Plotted) -> Section {
    let points = || plotted.densities.iter().flat_map(|(_, density)| density.front().points());
    let of_chart = chart_column(plotted.densities.iter().map(|(chart, _)| *chart));
    let network = if points().any(|point| point.name.is_some()) {
        column("network", "network")
    } else {
        hidden("network")
    };
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([
        network,
        column("depth", "d"),
        column("width", "w"),
        column("resolution", "r"),
        column("params", Measure::Params.in_full()),
        column("macs", Measure::Macs.in_full()),
        column("activations", Measure::Activations.in_full()),
    ]);
    let rows = plotted.densities.iter().flat_map(|(chart, density)| {
        let start = chart_cell(of_chart.as_ref(), *chart);
        density.front().points().map(move |point| {
            let Scale { depth, width, resolution } = point.scale;
            let total = |total: Total| Cell::integer(total.in_totals(&point.totals));
            let own = [
                optional(point.name.as_deref()),
                Cell::factor(depth),
                Cell::factor(width),
                Cell::factor(resolution),
                total(Total::Params),
                total(Total::Macs),
                total(Total::Activations),
            ];
            [start.clone(), own.to_vec()].concat()
        })
    });
    Section::rows("front", columns, rows.collect())
}
