//! The points of charts of accuracy.

use std::collections::BTreeMap;

use crate::analysis::accuracy::{NetworkPoint, Origin};
use crate::analysis::cost::{Cost, Estimate};
use crate::counting::measure::Measure;
use crate::counting::whole::whole_number;
use crate::families::accuracy::Accuracy;
use crate::reports::plot::chart::{chart_cell, chart_column, optional};
use crate::reports::plot::plotted::PlottedPoint;
use crate::reports::plot::run::{RUN, of_run};
use crate::reports::{Cell, Column, Section, column, hidden};

/// One row for a network, with its cost in every measure that charts show it against.
pub(super) fn points(points: &[PlottedPoint]) -> Section {
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
