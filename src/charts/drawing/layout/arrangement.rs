//! Where the parts of a chart would lie, and how much room that leaves for its plots.

use crate::charts::drawing::font::TEXT_SIZE;
use crate::charts::drawing::layout::axis::FittedAxis;
use crate::charts::drawing::layout::grid::Grid;
use crate::charts::drawing::layout::header::Texts;
use crate::charts::drawing::layout::tracks::{Column, Row, rows};
use crate::charts::drawing::layout::{header, legend, tracks};
use crate::charts::drawing::{
    Canvas, Chart, Element, Encoding, Length, Omitted, PlotError, Size, TextStyle, Unit,
};

/// Minimum width of a readable plot, in pixels; its minimum height is among the heights of a canvas.
const MIN_WIDTH: f64 = 80.0;
/// How many larger sizes are tried for the error that says which one is needed.
const TRIES: usize = 8;
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

/// The arrangement that gives up least for roomy plots, else the one with most room; fails if no plot would be readable.
/// The source is given up before the note, both before the title, and all before panels side by side. A wide chart gives
/// up nothing for more room than it needs.
pub(super) fn best<'a>(
    chart: &'a Chart,
    encoding: &Encoding<'_>,
    canvas: &Canvas,
) -> Result<Arrangement<'a>, PlotError> {
    let most = chart.columns.clamp(1, chart.panels.len().max(1));
    let sacrifices = (1..=most).rev().flat_map(|columns| Texts::ALL.map(|texts| (texts, columns)));
    let mut best: Option<Arrangement> = None;
    for (texts, columns) in sacrifices {
        let tried = Arrangement::of(chart, encoding, canvas, (texts, columns));
        let is_roomy = tried.room(ROOMY_PLOT) >= 1.0 && tried.is_whole;
        if is_roomy || (!canvas.is_compact && tried.is_readable(canvas)) {
            return Ok(tried);
        }
        if best.as_ref().is_none_or(|best| tried.is_better_than(best, canvas)) {
            best = Some(tried);
        }
    }
    match best {
        Some(best) if best.is_readable(canvas) => Ok(best),
        best => Err(too_small(chart, encoding, canvas, best.as_ref())),
    }
}

impl<'a> Arrangement<'a> {
    fn of(
        chart: &'a Chart,
        encoding: &Encoding<'_>,
        canvas: &Canvas,
        (texts, columns): (Texts, usize),
    ) -> Self {
        let header = header::of(chart, canvas, texts);
        let entries = legend::entries(chart, encoding, canvas, header.has_source);
        let legend = legend::legend(&entries, canvas, header.title_bottom + 4.0);
        let grid = Grid::of(chart, columns);
        let rows = rows(&grid, legend.bottom + 4.0, header.source_top, canvas);
        let y_axes = grid.y_axes(|index| rows[index / grid.columns].height(), canvas);
        let columns = tracks::columns(&grid, &y_axes, canvas);
        let mut elements = header.title;
        elements.extend(header.source);
        elements.extend(legend.elements);
        let mut omitted = header.omitted;
        omitted.extend(legend.left_out.into_iter().map(Omitted::Label));
        let is_whole = header.is_whole && has_whole_titles(&grid, &columns, canvas);
        Self { grid, elements, omitted, rows, columns, y_axes, is_whole }
    }

    fn width(&self) -> f64 {
        self.columns.first().map_or(0.0, Column::width)
    }

    /// The least that the plots have of a size: 1 if all are as wide and as high.
    fn room(&self, (width, height): (f64, f64)) -> f64 {
        let lowest = self.rows.iter().map(Row::height).fold(f64::INFINITY, f64::min);
        (self.width() / width).min(lowest / height)
    }

    /// How much height the rows lack to be readable, in pixels.
    fn missing_height(&self, canvas: &Canvas) -> f64 {
        let needed = |index: usize| match self.grid.panels[index].bars.len() {
            0 => canvas.heights.plot,
            bars => canvas.heights.bar * bars as f64,
        };
        let missing = |(number, row): (usize, &Row)| {
            let needed = self.grid.in_row(number).map(needed).fold(0.0, f64::max);
            (needed - row.height()).max(0.0)
        };
        self.rows.iter().enumerate().map(missing).sum()
    }

    fn is_readable(&self, canvas: &Canvas) -> bool {
        self.width() >= MIN_WIDTH && self.missing_height(canvas) <= 0.0
    }

    /// What cannot be read is worse than titles that are cut, and those than less room.
    fn is_better_than(&self, other: &Self, canvas: &Canvas) -> bool {
        let rank = |one: &Self| (one.is_readable(canvas), one.is_whole, one.room(ROOMY_PLOT));
        rank(self) > rank(other)
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

/// The error that says which size is needed: that of an arrangement which lacks nothing. A larger canvas may have other
/// ticks and rows of the key, so it is tried.
fn too_small(
    chart: &Chart,
    encoding: &Encoding<'_>,
    canvas: &Canvas,
    best: Option<&Arrangement>,
) -> PlotError {
    let (size, zoom) = (canvas.look.size, canvas.look.zoom());
    let step = if matches!(size.unit, Unit::Inch | Unit::Centimetre) { 10.0 } else { 1.0 };
    let up = |pixels: f64| (pixels * zoom / size.unit.pixels() * step).ceil() / step;
    let lacking = |one: &Arrangement, canvas: &Canvas| {
        let columns = one.grid.columns as f64;
        let missing_width = (MIN_WIDTH - one.width()).max(0.0) * columns;
        let missing_height = one.missing_height(canvas);
        (canvas.width + missing_width, canvas.height + missing_height)
    };
    let mut needed = best.map_or((canvas.width, canvas.height), |best| lacking(best, canvas));
    let mut look = canvas.look.clone();
    look.font_size = Some(Length { value: zoom * TEXT_SIZE, unit: Unit::Pixel });
    for _ in 0..TRIES {
        look.size = Size { width: up(needed.0), height: up(needed.1), unit: size.unit };
        let larger = Canvas::new(&look);
        let least = Arrangement::of(chart, encoding, &larger, (Texts::None, 1));
        if least.is_readable(&larger) {
            break;
        }
        needed = lacking(&least, &larger);
    }
    let reason = format!("with text of this size it needs about {}", look.size);
    PlotError::BadSize { size, reason }
}
