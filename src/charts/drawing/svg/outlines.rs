//! Text as outlines in SVG.

use std::fmt::Write as _;

use crate::charts::drawing::font::{Metrics, Part, outlines};
use crate::charts::drawing::shape::Text;
use crate::charts::drawing::svg::document::decimal;

/// The `d` of a path around all glyphs of a text.
pub(crate) fn path_data(text: &Text, metrics: &Metrics) -> String {
    let mut data = String::new();
    let at = |(x, y): (f64, f64)| format!("{} {}", decimal(x), decimal(y));
    for part in outlines(text, metrics) {
        // Writing to a String cannot fail.
        let _ = match part {
            Part::Move(to) => write!(data, "M{}", at(to)),
            Part::Line(to) => write!(data, "L{}", at(to)),
            Part::Quadratic(by, to) => write!(data, "Q{} {}", at(by), at(to)),
            Part::Cubic(first, second, to) => {
                write!(data, "C{} {} {}", at(first), at(second), at(to))
            }
            Part::Close => write!(data, "Z"),
        };
    }
    data
}
