//! Everything that can go wrong while a chart is drawn, said in full sentences.

/// Why a chart could not be drawn or rasterised.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// A panel (or the whole chart) holds nothing that could be drawn.
    #[error("The chart has nothing to draw: {place} has no points.")]
    NoPoints {
        /// The panel, named by its y axis, or the chart.
        place: String,
    },
    /// A coordinate has no place on its axis.
    #[error("The {axis} value of {point} in series {series:?} is {value}: {reason}.")]
    BadValue {
        /// "x" or "y".
        axis: &'static str,
        /// Name of the series.
        series: String,
        /// The point's label, or its number in the series.
        point: String,
        /// The offending value.
        value: f64,
        /// Why it has no place.
        reason: &'static str,
    },
    /// The range asked for an axis is empty, reversed, not finite or not positive on a log axis.
    #[error("The range {low} to {high} asked for the axis {axis:?} cannot be drawn.")]
    BadRange {
        /// The axis, named by its label.
        axis: String,
        /// Lower end asked for.
        low: f64,
        /// Upper end asked for.
        high: f64,
    },
    /// The canvas leaves no room for the plot, or is beyond what is sensible to draw.
    #[error("A chart of {width} by {height} pixels cannot be drawn: {reason}.")]
    BadSize {
        /// Width asked for, in pixels.
        width: u32,
        /// Height asked for, in pixels.
        height: u32,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The drawing library refused.
    #[error("The drawing library failed: {0}.")]
    Drawing(String),
    /// The SVG could not be turned into a PNG.
    #[error("The chart could not be turned into a PNG: {0}.")]
    Raster(String),
}
