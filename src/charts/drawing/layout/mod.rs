//! The layout of a chart: title, legend, grid of panels with their axes, source.

pub(crate) mod axis;
pub(crate) mod frame;
pub(crate) mod grid;
mod header;
mod legend;
mod ticks;
mod tracks;

use crate::charts::drawing::text::displayable;
use crate::charts::drawing::{
    Axis, Canvas, Chart, Element, Encoding, Omitted, PlotError, Rect, Scale, Size, TextStyle,
    Ticks, Unit,
};
use axis::{Direction, FittedAxis, fit};
use frame::Frame;
use grid::Grid;
use header::Texts;
use plotters::style::text_anchor::HPos;
use tracks::{Column, Row, max_end_label, rows};

/// From the plot to the labels in the right margin, in pixels.
pub(crate) const MARGIN_LABEL_GAP: f64 = 26.0;
/// Minimum width of a readable plot, in pixels; its minimum height is among the heights of a canvas.
const MIN_WIDTH: f64 = 80.0;
/// A compact chart gives up its note, its title and panels side by side for plots of this width and height.
const ROOMY_PLOT: (f64, f64) = (190.0, 120.0);

pub(crate) struct Layout {
    /// Everything outside the plots except tick labels.
    pub elements: Vec<Element>,
    /// Where each panel lies.
    pub frames: Vec<Frame>,
    /// Title and note, where they found no room.
    pub omitted: Vec<Omitted>,
}

/// Where the parts of a chart would lie with some texts and some number of columns.
struct Arrangement<'a> {
    grid: Grid<'a>,
    /// Title, legend and source.
    elements: Vec<Element>,
    omitted: Vec<Omitted>,
    rows: Vec<Row>,
    columns: Vec<Column>,
    y_axes: Vec<FittedAxis>,
    /// Whether titles and note are whole.
    is_whole: bool,
}

/// Lays out `chart`; fails if too little room is left for the plots.
pub(crate) fn lay_out(
    chart: &Chart,
    encoding: &Encoding<'_>,
    canvas: &Canvas,
) -> Result<Layout, PlotError> {
    let arrangement = roomiest(chart, encoding, canvas);
    if !arrangement.has((MIN_WIDTH, canvas.heights.plot)) {
        return Err(too_small(&arrangement, canvas));
    }
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

/// The first arrangement with roomy plots, or else the one with the largest. A compact chart gives up its note before
/// its title, and both before panels side by side.
fn roomiest<'a>(chart: &'a Chart, encoding: &Encoding<'_>, canvas: &Canvas) -> Arrangement<'a> {
    let arrange = |texts, columns| Arrangement::of(chart, encoding, canvas, texts, columns);
    let whole = arrange(Texts::All, chart.columns);
    if !canvas.is_compact {
        return whole;
    }
    let mut best = whole;
    for columns in (1..=chart.columns.max(1)).rev() {
        for texts in [Texts::All, Texts::Title, Texts::None] {
            if best.is_whole && best.has(ROOMY_PLOT) {
                return best;
            }
            let tried = arrange(texts, columns);
            if (tried.is_whole && !best.is_whole) || tried.room() > best.room() {
                best = tried;
            }
        }
    }
    best
}

impl<'a> Arrangement<'a> {
    fn of(
        chart: &'a Chart,
        encoding: &Encoding<'_>,
        canvas: &Canvas,
        texts: Texts,
        columns: usize,
    ) -> Self {
        let header = header::of(chart, canvas, texts);
        let (legend, top) = legend::legend(chart, encoding, canvas, header.title_bottom + 4.0);
        let grid = Grid::of(chart, columns);
        let rows = rows(&grid, top + 4.0, header.source_top, canvas);
        let y_axes = grid.y_axes(|index| rows[index / grid.columns].height(), canvas);
        let columns = tracks::columns(&grid, &y_axes, canvas);
        let mut elements = header.title;
        elements.extend(header.source);
        elements.extend(legend);
        let omitted = header.omitted;
        let is_whole = header.is_whole && has_whole_titles(&grid, &columns, canvas);
        Self { grid, elements, omitted, rows, columns, y_axes, is_whole }
    }

    /// Width of the plots, and height of the lowest.
    fn smallest(&self) -> (f64, f64) {
        let width = self.columns.first().map_or(0.0, Column::width);
        (width, self.rows.iter().map(Row::height).fold(f64::INFINITY, f64::min))
    }

    /// Whether every plot has this width and height.
    fn has(&self, (width, height): (f64, f64)) -> bool {
        let smallest = self.smallest();
        smallest.0 >= width && smallest.1 >= height
    }

    /// How much of a roomy plot the smallest one has, along its tighter side.
    fn room(&self) -> f64 {
        let (width, height) = self.smallest();
        (width / ROOMY_PLOT.0).min(height / ROOMY_PLOT.1)
    }
}

/// Whether the panels' titles fit their columns.
fn has_whole_titles(grid: &Grid, columns: &[Column], canvas: &Canvas) -> bool {
    grid.panels.iter().enumerate().all(|(index, panel)| {
        let column = &columns[index % grid.columns];
        let width = column.right - column.plot_left;
        let title = panel.title.as_deref().unwrap_or_default();
        canvas.metrics.width(title, TextStyle::BoldLabel) <= width
    })
}

/// The error that says which size is needed.
fn too_small(arrangement: &Arrangement, canvas: &Canvas) -> PlotError {
    let (width, height) = arrangement.smallest();
    let grid = &arrangement.grid;
    let missing = |has: f64, needs: f64, count: usize| (needs - has).max(0.0) * count as f64;
    let size = canvas.look.size;
    let unit = canvas.look.zoom() / size.unit.pixels();
    let step = if matches!(size.unit, Unit::Inch | Unit::Centimetre) { 10.0 } else { 1.0 };
    let up = |pixels: f64| (pixels * unit * step).ceil() / step;
    let needed = Size {
        width: up(canvas.width + missing(width, MIN_WIDTH, grid.columns)),
        height: up(canvas.height + missing(height, canvas.heights.plot, arrangement.rows.len())),
        unit: size.unit,
    };
    let reason = format!("with text of this size it needs about {needed}");
    PlotError::BadSize { size, reason }
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
    found.unwrap_or_else(|| canvas.metrics.shorten(&axis.label, TextStyle::Muted, limit))
}
