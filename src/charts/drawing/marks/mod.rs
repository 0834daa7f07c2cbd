//! What is drawn inside a plot but for its labels.

pub(crate) mod axes;
pub(crate) mod bars;
pub(crate) mod encoding;
pub(crate) mod marker;
pub(crate) mod points;
pub(crate) mod series;
