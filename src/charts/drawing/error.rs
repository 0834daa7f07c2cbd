//! Drawing errors, as full sentences.

use crate::charts::drawing::size::Size;

/// Why a chart could not be drawn or rasterised.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// A panel, or the whole chart, is empty.
    #[error("The chart has nothing to draw: {place} has no points.")]
    NoPoints {
        /// The panel, named by its y axis, or the chart.
        place: String,
    },
    /// A value has no position on its axis.
    #[error("The {axis} value of {point} in series {series:?} is {value}: {reason}.")]
    BadValue {
        /// "x" or "y".
        axis: &'static str,
        /// Name of the series, or of the bar.
        series: String,
        /// The point's label, or its number in the series.
        point: String,
        /// The value, in the axis' unit.
        value: f64,
        /// Why it has no position.
        reason: &'static str,
    },
    /// An axis' range is empty, reversed or infinite, or not positive on a log axis.
    #[error("The axis {axis:?} cannot have the range {low} to {high}.")]
    BadRange {
        /// The axis' label.
        axis: String,
        /// First value, in the axis' unit.
        low: f64,
        /// Last value, in the axis' unit.
        high: f64,
    },
    /// The chart is too small or too large.
    #[error("A chart of {size} cannot be drawn: {reason}.")]
    BadSize {
        /// Its size.
        size: Size,
        /// What the size must be.
        reason: String,
    },
    /// A PNG would have no pixels, or too many.
    #[error("A PNG of {dpi} pixels per inch cannot be drawn: {reason}.")]
    BadResolution {
        /// Pixels per inch.
        dpi: f64,
        /// What the resolution must be.
        reason: String,
    },
    /// A font cannot be used.
    #[error("The font cannot be used: {reason}.")]
    BadFont {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The drawing library failed.
    #[error("The drawing library failed: {0}.")]
    Drawing(String),
    /// The SVG could not be rasterised.
    #[error("The chart could not be turned into a PNG: {0}.")]
    Raster(String),
}
