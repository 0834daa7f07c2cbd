//! Lengths and sizes with their units.

use std::fmt;
use std::str::FromStr;

/// CSS pixels per inch.
pub(crate) const PIXELS_PER_INCH: f64 = 96.0;

/// Smallest and largest font size, in points.
const FONT_SIZES: (f64, f64) = (4.0, 72.0);

/// Figures that fill one column, or both columns, of a paper with letter-sized pages.
const NAMED_SIZES: [(&str, Size); 2] = [
    ("one-column", Size { width: 3.3, height: 2.4, unit: Unit::Inch }),
    ("two-columns", Size { width: 6.9, height: 3.2, unit: Unit::Inch }),
];

/// Width and height of a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// In `unit`.
    pub width: f64,
    /// In `unit`.
    pub height: f64,
    /// The unit of both.
    pub unit: Unit,
}

/// A length with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Length {
    /// In `unit`.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
}

/// A unit of length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A CSS pixel, 1/96 of an inch.
    Pixel,
    /// A point, 1/72 of an inch.
    Point,
    /// An inch.
    Inch,
    /// A millimetre, 1/25.4 of an inch.
    Millimetre,
    /// A centimetre.
    Centimetre,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Unit; 5] =
        [Unit::Pixel, Unit::Point, Unit::Inch, Unit::Millimetre, Unit::Centimetre];

    /// Its name in CSS, in chart files and in arguments.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Unit::Pixel => "px",
            Unit::Point => "pt",
            Unit::Inch => "in",
            Unit::Millimetre => "mm",
            Unit::Centimetre => "cm",
        }
    }

    /// CSS pixels per unit.
    #[must_use]
    pub fn pixels(self) -> f64 {
        match self {
            Unit::Pixel => 1.0,
            Unit::Point => PIXELS_PER_INCH / 72.0,
            Unit::Inch => PIXELS_PER_INCH,
            Unit::Millimetre => PIXELS_PER_INCH / 25.4,
            Unit::Centimetre => PIXELS_PER_INCH / 2.54,
        }
    }

    /// The number before a unit, and the unit; pixels where none is named.
    fn split(text: &str) -> (&str, Unit) {
        let named = Unit::ALL.into_iter();
        let mut named =
            named.filter_map(|unit| Some((text.strip_suffix(unit.name())?.trim_end(), unit)));
        named.next().unwrap_or((text, Unit::Pixel))
    }
}

impl Length {
    /// What [`Length::from_str`] reads, as a regular expression.
    pub(crate) const PATTERN: &str = r"^\s*[0-9.eE+-]+\s*(px|pt|in|mm|cm)?\s*$";

    /// In CSS pixels.
    #[must_use]
    pub fn pixels(self) -> f64 {
        self.value * self.unit.pixels()
    }
}

impl Size {
    /// What [`Size::from_str`] reads, as a regular expression.
    pub(crate) const PATTERN: &str = r"^(one-column|two-columns|\s*[0-9.eE+]+\s*(px|pt|in|mm|cm)?\s*[x×]\s*[0-9.eE+]+\s*(px|pt|in|mm|cm)?\s*)$";

    /// A size in pixels.
    #[must_use]
    pub fn pixels(width: u32, height: u32) -> Self {
        Size { width: width.into(), height: height.into(), unit: Unit::Pixel }
    }
}

impl Default for Size {
    fn default() -> Self {
        Size::pixels(960, 672)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}{}", self.width, self.height, self.unit.name())
    }
}

impl FromStr for Size {
    type Err = String;

    /// Reads `960x672`, `3.3x2.4in`, `84x60mm` or the name of a size. The error is a sentence.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, size)) = NAMED_SIZES.iter().find(|(name, _)| *name == text) {
            return Ok(*size);
        }
        let malformed = || {
            let names = NAMED_SIZES.map(|(name, size)| format!("{name} ({size})")).join(" and ");
            format!(
                "`{text}` is not a size: give width and height such as 960x672 (pixels), 3.3x2.4in or 84x60mm; {names} \
                 are sizes for papers"
            )
        };
        let (sides, unit) = Unit::split(text.trim());
        let (width, height) = sides.split_once(['x', '×']).ok_or_else(malformed)?;
        let side = |side: &str| {
            // A unit may follow each side.
            let (number, own) = Unit::split(side.trim());
            let is_same = own == unit || own == Unit::Pixel;
            number.parse::<f64>().ok().filter(|side| side.is_finite() && is_same)
        };
        let (width, height) = side(width).zip(side(height)).ok_or_else(malformed)?;
        let is_whole = width.fract() == 0.0 && height.fract() == 0.0;
        if unit == Unit::Pixel && !is_whole {
            return Err(format!("`{text}` is not a size: pixels are whole; inches are 3.3x2.4in"));
        }
        if width <= 0.0 || height <= 0.0 {
            return Err(format!("`{text}` is not a size: each side must be above 0"));
        }
        Ok(Size { width, height, unit })
    }
}

impl FromStr for Length {
    type Err = String;

    /// Reads a font size such as `8pt`; a number alone is in points. The error is a sentence.
    fn from_str(text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        let (number, unit) = match Unit::split(trimmed) {
            (number, Unit::Pixel) if number == trimmed => (number, Unit::Point),
            split => split,
        };
        let Ok(value) = number.parse::<f64>() else {
            return Err(format!("`{text}` is not a font size: give points or pixels: 8pt, 14px"));
        };
        let length = Length { value, unit };
        let points = length.pixels() / Unit::Point.pixels();
        let (smallest, largest) = FONT_SIZES;
        if (smallest..=largest).contains(&points) {
            return Ok(length);
        }
        Err(format!(
            "a font size of {text} is out of range: {smallest}pt to {largest}pt are possible"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let read = |text: &str| text.parse::<Size>();
        assert_eq!(read("960x672"), Ok(Size::pixels(960, 672)));
        assert_eq!(read("3.3x2.4in"), Ok(Size { width: 3.3, height: 2.4, unit: Unit::Inch }));
        assert_eq!(
            read("84mmx60mm"),
            Ok(Size { width: 84.0, height: 60.0, unit: Unit::Millimetre })
        );
        assert_eq!(read("one-column"), read("3.3x2.4in"));
        for wrong in ["", "x", "3.3", "3.3x2.4", "-1x2in", "0x0mm", "1inx2cm", "NaNx1in", "1x1ft"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn font_sizes_are_points_unless_they_say_otherwise() {
        let pixels = |text: &str| text.parse().map(Length::pixels);
        assert_eq!(pixels("9"), Ok(12.0));
        assert_eq!(pixels("9pt"), Ok(12.0));
        assert_eq!(pixels("14px"), Ok(14.0));
        for wrong in ["-1pt", "0", "3pt", "73pt", "NaN", "inf", "8 apples", ""] {
            assert!(pixels(wrong).is_err(), "{wrong}");
        }
    }
}
