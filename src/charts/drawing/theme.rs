//! The colours of the light and the dark theme.
//!
//! Marks have a contrast of at least 3:1 with the background, and can be told apart under simulated
//! protanopia, deuteranopia and tritanopia. No six colours do that at the 4.5:1 that text needs, so
//! text is always neutral ink.

use crate::charts::drawing::Level;
use plotters::style::RGBColor;

/// Background and ink of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark ink on white.
    #[default]
    Light,
    /// Light ink on near-black.
    Dark,
    /// Light or dark by the reader's `prefers-color-scheme`; light where that is unknown, as in a
    /// PNG.
    Auto,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::Auto];

    /// Its name in chart files, in arguments and in the names of files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::Auto => "auto",
        }
    }
}

/// The colours of one theme.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Palette {
    pub is_dark: bool,
    pub background: RGBColor,
    /// Titles and labels.
    pub ink: RGBColor,
    /// Tick labels, axis labels, source.
    pub muted: RGBColor,
    pub grid: RGBColor,
    /// Axis lines, guides, leaders.
    pub axis: RGBColor,
    /// Dots of a cloud: as pale as the contrast of marks allows.
    pub cloud: RGBColor,
    /// A band behind series: it needs no contrast, since its edges have it.
    pub band: RGBColor,
    marks: [RGBColor; 6],
    /// First and last segment of a bar: ink is legible on all colours between them.
    segments: [RGBColor; 2],
    /// The colours of a density, one hue: from the one nearest to the background to the farthest.
    levels: [RGBColor; Level::MOST],
}

impl Palette {
    pub(crate) fn of(theme: Theme) -> Self {
        match theme {
            Theme::Light | Theme::Auto => LIGHT,
            Theme::Dark => DARK,
        }
    }

    /// Colour of the series in `slot`.
    pub(crate) fn mark(&self, slot: usize) -> RGBColor {
        self.marks[slot % self.marks.len()]
    }

    /// Colour of the `index`th of `count` segments: a ramp, since segments have an order.
    pub(crate) fn segment(&self, index: usize, count: usize) -> RGBColor {
        let [first, last] = self.segments;
        let share = index as f64 / count.saturating_sub(1).max(1) as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between two bytes
        let between =
            |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
        RGBColor(between(first.0, last.0), between(first.1, last.1), between(first.2, last.2))
    }

    /// Colour of the `index`th of `count` levels; few levels are as far apart as the scale allows.
    pub(crate) fn level(&self, index: usize, count: usize) -> RGBColor {
        let last = self.levels.len() - 1;
        self.levels[(index * last / count.saturating_sub(1).max(1)).min(last)]
    }

    /// All colours of a chart with `segments` different segments and so many levels.
    fn all(&self, segments: usize, levels: usize) -> Vec<RGBColor> {
        let mut all = vec![self.background, self.ink, self.muted, self.grid, self.axis, self.cloud];
        all.extend(self.marks);
        all.extend((0..segments).map(|index| self.segment(index, segments)));
        all.extend((0..levels).map(|index| self.level(index, levels)));
        all
    }
}

/// Each light colour with the dark one that replaces it.
pub(crate) fn light_to_dark(segments: usize, levels: usize) -> Vec<(RGBColor, RGBColor)> {
    LIGHT.all(segments, levels).into_iter().zip(DARK.all(segments, levels)).collect()
}

/// The light and the dark colour of bands.
pub(crate) fn band() -> (RGBColor, RGBColor) {
    (LIGHT.band, DARK.band)
}

/// WCAG contrast of two colours.
pub(crate) fn contrast(one: RGBColor, other: RGBColor) -> f64 {
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

const LIGHT: Palette = Palette {
    is_dark: false,
    background: RGBColor(0xFF, 0xFF, 0xFF),
    ink: RGBColor(0x1A, 0x1A, 0x1A),
    muted: RGBColor(0x55, 0x55, 0x55),
    grid: RGBColor(0xE3, 0xE3, 0xE3),
    axis: RGBColor(0x6B, 0x6B, 0x6B),
    cloud: RGBColor(0x8C, 0x8C, 0x8C),
    band: RGBColor(0xE8, 0xEF, 0xF8),
    marks: [
        RGBColor(0x25, 0x68, 0xBE),
        RGBColor(0x66, 0x37, 0x00),
        RGBColor(0x02, 0xA4, 0x94),
        RGBColor(0x92, 0x7E, 0x26),
        RGBColor(0xA8, 0x18, 0x64),
        RGBColor(0x22, 0x22, 0x22),
    ],
    segments: [RGBColor(0xEA, 0xF2, 0xFC), RGBColor(0x83, 0xAE, 0xE8)],
    levels: [
        RGBColor(0x6A, 0x96, 0xD0),
        RGBColor(0x45, 0x78, 0xBD),
        RGBColor(0x23, 0x5C, 0xA3),
        RGBColor(0x0A, 0x41, 0x80),
        RGBColor(0x01, 0x25, 0x51),
    ],
};

const DARK: Palette = Palette {
    is_dark: true,
    background: RGBColor(0x11, 0x14, 0x18),
    ink: RGBColor(0xF2, 0xF2, 0xF2),
    muted: RGBColor(0xB8, 0xBD, 0xC4),
    grid: RGBColor(0x2A, 0x2F, 0x36),
    axis: RGBColor(0x8E, 0x95, 0x9E),
    cloud: RGBColor(0x75, 0x7A, 0x80),
    band: RGBColor(0x1F, 0x28, 0x36),
    marks: [
        RGBColor(0x5A, 0x93, 0xFB),
        RGBColor(0xE1, 0x53, 0x00),
        RGBColor(0x8D, 0xFC, 0xEE),
        RGBColor(0xF2, 0xD2, 0x5A),
        RGBColor(0xA1, 0x40, 0x6F),
        RGBColor(0xAE, 0xAE, 0xAE),
    ],
    segments: [RGBColor(0x15, 0x23, 0x3A), RGBColor(0x2D, 0x5A, 0x9A)],
    levels: [
        RGBColor(0x35, 0x64, 0xA2),
        RGBColor(0x4F, 0x84, 0xC9),
        RGBColor(0x78, 0xA9, 0xEB),
        RGBColor(0xAA, 0xCE, 0xFF),
        RGBColor(0xEA, 0xF3, 0xFE),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_contrast_4_5_and_marks_have_3() {
        for palette in [LIGHT, DARK] {
            for text in [palette.ink, palette.muted] {
                assert!(contrast(text, palette.background) >= 4.5, "{text:?}");
                assert!(contrast(text, palette.band) >= 4.5, "{text:?}");
            }
            let others = [palette.axis, palette.cloud];
            for mark in palette.marks.into_iter().chain(others) {
                assert!(contrast(mark, palette.background) >= 3.0, "{mark:?}");
            }
            for index in 0..9 {
                assert!(contrast(palette.ink, palette.segment(index, 9)) >= 4.5);
            }
            assert!(palette.levels.iter().all(|one| contrast(*one, palette.background) >= 3.0));
        }
    }

    #[test]
    fn each_level_has_more_contrast_with_the_background_than_the_one_before() {
        for palette in [LIGHT, DARK] {
            let far = |index: usize| contrast(palette.level(index, 5), palette.background);
            assert!((1..5).all(|index| far(index) >= 1.4 * far(index - 1)));
            let used = |count: usize| (0..count).map(move |index| palette.level(index, count));
            for count in 2..=5 {
                let all: Vec<_> = used(count).collect();
                assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "{count}");
            }
        }
    }

    #[test]
    fn each_light_colour_has_one_dark_colour() {
        let pairs: Vec<_> = light_to_dark(12, 5).into_iter().chain([band()]).collect();
        for (index, (light, _)) in pairs.iter().enumerate() {
            assert!(pairs[index + 1..].iter().all(|(other, _)| other != light), "{light:?}");
        }
    }
}
