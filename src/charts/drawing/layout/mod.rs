//! The layout of a chart: title, legend, grid of panels with their axes, source.

pub(crate) mod axis;
pub(crate) mod frame;
pub(crate) mod grid;
mod header;
mod legend;
mod ticks;

use crate::charts::drawing::{
    Axis, Canvas, Chart, Element, Encoding, MARGIN, Panel, PlotError, Rect, Scale, TextStyle, Ticks,
};
use axis::{Direction, FittedAxis, fit};
use frame::Frame;
use grid::Grid;
use plotters::style::text_anchor::HPos;

/// Heights in pixels: above a plot its title and its y label, below it tick labels and its x label.
const TITLE_ROW: f64 = 22.0;
const Y_LABEL_ROW: f64 = 28.0;
const TICK_ROW: f64 = 24.0;
const X_LABEL_ROW: f64 = 26.0;
/// Between rows and between columns of panels, in pixels.
const ROW_GAP: f64 = 14.0;
const COLUMN_GAP: f64 = 36.0;
/// From the plot to the labels in the right margin, in pixels.
pub(crate) const MARGIN_LABEL_GAP: f64 = 26.0;
/// Minimum size of a readable plot: width and height in pixels.
const MIN_PLOT: (f64, f64) = (100.0, 48.0);

pub(crate) struct Layout {
    /// Everything outside the plots except tick labels.
    pub elements: Vec<Element>,
    /// Where each panel lies.
    pub frames: Vec<Frame>,
}

/// Vertical positions in a row of panels, in pixels.
struct Row {
    top: f64,
    titles_top: f64,
    plot_top: f64,
    plot_bottom: f64,
}

/// Horizontal positions in a column of panels, from tick labels to right margin, in pixels.
struct Column {
    left: f64,
    plot_left: f64,
    plot_right: f64,
    margin_width: f64,
    right: f64,
}

/// Lays out `chart`; fails if too little room is left for the plots.
pub(crate) fn lay_out(
    chart: &Chart,
    encoding: &Encoding<'_>,
    canvas: &Canvas,
) -> Result<Layout, PlotError> {
    let (mut elements, top) = header::title(chart, canvas);
    let (legend, top) = legend::legend(chart, encoding, canvas, top + 4.0);
    let (source, bottom) = header::source(chart, canvas);
    let grid = Grid::of(chart);
    let rows = rows(&grid, top + 4.0, bottom);
    let height = |row: &Row| row.plot_bottom - row.plot_top;
    let axes = grid.y_axes(|index| height(&rows[index / grid.columns]), canvas);
    let columns = columns(&grid, &axes, canvas);
    let width = columns.first().map_or(0.0, |column| column.plot_right - column.plot_left);
    if width < MIN_PLOT.0 || rows.iter().any(|row| height(row) < MIN_PLOT.1) {
        let reason = "the texts leave too little room for the plot";
        let (width, height) = (canvas.size.width, canvas.size.height);
        return Err(PlotError::BadSize { width, height, reason });
    }
    let mut frames = Vec::new();
    for (index, y) in axes.into_iter().enumerate() {
        let (row, column) = (&rows[index / grid.columns], &columns[index % grid.columns]);
        let extent = grid.x_extent(index);
        let x = fit(grid.x_axis(index), extent, Direction::Horizontal, width, &canvas.metrics);
        let frame = frame(&grid, index, (x, y), (row, column));
        elements.extend(panel_texts(&grid, index, &frame, (row, column), canvas));
        frames.push(frame);
    }
    elements.extend(source);
    elements.extend(legend);
    Ok(Layout { elements, frames })
}

fn frame(
    grid: &Grid<'_>,
    index: usize,
    (x, y): (FittedAxis, FittedAxis),
    (row, column): (&Row, &Column),
) -> Frame {
    let (left, right) = (column.plot_left, column.plot_right);
    let has_margin_labels =
        grid.panels[index].series.iter().any(|series| series.end_label.is_some());
    Frame {
        plot: Rect { left, top: row.plot_top, right, bottom: row.plot_bottom },
        x,
        y,
        has_x_ticks: grid.has_x_ticks(index),
        has_y_ticks: grid.has_y_ticks(index),
        margin_width: if has_margin_labels { column.margin_width } else { 0.0 },
        labels_right: if has_margin_labels { right } else { column.right },
    }
}

/// Title and axis labels of a panel.
fn panel_texts(
    grid: &Grid<'_>,
    index: usize,
    frame: &Frame,
    (row, column): (&Row, &Column),
    canvas: &Canvas,
) -> Vec<Element> {
    let (panel, plot) = (&grid.panels[index], frame.plot);
    let mut texts = Vec::new();
    if let Some(title) = &panel.title {
        let style = TextStyle::BoldLabel;
        let title = canvas.metrics.shorten(title, style, column.right - plot.left);
        texts.push(Element::text_below(title, (plot.left, row.titles_top), style));
    }
    if frame.has_y_ticks {
        let label = axis_label(&panel.y, &frame.y, canvas, column.right - column.left);
        texts.push(Element::text_below(label, (column.left, row.top), TextStyle::Muted));
    }
    if grid.has_x_label(index) {
        let left = if grid.has_own_x() { column.left } else { MARGIN };
        let label = axis_label(grid.x_axis(index), &frame.x, canvas, plot.right - left);
        let at = (plot.right, plot.bottom + TICK_ROW + X_LABEL_ROW - 8.0);
        texts.push(Element::text(label, at, HPos::Right, TextStyle::Muted));
    }
    texts
}

/// The rows between `top` and `bottom`, sized by their panels' shares of the height.
fn rows(grid: &Grid<'_>, top: f64, bottom: f64) -> Vec<Row> {
    let count = grid.panels.len().div_ceil(grid.columns);
    let share = |panel: &Panel| {
        let share = panel.height_share;
        if share.is_finite() && share > 0.0 { share.clamp(0.01, 100.0) } else { 1.0 }
    };
    let height = |is_needed: bool, height: f64| if is_needed { height } else { 0.0 };
    let above = |row: usize| {
        let mut panels = grid.in_row(row);
        Y_LABEL_ROW + height(panels.any(|index| grid.panels[index].title.is_some()), TITLE_ROW)
    };
    let below = |row: usize| {
        height(grid.in_row(row).any(|index| grid.has_x_ticks(index)), TICK_ROW)
            + height(grid.in_row(row).any(|index| grid.has_x_label(index)), X_LABEL_ROW)
            + height(row + 1 < count, ROW_GAP)
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
        rows.push(Row { top, titles_top: plot_top - TITLE_ROW - 3.0, plot_top, plot_bottom });
        top = plot_bottom + below(row);
    }
    rows
}

/// The columns, whose plots are equally wide.
fn columns(grid: &Grid<'_>, axes: &[FittedAxis], canvas: &Canvas) -> Vec<Column> {
    let insets: Vec<(f64, f64)> = (0..grid.columns)
        .map(|column| {
            let with_ticks = grid.in_column(column).filter(|&index| grid.has_y_ticks(index));
            let widths = with_ticks.map(|index| grid.left_inset(index, &axes[index], canvas));
            let series = grid.in_column(column).flat_map(|index| &grid.panels[index].series);
            let labels = series.filter_map(|series| series.end_label.as_ref());
            let labels = labels.map(|label| canvas.metrics.width(label, TextStyle::BoldLabel));
            let max = canvas.width * 0.3 / grid.columns as f64;
            (widths.fold(0.0, f64::max), labels.fold(0.0, f64::max).min(max))
        })
        .collect();
    let right_inset = |labels: f64| if labels > 0.0 { labels + MARGIN_LABEL_GAP } else { 10.0 };
    let taken: f64 = insets.iter().map(|(left, labels)| left + right_inset(*labels)).sum();
    let gaps = COLUMN_GAP * (grid.columns - 1) as f64;
    let width = (canvas.width - 2.0 * MARGIN - taken - gaps) / grid.columns as f64;
    let mut columns = Vec::new();
    let mut left = MARGIN;
    for (inset, margin_width) in insets {
        let plot_left = left + inset;
        let plot_right = plot_left + width;
        let right = plot_right + right_inset(margin_width);
        columns.push(Column { left, plot_left, plot_right, margin_width, right });
        left = right + COLUMN_GAP;
    }
    if let Some(last) = columns.last_mut() {
        last.right += MARGIN / 2.0;
    }
    columns
}

/// The axis' label, with a note on the scale if the label lacks one.
fn axis_label(axis: &Axis, fitted: &FittedAxis, canvas: &Canvas, limit: f64) -> String {
    let shorten = |limit: f64| canvas.metrics.shorten(&axis.label, TextStyle::Muted, limit);
    let label = shorten(limit);
    let note = match axis.scale {
        Scale::Log if label.contains("log") => return label,
        Scale::Log => " (log scale)".to_owned(),
        Scale::Linear => match fitted.start_note() {
            Some(note) if !matches!(axis.ticks, Ticks::Named(_)) => format!(" ({note})"),
            _ => return label,
        },
    };
    shorten(limit - canvas.metrics.width(&note, TextStyle::Muted)) + &note
}
