//! The lines of a series: between its points, and their stems.

use crate::charts::drawing::{Element, Frame, Line, Pixel, Point, Series, Stroke};

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

pub(crate) fn draw(series: &Series, frame: &Frame, stroke: Stroke, elements: &mut Vec<Element>) {
    let vertices = vertices(series, frame);
    if vertices.len() > 1 {
        elements.push(Element::line(vertices, stroke));
    }
    elements.extend(stems(series, frame).map(|stem| Element::line(stem, stroke)));
}
