//! Attributes of SVG elements, each after a space.

use crate::charts::drawing::font::TEXT_SIZE;
use crate::charts::drawing::shape::HALO;
use crate::charts::drawing::svg::document::{coordinate, decimal, hex, span};
use crate::charts::drawing::{Paint, Palette, Stroke, TextStyle};
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;
use plotters_backend::BackendCoord;
use std::fmt::Write as _;

pub(crate) fn paint(paint: Paint) -> String {
    match paint {
        Paint::Stroke(Stroke { colour, width, dash }) => {
            let dash = dash.map(|[dash, gap]| format!(" stroke-dasharray=\"{dash} {gap}\""));
            let (colour, width, dash) = (hex(colour), decimal(width), dash.unwrap_or_default());
            format!(" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash}")
        }
        Paint::Fill { colour, outline: None } => fill(colour),
        Paint::Fill { colour, outline: Some((outline, width)) } => {
            format!("{} stroke=\"{}\" stroke-width=\"{width}\"", fill(colour), hex(outline))
        }
        // Painted before the letters, the stroke widens them outwards alone.
        Paint::Halo(colour) => format!(
            " paint-order=\"stroke\" stroke=\"{}\" stroke-width=\"{HALO}\" \
             stroke-linejoin=\"round\"",
            hex(colour)
        ),
    }
}

/// The stroke of a halo that lies below its letters.
pub(crate) fn halo_below(colour: RGBColor) -> String {
    let colour = hex(colour);
    format!(" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{HALO}\" stroke-linejoin=\"round\"")
}

/// Attributes of a text that differ from those of the whole file.
pub(crate) fn text(anchor: HPos, style: TextStyle, palette: &Palette) -> String {
    let mut attributes = match anchor {
        HPos::Left => String::new(),
        HPos::Center => " text-anchor=\"middle\"".to_owned(),
        HPos::Right => " text-anchor=\"end\"".to_owned(),
    };
    if (style.size() - TEXT_SIZE).abs() > 0.01 {
        // Writing to a String cannot fail.
        let _ = write!(attributes, " font-size=\"{}\"", style.size());
    }
    if style.is_bold() {
        attributes += " font-weight=\"bold\"";
    }
    attributes + &colour(style, palette)
}

/// The colour of a text where it differs from that of the whole file.
pub(crate) fn colour(style: TextStyle, palette: &Palette) -> String {
    if style.is_muted() { fill(palette.muted) } else { String::new() }
}

fn fill(colour: RGBColor) -> String {
    format!(" fill=\"{}\"", hex(colour))
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

/// The `d` of a path of rectangles. Their sides are relative, which is shorter.
pub(crate) fn rects_data(rects: impl Iterator<Item = [BackendCoord; 2]>) -> String {
    let mut data = String::new();
    for [(left, top), (right, bottom)] in rects {
        let [width, height] = [(left, right), (top, bottom)].map(|(low, high)| span(low, high));
        let back = span(right, left);
        let (x, y) = (coordinate(left), coordinate(top));
        // Writing to a String cannot fail.
        let _ = write!(data, "M{x} {y}h{width}v{height}h{back}z");
    }
    data
}
