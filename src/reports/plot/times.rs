//! The layers of rooflines, and predicted and measured times.

use crate::analysis::time::calibrate::MeasuredTime;
use crate::reports::plot::chart::{chart_cell, chart_column};
use crate::reports::plot::plotted::Plotted;
use crate::reports::plot::run::{RUN, of_run};
use crate::reports::{Cell, Column, Section, column, hidden};

/// The layers under every roof.
pub(super) fn layers(plotted: &Plotted) -> Section {
    let of_chart = chart_column(plotted.rooflines.iter().map(|(chart, _)| *chart));
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([
        column("network", "network"),
        column("group", "stage"),
        column("layer", "layer"),
        column("kind", "kind"),
        column("intensity", "FLOPs per byte"),
        column("flops_per_second", "TFLOP/s"),
        column("seconds", "time (ms)"),
        column("share", "of the time"),
        column("bound", "bound by"),
    ]);
    columns.extend(RUN.map(hidden));
    let rows = plotted.rooflines.iter().flat_map(|(chart, roofline)| {
        let start = [chart_cell(of_chart.as_ref(), *chart), vec![Cell::text(&roofline.name)]];
        let start = start.concat();
        roofline.layers.iter().map(move |layer| {
            let own = vec![
                Cell::text(&layer.group),
                Cell::text(&layer.path),
                Cell::text(&layer.kind),
                Cell::Real { value: layer.intensity(), decimals: 2, unit: "" },
                Cell::Amount { value: layer.rate(), unit: 1e12 },
                Cell::milliseconds(layer.seconds),
                Cell::share(layer.seconds / roofline.seconds),
                Cell::text(layer.bound.name()),
            ];
            [start.clone(), own, of_run(&roofline.run)].concat()
        })
    });
    Section::rows("layers", columns, rows.collect())
}

/// Predicted and measured times, the worst predictions first.
pub(super) fn measured(plotted: &Plotted) -> Section {
    let of_chart = chart_column(plotted.measured_times.iter().map(|(chart, _)| *chart));
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([
        column("network", "network"),
        column("family", "family"),
        column("input", "input"),
        column("batch", "batch"),
        column("measured_seconds", "measured per image (ms)"),
        column("predicted_seconds", "predicted per image (ms)"),
        column("off", "off"),
    ]);
    columns.extend(["device", "dtype", "compiled", "training"].map(hidden));
    let rows = plotted.measured_times.iter().flat_map(|(chart, times)| {
        let start = chart_cell(of_chart.as_ref(), *chart);
        let mode = times.calibrated.calibration.mode;
        let mut networks: Vec<&MeasuredTime> = times.networks.iter().collect();
        let factor = |time: &MeasuredTime| (time.predicted / time.measured).ln().abs();
        networks.sort_by(|a, b| factor(b).total_cmp(&factor(a)));
        networks.into_iter().map(move |network| {
            let image = network.image.map(|[height, width]| format!("{height}x{width}"));
            let own = vec![
                Cell::text(&network.network),
                Cell::text(&network.family),
                image.map_or(Cell::Missing, Cell::text),
                Cell::integer(network.batch),
                Cell::milliseconds(network.measured),
                Cell::milliseconds(network.predicted),
                Cell::percent(network.error()),
                Cell::text(&times.device.name),
                Cell::text(mode.dtype.name()),
                Cell::Bool(mode.compiled),
                Cell::Bool(mode.training),
            ];
            [start.clone(), own].concat()
        })
    });
    Section::rows("measured", columns, rows.collect())
}
