//! The rows and the columns of a grid of panels.

use crate::charts::drawing::layout::MARGIN_LABEL_GAP;
use crate::charts::drawing::layout::axis::FittedAxis;
use crate::charts::drawing::layout::grid::Grid;
use crate::charts::drawing::{Canvas, Panel, TextStyle};

/// Between columns of panels, in pixels.
const COLUMN_GAP: f64 = 36.0;

/// Vertical positions in a row of panels, in pixels.
pub(super) struct Row {
    pub top: f64,
    pub titles_top: f64,
    pub plot_top: f64,
    pub plot_bottom: f64,
}

/// Horizontal positions in a column of panels, from tick labels to right margin, in pixels.
pub(super) struct Column {
    pub left: f64,
    pub plot_left: f64,
    pub plot_right: f64,
    pub margin_width: f64,
    pub right: f64,
}

impl Column {
    /// Width of the plot.
    pub(super) fn width(&self) -> f64 {
        self.plot_right - self.plot_left
    }
}

impl Row {
    pub(super) fn height(&self) -> f64 {
        self.plot_bottom - self.plot_top
    }
}

/// The rows between `top` and `bottom`, sized by their panels' shares of the height.
pub(super) fn rows(grid: &Grid<'_>, top: f64, bottom: f64, canvas: &Canvas) -> Vec<Row> {
    let heights = canvas.heights;
    let count = grid.panels.len().div_ceil(grid.columns);
    let share = |panel: &Panel| {
        let share = panel.height_share;
        if share.is_finite() && share > 0.0 { share.clamp(0.01, 100.0) } else { 1.0 }
    };
    let height = |is_needed: bool, height: f64| if is_needed { height } else { 0.0 };
    let above = |row: usize| {
        let mut panels = grid.in_row(row);
        heights.y_label
            + height(panels.any(|index| grid.panels[index].title.is_some()), heights.title)
    };
    let below = |row: usize| {
        height(grid.in_row(row).any(|index| grid.has_x_ticks(index)), heights.ticks)
            + height(grid.in_row(row).any(|index| grid.has_x_label(index)), heights.x_label)
            + height(row + 1 < count, heights.row_gap)
    };
    let shares: Vec<f64> = (0..count)
        .map(|row| grid.panels[grid.in_row(row)].iter().map(share).fold(0.0, f64::max))
        .collect();
    let taken: f64 = (0..count).map(|row| above(row) + below(row)).sum();
    let unit = (bottom - top - taken) / shares.iter().sum::<f64>();
    let mut rows = Vec::new();
    let mut top = top;
    for (row, share) in shares.iter().enumerate() {
        let plot_top = top + above(row);
        let plot_bottom = plot_top + share * unit;
        rows.push(Row { top, titles_top: plot_top - heights.title - 3.0, plot_top, plot_bottom });
        top = plot_bottom + below(row);
    }
    rows
}

/// The columns, whose plots are equally wide.
pub(super) fn columns(grid: &Grid<'_>, axes: &[FittedAxis], canvas: &Canvas) -> Vec<Column> {
    let insets: Vec<(f64, f64)> = (0..grid.columns)
        .map(|column| {
            let with_ticks = grid.in_column(column).filter(|&index| grid.has_y_ticks(index));
            let widths = with_ticks.map(|index| grid.left_inset(index, &axes[index], canvas));
            let series = grid.in_column(column).flat_map(|index| &grid.panels[index].series);
            let labels = series.filter_map(|series| series.end_label.as_ref());
            let labels = labels.map(|label| canvas.metrics.width(label, TextStyle::BoldLabel));
            let max = max_end_label(canvas, grid.columns);
            (widths.fold(0.0, f64::max), labels.fold(0.0, f64::max).min(max))
        })
        .collect();
    // Half of the last tick label lies right of the plot.
    let alone = if canvas.is_compact { 16.0 } else { 10.0 };
    let right_inset = |labels: f64| if labels > 0.0 { labels + MARGIN_LABEL_GAP } else { alone };
    let taken: f64 = insets.iter().map(|(left, labels)| left + right_inset(*labels)).sum();
    let gaps = COLUMN_GAP * (grid.columns - 1) as f64;
    let width = (canvas.width - 2.0 * canvas.margin - taken - gaps) / grid.columns as f64;
    let mut columns = Vec::new();
    let mut left = canvas.margin;
    for (inset, margin_width) in insets {
        let plot_left = left + inset;
        let plot_right = plot_left + width;
        let right = plot_right + right_inset(margin_width);
        columns.push(Column { left, plot_left, plot_right, margin_width, right });
        left = right + COLUMN_GAP;
    }
    if let Some(last) = columns.last_mut() {
        last.right += canvas.margin / 2.0;
    }
    columns
}

/// Maximum width of the labels in the right margin of a panel, in pixels.
pub(super) fn max_end_label(canvas: &Canvas, columns: usize) -> f64 {
    canvas.width * 0.3 / columns as f64
}
