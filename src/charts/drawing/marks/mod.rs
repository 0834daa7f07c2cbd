//! The marks of a plot: axes, bands, levels, lines, markers and bars.

pub(crate) mod axes;
pub(crate) mod bands;
pub(crate) mod bars;
pub(crate) mod encoding;
pub(crate) mod error_bars;
pub(crate) mod levels;
pub(crate) mod marker;
pub(crate) mod points;
pub(crate) mod series;
pub(crate) mod slots;
