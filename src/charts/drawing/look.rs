//! The look that somebody gives a series: its colour in both themes, and the shape of its markers.

use plotters::style::RGBColor;

/// A colour of a series: red, green and blue in the light and in the dark theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// On a light background.
    pub light: [u8; 3],
    /// On a dark background.
    pub dark: [u8; 3],
}

/// The shape of a series' markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerShape {
    /// A circle.
    Circle,
    /// A square.
    Square,
    /// A triangle that points up.
    Triangle,
    /// A square on a corner.
    Diamond,
    /// A triangle that points down.
    TriangleDown,
    /// A hexagon.
    Hexagon,
}

impl MarkerShape {
    /// Every shape, in the order in which series take them.
    pub const ALL: [MarkerShape; 6] = [
        MarkerShape::Circle,
        MarkerShape::Square,
        MarkerShape::Triangle,
        MarkerShape::Diamond,
        MarkerShape::TriangleDown,
        MarkerShape::Hexagon,
    ];

    /// Its name in chart files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MarkerShape::Circle => "circle",
            MarkerShape::Square => "square",
            MarkerShape::Triangle => "triangle",
            MarkerShape::Diamond => "diamond",
            MarkerShape::TriangleDown => "triangle down",
            MarkerShape::Hexagon => "hexagon",
        }
    }
}

impl Colour {
    /// Red, green and blue as web pages write them: `#D55E00`, or `#D50` for `#DD5500`.
    #[must_use]
    pub fn parse(text: &str) -> Option<[u8; 3]> {
        let digits = text.strip_prefix('#')?;
        let digits: Option<Vec<u32>> = digits.chars().map(|digit| digit.to_digit(16)).collect();
        let byte = |high: u32, low: u32| u8::try_from(16 * high + low).ok();
        match digits?[..] {
            [r, g, b] => Some([byte(r, r)?, byte(g, g)?, byte(b, b)?]),
            [r, s, g, h, b, c] => Some([byte(r, s)?, byte(g, h)?, byte(b, c)?]),
            _ => None,
        }
    }

    pub(crate) fn on(self, is_dark: bool) -> RGBColor {
        let [red, green, blue] = if is_dark { self.dark } else { self.light };
        RGBColor(red, green, blue)
    }
}
