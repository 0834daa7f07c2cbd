//! The canvas that a chart is laid out on: its size, colours and fonts.

use crate::charts::drawing::font::Metrics;
use crate::charts::drawing::{Look, Palette, Unit};

/// Canvases that are narrower or lower, in pixels of the layout, get small margins, markers and titles.
const COMPACT: (f64, f64) = (560.0, 380.0);

/// The heights of a chart's rows, in pixels of the layout.
pub(crate) struct Heights {
    /// A row of the key, and the gap below the last.
    pub key: f64,
    pub key_gap: f64,
    /// Above a plot its title and its y label, below it tick labels and its x label.
    pub title: f64,
    pub y_label: f64,
    pub ticks: f64,
    pub x_label: f64,
    /// From the top of the row of ticks to the baseline of their labels.
    pub tick_baseline: f64,
    /// Between rows of panels.
    pub row_gap: f64,
    /// Minimum height of a readable plot of series, and of each bar with the room around it.
    pub plot: f64,
    pub bar: f64,
}

const WIDE: Heights = Heights {
    key: 22.0,
    key_gap: 6.0,
    title: 22.0,
    y_label: 28.0,
    ticks: 24.0,
    x_label: 26.0,
    tick_baseline: 20.0,
    row_gap: 14.0,
    plot: 48.0,
    bar: 15.0,
};

const TIGHT: Heights = Heights {
    key: 18.0,
    key_gap: 2.0,
    title: 19.0,
    y_label: 22.0,
    ticks: 21.0,
    x_label: 22.0,
    tick_baseline: 18.0,
    row_gap: 6.0,
    plot: 34.0,
    bar: 14.5,
};

pub(crate) struct Canvas<'a> {
    pub palette: Palette,
    pub metrics: Metrics<'a>,
    /// In pixels of the layout, in which most text has 14.
    pub width: f64,
    /// In pixels of the layout.
    pub height: f64,
    /// Room around everything, in pixels of the layout.
    pub margin: f64,
    /// How large markers and lines are, relative to those of a wide chart.
    pub mark_scale: f64,
    pub heights: &'static Heights,
    pub is_compact: bool,
    /// Whether labels are short where whole ones need leaders.
    pub prefers_short: bool,
    pub look: &'a Look,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(look: &'a Look) -> Self {
        let pixels = look.size.unit.pixels() / look.zoom();
        let (width, height) = (look.size.width * pixels, look.size.height * pixels);
        let is_compact = width < COMPACT.0 || height < COMPACT.1;
        Self {
            palette: Palette::of(look.theme),
            metrics: Metrics::of(look.fonts.as_ref()),
            width,
            height,
            margin: if is_compact { 5.0 } else { 16.0 },
            mark_scale: if is_compact { 0.72 } else { 1.0 },
            heights: if is_compact { &TIGHT } else { &WIDE },
            is_compact,
            prefers_short: is_compact || look.size.unit != Unit::Pixel,
            look,
        }
    }
}
