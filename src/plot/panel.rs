//! One panel: grid, axes, lines, markers, names.

use crate::plot::axis::Ruler;
use crate::plot::backend::{Pen, SvgBackend};
use crate::plot::font::Style;
use crate::plot::layout::{Frame, Plan};
use crate::plot::marker::{Families, Mark, paint};
use crate::plot::names;
use crate::plot::page::{Page, Pixel, Stroke, Words, pixels, refused, units};
use crate::plot::theme::Palette;
use crate::plot::{Line, Panel, PlotError, Point, Role, Series};
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::element::PathElement;
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, TRANSPARENT};

/// A panel's plotters chart.
pub(crate) type Plot<'a> = ChartContext<'a, SvgBackend, Cartesian2d<Ruler, Ruler>>;

/// Draws `panel`; gives the labels there was no room for.
pub(crate) fn draw(
    page: &Page,
    panel: &Panel,
    frame: &Frame,
    plan: &Plan,
    families: &Families,
) -> Result<Vec<String>, PlotError> {
    let (left, top) = units((frame.plot.left, frame.plot.top));
    let area =
        page.root.clone().shrink((left, top), units((frame.plot.width(), frame.plot.height())));
    let mut plot = ChartBuilder::on(&area)
        .build_cartesian_2d(plan.x.clone(), frame.y.clone())
        .map_err(refused)?;
    // plotters paints about ten light lines for each bold one, in its own bitmap-minded way.
    (plot.configure_mesh().disable_axes().light_line_style(TRANSPARENT))
        .bold_line_style(page.palette.grid.stroke_width(units((1.0, 0.0)).0.unsigned_abs()))
        .draw()
        .map_err(refused)?;
    draw_axes(page, &plot, frame, &plan.x)?;
    let mut order: Vec<&Series> = panel.series.iter().collect();
    order.sort_by_key(|series| match series.role {
        Role::Guide | Role::Muted => 0,
        Role::Other => 1,
        Role::Hero => 2,
    });
    let crowd = panel.series.iter().map(|series| series.points.len()).sum();
    for series in &order {
        draw_line(page, &mut plot, frame, series, families)?;
    }
    let names = names::place(page, panel, &plot, frame, crowd);
    names::draw_lines(page, &names)?;
    for series in order.iter().filter(|series| has_markers(series)) {
        draw_markers(page, &mut plot, series, families, crowd)?;
    }
    names.texts.iter().try_for_each(|words| page.write(words))?;
    Ok(names.dropped)
}

/// Whether the points of `series` carry markers.
pub(crate) fn has_markers(series: &Series) -> bool {
    series.marker && series.role != Role::Guide
}

/// Half the width of a marker in a panel of `crowd` points, in pixels.
pub(crate) fn marker_radius(role: Role, crowd: usize) -> f64 {
    match role {
        _ if crowd > 200 => 3.6,
        Role::Hero => 6.0,
        Role::Other | Role::Guide | Role::Muted => 5.2,
    }
}

/// How a guide is drawn.
pub(crate) fn guide_stroke(line: Line, palette: &Palette) -> Stroke {
    Stroke { colour: palette.axis, width: 1.6, dash: dash(line) }
}

/// Where a point lies on the page.
pub(crate) fn position(plot: &Plot<'_>, x: f64, y: f64) -> Pixel {
    pixels(plot.backend_coord(&(x, y)))
}

/// The corners of a series' line, in values; steps have their corners added.
pub(crate) fn corners(series: &Series) -> Vec<(f64, f64)> {
    let mut corners: Vec<(f64, f64)> = Vec::with_capacity(series.points.len());
    if series.line == Line::None {
        return corners;
    }
    for point in &series.points {
        if let (Line::Step, Some(&(_, level))) = (series.line, corners.last()) {
            corners.push((point.x, level));
        }
        corners.push((point.x, point.y));
    }
    corners
}

/// The foot of a point's stem.
pub(crate) fn foot(point: &Point, frame: &Frame) -> (f64, f64) {
    (point.x, frame.y.base())
}

fn dash(line: Line) -> Option<&'static str> {
    match line {
        Line::None | Line::Solid => None,
        Line::Dashed => Some("8 4"),
        Line::Dotted => Some("2 3"),
        Line::Step => Some("5 3"),
    }
}

fn stroke(series: &Series, families: &Families, palette: &Palette) -> Stroke {
    let colour = palette.mark(families.slot(&series.name));
    match series.role {
        Role::Guide | Role::Muted => guide_stroke(series.line, palette),
        Role::Hero => Stroke { colour, width: 3.0, dash: dash(series.line) },
        Role::Other => Stroke { colour, width: 1.8, dash: dash(series.line) },
    }
}

fn draw_line(
    page: &Page,
    plot: &mut Plot<'_>,
    frame: &Frame,
    series: &Series,
    families: &Families,
) -> Result<(), PlotError> {
    let stroke = stroke(series, families, &page.palette);
    let corners = corners(series);
    if corners.len() > 1 {
        // plotters draws a dashed line dash by dash; the pen makes it one element.
        page.pen(Pen { dash: stroke.dash, ..Pen::default() });
        plot.draw_series([PathElement::new(corners, stroke.style())]).map_err(refused)?;
    }
    if series.stems {
        let stem = |point: &Point| {
            PathElement::new([foot(point, frame), (point.x, point.y)], stroke.style())
        };
        plot.draw_series(series.points.iter().map(stem)).map_err(refused)?;
    }
    Ok(())
}

fn draw_markers(
    page: &Page,
    plot: &mut Plot<'_>,
    series: &Series,
    families: &Families,
    crowd: usize,
) -> Result<(), PlotError> {
    let slot = families.slot(&series.name);
    let (fill, outline) = paint(slot, &page.palette);
    let radius = marker_radius(series.role, crowd);
    let marks = series.points.iter().map(|point| {
        let tip =
            (!point.tip.is_empty()).then(|| point.tip.clone()).or_else(|| point.label.clone());
        page.pen(Pen { tip, outline: Some(outline), dash: None });
        Mark { at: (point.x, point.y), slot, radius, fill }
    });
    plot.draw_series(marks).map_err(refused)?;
    Ok(())
}

/// The x axis line with its ticks, the y numbers, and the zero line where it is not the axis.
fn draw_axes(page: &Page, plot: &Plot<'_>, frame: &Frame, x: &Ruler) -> Result<(), PlotError> {
    let axis = Stroke { colour: page.palette.axis, width: 1.2, dash: None };
    let plot_area = frame.plot;
    let level = |value: f64| position(plot, x.range_start(), value).1;
    page.line(&[(plot_area.left, plot_area.bottom), (plot_area.right, plot_area.bottom)], axis)?;
    let zero = level(frame.y.base());
    if zero < plot_area.bottom - 1.0 {
        page.line(&[(plot_area.left, zero), (plot_area.right, zero)], axis)?;
    }
    for tick in &frame.y.major {
        let at = (plot_area.left - 8.0, level(tick.value) + Style::Small.size() * 0.36);
        page.write(&Words::new(&tick.text, at, HPos::Right, Style::Small))?;
    }
    let across = |value: f64| position(plot, value, frame.y.base()).0;
    let mark = |x: f64, length: f64| {
        page.line(&[(x, plot_area.bottom), (x, plot_area.bottom + length)], axis)
    };
    for tick in &x.major {
        mark(across(tick.value), 6.0)?;
        if frame.lowest {
            let at = (across(tick.value), plot_area.bottom + 20.0);
            page.write(&Words::new(&tick.text, at, HPos::Center, Style::Small))?;
        }
    }
    x.minor.iter().try_for_each(|&value| mark(across(value), 3.0))
}
