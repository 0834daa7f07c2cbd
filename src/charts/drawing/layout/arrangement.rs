//! Where the parts of a chart would lie, and how much room that leaves for its plots.

use crate::charts::drawing::layout::axis::FittedAxis;
use crate::charts::drawing::layout::grid::Grid;
use crate::charts::drawing::layout::header::Texts;
use crate::charts::drawing::layout::tracks::{Column, Row, rows};
use crate::charts::drawing::layout::{header, legend, tracks};
use crate::charts::drawing::{
    Canvas, Chart, Element, Encoding, Omitted, PlotError, Size, TextStyle, Unit,
};

/// Minimum width of a readable plot, in pixels; its minimum height is among the heights of a canvas.
const MIN_WIDTH: f64 = 80.0;
/// A compact chart gives up its source, its note, its title and panels side by side for plots of this width and height.
const ROOMY_PLOT: (f64, f64) = (190.0, 120.0);

/// Where the parts of a chart would lie with some texts and some number of columns.
pub(super) struct Arrangement<'a> {
    pub grid: Grid<'a>,
    /// Title, legend and source.
    pub elements: Vec<Element>,
    pub omitted: Vec<Omitted>,
    pub rows: Vec<Row>,
    pub columns: Vec<Column>,
    pub y_axes: Vec<FittedAxis>,
    /// Whether titles and note are whole.
    is_whole: bool,
}

/// The arrangement with the most room for the plots that needs to give up the least; fails if it has too little.
pub(super) fn best<'a>(
    chart: &'a Chart,
    encoding: &Encoding<'_>,
    canvas: &Canvas,
) -> Result<Arrangement<'a>, PlotError> {
    let arrangement = roomiest(chart, encoding, canvas);
    if arrangement.has((MIN_WIDTH, canvas.heights.plot)) {
        Ok(arrangement)
    } else {
        Err(too_small(&arrangement, canvas))
    }
}

/// The first arrangement with roomy plots, or else the one with the largest. A compact chart gives up its source before
/// its note, both before its title, and all before panels side by side.
fn roomiest<'a>(chart: &'a Chart, encoding: &Encoding<'_>, canvas: &Canvas) -> Arrangement<'a> {
    let arrange = |texts, columns| Arrangement::of(chart, encoding, canvas, texts, columns);
    let whole = arrange(Texts::All, chart.columns);
    if !canvas.is_compact {
        return whole;
    }
    let mut best = whole;
    for columns in (1..=chart.columns.max(1)).rev() {
        for texts in [Texts::All, Texts::WithoutSource, Texts::Title, Texts::None] {
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
