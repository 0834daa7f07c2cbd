//! Attributes of SVG elements, each with a space before it.

use crate::charts::drawing::document::{coordinate, hex};
use plotters::style::RGBColor;
use plotters_backend::BackendCoord;
use std::fmt::Write as _;

/// Attributes of a line of `width` backend units.
pub(crate) fn stroke(colour: RGBColor, width: u32, dash: Option<&str>) -> String {
    let dash = dash.map(|dash| format!(" stroke-dasharray=\"{dash}\"")).unwrap_or_default();
    format!(" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{dash}", hex(colour), length(width))
}

/// Attributes of a filled shape.
pub(crate) fn fill(colour: RGBColor, outline: Option<(RGBColor, f64)>) -> String {
    let outline = outline
        .map(|(outline, width)| format!(" stroke=\"{}\" stroke-width=\"{width}\"", hex(outline)));
    format!(" fill=\"{}\"{}", hex(colour), outline.unwrap_or_default())
}

/// Attributes of a halo. Painting the stroke first keeps the text text: it needs no outlines.
pub(crate) fn halo(colour: RGBColor, width: f64) -> String {
    format!(
        " paint-order=\"stroke\" stroke=\"{}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"",
        hex(colour)
    )
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

/// A length in pixels with at most one decimal, from backend units.
pub(crate) fn length(units: u32) -> String {
    coordinate(i32::try_from(units).unwrap_or(i32::MAX))
}
