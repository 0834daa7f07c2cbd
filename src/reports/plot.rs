//! The numbers that charts show.

use std::collections::BTreeMap;

use crate::analysis::accuracy::{NetworkPoint, Origin};
use crate::analysis::cost::{Cost, Estimate};
use crate::analysis::growth::Growth;
use crate::analysis::stages::Breakdown;
use crate::analysis::sweep::{Density, Total};
use crate::analysis::time::calibrate::{MeasuredTime, MeasuredTimes};
use crate::analysis::time::{CostGrowth, Deployment, Roofline};
use crate::counting::convention::Convention;
use crate::counting::measure::Measure;
use crate::counting::units::three_digits;
use crate::counting::whole::whole_number;
use crate::families::accuracy::Accuracy;
use crate::families::scaling::Scale;
use crate::reports::check::{counts, growth_columns, growth_row};
use crate::reports::declared::PLOT;
use crate::reports::{Cell, Column, Report, Section, column, hidden};

/// The numbers of one or several charts.
#[derive(Debug, Default)]
pub struct Plotted<'a> {
    /// The points of charts of accuracy.
    pub points: Vec<PlottedPoint<'a>>,
    /// The growth of charts of cost growth, each with the names of its chart and its family.
    pub growths: Vec<(Option<&'a str>, &'a str, &'a Growth, &'a Convention)>,
    /// The growth of costs, each with the names of its chart and its family.
    pub cost_growths: Vec<(Option<&'a str>, &'a str, &'a CostGrowth)>,
    /// The bars of charts of stages, each with the name of its chart.
    pub breakdowns: Vec<(Option<&'a str>, Measure, &'a Breakdown)>,
    /// The layers of rooflines, each with the name of its chart.
    pub rooflines: Vec<(Option<&'a str>, &'a Roofline)>,
    /// Predicted and measured times, each with the name of its chart.
    pub measured_times: Vec<(Option<&'a str>, &'a MeasuredTimes)>,
    /// Sweeps, each with the name of its chart.
    pub densities: Vec<(Option<&'a str>, &'a Density)>,
}

/// A point of a chart of accuracy.
#[derive(Debug)]
pub struct PlottedPoint<'a> {
    /// The name of its chart, among several.
    pub chart: Option<&'a str>,
    /// The title of its panel.
    pub panel: Option<&'a str>,
    /// The name of its series.
    pub series: &'a str,
    /// The cost on the x axis.
    pub cost: &'a Cost,
    /// The accuracy on the y axis.
    pub y: Accuracy,
    /// Its network, cost and accuracy.
    pub point: &'a NetworkPoint,
}

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

/// One row for a network, with its cost in every measure that charts show it against.
fn points(points: &[PlottedPoint]) -> Section {
    let costs = costs(points);
    let mut rows: Vec<(&PlottedPoint, Vec<Cell>)> = Vec::new();
    // Of networks of one name in a chart, the first in another chart is the first here.
    let mut known: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for point in points {
        let Some(at) = costs.iter().position(|cost| cost.key() == point.cost.key()) else {
            continue;
        };
        let alike = known.entry(point.key()).or_default();
        let free = alike.iter().find(|row| rows[**row].1[at] == Cell::Missing);
        let row = free.copied().unwrap_or_else(|| {
            alike.push(rows.len());
            rows.push((point, vec![Cell::Missing; costs.len()]));
            rows.len() - 1
        });
        rows[row].1[at] = cost(point);
    }
    let is_shown = |y: &Accuracy| points.iter().any(|point| point.y == *y);
    let accuracies: Vec<Accuracy> = Accuracy::ALL.into_iter().filter(is_shown).collect();
    let has_errors = points.iter().any(|point| point.point.uncertainty.is_some());
    let of_chart = chart_column(points.iter().map(|point| point.chart));
    let has_panels = points.iter().any(|point| point.panel.is_some());
    let panel = if has_panels { column("panel", "panel") } else { hidden("panel") };
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([panel, column("series", "series"), column("network", "network")]);
    columns.extend(costs.iter().map(|cost| cost_column(cost)));
    columns.push(column("counted", "counted"));
    columns.extend(accuracies.iter().map(|y| column(y.key(), format!("{} (%)", y.name()))));
    if has_errors {
        columns.push(column("standard_error", "standard error (points)"));
        columns.push(column("repeats", "repeats"));
    }
    columns.push(column("source", "accuracy from"));
    let has_estimates = costs.iter().any(|cost| cost.estimate().is_some());
    if has_estimates {
        columns.extend(RUN.map(hidden));
    }
    let rows = rows.into_iter().map(|(drawn, costs)| {
        let mut row = chart_cell(of_chart.as_ref(), drawn.chart);
        row.push(optional(drawn.panel));
        row.extend([Cell::text(drawn.series), Cell::text(&drawn.point.title)]);
        row.extend(costs);
        let NetworkPoint { origin, accuracy, uncertainty, source, .. } = drawn.point;
        row.push(Cell::Bool(*origin == Origin::Counted));
        let own = |y: &Accuracy| Some(*accuracy).filter(|_| *y == drawn.y);
        row.extend(accuracies.iter().map(|y| own(y).map_or(Cell::Missing, Cell::factor)));
        if has_errors {
            row.push(uncertainty.map_or(Cell::Missing, |one| Cell::factor(one.standard_error)));
            let repeats = uncertainty.and_then(|one| one.repeats);
            row.push(repeats.map_or(Cell::Missing, |count| Cell::integer(count as u64)));
        }
        row.push(Cell::Source(source.clone()));
        if has_estimates {
            let run = drawn.cost.estimate().map(|(_, run)| run);
            row.extend(run.map_or_else(|| vec![Cell::Missing; 4], of_run));
        }
        row
    });
    Section::rows("points", columns, rows.collect())
}

/// Every cost that charts show: what is counted in the order of measures, then estimates.
fn costs<'a>(points: &[PlottedPoint<'a>]) -> Vec<&'a Cost> {
    let mut costs: Vec<&Cost> = Vec::new();
    for point in points {
        if !costs.iter().any(|known| known.key() == point.cost.key()) {
            costs.push(point.cost);
        }
    }
    let place = |cost: &&Cost| Measure::ALL.iter().position(|one| Some(*one) == cost.measure());
    costs.sort_by_key(|cost| place(cost).unwrap_or(Measure::ALL.len()));
    costs
}

fn cost_column(cost: &Cost) -> Column {
    match cost {
        Cost::Counted(measure) => column(measure.key(), measure.name()),
        Cost::Estimated(Estimate::Time, _) => column("seconds_per_image", "time per image (ms)"),
        Cost::Estimated(Estimate::Intensity, _) => column("intensity", "FLOPs per byte"),
    }
}

/// The keys of how networks run.
const RUN: [&str; 4] = ["device", "batch", "dtype", "compiled"];

fn of_run(run: &Deployment) -> Vec<Cell> {
    vec![
        Cell::text(&run.device.name),
        Cell::integer(run.batch),
        Cell::text(run.mode.dtype.name()),
        Cell::Bool(run.mode.compiled),
    ]
}

/// A counted cost is a whole number; a published one is as printed.
fn cost(drawn: &PlottedPoint) -> Cell {
    let point = drawn.point;
    match drawn.cost {
        Cost::Counted(_) => {}
        Cost::Estimated(Estimate::Time, _) => return Cell::milliseconds(point.cost / 1e3),
        Cost::Estimated(Estimate::Intensity, _) => {
            return Cell::Real { value: point.cost, decimals: 1, unit: "" };
        }
    }
    let whole = whole_number(point.cost).filter(|_| point.origin == Origin::Counted);
    whole.map_or(Cell::Real { value: point.cost, decimals: 0, unit: "" }, Cell::integer)
}

impl<'a> PlottedPoint<'a> {
    /// What is equal for one network in several charts, on one device.
    fn key(&self) -> ([Option<&'a str>; 7], u32, Accuracy, u64, bool) {
        let NetworkPoint { title, source, accuracy, origin, .. } = self.point;
        let is_counted = *origin == Origin::Counted;
        let run = self.cost.estimate().map(|(_, run)| run);
        let device = run.map(|run| &*run.device.name);
        let dtype = run.map(|run| run.mode.dtype.name());
        let batch = run.map_or(0, |run| run.batch);
        let names =
            [self.chart, self.panel, Some(self.series), Some(title), Some(source), device, dtype];
        (names, batch, self.y, accuracy.to_bits(), is_counted)
    }
}

/// The growth of every family, by φ.
fn growth(plotted: &Plotted) -> Section {
    let growths = &plotted.growths;
    let (count, promises) = match growths[..] {
        [(_, _, growth, convention)] => {
            let promised = format!("{}^φ", three_digits(growth.target));
            (counts(convention), [promised, format!("{:.3}^φ", growth.predicted)])
        }
        _ => ("counted".into(), ["promised".into(), "predicted".into()]),
    };
    let of_chart = chart_column(growths.iter().map(|(chart, ..)| *chart));
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([column("family", "family"), column("convention", "convention")]);
    columns.extend(growth_columns(&count, promises));
    let rows = growths.iter().flat_map(|(chart, family, growth, convention)| {
        let names = [Cell::text(*family), Cell::text(&convention.name)];
        let start = [chart_cell(of_chart.as_ref(), *chart), names.to_vec()].concat();
        growth.steps.iter().map(move |step| [start.clone(), growth_row(step)].concat())
    });
    Section::rows("growth", columns, rows.collect())
}

/// The costs of every family, by φ.
fn costs_by_phi(plotted: &Plotted) -> Section {
    let of_chart = chart_column(plotted.cost_growths.iter().map(|(chart, ..)| *chart));
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([
        column("family", "family"),
        column("phi", "φ"),
        hidden("macs"),
        column("macs_ratio", "MACs"),
        hidden("activations"),
        column("activations_ratio", "activations"),
        hidden("bytes"),
        column("bytes_ratio", "bytes moved"),
        column("seconds_per_image", "time per image (ms)"),
        column("time_ratio", "time"),
    ]);
    columns.extend(RUN.map(hidden));
    let rows = plotted.cost_growths.iter().flat_map(|(chart, family, growth)| {
        let start = chart_cell(of_chart.as_ref(), *chart);
        growth.steps.iter().map(move |(phi, costs)| {
            let ratios = costs.over(&growth.baseline);
            let amount = |value: f64| Cell::Amount { value, unit: 1.0 };
            let own = vec![
                Cell::text(*family),
                Cell::factor(*phi),
                amount(costs.macs),
                Cell::ratio(ratios.macs),
                amount(costs.activations),
                Cell::ratio(ratios.activations),
                amount(costs.bytes),
                Cell::ratio(ratios.bytes),
                Cell::milliseconds(costs.seconds),
                Cell::ratio(ratios.seconds),
            ];
            [start.clone(), own, of_run(&growth.run)].concat()
        })
    });
    Section::rows("cost_growth", columns, rows.collect())
}

/// The stages of every network, in every measure.
fn shares(plotted: &Plotted) -> Section {
    let of_chart = chart_column(plotted.breakdowns.iter().map(|(chart, ..)| *chart));
    let mut columns: Vec<Column> = of_chart.clone().into_iter().collect();
    columns.extend([
        column("network", "network"),
        column("cost", "cost"),
        column("part", "part"),
        column("stages", "stages"),
        column("amount", "amount"),
        column("percent", "of the whole (%)"),
    ]);
    let rows = plotted.breakdowns.iter().flat_map(|(chart, measure, breakdown)| {
        let total = (breakdown.total as f64).max(1.0);
        let start = chart_cell(of_chart.as_ref(), *chart);
        breakdown.parts.iter().map(move |part| {
            let mut row = start.clone();
            row.extend([
                Cell::text(&breakdown.name),
                Cell::text(measure.name()),
                Cell::text(&part.name),
                Cell::text(&part.stages),
                Cell::Integer(part.cost),
                Cell::factor(part.cost as f64 / total * 100.0),
            ]);
            row
        })
    });
    Section::rows("shares", columns, rows.collect())
}

/// The layers under every roof.
fn layers(plotted: &Plotted) -> Section {
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
fn measured(plotted: &Plotted) -> Section {
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

/// The fronts of sweeps, by the cost on the x axis.
fn fronts(plotted: &Plotted) -> Section {
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

/// The column of the charts' names, if they have any.
fn chart_column<'a>(mut names: impl Iterator<Item = Option<&'a str>>) -> Option<Column> {
    names.any(|name| name.is_some()).then(|| column("chart", "chart"))
}

fn chart_cell(column: Option<&Column>, name: Option<&str>) -> Vec<Cell> {
    column.map(|_| optional(name)).into_iter().collect()
}

fn optional(text: Option<&str>) -> Cell {
    text.map_or(Cell::Missing, Cell::text)
}
