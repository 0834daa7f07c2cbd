//! A drawing as SVG, and SVG as PNG.

pub(crate) mod attributes;
mod backend;
pub(crate) mod document;
mod fonts;
mod outlines;
pub(crate) mod png;
mod render;

use crate::charts::drawing::font::Metrics;
use crate::charts::drawing::{Drawing, PlotError, TextForm};

/// The SVG file, with its text in the given form.
pub(crate) fn svg(drawing: &Drawing, text: TextForm) -> Result<String, PlotError> {
    let metrics = Metrics::of(drawing.look.fonts.as_ref());
    let fonts = match text {
        TextForm::Embedded => fonts::faces(&drawing.elements, &metrics),
        TextForm::Paths => String::new(),
    };
    let body = render::render(drawing, text, &metrics)?;
    Ok(document::document(drawing, &fonts, &body))
}
