//! Fonts: the embedded one, a user's own, how wide their text is, and the glyphs that a picture embeds.

mod file;
mod metrics;
mod style;
mod subset;

pub use file::{Font, Fonts};
pub(crate) use file::{Typeface, families, typefaces};
pub(crate) use metrics::{Metrics, unknown};
pub(crate) use style::{ASCENT, DESCENT, TEXT_SIZE, TextStyle};
pub(crate) use subset::{Key, Subset, subsets, web_font};
