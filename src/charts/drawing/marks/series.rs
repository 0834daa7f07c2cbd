//! The lines of a series: between its points, their stems and their error bars.

use crate::charts::drawing::marks::points::has_markers;
use crate::charts::drawing::{Element, Frame, Line, Pixel, Point, Series, Stroke};

/// Half the width of the caps of error bars, in pixels.
const HALF_CAP: f64 = 4.0;
/// Half the length of an error bar that ends just outside a marker of full size, in pixels.
const HIDDEN: f64 = 8.0;

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

/// The error bars of a series and the caps at their ends; `scale` is the size of markers. Bars that end at the edge of
/// their marker, or inside it, are left out: their caps would look like dirt.
pub(crate) fn error_bars(
    series: &Series,
    frame: &Frame,
    scale: f64,
) -> impl Iterator<Item = [Pixel; 2]> {
    let hidden = if has_markers(series) { HIDDEN * scale } else { 0.0 };
    let cap = HALF_CAP * scale;
    series.points.iter().flat_map(move |point| {
        let plot = frame.plot;
        let end = |dx: f64, dy: f64| {
            let (x, y) = frame.position(point.x + dx, point.y + dy);
            (x.clamp(plot.left, plot.right), y.clamp(plot.top, plot.bottom))
        };
        let at = end(0.0, 0.0);
        let (x, y) = (point.error_x, point.error);
        let vertical = (y > 0.0 && end(0.0, -y).1 - at.1 > hidden)
            .then(|| capped([end(0.0, -y), end(0.0, y)], (cap, 0.0)));
        let horizontal = (x > 0.0 && end(x, 0.0).0 - at.0 > hidden)
            .then(|| capped([end(-x, 0.0), end(x, 0.0)], (0.0, cap)));
        vertical.into_iter().chain(horizontal).flatten()
    })
}

/// A bar, and a cap at each end that reaches as far as `half` to both sides.
fn capped(ends: [Pixel; 2], (dx, dy): (f64, f64)) -> [[Pixel; 2]; 3] {
    let [start, end] = ends.map(|(x, y)| [(x - dx, y - dy), (x + dx, y + dy)]);
    [ends, start, end]
}

pub(crate) fn draw(
    series: &Series,
    frame: &Frame,
    stroke: Stroke,
    scale: f64,
    elements: &mut Vec<Element>,
) {
    let vertices = vertices(series, frame);
    if vertices.len() > 1 {
        elements.push(Element::line(vertices, stroke));
    }
    let thin = Stroke::solid(stroke.colour, 1.4).scaled(scale.sqrt());
    elements.extend(error_bars(series, frame, scale).map(|line| Element::line(line, thin)));
    elements.extend(stems(series, frame).map(|stem| Element::line(stem, stroke)));
}
