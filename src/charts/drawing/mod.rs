//! Charts as plain data, drawn as SVG text and rasterised as PNG.
//!
//! Values in, text or bytes out: nothing here reads a file, the environment or a
//! clock, and the same chart always gives the same bytes on every machine.

mod canvas;
mod check;
mod contrast;
mod data;
mod error;
mod font;
mod geometry;
mod labels;
mod layout;
mod marks;
mod panel;
mod series_look;
mod shape;
mod spatial_index;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod theme;

pub use contrast::faint_colours;
pub use data::{Arrow, Axis, Bar, Chart, Line, Panel, Point, Role, Scale, Segment, Series, Ticks};
pub use error::PlotError;
pub use series_look::{Colour, MarkerShape};
pub use svg::png::png;
pub use theme::Theme;

pub(crate) use canvas::{Canvas, MARGIN};
pub(crate) use font::TextStyle;
pub(crate) use geometry::{Pixel, Rect};
pub(crate) use layout::frame::Frame;
pub(crate) use marks::encoding::Encoding;
pub(crate) use marks::marker::MarkerStyle;
pub(crate) use marks::points::Marker;
pub(crate) use shape::{Element, Paint, Stroke};
pub(crate) use theme::Palette;

/// Size of a chart in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Default for Size {
    fn default() -> Self {
        Self { width: 960, height: 672 }
    }
}

/// A finished drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The SVG file.
    pub svg: String,
    /// Labels that were left out for lack of room; those of points are still in their hover texts.
    pub dropped_labels: Vec<String>,
}

/// Draws `chart` as SVG.
///
/// # Errors
///
/// When a value has no position on its axis, a panel has nothing to draw, or the chart is too
/// small or too large.
pub fn svg(chart: &Chart, theme: Theme, size: Size) -> Result<Drawing, PlotError> {
    check::check(chart, size)?;
    let canvas = Canvas::new(theme, size);
    let mut encoding = Encoding::of(chart);
    let dark = match theme {
        Theme::Auto => encoding.light_to_dark(),
        Theme::Light | Theme::Dark => Vec::new(),
    };
    let layout::Layout { mut elements, frames } = layout::lay_out(chart, &encoding, &canvas)?;
    let mut dropped_labels = Vec::new();
    for (panel, frame) in chart.panels.iter().zip(&frames) {
        let dropped = panel::draw(panel, frame, &encoding, &canvas, &mut elements);
        dropped_labels.extend(dropped);
    }
    let body = svg::render::render(elements, &canvas)?;
    let svg = svg::document::document(chart, &canvas, &dark, &body);
    Ok(Drawing { svg, dropped_labels })
}
