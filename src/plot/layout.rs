//! Where everything stands on the page: header, panels, axis labels, source line.

use crate::plot::axis::{Direction, Ruler, rule};
use crate::plot::font::{ASCENT, Style};
use crate::plot::geometry::Rect;
use crate::plot::header;
use crate::plot::key::Item;
use crate::plot::marker::Families;
use crate::plot::page::{Page, Words};
use crate::plot::{Axis, Chart, Panel, PlotError, Scale, Size, Ticks};
use plotters::style::text_anchor::HPos;

/// Room around everything, in pixels.
pub(crate) const MARGIN: f64 = 16.0;
/// Height of the row with a panel's y label.
const LABEL_ROW: f64 = 28.0;
/// Height below the lowest panel: tick numbers and the x label.
const X_ROWS: f64 = 50.0;
/// Between panels.
const PANEL_GAP: f64 = 14.0;
/// From the plot to the names in the right margin.
pub(crate) const END_GAP: f64 = 26.0;
/// The smallest plot that can be read.
const SMALLEST_PLOT: (f64, f64) = (100.0, 48.0);

/// The laid-out page.
pub(crate) struct Plan {
    /// All texts outside the plots but the key and the ticks.
    pub texts: Vec<Words>,
    pub key: Vec<Item>,
    pub x: Ruler,
    pub panels: Vec<Frame>,
}

/// Where a panel is drawn.
pub(crate) struct Frame {
    pub plot: Rect,
    pub y: Ruler,
    /// Whether the x axis' numbers stand below it.
    pub lowest: bool,
    /// Most width of a name in the right margin; 0 where there is none.
    pub end_width: f64,
}

/// Lays out `chart` on `page`.
pub(crate) fn plan(
    chart: &Chart,
    families: &Families,
    page: &Page,
    size: Size,
) -> Result<Plan, PlotError> {
    let (mut texts, key, top) = header::above(chart, families, page);
    let (source, bottom) = header::below(chart, page);
    let heights = heights(&chart.panels, bottom - X_ROWS - top);
    let panels = chart.panels.iter().zip(&heights);
    let rulers: Vec<Ruler> = panels.map(|(panel, &height)| y_ruler(panel, height, page)).collect();
    let left = MARGIN + tick_width(&rulers, page) + 8.0;
    let end_width = end_width(chart, page);
    let beside = if end_width > 0.0 { end_width + END_GAP } else { 10.0 };
    let right = page.width - MARGIN - beside;
    if right - left < SMALLEST_PLOT.0 || heights.iter().any(|&height| height < SMALLEST_PLOT.1) {
        let reason = "the texts leave too little room for the plot";
        return Err(PlotError::BadSize { width: size.width, height: size.height, reason });
    }
    let x = rule(&chart.x, x_extent(chart), Direction::Across, right - left, &page.metrics);
    let text = label(&chart.x, &x, page, right - MARGIN);
    texts.push(Words::new(text, (right, bottom - 8.0), HPos::Right, Style::Quiet));
    let mut panels = Vec::new();
    let mut below = top;
    for ((panel, y), height) in chart.panels.iter().zip(rulers).zip(heights) {
        let text = label(&panel.y, &y, page, page.width - 2.0 * MARGIN);
        texts.push(line_at(text, below, Style::Quiet));
        let top = below + LABEL_ROW;
        let plot = Rect { left, top, right, bottom: top + height };
        below = plot.bottom + PANEL_GAP;
        let lowest = panels.len() + 1 == chart.panels.len();
        let named = panel.series.iter().any(|series| series.end_label.is_some());
        let end_width = if named { end_width } else { 0.0 };
        panels.push(Frame { plot, y, lowest, end_width });
    }
    texts.extend(source);
    Ok(Plan { texts, key, x, panels })
}

/// A line of text at the left margin whose top is at `top`.
pub(crate) fn line_at(text: String, top: f64, style: Style) -> Words {
    let baseline = top + (ASCENT * style.size()).ceil() + 2.0;
    Words::new(text, (MARGIN, baseline), HPos::Left, style)
}

/// Height of each plot, by its panel's share of `room`.
fn heights(panels: &[Panel], room: f64) -> Vec<f64> {
    let sensible = |share: f64| {
        if share.is_finite() && share > 0.0 { share.clamp(0.01, 100.0) } else { 1.0 }
    };
    let shares: Vec<f64> = panels.iter().map(|panel| sensible(panel.height_share)).collect();
    let between: f64 = shares.iter().map(|_| LABEL_ROW + PANEL_GAP).sum();
    let total: f64 = shares.iter().sum();
    shares.iter().map(|share| (room - between + PANEL_GAP) * share / total).collect()
}

fn y_ruler(panel: &Panel, height: f64, page: &Page) -> Ruler {
    let stems = panel.series.iter().any(|series| series.stems);
    let zero = (stems && panel.y.scale == Scale::Linear).then_some(0.0);
    let points = panel.series.iter().flat_map(|series| &series.points).map(|point| point.y);
    let arrows = panel.arrows.iter().map(|arrow| arrow.y);
    // Names stand above points, and at both tips of stems.
    let room = if stems { (0.2, 0.35) } else { (0.06, 0.09) };
    rule(
        &panel.y,
        extent(points.chain(arrows).chain(zero)),
        Direction::Up { room },
        height,
        &page.metrics,
    )
}

fn x_extent(chart: &Chart) -> (f64, f64) {
    let points =
        chart.panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points);
    let arrows = chart.panels.iter().flat_map(|panel| &panel.arrows);
    extent(points.map(|point| point.x).chain(arrows.flat_map(|arrow| [arrow.from_x, arrow.to_x])))
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    })
}

fn tick_width(rulers: &[Ruler], page: &Page) -> f64 {
    let ticks = rulers.iter().flat_map(|ruler| &ruler.major);
    ticks.map(|tick| page.metrics.width(&tick.text, Style::Small)).fold(0.0, f64::max)
}

/// Width of the widest name in the right margin, at most 30 % of the page.
fn end_width(chart: &Chart, page: &Page) -> f64 {
    let series = chart.panels.iter().flat_map(|panel| &panel.series);
    let names = series.filter_map(|series| series.end_label.as_ref());
    let widest = names.map(|name| page.metrics.width(name, Style::HeroName)).fold(0.0, f64::max);
    widest.min(page.width * 0.3)
}

/// The axis' label; what a reader must know about the scale is added when unsaid.
fn label(axis: &Axis, ruler: &Ruler, page: &Page, limit: f64) -> String {
    let whole = page.metrics.shorten(&axis.label, Style::Quiet, limit);
    let addition = match (axis.scale, ruler.starts_above_zero()) {
        (Scale::Log, _) if whole.contains("log") => return whole,
        (Scale::Log, _) => " (log scale)".to_owned(),
        (Scale::Linear, Some(first)) if axis.ticks == Ticks::Percent => {
            format!(" (axis starts at {})", first.text)
        }
        (Scale::Linear, _) => return whole,
    };
    let room = limit - page.metrics.width(&addition, Style::Quiet);
    page.metrics.shorten(&axis.label, Style::Quiet, room) + &addition
}
