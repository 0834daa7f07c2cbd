//! The fonts that an SVG embeds, as rules of a style sheet.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::charts::drawing::Element;
use crate::charts::drawing::font::{Metrics, Weights, subsets, web_font};
use crate::charts::drawing::shape::texts;

/// A rule for each typeface that texts use, with the glyphs that they use.
pub(crate) fn faces(elements: &[Element], metrics: &Metrics) -> String {
    let mut rules = String::new();
    for (number, subset) in subsets(&texts(elements), metrics) {
        let typeface = &metrics.typefaces[number];
        let Some(font) = web_font(&typeface.face, &subset) else { continue };
        let weight = match typeface.weights {
            Weights::Regular => "normal",
            Weights::Bold => "bold",
            // Browsers would make their own bold letters, wider than those measured.
            Weights::Both => "1 1000",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            rules,
            "@font-face{{font-family:\"{}\";font-weight:{weight};src:url(data:font/ttf;base64,{})}}",
            typeface.family,
            STANDARD.encode(font)
        );
    }
    rules
}
