//! Colours and marker shapes of the two themes.
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
    marks: [RGBColor; 6],
}

impl Palette {
    pub(crate) fn of(theme: Theme) -> Self {
        match theme {
            Theme::Light => LIGHT,
            Theme::Dark => DARK,
        }
    }

    /// Colour of the family in `slot`.
    pub(crate) fn mark(&self, slot: usize) -> RGBColor {
        self.marks[slot % self.marks.len()]
    }
}

const LIGHT: Palette = Palette {
    background: RGBColor(0xFF, 0xFF, 0xFF),
    ink: RGBColor(0x1A, 0x1A, 0x1A),
    muted: RGBColor(0x55, 0x55, 0x55),
    grid: RGBColor(0xE3, 0xE3, 0xE3),
    axis: RGBColor(0x6B, 0x6B, 0x6B),
    marks: [
        RGBColor(0x25, 0x68, 0xBE),
        RGBColor(0x66, 0x37, 0x00),
        RGBColor(0x02, 0xA4, 0x94),
        RGBColor(0x92, 0x7E, 0x26),
        RGBColor(0xA8, 0x18, 0x64),
        RGBColor(0x22, 0x22, 0x22),
    ],
};

const DARK: Palette = Palette {
    background: RGBColor(0x11, 0x14, 0x18),
    ink: RGBColor(0xF2, 0xF2, 0xF2),
    muted: RGBColor(0xB8, 0xBD, 0xC4),
    grid: RGBColor(0x2A, 0x2F, 0x36),
    axis: RGBColor(0x8E, 0x95, 0x9E),
    marks: [
        RGBColor(0x5A, 0x93, 0xFB),
        RGBColor(0xE1, 0x53, 0x00),
        RGBColor(0x8D, 0xFC, 0xEE),
        RGBColor(0xF2, 0xD2, 0x5A),
        RGBColor(0xA1, 0x40, 0x6F),
        RGBColor(0xAE, 0xAE, 0xAE),
    ],
};
