//! Which panels share an axis, and the axes laid over their data.

use crate::charts::drawing::axis::{Direction, Ruler, rule};
use crate::charts::drawing::font::Style;
use crate::charts::drawing::page::Page;
use crate::charts::drawing::{Axis, Chart, Panel, Scale};

/// Most width of a bar's name, as a share of the page.
const WIDEST_NAME: f64 = 0.25;
/// From the numbers of an axis to the plot.
const NUMBER_GAP: f64 = 8.0;

/// The panels of a chart in rows and columns.
pub(crate) struct Grid<'a> {
    pub chart: &'a Chart,
    pub columns: usize,
}

impl<'a> Grid<'a> {
    pub(crate) fn of(chart: &'a Chart) -> Self {
        Self { chart, columns: chart.columns.min(chart.panels.len()).max(1) }
    }

    /// The panels of a column, from the top.
    pub(crate) fn in_column(&self, column: usize) -> impl Iterator<Item = usize> {
        (column..self.chart.panels.len()).step_by(self.columns)
    }

    /// The x axis of a panel.
    pub(crate) fn x(&self, index: usize) -> &'a Axis {
        self.chart.panels[index].x.as_ref().unwrap_or(&self.chart.x)
    }

    /// Whether any panel has an x axis of its own.
    pub(crate) fn own_x(&self) -> bool {
        self.chart.panels.iter().any(|panel| panel.x.is_some())
    }

    /// Whether the x axis' numbers stand below a panel: the lowest of those that share it.
    pub(crate) fn numbers_below(&self, index: usize) -> bool {
        let below = index + self.columns;
        below >= self.chart.panels.len() || !self.same_x(index, below)
    }

    /// Whether the x axis' label stands below a panel; that of the chart's axis does once.
    pub(crate) fn x_label(&self, index: usize) -> bool {
        if self.chart.panels[index].x.is_some() {
            return self.numbers_below(index);
        }
        Some(index) == self.chart.panels.iter().rposition(|panel| panel.x.is_none())
    }

    /// Whether the y axis' numbers stand left of a panel: the first of those that share it.
    pub(crate) fn numbers_left(&self, index: usize) -> bool {
        self.first_with_y(index) == index
    }

    /// The smallest and the largest x of all panels on the x axis of one.
    pub(crate) fn x_extent(&self, index: usize) -> (f64, f64) {
        let sharing = (0..self.chart.panels.len()).filter(|&other| self.same_x(index, other));
        extent(sharing.flat_map(|other| xs(&self.chart.panels[other])))
    }

    fn same_x(&self, one: usize, other: usize) -> bool {
        match (&self.chart.panels[one].x, &self.chart.panels[other].x) {
            (None, None) => true,
            (Some(a), Some(b)) => one % self.columns == other % self.columns && a == b,
            _ => false,
        }
    }

    fn first_with_y(&self, index: usize) -> usize {
        let start = index - index % self.columns;
        (start..index).find(|&other| self.same_y(index, other)).unwrap_or(index)
    }

    fn same_y(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.chart.panels[one], &self.chart.panels[other]);
        let names = |panel: &'a Panel| panel.bars.iter().map(|bar| &bar.name);
        one.y == other.y && names(one).eq(names(other))
    }
}

/// The y axes of all panels, whose plots have the given heights.
pub(crate) fn up(grid: &Grid<'_>, height: impl Fn(usize) -> f64, page: &Page) -> Vec<Ruler> {
    let mut rulers: Vec<Ruler> = Vec::new();
    for (index, panel) in grid.chart.panels.iter().enumerate() {
        let first = grid.first_with_y(index);
        let ruler = if first < index {
            rulers[first].clone()
        } else if panel.bars.is_empty() {
            let row_end =
                (index - index % grid.columns + grid.columns).min(grid.chart.panels.len());
            let sharing = (index..row_end).filter(|&other| grid.first_with_y(other) == index);
            let sharing: Vec<&Panel> = sharing.map(|other| &grid.chart.panels[other]).collect();
            let stems = sharing.iter().flat_map(|panel| &panel.series).any(|series| series.stems);
            let zero = (stems && panel.y.scale == Scale::Linear).then_some(0.0);
            let values = sharing.iter().flat_map(|panel| ys(panel));
            // Names stand above points, and at both tips of stems.
            let room = if stems { (0.2, 0.35) } else { (0.06, 0.09) };
            let direction = Direction::Up { room };
            rule(&panel.y, extent(values.chain(zero)), direction, height(index), &page.metrics)
        } else {
            Ruler::bare()
        };
        rulers.push(ruler);
    }
    rulers
}

/// Width of what stands left of a panel: the numbers of its y axis or the names of its bars.
pub(crate) fn numbers_width(grid: &Grid<'_>, index: usize, y: &Ruler, page: &Page) -> f64 {
    let ticks = y.major.iter().map(|tick| page.metrics.width(&tick.text, Style::Small));
    let bars = grid.chart.panels[index].bars.iter();
    let names = bars.map(|bar| page.metrics.width(&bar.name, Style::Name).min(widest_name(page)));
    ticks.chain(names).fold(0.0, f64::max) + NUMBER_GAP
}

/// Most width of a bar's name.
pub(crate) fn widest_name(page: &Page) -> f64 {
    page.width * WIDEST_NAME
}

fn xs(panel: &Panel) -> impl Iterator<Item = f64> {
    let points = panel.series.iter().flat_map(|series| &series.points);
    let points = points.flat_map(|point| [point.x - point.error_x, point.x + point.error_x]);
    let arrows = panel.arrows.iter().flat_map(|arrow| [arrow.from_x, arrow.to_x]);
    let bars = panel.bars.iter();
    let totals = bars.map(|bar| bar.parts.iter().map(|part| part.value).sum::<f64>());
    let zero = (!panel.bars.is_empty()).then_some(0.0);
    points.chain(arrows).chain(totals).chain(zero)
}

fn ys(panel: &Panel) -> impl Iterator<Item = f64> {
    let points = panel.series.iter().flat_map(|series| &series.points);
    let points = points.flat_map(|point| [point.y - point.error, point.y + point.error]);
    points.chain(panel.arrows.iter().map(|arrow| arrow.y))
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}
