//! A drawing as SVG, and SVG as PNG.

pub(crate) mod attributes;
mod backend;
pub(crate) mod document;
mod fonts;
mod outlines;
pub(crate) mod png;
mod render;

use crate::charts::drawing::{Canvas, Drawing, PlotError, TextForm};

/// The SVG file, with its text in the given form.
pub(crate) fn svg(drawing: &Drawing, text: TextForm) -> Result<String, PlotError> {
    let canvas = Canvas::new(&drawing.look);
    let fonts = match text {
        TextForm::Embedded => fonts::faces(&drawing.elements, &canvas.metrics),
        TextForm::Paths => String::new(),
    };
    let body = render::render(&drawing.elements, text, &canvas)?;
    Ok(document::document(drawing, &canvas, &fonts, &body))
}
