//! SVG text: escaping, numbers, and the frame around a drawing's body.

use crate::charts::drawing::font::{FAMILY, TEXT_SIZE};
use crate::charts::drawing::{Chart, Size};
use plotters::style::RGBColor;
use std::fmt::Write as _;

/// How many backend units make one pixel.
///
/// plotters counts in whole pixels, which puts ticks up to 0.65 pixels off their
/// place. It is told the canvas is 64 times larger; the writer divides again.
pub(crate) const UNITS_PER_PIXEL: i32 = 64;

/// A whole SVG file around `body`, named and described for screen readers. With `dark`, pairs
/// of a colour and what it becomes on a dark page, it follows the reader's colour scheme.
pub(crate) fn document(
    chart: &Chart,
    size: Size,
    ink: RGBColor,
    dark: &[(RGBColor, RGBColor)],
    body: &str,
) -> String {
    let Size { width, height } = size;
    let id = fingerprint(&[&chart.title, &chart.description]);
    let (title, description) = (visible(&chart.title), visible(&chart.description));
    let (title, description) = (escape(&title), escape(&description));
    let (name, style) = if dark.is_empty() {
        (String::new(), String::new())
    } else {
        (format!(" id=\"c{id}\""), style(&id, ink, dark))
    };
    let ink = hex(ink);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\"{name} width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"t{id} d{id}\" \
         font-family=\"{FAMILY}\" font-size=\"{TEXT_SIZE}\" fill=\"{ink}\">\n\
         <title id=\"t{id}\">{title}</title>\n<desc id=\"d{id}\">{description}</desc>\n{style}{body}</svg>\n"
    )
}

/// Rules that put dark colours in the place of the light ones, in this chart only: a page may
/// hold several. Viewers without style sheets show the attributes, which are light.
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

/// `text` on one line, as it is shown: without control characters.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\t' | '\n' | '\r' | ' ' if shown.ends_with(' ') => {}
            '\t' | '\n' | '\r' => shown.push(' '),
            c => shown.push(legal(c)),
        }
    }
    shown
}

/// XML 1.0 forbids most control characters; they become U+FFFD.
fn legal(c: char) -> char {
    if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { '\u{FFFD}' } else { c }
}

/// `text` as XML: markup characters replaced, forbidden ones too, line ends kept.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push(c),
            c => escaped.push(legal(c)),
        }
    }
    escaped
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

/// FNV-1a: ids that differ between the charts of one page without a counter or a clock.
fn fingerprint(texts: &[&str]) -> String {
    let hash = texts
        .iter()
        .flat_map(|text| text.bytes())
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_forbidden_characters_are_made_harmless() {
        assert_eq!(escape("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
        assert_eq!(visible(" a\u{0}b\n\tc\u{FFFF} "), "a\u{FFFD}b c\u{FFFD}");
    }

    #[test]
    fn coordinates_have_one_decimal_at_most() {
        assert_eq!(coordinate(64 * 12), "12");
        assert_eq!(coordinate(64 * 12 + 20), "12.3");
        assert_eq!(coordinate(-1), "0");
    }
}
