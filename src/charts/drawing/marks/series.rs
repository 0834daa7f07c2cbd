//! The lines of a series: between its points, their stems and their error bars.

use crate::charts::drawing::{Element, Frame, Line, Pixel, Point, Series, Stroke};

/// Half the width of the caps of error bars, in pixels.
const HALF_CAP: f64 = 4.0;

/// The vertices of a series' line; a step has two for each point.
pub(crate) fn vertices(series: &Series, frame: &Frame) -> Vec<Pixel> {
    let mut vertices: Vec<Pixel> = Vec::with_capacity(series.points.len());
    if series.line == Line::None {
        return vertices;
    }
    for point in &series.points {
        let at = frame.position(point.x, point.y);
        if let (Line::Step, Some(&(_, level))) = (series.line, vertices.last()) {
            vertices.push((at.0, level));
        }
        vertices.push(at);
    }
    vertices
}

pub(crate) fn stems(series: &Series, frame: &Frame) -> impl Iterator<Item = [Pixel; 2]> {
    let stem =
        |point: &Point| [frame.position(point.x, frame.y.base()), frame.position(point.x, point.y)];
    series.points.iter().filter(|_| series.stems).map(stem)
}

pub(crate) fn error_bars(series: &Series, frame: &Frame) -> impl Iterator<Item = [Pixel; 2]> {
    series.points.iter().flat_map(|point| {
        let end = |dx: f64, dy: f64| frame.position(point.x + dx, point.y + dy);
        let (x, y) = (point.error_x, point.error);
        let vertical = (y > 0.0).then(|| [end(0.0, -y), end(0.0, y)]);
        let horizontal = (x > 0.0).then(|| [end(-x, 0.0), end(x, 0.0)]);
        vertical.into_iter().chain(horizontal)
    })
}

pub(crate) fn draw(series: &Series, frame: &Frame, stroke: Stroke, elements: &mut Vec<Element>) {
    let vertices = vertices(series, frame);
    if vertices.len() > 1 {
        elements.push(Element::line(vertices, stroke));
    }
    let thin = Stroke::solid(stroke.colour, 1.4);
    for ends in error_bars(series, frame) {
        elements.push(Element::line(ends, thin));
        let is_vertical = (ends[0].0 - ends[1].0).abs() < f64::EPSILON;
        let (dx, dy) = if is_vertical { (HALF_CAP, 0.0) } else { (0.0, HALF_CAP) };
        elements
            .extend(ends.map(|(x, y)| Element::line([(x - dx, y - dy), (x + dx, y + dy)], thin)));
    }
    elements.extend(stems(series, frame).map(|stem| Element::line(stem, stroke)));
}
