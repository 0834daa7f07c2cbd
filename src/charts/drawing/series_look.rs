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
        let digits =
            digits.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<u32>>>()?;
        let pairs = match digits[..] {
            [red, green, blue] => [[red, red], [green, green], [blue, blue]],
            [red, red_end, green, green_end, blue, blue_end] => {
                [[red, red_end], [green, green_end], [blue, blue_end]]
            }
            _ => return None,
        };
        #[allow(clippy::cast_possible_truncation)] // two digits are one byte
        Some(pairs.map(|[high, low]| (16 * high + low) as u8))
    }

    pub(crate) fn on(self, is_dark: bool) -> RGBColor {
        let [red, green, blue] = if is_dark { self.dark } else { self.light };
        RGBColor(red, green, blue)
    }
}

#[cfg(test)]
mod tests {
    use super::Colour;

    #[test]
    fn colours_are_read_as_web_pages_write_them() {
        for (text, expected) in [
            ("#D55E00", Some([0xD5, 0x5E, 0x00])),
            ("#d55e00", Some([0xD5, 0x5E, 0x00])),
            ("#f50", Some([0xFF, 0x55, 0x00])),
            ("D55E00", None),
            ("#D55E0", None),
            ("#D55E0G", None),
            ("#+55E00", None),
            ("#D55E00FF", None),
            ("", None),
        ] {
            assert_eq!(Colour::parse(text), expected, "{text}");
        }
    }
}
