//! Gridlines, axis lines, ticks and tick labels.

use crate::charts::drawing::canvas::Heights;
use crate::charts::drawing::{Element, Frame, Paint, Palette, Stroke, TextStyle};
use plotters::style::text_anchor::HPos;

pub(crate) fn gridlines(frame: &Frame, palette: &Palette) -> Element {
    let plot = frame.plot;
    let stroke = Stroke::solid(palette.grid, 1.0);
    let vertical = frame.x.major.iter().map(|tick| {
        let x = frame.x_position(tick.value);
        Element::line([(x, plot.top), (x, plot.bottom)], stroke)
    });
    let horizontal = frame.y.major.iter().map(|tick| level_line(frame, tick.value, stroke));
    Element::Group(Paint::Stroke(stroke), vertical.chain(horizontal).collect())
}

/// The x axis with its ticks, and the zero line where it is elsewhere.
pub(crate) fn axes(frame: &Frame, palette: &Palette) -> Element {
    let plot = frame.plot;
    let stroke = Stroke::solid(palette.axis, 1.2);
    let axis = Element::line([(plot.left, plot.bottom), (plot.right, plot.bottom)], stroke);
    let zero = (frame.y_position(frame.y.base()) < plot.bottom - 1.0)
        .then(|| level_line(frame, frame.y.base(), stroke));
    let tick = |value: f64, length: f64| {
        let x = frame.x_position(value);
        Element::line([(x, plot.bottom), (x, plot.bottom + length)], stroke)
    };
    let mut lines: Vec<Element> = [Some(axis), zero].into_iter().flatten().collect();
    lines.extend(frame.x.major.iter().map(|major| tick(major.value, 6.0)));
    lines.extend(frame.x.minor.iter().map(|&minor| tick(minor, 3.0)));
    Element::Group(Paint::Stroke(stroke), lines)
}

pub(crate) fn tick_labels<'a>(
    frame: &'a Frame,
    heights: &'a Heights,
) -> impl Iterator<Item = Element> + 'a {
    let (plot, style) = (frame.plot, TextStyle::Small);
    let y_labels = frame.y.major.iter().filter(|_| frame.has_y_ticks).map(move |tick| {
        let at = (plot.left - 8.0, frame.y_position(tick.value) + style.size() * 0.36);
        Element::text(&tick.label, at, HPos::Right, style)
    });
    let x_labels = frame.x.major.iter().filter(|_| frame.has_x_ticks).map(move |tick| {
        let at = (frame.x_position(tick.value), plot.bottom + heights.tick_baseline);
        Element::text(&tick.label, at, HPos::Center, style)
    });
    y_labels.chain(x_labels)
}

fn level_line(frame: &Frame, y: f64, stroke: Stroke) -> Element {
    let y = frame.y_position(y);
    Element::line([(frame.plot.left, y), (frame.plot.right, y)], stroke)
}
