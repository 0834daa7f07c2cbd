//! The grid of panels: which of them share an axis, and the y axes fitted to their data.

use crate::charts::drawing::layout::axis::{Direction, FittedAxis, fit};
use crate::charts::drawing::{Axis, Canvas, Chart, Panel, Scale, TextStyle, Ticks};

/// Gap between the tick labels of the y axis and the plot, in pixels.
const TICK_LABEL_GAP: f64 = 8.0;

/// The panels of a chart in rows and columns.
pub(crate) struct Grid<'a> {
    pub panels: &'a [Panel],
    shared_x: &'a Axis,
    pub columns: usize,
    /// Whether panels that were to lie side by side lie above each other, where they share no x axis.
    is_stacked: bool,
}

impl<'a> Grid<'a> {
    /// The panels of a chart in at most this many columns.
    pub(crate) fn of(chart: &'a Chart, columns: usize) -> Self {
        let is_stacked = columns < chart.columns;
        let columns = columns.min(chart.panels.len()).max(1);
        Self { panels: &chart.panels, shared_x: &chart.x, columns, is_stacked }
    }

    /// The panels of a row, from the left.
    pub(crate) fn in_row(&self, row: usize) -> std::ops::Range<usize> {
        (row * self.columns)..((row + 1) * self.columns).min(self.panels.len())
    }

    /// The panels of a column, from the top.
    pub(crate) fn in_column(&self, column: usize) -> impl Iterator<Item = usize> {
        (column..self.panels.len()).step_by(self.columns)
    }

    pub(crate) fn x_axis(&self, index: usize) -> &'a Axis {
        self.panels[index].x.as_ref().unwrap_or(self.shared_x)
    }

    /// Whether any panel has its own x axis.
    pub(crate) fn has_own_x(&self) -> bool {
        self.panels.iter().any(|panel| panel.x.is_some())
    }

    /// Of the panels in a column that share an x axis, the lowest shows its ticks.
    pub(crate) fn has_x_ticks(&self, index: usize) -> bool {
        let below = index + self.columns;
        below >= self.panels.len() || !self.shares_x(index, below)
    }

    /// Whether the x axis' label is below a panel; the shared axis' label is below the last of its
    /// panels.
    pub(crate) fn has_x_label(&self, index: usize) -> bool {
        if self.panels[index].x.is_some() {
            return self.has_x_ticks(index);
        }
        Some(index) == self.panels.iter().rposition(|panel| panel.x.is_none())
    }

    /// Of the panels in a row that share a y axis, the first shows its ticks.
    pub(crate) fn has_y_ticks(&self, index: usize) -> bool {
        self.first_sharing_y(index) == index
    }

    /// The smallest and the largest x of all panels that share a panel's x axis.
    pub(crate) fn x_extent(&self, index: usize) -> (f64, f64) {
        let sharing = (0..self.panels.len()).filter(|&other| self.shares_x(index, other));
        extent(sharing.flat_map(|other| xs(&self.panels[other])))
    }

    fn shares_x(&self, one: usize, other: usize) -> bool {
        match (&self.panels[one].x, &self.panels[other].x) {
            (None, None) => true,
            (Some(a), Some(b)) if !self.is_stacked => {
                one % self.columns == other % self.columns && a == b
            }
            (Some(_), Some(_)) => one == other,
            _ => false,
        }
    }

    fn first_sharing_y(&self, index: usize) -> usize {
        let start = index - index % self.columns;
        (start..index).find(|&other| self.shares_y(index, other)).unwrap_or(index)
    }

    fn shares_y(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.panels[one], &self.panels[other]);
        let names = |panel: &'a Panel| panel.bars.iter().map(|bar| &bar.name);
        one.y == other.y && names(one).eq(names(other))
    }

    /// The y axes of all panels, whose plots have the given heights in pixels.
    pub(crate) fn y_axes(&self, height: impl Fn(usize) -> f64, canvas: &Canvas) -> Vec<FittedAxis> {
        let mut axes: Vec<FittedAxis> = Vec::new();
        for (index, panel) in self.panels.iter().enumerate() {
            let first = self.first_sharing_y(index);
            axes.push(if first < index {
                axes[first].clone()
            } else if panel.bars.is_empty() {
                self.y_axis(index, height(index), canvas)
            } else {
                FittedAxis::without_ticks()
            });
        }
        axes
    }

    /// The y axis of a panel, fitted to all panels of the row that share it.
    fn y_axis(&self, index: usize, height: f64, canvas: &Canvas) -> FittedAxis {
        let row = self.in_row(index / self.columns);
        let sharing = row.filter(|&other| self.first_sharing_y(other) == index);
        let sharing: Vec<&Panel> = sharing.map(|other| &self.panels[other]).collect();
        let has_stems = sharing.iter().flat_map(|panel| &panel.series).any(|series| series.stems);
        let axis = &self.panels[index].y;
        let zero = (has_stems && axis.scale == Scale::Linear).then_some(0.0);
        let values = sharing.iter().flat_map(|panel| ys(panel)).chain(zero);
        // Labels lie above points, and beyond both tips of stems.
        let padding = if has_stems { (0.2, 0.35) } else { (0.06, 0.09) };
        fit(axis, extent(values), Direction::Vertical { padding }, height, &canvas.metrics)
    }

    /// Width in pixels of the tick labels, or of the names of bars, left of a panel.
    pub(crate) fn left_inset(&self, index: usize, y: &FittedAxis, canvas: &Canvas) -> f64 {
        let ticks = y.major.iter().map(|tick| canvas.metrics.width(&tick.label, TextStyle::Small));
        let names = self.panels[index].bars.iter().map(|bar| {
            canvas.metrics.width(&bar.name, TextStyle::Label).min(max_bar_name_width(canvas))
        });
        ticks.chain(names).fold(0.0, f64::max) + TICK_LABEL_GAP
    }
}

/// Maximum width of a bar's name, in pixels.
pub(crate) fn max_bar_name_width(canvas: &Canvas) -> f64 {
    canvas.width * if canvas.is_compact { 0.5 } else { 0.25 }
}

fn xs(panel: &Panel) -> impl Iterator<Item = f64> {
    let points = panel.series.iter().flat_map(|series| &series.points);
    let points = points.flat_map(|point| [point.x - point.error_x, point.x + point.error_x]);
    let arrows = panel.arrows.iter().flat_map(|arrow| [arrow.from.0, arrow.to.0]);
    let bars = panel.bars.iter();
    let totals = bars.map(|bar| bar.segments.iter().map(|segment| segment.value).sum::<f64>());
    let zero = (!panel.bars.is_empty()).then_some(0.0);
    let bands = panel.bands.iter().flat_map(|band| &band.points).map(|point| point[0]);
    let corners = corners(panel).map(|corner| corner.0);
    points.chain(arrows).chain(totals).chain(zero).chain(corners).chain(bands)
}

fn ys(panel: &Panel) -> impl Iterator<Item = f64> {
    let points = panel.series.iter().flat_map(|series| &series.points);
    let is_percent = panel.y.ticks == Ticks::Percent;
    let points = points.flat_map(move |point| {
        let ends = [point.y - point.error, point.y + point.error];
        // An error bar does not make room for accuracies below 0 or above 100 %.
        let possible = (point.y.min(0.0), point.y.max(100.0));
        ends.map(|end| if is_percent { end.clamp(possible.0, possible.1) } else { end })
    });
    let arrows = panel.arrows.iter().flat_map(|arrow| [arrow.from.1, arrow.to.1]);
    points.chain(arrows).chain(corners(panel).map(|corner| corner.1))
}

/// The corners of the cells of a panel's levels.
fn corners(panel: &Panel) -> impl Iterator<Item = (f64, f64)> {
    panel.levels.iter().flat_map(|level| &level.cells).flatten().copied()
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}
