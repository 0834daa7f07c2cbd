//! The position of a panel on the canvas, and of data in the panel.

use crate::charts::drawing::layout::axis::FittedAxis;
use crate::charts::drawing::{Pixel, Rect};

/// The plot of a panel with its axes.
pub(crate) struct Frame {
    pub plot: Rect,
    pub x: FittedAxis,
    pub y: FittedAxis,
    /// Whether tick labels are below the plot.
    pub has_x_ticks: bool,
    /// Whether tick labels, or the names of bars, are left of the plot.
    pub has_y_ticks: bool,
    /// Maximum width of a label in the right margin, in pixels; 0 without such labels.
    pub margin_width: f64,
    /// Labels at points end left of this.
    pub labels_right: f64,
}

impl Frame {
    pub(crate) fn position(&self, x: f64, y: f64) -> Pixel {
        (self.x_position(x), self.y_position(y))
    }

    pub(crate) fn x_position(&self, x: f64) -> f64 {
        self.plot.left + self.x.fraction(x) * self.plot.width()
    }

    pub(crate) fn y_position(&self, y: f64) -> f64 {
        self.plot.bottom - self.y.fraction(y) * self.plot.height()
    }
}
