//! One panel: grid, axes, lines, markers, names.

use crate::charts::drawing::font::Style;
use crate::charts::drawing::key::Keyed;
use crate::charts::drawing::layout::Frame;
use crate::charts::drawing::marker::Look;
use crate::charts::drawing::marks::{self, Mark};
use crate::charts::drawing::page::{Page, Pixel, Stroke, Words};
use crate::charts::drawing::theme::Palette;
use crate::charts::drawing::{Line, Panel, PlotError, Point, Role, Series, bars, names};
use plotters::style::text_anchor::HPos;

/// Half the width of the caps of error bars, in pixels.
const HALF_CAP: f64 = 4.0;

/// Draws `panel`; gives the labels there was no room for.
pub(crate) fn draw(
    page: &Page,
    panel: &Panel,
    frame: &Frame,
    keyed: &Keyed,
) -> Result<Vec<String>, PlotError> {
    draw_grid(page, frame)?;
    draw_axes(page, frame)?;
    let series = in_front_last(&panel.series);
    let marks = marks::of(&series, frame, keyed);
    let names = names::place(page, panel, frame, &marks);
    for series in &series {
        draw_line(page, frame, series, keyed)?;
    }
    if !panel.bars.is_empty() {
        bars::draw(page, &panel.bars, frame, keyed)?;
    }
    names::draw_lines(page, &names)?;
    for marks in marks.chunk_by(|one, other| one.look == other.look) {
        draw_marks(page, marks)?;
    }
    page.group(page.halo(), || names.texts.iter().try_for_each(|words| page.write(words)))?;
    Ok(names.dropped)
}

/// The corners of a series' line, on the page; steps have their corners added.
pub(crate) fn corners(series: &Series, frame: &Frame) -> Vec<Pixel> {
    let mut corners: Vec<Pixel> = Vec::with_capacity(series.points.len());
    if series.line == Line::None {
        return corners;
    }
    for point in &series.points {
        let at = frame.position(point.x, point.y);
        if let (Line::Step, Some(&(_, level))) = (series.line, corners.last()) {
            corners.push((at.0, level));
        }
        corners.push(at);
    }
    corners
}

/// The foot of a point's stem.
pub(crate) fn foot(point: &Point, frame: &Frame) -> Pixel {
    frame.position(point.x, frame.y.base())
}

/// The ends of a point's error bars: upright, level, both or none.
pub(crate) fn error_bars(point: &Point, frame: &Frame) -> impl Iterator<Item = [Pixel; 2]> {
    let end = |x: f64, y: f64| frame.position(point.x + x, point.y + y);
    let upright = (point.error > 0.0).then(|| [end(0.0, -point.error), end(0.0, point.error)]);
    let level = (point.error_x > 0.0).then(|| [end(-point.error_x, 0.0), end(point.error_x, 0.0)]);
    upright.into_iter().chain(level)
}

/// How a guide is drawn.
pub(crate) fn guide_stroke(line: Line, palette: &Palette) -> Stroke {
    Stroke { colour: palette.axis, width: 1.6, dash: dash(line) }
}

fn in_front_last(series: &[Series]) -> Vec<&Series> {
    let mut series: Vec<&Series> = series.iter().collect();
    series.sort_by_key(|series| match series.role {
        Role::Muted => 0,
        Role::Guide => 1,
        Role::Other => 2,
        Role::Hero => 3,
    });
    series
}

fn dash(line: Line) -> Option<&'static str> {
    match line {
        Line::None | Line::Solid => None,
        Line::Dashed => Some("8 4"),
        Line::Dotted => Some("2 3"),
        Line::Step => Some("5 3"),
    }
}

fn stroke(series: &Series, keyed: &Keyed, palette: &Palette) -> Stroke {
    let colour = keyed.families.look(series).colour(palette);
    let dash = dash(series.line);
    match series.role {
        Role::Guide => guide_stroke(series.line, palette),
        Role::Hero => Stroke { colour, width: 3.0, dash },
        Role::Other => Stroke { colour, width: 1.8, dash },
        Role::Muted => Stroke { colour, width: 1.0, dash },
    }
}

fn draw_line(page: &Page, frame: &Frame, series: &Series, keyed: &Keyed) -> Result<(), PlotError> {
    let stroke = stroke(series, keyed, &page.palette);
    let corners = corners(series, frame);
    if corners.len() > 1 {
        page.line(&corners, stroke)?;
    }
    draw_error_bars(page, frame, series, stroke)?;
    let stems = series.points.iter().filter(|_| series.stems);
    stems.into_iter().try_for_each(|point| {
        page.line(&[foot(point, frame), frame.position(point.x, point.y)], stroke)
    })
}

/// Bars with a cap at each end, as thin as can be told from the grid.
fn draw_error_bars(
    page: &Page,
    frame: &Frame,
    series: &Series,
    stroke: Stroke,
) -> Result<(), PlotError> {
    let stroke = Stroke { width: 1.4, dash: None, ..stroke };
    for ends in series.points.iter().flat_map(|point| error_bars(point, frame)) {
        page.line(&ends, stroke)?;
        let is_upright = (ends[0].0 - ends[1].0).abs() < f64::EPSILON;
        let (across, along) = if is_upright { (HALF_CAP, 0.0) } else { (0.0, HALF_CAP) };
        for (x, y) in ends {
            page.line(&[(x - across, y - along), (x + across, y + along)], stroke)?;
        }
    }
    Ok(())
}

/// Draws marks that look the same.
fn draw_marks(page: &Page, marks: &[Mark<'_>]) -> Result<(), PlotError> {
    let Some(first) = marks.first() else { return Ok(()) };
    page.group(first.look.attributes(&page.palette), || {
        marks.iter().try_for_each(|mark| {
            let draw = if mark.ring { Look::draw_ring } else { Look::draw };
            draw(mark.look, page, mark.at, mark.radius, mark.tip())
        })
    })
}

fn draw_grid(page: &Page, frame: &Frame) -> Result<(), PlotError> {
    let plot = frame.plot;
    let stroke = Stroke { colour: page.palette.grid, width: 1.0, dash: None };
    page.group(stroke.attributes(), || {
        for tick in &frame.x.major {
            let x = frame.across(tick.value);
            page.line(&[(x, plot.top), (x, plot.bottom)], stroke)?;
        }
        for tick in &frame.y.major {
            let y = level(frame, tick.value);
            page.line(&[(plot.left, y), (plot.right, y)], stroke)?;
        }
        Ok(())
    })
}

/// The x axis line with its ticks, the y numbers, and the zero line where it is not the axis.
fn draw_axes(page: &Page, frame: &Frame) -> Result<(), PlotError> {
    let plot = frame.plot;
    let stroke = Stroke { colour: page.palette.axis, width: 1.2, dash: None };
    page.group(stroke.attributes(), || {
        page.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], stroke)?;
        let zero = level(frame, frame.y.base());
        if zero < plot.bottom - 1.0 {
            page.line(&[(plot.left, zero), (plot.right, zero)], stroke)?;
        }
        let mark = |value: f64, length: f64| {
            let x = frame.across(value);
            page.line(&[(x, plot.bottom), (x, plot.bottom + length)], stroke)
        };
        frame.x.major.iter().try_for_each(|tick| mark(tick.value, 6.0))?;
        frame.x.minor.iter().try_for_each(|&value| mark(value, 3.0))
    })?;
    for tick in frame.y.major.iter().filter(|_| frame.numbers_left) {
        let at = (plot.left - 8.0, level(frame, tick.value) + Style::Small.size() * 0.36);
        page.write(&Words::new(&tick.text, at, HPos::Right, Style::Small))?;
    }
    for tick in frame.x.major.iter().filter(|_| frame.numbers_below) {
        let at = (frame.across(tick.value), plot.bottom + 20.0);
        page.write(&Words::new(&tick.text, at, HPos::Center, Style::Small))?;
    }
    Ok(())
}

fn level(frame: &Frame, value: f64) -> f64 {
    frame.plot.bottom - frame.y.share(value) * frame.plot.height()
}
