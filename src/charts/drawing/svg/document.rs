//! The SVG file around a chart's elements, and numbers and colours as SVG writes them.

use crate::charts::drawing::font::{FAMILY, TEXT_SIZE};
use crate::charts::drawing::text::{displayable, escape};
use crate::charts::drawing::{Canvas, Chart};
use plotters::style::RGBColor;
use std::fmt::Write as _;

/// How many backend units make one pixel.
///
/// plotters counts in whole units. With pixels as units, ticks were up to 0.65 pixels off.
pub(crate) const UNITS_PER_PIXEL: i32 = 64;

/// The SVG file around `body`, with a title and a description for screen readers. It follows the
/// reader's colour scheme if `dark` pairs each light colour with a dark one.
pub(crate) fn document(
    chart: &Chart,
    canvas: &Canvas,
    dark: &[(RGBColor, RGBColor)],
    body: &str,
) -> String {
    let (width, height) = (canvas.size.width, canvas.size.height);
    let ink = canvas.palette.ink;
    let id = fingerprint(&[&chart.title, &chart.description]);
    let [title, description] =
        [&chart.title, &chart.description].map(|text| escape(&displayable(text)));
    let (name, style) = if dark.is_empty() {
        (String::new(), String::new())
    } else {
        (format!(" id=\"c{id}\""), style(&id, ink, dark))
    };
    let (ink, background) = (hex(ink), hex(canvas.palette.background));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\"{name} width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"t{id} d{id}\" \
         font-family=\"{FAMILY}\" font-size=\"{TEXT_SIZE}\" fill=\"{ink}\">\n\
         <title id=\"t{id}\">{title}</title>\n<desc id=\"d{id}\">{description}</desc>\n{style}\
         <rect x=\"0\" y=\"0\" width=\"{width}\" height=\"{height}\" fill=\"{background}\"/>\n{body}</svg>\n"
    )
}

/// Rules that replace light colours by dark ones, in this chart alone: a page may hold several.
/// Viewers without style sheets show the attributes, which are light.
fn style(id: &str, ink: RGBColor, dark: &[(RGBColor, RGBColor)]) -> String {
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
    format!("<style>@media (prefers-color-scheme:dark){{{rules}}}</style>\n")
}

/// A coordinate in pixels with at most one decimal, from backend units.
pub(crate) fn coordinate(units: i32) -> String {
    let tenths = (f64::from(units) * 10.0 / f64::from(UNITS_PER_PIXEL)).round();
    // Adding zero turns -0 into 0.
    format!("{}", tenths / 10.0 + 0.0)
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
