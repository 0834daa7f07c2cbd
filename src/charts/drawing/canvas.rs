//! The canvas that a chart is laid out on: its size, colours and font.

use crate::charts::drawing::font::Metrics;
use crate::charts::drawing::{Palette, Size, Theme};

/// Room around everything, in pixels.
pub(crate) const MARGIN: f64 = 16.0;

pub(crate) struct Canvas {
    pub palette: Palette,
    pub metrics: Metrics,
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    pub size: Size,
}

impl Canvas {
    pub(crate) fn new(theme: Theme, size: Size) -> Self {
        Self {
            palette: Palette::of(theme),
            metrics: Metrics::embedded(),
            width: f64::from(size.width),
            height: f64::from(size.height),
            size,
        }
    }
}
