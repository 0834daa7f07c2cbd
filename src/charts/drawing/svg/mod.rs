//! Elements as SVG text, and SVG as PNG.

mod attributes;
mod backend;
pub(crate) mod document;
pub(crate) mod png;
pub(crate) mod render;
