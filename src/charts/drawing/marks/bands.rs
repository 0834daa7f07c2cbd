//! Bands behind the series: a pale area with edges in the colour of its series.

use crate::charts::drawing::{Band, Element, Encoding, Frame, Palette, Pixel, Stroke};

/// The width of an edge, in pixels.
const EDGE: f64 = 1.0;

/// The areas, below everything else.
pub(crate) fn areas<'a>(
    bands: &'a [Band],
    frame: &'a Frame,
    palette: &'a Palette,
) -> impl Iterator<Item = Element> + 'a {
    bands.iter().map(move |band| {
        let [lower, upper] = edges(band, frame).map(|edge| within(&edge, frame));
        let corners: Vec<Pixel> = lower.into_iter().chain(upper.into_iter().rev()).collect();
        Element::polygon(corners, palette.band, None, Some(band.tip.clone()))
    })
}

/// The edges, as far as they are within the plot.
pub(crate) fn lines(
    bands: &[Band],
    frame: &Frame,
    encoding: &Encoding<'_>,
    palette: &Palette,
) -> Vec<Element> {
    let mut lines = Vec::new();
    for band in bands {
        let stroke = Stroke::solid(encoding.colour_of(&band.series, palette), EDGE);
        for edge in edges(band, frame) {
            let is_inside = |(_, y): &Pixel| (frame.plot.top..=frame.plot.bottom).contains(y);
            let parts = edge.chunk_by(|one, next| is_inside(one) == is_inside(next));
            let shown = parts.filter(|part| part.len() > 1 && is_inside(&part[0]));
            lines.extend(shown.map(|part| Element::line(part, stroke)));
        }
    }
    lines
}

/// The lower and the upper edge in pixels.
fn edges(band: &Band, frame: &Frame) -> [Vec<Pixel>; 2] {
    let edge = |y: fn(&[f64; 3]) -> f64| {
        band.points.iter().map(|point| frame.position(point[0], y(point))).collect()
    };
    [edge(|point| point[1]), edge(|point| point[2])]
}

/// The same edge, along the border of the plot where it would leave it.
fn within(edge: &[Pixel], frame: &Frame) -> Vec<Pixel> {
    let plot = frame.plot;
    edge.iter().map(|(x, y)| (*x, y.clamp(plot.top, plot.bottom))).collect()
}
