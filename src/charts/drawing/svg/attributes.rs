//! Attributes of SVG elements, each after a space.

use crate::charts::drawing::shape::{Paint, Stroke};
use crate::charts::drawing::svg::document::{coordinate, hex};
use plotters_backend::BackendCoord;
use std::fmt::Write as _;

/// Width of the halo around labels, in pixels: half of it is seen.
const HALO: f64 = 3.0;

pub(crate) fn attributes(paint: Paint) -> String {
    match paint {
        Paint::Stroke(Stroke { colour, width, dash }) => {
            let dash = dash.map(|dash| format!(" stroke-dasharray=\"{dash}\"")).unwrap_or_default();
            format!(" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\"{dash}", hex(colour))
        }
        Paint::Fill { colour, outline: None } => format!(" fill=\"{}\"", hex(colour)),
        Paint::Fill { colour, outline: Some((outline, width)) } => {
            let (fill, stroke) = (hex(colour), hex(outline));
            format!(" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\"")
        }
        // Painted before the letters, the stroke widens them outwards alone.
        Paint::Halo(colour) => format!(
            " paint-order=\"stroke\" stroke=\"{}\" stroke-width=\"{HALO}\" \
             stroke-linejoin=\"round\"",
            hex(colour)
        ),
    }
}

/// The `d` of a path.
pub(crate) fn path_data(path: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    let mut before = None;
    for (x, y) in path {
        // Writing to a String cannot fail.
        let _ = match before {
            None => write!(data, "M{} {}", coordinate(x), coordinate(y)),
            Some((_, level)) if level == y => write!(data, "H{}", coordinate(x)),
            Some((upright, _)) if upright == x => write!(data, "V{}", coordinate(y)),
            Some(_) => write!(data, "L{} {}", coordinate(x), coordinate(y)),
        };
        before = Some((x, y));
    }
    data
}
