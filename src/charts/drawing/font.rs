//! The embedded font: how wide a text is, where its lines break, how it is shortened.
//!
//! plotters either guesses widths (0.7 em a byte, so "×" counts twice) or uses system fonts, which
//! makes a chart depend on the machine. Here advances are read from the font that PNGs are drawn
//! with.

use crate::charts::drawing::text::displayable;
use ttf_parser::Face;

/// `DejaVu` Sans: Latin, Greek and the mathematical signs that charts need.
pub(crate) const REGULAR: &[u8] = include_bytes!("font/DejaVuSans-subset.ttf");
/// The same in bold, for titles and the hero's labels.
pub(crate) const BOLD: &[u8] = include_bytes!("font/DejaVuSans-Bold-subset.ttf");

/// Fonts that the SVG asks for; Verdana is nearly as wide, so labels still fit their boxes.
pub(crate) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// Size of most text, in pixels per em.
pub(crate) const TEXT_SIZE: f64 = 14.0;

/// Height of a line above its baseline, in em.
pub(crate) const ASCENT: f64 = 0.76;
/// Depth of a line below its baseline, in em.
pub(crate) const DESCENT: f64 = 0.21;

/// Advances of glyphs that the subset lacks, in em: Latin letters, and wide ones (Han, emoji).
const UNKNOWN_ADVANCE: f64 = 0.65;
const UNKNOWN_WIDE_ADVANCE: f64 = 1.2;

/// The kinds of text in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextStyle {
    Title,
    /// The title of a narrow chart.
    SmallTitle,
    /// Subtitle and axis labels.
    Muted,
    /// Tick labels, notes and the source: muted and smaller.
    Small,
    Label,
    /// The hero's labels, arrows' labels and panel titles.
    BoldLabel,
    /// Text inside a segment of a bar.
    Segment,
}

impl TextStyle {
    pub(crate) fn label(is_bold: bool) -> Self {
        if is_bold { Self::BoldLabel } else { Self::Label }
    }

    /// Pixels per em.
    pub(crate) fn size(self) -> f64 {
        match self {
            Self::Title => 22.0,
            Self::SmallTitle => 18.0,
            Self::Muted | Self::Label | Self::BoldLabel => TEXT_SIZE,
            Self::Small | Self::Segment => 13.0,
        }
    }

    pub(crate) fn is_bold(self) -> bool {
        matches!(self, Self::Title | Self::SmallTitle | Self::BoldLabel)
    }

    pub(crate) fn is_muted(self) -> bool {
        matches!(self, Self::Muted | Self::Small)
    }
}

/// The advances of both weights.
pub(crate) struct Metrics {
    regular: Option<Face<'static>>,
    bold: Option<Face<'static>>,
}

impl Metrics {
    pub(crate) fn embedded() -> Self {
        Self { regular: Face::parse(REGULAR, 0).ok(), bold: Face::parse(BOLD, 0).ok() }
    }

    /// Width of `text` in pixels.
    pub(crate) fn width(&self, text: &str, style: TextStyle) -> f64 {
        text.chars().map(|c| self.advance(c, style)).sum()
    }

    /// Width of one character in pixels.
    fn advance(&self, c: char, style: TextStyle) -> f64 {
        let face = if style.is_bold() { &self.bold } else { &self.regular };
        advance(face.as_ref(), c) * style.size()
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

/// Advance of one character in em.
fn advance(face: Option<&Face<'_>>, c: char) -> f64 {
    let known = face.and_then(|face| {
        let glyph = face.glyph_index(c)?;
        let units = face.glyph_hor_advance(glyph)?;
        Some(f64::from(units) / f64::from(face.units_per_em()))
    });
    known.unwrap_or(if c >= '\u{1100}' { UNKNOWN_WIDE_ADVANCE } else { UNKNOWN_ADVANCE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_are_embedded_and_bold_is_wider() {
        let metrics = Metrics::embedded();
        assert!(metrics.regular.is_some() && metrics.bold.is_some());
        let name = "EfficientNet-B0 φ×²";
        assert!(metrics.width(name, TextStyle::BoldLabel) > metrics.width(name, TextStyle::Label));
    }

    #[test]
    fn shortened_text_fits_and_ends_in_an_ellipsis() {
        let metrics = Metrics::embedded();
        let short = metrics.shorten(&"EfficientNet ".repeat(20), TextStyle::Label, 160.0);
        assert!(short.ends_with('…') && metrics.width(&short, TextStyle::Label) <= 160.0);
        assert_eq!(metrics.shorten("B0", TextStyle::Label, 160.0), "B0");
    }

    #[test]
    fn long_texts_wrap_and_the_last_line_is_cut() {
        let metrics = Metrics::embedded();
        let text = "seven words stand in this very line ".repeat(9);
        let lines = metrics.wrap(&text, TextStyle::Label, 300.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].ends_with('…'));
        assert!(lines.iter().all(|line| metrics.width(line, TextStyle::Label) <= 300.0));
    }
}
