//! Error bars. They lie over the markers, so that short ones are seen as well.

use crate::charts::drawing::marks::points::has_markers;
use crate::charts::drawing::{
    Canvas, Element, Encoding, Frame, Marker, Pixel, Point, Series, Stroke,
};
use plotters::style::RGBColor;

/// Half the width of the caps, and the width of the lines, in pixels.
const HALF_CAP: f64 = 4.0;
const WIDTH: f64 = 1.4;

/// Half the width of the caps inside a marker, as a share of its radius, and the width of its lines in pixels.
const CAP_INSIDE: f64 = 0.36;
const WIDTH_INSIDE: f64 = 0.9;

/// Bars that are shorter than this share of a marker's radius lie inside it.
const INSIDE: f64 = 0.8;

/// A bar and the caps at its ends; the first is the bar.
type Bar = [[Pixel; 2]; 3];

/// The error bars of a point inside the plot; `scale` is the size of markers.
pub(crate) fn bars(point: &Point, frame: &Frame, scale: f64) -> impl Iterator<Item = Bar> + use<> {
    let plot = frame.plot;
    let end = |dx: f64, dy: f64| {
        let (x, y) = frame.position(point.x + dx, point.y + dy);
        (x.clamp(plot.left, plot.right), y.clamp(plot.top, plot.bottom))
    };
    let (x, y, cap) = (point.error_x, point.error, HALF_CAP * scale);
    let vertical = (y > 0.0).then(|| capped([end(0.0, -y), end(0.0, y)], (cap, 0.0)));
    let horizontal = (x > 0.0).then(|| capped([end(-x, 0.0), end(x, 0.0)], (0.0, cap)));
    vertical.into_iter().chain(horizontal)
}

fn capped(ends: [Pixel; 2], (dx, dy): (f64, f64)) -> Bar {
    let [start, end] = ends.map(|(x, y)| [(x - dx, y - dy), (x + dx, y + dy)]);
    [ends, start, end]
}

/// Draws the error bars of all series in the colours of their series; bars inside a marker have the background's.
pub(crate) fn draw(
    series: &[&Series],
    markers: &[Marker<'_>],
    frame: &Frame,
    encoding: &Encoding<'_>,
    canvas: &Canvas,
) -> Vec<Element> {
    let (palette, scale) = (&canvas.palette, canvas.mark_scale);
    let bare = series.iter().filter(|series| !has_markers(series)).flat_map(|series| {
        let colour = encoding.stroke(series, palette).colour;
        series.points.iter().map(move |point| (point, colour, None))
    });
    let marked = markers.iter().filter(|marker| !marker.is_ring).map(|marker| {
        let hidden = (!marker.style.is_hollow()).then_some(marker.radius * INSIDE);
        (marker.point, marker.style.colour(palette), hidden)
    });
    let mut elements = Vec::new();
    for (point, colour, hidden) in bare.chain(marked) {
        for bar in bars(point, frame, scale) {
            let radius = hidden.filter(|radius| half_length(&bar) < *radius);
            elements.extend(match radius {
                None => lines(bar, colour, WIDTH * scale.sqrt()),
                Some(radius) => lines(slim(bar, radius), palette.background, WIDTH_INSIDE),
            });
        }
    }
    elements
}

fn half_length([[from, to], ..]: &Bar) -> f64 {
    (to.0 - from.0).hypot(to.1 - from.1) / 2.0
}

/// A bar with caps that leave enough of the marker around it.
fn slim([ends, ..]: Bar, radius: f64) -> Bar {
    let cap = CAP_INSIDE * radius;
    let is_vertical = (ends[0].0 - ends[1].0).abs() < f64::EPSILON;
    capped(ends, if is_vertical { (cap, 0.0) } else { (0.0, cap) })
}

fn lines(bar: Bar, colour: RGBColor, width: f64) -> impl Iterator<Item = Element> {
    let stroke = Stroke::solid(colour, width);
    bar.into_iter().map(move |line| Element::line(line, stroke))
}
