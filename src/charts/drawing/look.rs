//! How a chart looks: its size on a page or a screen, its text and its theme.

use crate::charts::drawing::font::Fonts;
use crate::charts::drawing::size::{Length, Size, Unit};
use crate::charts::drawing::theme::Theme;

/// Default font sizes: on a screen, and on paper, where figures are small.
const ON_SCREEN: Length = Length { value: 14.0, unit: Unit::Pixel };
const ON_PAPER: Length = Length { value: 8.0, unit: Unit::Point };

/// Everything about a picture but what it shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Look {
    /// Background and ink.
    pub theme: Theme,
    /// Width and height.
    pub size: Size,
    /// Size of most text: 4 to 72 points. `None` stands for 14 pixels where the size of the chart is in pixels, else
    /// for 8 points. Lines and markers grow with it.
    pub font_size: Option<Length>,
    /// The fonts of all text; `None` for the embedded one.
    pub fonts: Option<Fonts>,
    /// How an SVG holds its text.
    pub text: TextForm,
}

/// How an SVG holds its text; a PDF always embeds its fonts, a PNG has pixels alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextForm {
    /// As text, with the glyphs that it uses embedded: it can be searched, and looks the same in every browser.
    #[default]
    Embedded,
    /// As outlines, for programs that ignore embedded fonts.
    Paths,
}

impl Look {
    /// How many CSS pixels one pixel of the layout takes: the layout sets most text in 14 pixels.
    pub(crate) fn zoom(&self) -> f64 {
        let by_default = if self.size.unit == Unit::Pixel { ON_SCREEN } else { ON_PAPER };
        self.font_size.unwrap_or(by_default).pixels() / ON_SCREEN.value
    }
}
