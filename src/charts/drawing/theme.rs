//! Colours of the two themes, and how one file can have both.
//!
//! The mark colours keep at least 3:1 contrast on their background and stay apart
//! under simulated protanopia, deuteranopia and tritanopia. No six colours manage
//! that *and* 4.5:1, so text is always neutral ink.

use plotters::style::RGBColor;

/// Background and ink of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark ink on white.
    #[default]
    Light,
    /// Light ink on near-black.
    Dark,
    /// One file that follows the reader's `prefers-color-scheme`. Where that is not asked, as
    /// in a PNG, it is light.
    Auto,
}

/// The colours of one theme.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Palette {
    pub background: RGBColor,
    /// Titles, names.
    pub ink: RGBColor,
    /// Tick numbers, axis labels, source line.
    pub muted: RGBColor,
    pub grid: RGBColor,
    /// Axis lines, guides, leaders.
    pub axis: RGBColor,
    /// Dots of a cloud: as pale as 3:1 allows.
    pub cloud: RGBColor,
    marks: [RGBColor; 6],
    /// First and last part of a bar: ink is legible on all between them.
    parts: [RGBColor; 2],
}

impl Palette {
    pub(crate) fn of(theme: Theme) -> Self {
        match theme {
            Theme::Light | Theme::Auto => LIGHT,
            Theme::Dark => DARK,
        }
    }

    /// Colour of the family in `slot`.
    pub(crate) fn mark(&self, slot: usize) -> RGBColor {
        self.marks[slot % self.marks.len()]
    }

    /// Colour of the `index`th of `count` parts of bars: a ramp, since stages have an order.
    pub(crate) fn part(&self, index: usize, count: usize) -> RGBColor {
        let [first, last] = self.parts;
        let share = index as f64 / count.saturating_sub(1).max(1) as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between two bytes
        let between =
            |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        RGBColor(between(first.0, last.0), between(first.1, last.1), between(first.2, last.2))
    }

    /// All colours of a chart whose bars have `parts` different parts.
    fn all(&self, parts: usize) -> Vec<RGBColor> {
        let mut all = vec![self.background, self.ink, self.muted, self.grid, self.axis, self.cloud];
        all.extend(self.marks);
        all.extend((0..parts).map(|index| self.part(index, parts)));
        all
    }
}

/// Each light colour with the dark one that takes its place.
pub(crate) fn light_to_dark(parts: usize) -> Vec<(RGBColor, RGBColor)> {
    LIGHT.all(parts).into_iter().zip(DARK.all(parts)).collect()
}

const LIGHT: Palette = Palette {
    background: RGBColor(0xFF, 0xFF, 0xFF),
    ink: RGBColor(0x1A, 0x1A, 0x1A),
    muted: RGBColor(0x55, 0x55, 0x55),
    grid: RGBColor(0xE3, 0xE3, 0xE3),
    axis: RGBColor(0x6B, 0x6B, 0x6B),
    cloud: RGBColor(0x8C, 0x8C, 0x8C),
    marks: [
        RGBColor(0x25, 0x68, 0xBE),
        RGBColor(0x66, 0x37, 0x00),
        RGBColor(0x02, 0xA4, 0x94),
        RGBColor(0x92, 0x7E, 0x26),
        RGBColor(0xA8, 0x18, 0x64),
        RGBColor(0x22, 0x22, 0x22),
    ],
    parts: [RGBColor(0xEA, 0xF2, 0xFC), RGBColor(0x83, 0xAE, 0xE8)],
};

const DARK: Palette = Palette {
    background: RGBColor(0x11, 0x14, 0x18),
    ink: RGBColor(0xF2, 0xF2, 0xF2),
    muted: RGBColor(0xB8, 0xBD, 0xC4),
    grid: RGBColor(0x2A, 0x2F, 0x36),
    axis: RGBColor(0x8E, 0x95, 0x9E),
    cloud: RGBColor(0x75, 0x7A, 0x80),
    marks: [
        RGBColor(0x5A, 0x93, 0xFB),
        RGBColor(0xE1, 0x53, 0x00),
        RGBColor(0x8D, 0xFC, 0xEE),
        RGBColor(0xF2, 0xD2, 0x5A),
        RGBColor(0xA1, 0x40, 0x6F),
        RGBColor(0xAE, 0xAE, 0xAE),
    ],
    parts: [RGBColor(0x15, 0x23, 0x3A), RGBColor(0x2D, 0x5A, 0x9A)],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG contrast of two colours.
    fn contrast(one: RGBColor, other: RGBColor) -> f64 {
        let linear = |byte: u8| {
            let share = f64::from(byte) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let light = |RGBColor(red, green, blue): RGBColor| {
            0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) + 0.05
        };
        let (one, other) = (light(one), light(other));
        one.max(other) / one.min(other)
    }

    #[test]
    fn text_has_contrast_4_5_and_marks_have_3() {
        for palette in [LIGHT, DARK] {
            for text in [palette.ink, palette.muted] {
                assert!(contrast(text, palette.background) >= 4.5, "{text:?}");
            }
            let others = [palette.axis, palette.cloud];
            for mark in palette.marks.into_iter().chain(others) {
                assert!(contrast(mark, palette.background) >= 3.0, "{mark:?}");
            }
            for index in 0..9 {
                assert!(contrast(palette.ink, palette.part(index, 9)) >= 4.5);
            }
        }
    }

    #[test]
    fn no_light_colour_stands_for_two_dark_ones() {
        let pairs = light_to_dark(12);
        for (index, (light, _)) in pairs.iter().enumerate() {
            assert!(pairs[index + 1..].iter().all(|(other, _)| other != light), "{light:?}");
        }
    }
}
