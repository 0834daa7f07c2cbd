//! The SVG file around a chart's elements, and numbers and colours as SVG writes them.

use crate::charts::drawing::font::{TEXT_SIZE, families};
use crate::charts::drawing::text::{displayable, escape};
use crate::charts::drawing::{Canvas, Drawing, Look, Unit};
use plotters::style::RGBColor;
use std::fmt::Write as _;

/// How many backend units make one pixel.
///
/// plotters counts in whole units. With pixels as units, ticks were up to 0.65 pixels off.
pub(crate) const UNITS_PER_PIXEL: i32 = 64;

/// The SVG file around `body`, with a title and a description for screen readers, and rules for its `fonts`. It
/// follows the reader's colour scheme if the drawing pairs each light colour with a dark one.
pub(crate) fn document(drawing: &Drawing, canvas: &Canvas, fonts: &str, body: &str) -> String {
    let look = canvas.look;
    let [width, height] = [canvas.width, canvas.height].map(decimal);
    let [outer_width, outer_height] = outer(look);
    let ink = canvas.palette.ink;
    let id = fingerprint(&[&drawing.title, &drawing.description]);
    let [title, description] =
        [&drawing.title, &drawing.description].map(|text| escape(&displayable(text)));
    let (name, colours) = if drawing.dark.is_empty() {
        (String::new(), String::new())
    } else {
        (format!(" id=\"c{id}\""), colours(&id, ink, &drawing.dark))
    };
    let style = match (fonts, &*colours) {
        ("", "") => String::new(),
        (fonts, colours) => format!("<style>{fonts}{colours}</style>\n"),
    };
    let (ink, background) = (hex(ink), hex(canvas.palette.background));
    let families = families(look.fonts.as_ref());
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\"{name} width=\"{outer_width}\" height=\"{outer_height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"t{id} d{id}\" \
         font-family=\"{families}\" font-size=\"{TEXT_SIZE}\" fill=\"{ink}\">\n\
         <title id=\"t{id}\">{title}</title>\n<desc id=\"d{id}\">{description}</desc>\n{style}\
         <rect x=\"0\" y=\"0\" width=\"{width}\" height=\"{height}\" fill=\"{background}\"/>\n{body}</svg>\n"
    )
}

/// Width and height of the file, with their unit unless it is pixels.
fn outer(look: &Look) -> [String; 2] {
    let unit = match look.size.unit {
        Unit::Pixel => "",
        unit => unit.name(),
    };
    [look.size.width, look.size.height].map(|side| format!("{side}{unit}"))
}

/// Rules that replace light colours by dark ones, in this chart alone: a page may hold several.
/// Viewers without style sheets show the attributes, which are light.
fn colours(id: &str, ink: RGBColor, dark: &[(RGBColor, RGBColor)]) -> String {
    let mut rules = String::new();
    for &(from, to) in dark {
        let (light, dark) = (hex(from), hex(to));
        let root = if from == ink { format!("#c{id},") } else { String::new() };
        for (subject, attribute) in [(root.as_str(), "fill"), ("", "stroke")] {
            // Writing to a String cannot fail.
            let _ =
                write!(rules, "{subject}#c{id} [{attribute}=\"{light}\"]{{{attribute}:{dark}}}");
        }
    }
    format!("@media (prefers-color-scheme:dark){{{rules}}}")
}

/// A coordinate in pixels with at most one decimal, from backend units.
pub(crate) fn coordinate(units: i32) -> String {
    // Adding zero turns -0 into 0.
    format!("{}", tenths(units) / 10.0 + 0.0)
}

/// The difference of two coordinates as they are written, so that lengths lead from one to the other.
pub(crate) fn span(from: i32, to: i32) -> String {
    format!("{}", (tenths(to) - tenths(from)) / 10.0 + 0.0)
}

/// A coordinate in tenths of a pixel.
fn tenths(units: i32) -> f64 {
    (f64::from(units) * 10.0 / f64::from(UNITS_PER_PIXEL)).round()
}

/// A number with at most two decimals.
pub(crate) fn decimal(number: f64) -> String {
    // Adding zero turns -0 into 0.
    format!("{}", (number * 100.0).round() / 100.0 + 0.0)
}

/// A colour as `#RRGGBB`.
pub(crate) fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// FNV-1a hash: ids that differ between the charts of a page.
fn fingerprint(texts: &[&str]) -> String {
    let hash = texts
        .iter()
        .flat_map(|text| text.bytes())
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::coordinate;

    #[test]
    fn coordinates_have_one_decimal_at_most() {
        assert_eq!(coordinate(64 * 12), "12");
        assert_eq!(coordinate(64 * 12 + 20), "12.3");
        assert_eq!(coordinate(-1), "0");
    }
}
