//! How wide text is, where its lines break, how it is shortened.
//!
//! plotters either guesses widths (0.7 em a byte, so "×" counts twice) or uses system fonts, which
//! makes a chart depend on the machine. Here advances are read from the fonts that the chart embeds.

use ttf_parser::GlyphId;

use crate::charts::drawing::font::file::{Fonts, Typeface, typefaces};
use crate::charts::drawing::font::style::TextStyle;
use crate::charts::drawing::text::displayable;

/// Advances of characters that no typeface has, in em: Latin letters, and wide ones (Han, emoji).
const UNKNOWN_ADVANCE: f64 = 0.65;
const UNKNOWN_WIDE_ADVANCE: f64 = 1.2;

/// The typefaces of a chart, in the order in which they are tried.
pub(crate) struct Metrics<'a> {
    pub typefaces: Vec<Typeface<'a>>,
}

/// The glyph of a character.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// The number of the typeface that has it.
    pub typeface: usize,
    pub id: GlyphId,
}

impl<'a> Metrics<'a> {
    pub(crate) fn of(fonts: Option<&'a Fonts>) -> Self {
        Self { typefaces: typefaces(fonts) }
    }

    /// The glyph of a character; `None` if no typeface has it.
    pub(crate) fn glyph(&self, c: char, is_bold: bool) -> Option<Glyph> {
        let typefaces = self.typefaces.iter().enumerate();
        let mut glyphs = typefaces
            .filter(|(_, typeface)| typeface.weights.has(is_bold))
            .filter_map(|(number, typeface)| {
                Some(Glyph { typeface: number, id: typeface.face.glyph_index(c)? })
            });
        glyphs.next()
    }

    /// Width of `text` in pixels.
    pub(crate) fn width(&self, text: &str, style: TextStyle) -> f64 {
        text.chars().map(|c| self.advance(c, style)).sum()
    }

    /// Width of one character in pixels.
    pub(crate) fn advance(&self, c: char, style: TextStyle) -> f64 {
        let known = self.glyph(c, style.is_bold()).and_then(|glyph| {
            let face = &self.typefaces[glyph.typeface].face;
            let units = face.glyph_hor_advance(glyph.id)?;
            Some(f64::from(units) / f64::from(face.units_per_em()))
        });
        let unknown = if c >= '\u{1100}' { UNKNOWN_WIDE_ADVANCE } else { UNKNOWN_ADVANCE };
        known.unwrap_or(unknown) * style.size()
    }

    /// `text` made displayable and cut to `limit` pixels; an ellipsis marks the cut.
    pub(crate) fn shorten(&self, text: &str, style: TextStyle, limit: f64) -> String {
        let text = displayable(text);
        if self.width(&text, style) <= limit {
            return text;
        }
        let mut room = limit - self.advance('…', style);
        let fits = |c: &char| {
            room -= self.advance(*c, style);
            room >= 0.0
        };
        let short: String = text.chars().take_while(fits).collect();
        format!("{}…", short.trim_end())
    }

    /// `text` made displayable and broken into at most `max_lines` lines of `limit` pixels; the last
    /// ends in an ellipsis where text is left over.
    pub(crate) fn wrap(
        &self,
        text: &str,
        style: TextStyle,
        limit: f64,
        max_lines: usize,
    ) -> Vec<String> {
        let space = self.advance(' ', style);
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let (mut line, mut used) = (String::new(), 0.0);
            for word in displayable(paragraph).split(' ').filter(|word| !word.is_empty()) {
                let word = self.shorten(word, style, limit);
                let width = self.width(&word, style);
                if !line.is_empty() && used + space + width <= limit {
                    line = line + " " + &word;
                    used += space + width;
                } else {
                    lines.extend((!line.is_empty()).then_some(line));
                    (line, used) = (word, width);
                }
            }
            lines.extend((!line.is_empty()).then_some(line));
        }
        if lines.len() > max_lines {
            let rest = lines.split_off(max_lines.saturating_sub(1)).join(" ");
            lines.push(self.shorten(&rest, style, limit));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_are_embedded_and_bold_is_wider() {
        let metrics = Metrics::of(None);
        assert_eq!(metrics.typefaces.len(), 2);
        let name = "EfficientNet-B0 φ×²";
        assert!(metrics.width(name, TextStyle::BoldLabel) > metrics.width(name, TextStyle::Label));
    }

    #[test]
    fn shortened_text_fits_and_ends_in_an_ellipsis() {
        let metrics = Metrics::of(None);
        let short = metrics.shorten(&"EfficientNet ".repeat(20), TextStyle::Label, 160.0);
        assert!(short.ends_with('…') && metrics.width(&short, TextStyle::Label) <= 160.0);
        assert_eq!(metrics.shorten("B0", TextStyle::Label, 160.0), "B0");
    }

    #[test]
    fn long_texts_wrap_and_the_last_line_is_cut() {
        let metrics = Metrics::of(None);
        let text = "seven words stand in this very line ".repeat(9);
        let lines = metrics.wrap(&text, TextStyle::Label, 300.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].ends_with('…'));
        assert!(lines.iter().all(|line| metrics.width(line, TextStyle::Label) <= 300.0));
    }
}
