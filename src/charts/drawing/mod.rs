//! Charts as plain data, laid out as lines, shapes and texts, and written as SVG, PDF or PNG.
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
mod look;
mod marks;
mod panel;
mod pdf;
mod series_look;
mod shape;
mod size;
mod spatial_index;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod theme;

pub use contrast::faint_colours;
pub use data::{
    Arrow, Axis, Band, Bar, Chart, Level, Line, Panel, Point, Role, Scale, Segment, Series, Ticks,
};
pub use error::PlotError;
pub use font::{Font, Fonts};
pub use look::{Look, TextForm};
pub use series_look::{Colour, MarkerShape};
pub use size::{Length, Size, Unit};
pub use theme::Theme;

pub(crate) use canvas::Canvas;
pub(crate) use font::TextStyle;
pub(crate) use geometry::{Pixel, Rect};
pub(crate) use layout::frame::Frame;
pub(crate) use marks::encoding::Encoding;
pub(crate) use marks::marker::MarkerStyle;
pub(crate) use marks::points::Marker;
pub(crate) use shape::{Element, Paint, Stroke};
pub(crate) use size::PIXELS_PER_INCH;
pub(crate) use theme::Palette;

use plotters::style::RGBColor;

/// A chart that was laid out.
pub struct Drawing {
    look: Look,
    title: String,
    description: String,
    elements: Vec<Element>,
    /// Each light colour with the dark one that replaces it, for an SVG that follows the page.
    dark: Vec<(RGBColor, RGBColor)>,
    /// Texts that found no room, or not enough.
    pub omitted: Vec<Omitted>,
}

/// A text that found no room, or not enough to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Omitted {
    /// A label; that of a point is still in its hover text.
    Label(String),
    /// The title and, on another line, the one below it.
    Title(String),
    /// The note at the bottom.
    Note(String),
    /// The source at the bottom.
    Source(String),
    /// Characters that no font has. They are blank.
    Characters(String),
}

/// Lays out `chart`.
///
/// # Errors
///
/// When a value has no position on its axis, a panel has nothing to draw, or the size is too small or too large.
pub fn draw(chart: &Chart, look: &Look) -> Result<Drawing, PlotError> {
    check::check(chart, look)?;
    let canvas = Canvas::new(look);
    let adapted = layout::with_end_labels_in_key(chart, &canvas);
    let chart = adapted.as_ref().unwrap_or(chart);
    let mut encoding = Encoding::of(chart);
    let dark = match look.theme {
        Theme::Auto => encoding.light_to_dark(),
        Theme::Light | Theme::Dark => Vec::new(),
    };
    let layout::Layout { mut elements, frames, mut omitted } =
        layout::lay_out(chart, &encoding, &canvas)?;
    for (panel, frame) in chart.panels.iter().zip(&frames) {
        let dropped = panel::draw(panel, frame, &encoding, &canvas, &mut elements);
        omitted.extend(dropped.into_iter().map(Omitted::Label));
    }
    let unknown = font::unknown(&shape::texts(&elements), &canvas.metrics);
    omitted.extend((!unknown.is_empty()).then_some(Omitted::Characters(unknown)));
    let (title, description) = (chart.title.clone(), chart.description.clone());
    Ok(Drawing { look: look.clone(), title, description, elements, dark, omitted })
}

impl Drawing {
    /// The chart as SVG.
    ///
    /// # Errors
    ///
    /// When the drawing library fails.
    pub fn svg(&self) -> Result<String, PlotError> {
        svg::svg(self, self.look.text)
    }

    /// The chart as a PDF of one page, with the glyphs that it uses embedded.
    #[must_use]
    pub fn pdf(&self) -> Vec<u8> {
        pdf::pdf(self)
    }

    /// The chart as a PNG with `dpi` pixels per inch, which the file says.
    ///
    /// # Errors
    ///
    /// When `dpi` is not a positive number, or gives less than one pixel a side or more than a hundred million pixels.
    pub fn png(&self, dpi: f64) -> Result<Vec<u8>, PlotError> {
        svg::png::png(self, dpi)
    }
}
