//! Fonts: the embedded one, a user's own, how wide their text is, and the glyphs that a picture embeds.

mod file;
mod metrics;
mod outlines;
mod style;
mod subset;
mod used;

pub use file::{Font, Fonts};
pub(crate) use file::{Typeface, Weights, families};
pub(crate) use metrics::Metrics;
pub(crate) use outlines::{Part, outlines};
pub(crate) use style::{ASCENT, DESCENT, TEXT_SIZE, TextStyle};
pub(crate) use subset::{Subset, web_font};
pub(crate) use used::{subsets, unknown};
