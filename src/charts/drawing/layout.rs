//! Where everything stands on the page: header, grid of panels, axis labels, source line.

use crate::charts::drawing::axis::{Direction, Ruler, rule};
use crate::charts::drawing::font::{ASCENT, Style};
use crate::charts::drawing::geometry::Rect;
use crate::charts::drawing::header;
use crate::charts::drawing::key::{Item, Keyed};
use crate::charts::drawing::page::{Page, Words};
use crate::charts::drawing::scales::{self, Grid};
use crate::charts::drawing::{Axis, Chart, Panel, PlotError, Scale, Size, Ticks};
use plotters::style::text_anchor::HPos;

/// Room around everything, in pixels.
pub(crate) const MARGIN: f64 = 16.0;
/// Height of the row with a panel's title.
const TITLE_ROW: f64 = 22.0;
/// Height of the row with a panel's y label.
const LABEL_ROW: f64 = 28.0;
/// Heights below a panel: tick numbers, and the x label.
const NUMBER_ROW: f64 = 24.0;
const X_LABEL_ROW: f64 = 26.0;
/// Between panels, down and across.
const PANEL_GAP: f64 = 14.0;
const COLUMN_GAP: f64 = 36.0;
/// From the plot to the names in the right margin.
pub(crate) const END_GAP: f64 = 26.0;
/// The smallest plot that can be read.
const SMALLEST_PLOT: (f64, f64) = (100.0, 48.0);

/// The laid-out page.
pub(crate) struct Plan {
    /// All texts outside the plots but the key and the ticks.
    pub texts: Vec<Words>,
    pub key: Vec<Item>,
    pub panels: Vec<Frame>,
}

/// Where a panel is drawn.
pub(crate) struct Frame {
    pub plot: Rect,
    pub x: Ruler,
    pub y: Ruler,
    /// Whether the x axis' numbers stand below it.
    pub numbers_below: bool,
    /// Whether the y axis' numbers, or the names of bars, stand left of it.
    pub numbers_left: bool,
    /// Most width of a name in the right margin; 0 where there is none.
    pub end_width: f64,
    /// Names at points stand left of this.
    pub reach: f64,
}

impl Frame {
    /// Where a point lies on the page.
    pub(crate) fn position(&self, x: f64, y: f64) -> (f64, f64) {
        (self.across(x), self.plot.bottom - self.y.share(y) * self.plot.height())
    }

    pub(crate) fn across(&self, x: f64) -> f64 {
        self.plot.left + self.x.share(x) * self.plot.width()
    }
}

/// Heights of a row of panels.
struct Row {
    /// Where its y labels and its titles start.
    labels: f64,
    titles: f64,
    plot_top: f64,
    plot_bottom: f64,
}

/// A column of panels from the left end of its numbers to its names in the right margin.
struct Column {
    left: f64,
    plot_left: f64,
    plot_right: f64,
    end_width: f64,
    right: f64,
}

/// Lays out `chart` on `page`.
pub(crate) fn plan(
    chart: &Chart,
    keyed: &Keyed,
    page: &Page,
    size: Size,
) -> Result<Plan, PlotError> {
    let (mut texts, key, top) = header::above(chart, keyed, page);
    let (source, bottom) = header::below(chart, page);
    let grid = Grid::of(chart);
    let rows = rows(&grid, top, bottom);
    let height = |index: usize| {
        let row = &rows[index / grid.columns];
        row.plot_bottom - row.plot_top
    };
    let ys = scales::up(&grid, height, page);
    let columns = columns(&grid, &ys, page);
    let column = |index: usize| &columns[index % grid.columns];
    let width = columns.first().map_or(0.0, |column| column.plot_right - column.plot_left);
    if width < SMALLEST_PLOT.0
        || (0..rows.len()).any(|row| height(row * grid.columns) < SMALLEST_PLOT.1)
    {
        let reason = "the texts leave too little room for the plot";
        return Err(PlotError::BadSize { width: size.width, height: size.height, reason });
    }
    let mut panels = Vec::new();
    for ((index, panel), y) in chart.panels.iter().enumerate().zip(ys) {
        let (row, column) = (&rows[index / grid.columns], column(index));
        let x = rule(grid.x(index), grid.x_extent(index), Direction::Across, width, &page.metrics);
        let (left, right) = (column.plot_left, column.plot_right);
        let plot = Rect { left, top: row.plot_top, right, bottom: row.plot_bottom };
        let named = panel.series.iter().any(|series| series.end_label.is_some());
        let frame = Frame {
            plot,
            x,
            y,
            numbers_below: grid.numbers_below(index),
            numbers_left: grid.numbers_left(index),
            end_width: if named { column.end_width } else { 0.0 },
            reach: if named { right } else { column.right },
        };
        texts.extend(panel_texts(&grid, index, &frame, row, column, page));
        panels.push(frame);
    }
    texts.extend(source);
    Ok(Plan { texts, key, panels })
}

/// A line of text at the left margin whose top is at `top`.
pub(crate) fn line_at(text: String, top: f64, style: Style) -> Words {
    line_from(text, (MARGIN, top), style)
}

fn line_from(text: String, (left, top): (f64, f64), style: Style) -> Words {
    let baseline = top + (ASCENT * style.size()).ceil() + 2.0;
    Words::new(text, (left, baseline), HPos::Left, style)
}

/// Title and axis labels of a panel.
fn panel_texts(
    grid: &Grid<'_>,
    index: usize,
    frame: &Frame,
    row: &Row,
    column: &Column,
    page: &Page,
) -> Vec<Words> {
    let panel = &grid.chart.panels[index];
    let mut texts = Vec::new();
    if let Some(title) = &panel.title {
        let title = page.metrics.shorten(title, Style::HeroName, column.right - frame.plot.left);
        texts.push(line_from(title, (frame.plot.left, row.titles), Style::HeroName));
    }
    if frame.numbers_left {
        let text = label(&panel.y, &frame.y, page, column.right - column.left);
        texts.push(line_from(text, (column.left, row.labels), Style::Quiet));
    }
    if grid.x_label(index) {
        let right = frame.plot.right;
        let left = if grid.own_x() { column.left } else { MARGIN };
        let text = label(grid.x(index), &frame.x, page, right - left);
        let baseline = frame.plot.bottom + NUMBER_ROW + X_LABEL_ROW - 8.0;
        texts.push(Words::new(text, (right, baseline), HPos::Right, Style::Quiet));
    }
    texts
}

/// The rows between `top` and `bottom`, by their panels' shares of the height.
fn rows(grid: &Grid<'_>, top: f64, bottom: f64) -> Vec<Row> {
    let panels = &grid.chart.panels;
    let indices = |row: usize| (row * grid.columns)..((row + 1) * grid.columns).min(panels.len());
    let count = panels.len().div_ceil(grid.columns);
    let share = |panel: &Panel| {
        let share = panel.height_share;
        if share.is_finite() && share > 0.0 { share.clamp(0.01, 100.0) } else { 1.0 }
    };
    let height = |wanted: bool, height: f64| if wanted { height } else { 0.0 };
    let above = |row: usize| {
        LABEL_ROW + height(indices(row).any(|index| panels[index].title.is_some()), TITLE_ROW)
    };
    let below = |row: usize| {
        height(indices(row).any(|index| grid.numbers_below(index)), NUMBER_ROW)
            + height(indices(row).any(|index| grid.x_label(index)), X_LABEL_ROW)
            + height(row + 1 < count, PANEL_GAP)
    };
    let shares: Vec<f64> = (0..count)
        .map(|row| indices(row).map(|index| share(&panels[index])).fold(0.0, f64::max))
        .collect();
    let taken: f64 = (0..count).map(|row| above(row) + below(row)).sum();
    let unit = (bottom - top - taken) / shares.iter().sum::<f64>();
    let mut rows = Vec::new();
    let mut top = top;
    for (row, share) in shares.iter().enumerate() {
        let plot_top = top + above(row);
        let plot_bottom = plot_top + share * unit;
        let titles = plot_top - TITLE_ROW - 3.0;
        rows.push(Row { labels: top, titles, plot_top, plot_bottom });
        top = plot_bottom + below(row);
    }
    rows
}

/// The columns, whose plots are equally wide.
fn columns(grid: &Grid<'_>, ys: &[Ruler], page: &Page) -> Vec<Column> {
    let insets: Vec<(f64, f64)> = (0..grid.columns)
        .map(|column| {
            let numbers = grid.in_column(column).filter(|&index| grid.numbers_left(index));
            let widths = numbers.map(|index| scales::numbers_width(grid, index, &ys[index], page));
            let names = grid.in_column(column).flat_map(|index| &grid.chart.panels[index].series);
            let names = names.filter_map(|series| series.end_label.as_ref());
            let names = names.map(|name| page.metrics.width(name, Style::HeroName));
            let most = page.width * 0.3 / grid.columns as f64;
            (widths.fold(0.0, f64::max), names.fold(0.0, f64::max).min(most))
        })
        .collect();
    let beside = |end_width: f64| if end_width > 0.0 { end_width + END_GAP } else { 10.0 };
    let taken: f64 = insets.iter().map(|(left, end)| left + beside(*end)).sum();
    let gaps = COLUMN_GAP * (grid.columns - 1) as f64;
    let width = (page.width - 2.0 * MARGIN - taken - gaps) / grid.columns as f64;
    let mut columns = Vec::new();
    let mut left = MARGIN;
    for (inset, end_width) in insets {
        let plot_left = left + inset;
        let plot_right = plot_left + width;
        let right = plot_right + beside(end_width);
        columns.push(Column { left, plot_left, plot_right, end_width, right });
        left = right + COLUMN_GAP;
    }
    if let Some(last) = columns.last_mut() {
        last.right += MARGIN / 2.0;
    }
    columns
}

/// The axis' label; what a reader must know about the scale is added when unsaid.
fn label(axis: &Axis, ruler: &Ruler, page: &Page, limit: f64) -> String {
    let whole = page.metrics.shorten(&axis.label, Style::Quiet, limit);
    let addition = match axis.scale {
        Scale::Log if whole.contains("log") => return whole,
        Scale::Log => " (log scale)".to_owned(),
        Scale::Linear => match ruler.start_said() {
            Some(said) if !matches!(axis.ticks, Ticks::Named(_)) => format!(" ({said})"),
            _ => return whole,
        },
    };
    let room = limit - page.metrics.width(&addition, Style::Quiet);
    page.metrics.shorten(&axis.label, Style::Quiet, room) + &addition
}
