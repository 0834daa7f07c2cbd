//! The layout of a chart: title, legend, grid of panels with their axes, source.

mod arrangement;
pub(crate) mod axis;
pub(crate) mod frame;
pub(crate) mod grid;
mod header;
mod legend;
mod ticks;
mod tracks;

use crate::charts::drawing::text::displayable;
use crate::charts::drawing::{
    Axis, Canvas, Chart, Element, Encoding, Omitted, PlotError, Rect, Scale, TextStyle, Ticks,
};
use arrangement::Arrangement;
use axis::{Direction, FittedAxis, fit};
use frame::Frame;
use grid::Grid;
use plotters::style::text_anchor::HPos;
use tracks::{Column, Row, max_end_label};

/// From the plot to the labels in the right margin, in pixels.
pub(crate) const MARGIN_LABEL_GAP: f64 = 26.0;

pub(crate) struct Layout {
    /// Everything outside the plots except tick labels.
    pub elements: Vec<Element>,
    /// Where each panel lies.
    pub frames: Vec<Frame>,
    /// Title and note, where they found no room.
    pub omitted: Vec<Omitted>,
}

/// Lays out `chart`; fails if too little room is left for the plots.
pub(crate) fn lay_out(
    chart: &Chart,
    encoding: &Encoding<'_>,
    canvas: &Canvas,
) -> Result<Layout, PlotError> {
    let arrangement = arrangement::best(chart, encoding, canvas)?;
    let Arrangement { grid, mut elements, omitted, rows, columns, y_axes, .. } = arrangement;
    let width = columns.first().map_or(0.0, Column::width);
    let mut frames = Vec::new();
    for (index, y) in y_axes.into_iter().enumerate() {
        let (row, column) = (&rows[index / grid.columns], &columns[index % grid.columns]);
        let extent = grid.x_extent(index);
        let x = fit(grid.x_axis(index), extent, Direction::Horizontal, width, &canvas.metrics);
        let frame = frame(&grid, index, (x, y), (row, column));
        elements.extend(panel_texts(&grid, index, &frame, (row, column), canvas));
        frames.push(frame);
    }
    Ok(Layout { elements, frames, omitted })
}

/// The chart with the labels at the ends of its series in the key instead, where they would not fit the margin of a
/// compact chart.
pub(crate) fn with_end_labels_in_key(chart: &Chart, canvas: &Canvas) -> Option<Chart> {
    let limit = max_end_label(canvas, chart.columns.max(1));
    let width = |label: &String| canvas.metrics.width(label, TextStyle::BoldLabel);
    let mut labels = chart.panels.iter().flat_map(|panel| &panel.series);
    let is_wide =
        labels.any(|series| series.end_label.as_ref().is_some_and(|label| width(label) > limit));
    if !canvas.is_compact || !is_wide {
        return None;
    }
    let mut adapted = chart.clone();
    for series in adapted.panels.iter_mut().flat_map(|panel| &mut panel.series) {
        let label = series.end_label.take().filter(|_| series.marker);
        if let (Some(last), Some(label)) = (series.points.last_mut(), label) {
            let label = last.short_label.clone().unwrap_or(label);
            last.label.get_or_insert(label);
        }
    }
    Some(adapted)
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
        let left = if grid.has_own_x() { column.left } else { canvas.margin };
        let label = axis_label(grid.x_axis(index), &frame.x, canvas, plot.right - left);
        let at = (plot.right, plot.bottom + canvas.heights.ticks + canvas.heights.x_label - 8.0);
        texts.push(Element::text(label, at, HPos::Right, TextStyle::Muted));
    }
    texts
}

/// The axis' label, with a note on the scale if the label lacks one. Where that finds no room, the note is left out,
/// then the short label is taken.
fn axis_label(axis: &Axis, fitted: &FittedAxis, canvas: &Canvas, limit: f64) -> String {
    let note = match axis.scale {
        Scale::Log if axis.label.contains("log") => None,
        Scale::Log => Some("log scale".to_owned()),
        Scale::Linear if matches!(axis.ticks, Ticks::Named(_)) => None,
        Scale::Linear => fitted.start_note(),
    };
    let with_note = |label: &str| match &note {
        Some(note) => format!("{label} ({note})"),
        None => label.to_owned(),
    };
    let whole = [&axis.label, &axis.short_label].into_iter().filter(|label| !label.is_empty());
    let tried = whole.flat_map(|label| [with_note(label), label.clone()]);
    let fits = |text: &String| canvas.metrics.width(text, TextStyle::Muted) <= limit;
    let found = tried.map(|text| displayable(&text)).find(fits);
    let shortest = if axis.short_label.is_empty() { &axis.label } else { &axis.short_label };
    found.unwrap_or_else(|| canvas.metrics.shorten(shortest, TextStyle::Muted, limit))
}
