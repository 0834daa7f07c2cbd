//! Charts as plain data, drawn as SVG text and rasterised as PNG.
//!
//! Values in, text or bytes out: nothing here reads a file, the environment or a
//! clock, and the same chart always gives the same bytes on every machine.

mod arrangement;
mod arrow;
mod attributes;
mod axis;
mod backend;
mod bars;
mod check;
mod data;
mod document;
mod ends;
mod error;
mod font;
mod geometry;
mod header;
mod key;
mod label;
mod layout;
mod marker;
mod marks;
mod names;
mod nearby;
mod note;
mod page;
mod panel;
mod png;
mod scales;
mod scene;
mod spot;
#[cfg(test)]
mod tests;
mod theme;
mod ticks;

pub use self::png::png;
pub use data::{Arrow, Axis, Bar, Chart, Line, Panel, Part, Point, Role, Scale, Series, Ticks};
pub use error::PlotError;
pub use theme::Theme;

/// Size of the canvas in pixels.
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
    /// Labels there was no room for; they are still in the hover titles.
    pub dropped_labels: Vec<String>,
}

/// Draws `chart` as SVG.
///
/// # Errors
///
/// When a value cannot be placed on its axis, there is nothing to draw, or the
/// canvas is too small or too large.
pub fn svg(chart: &Chart, theme: Theme, size: Size) -> Result<Drawing, PlotError> {
    check::check(chart, size)?;
    let page = page::Page::new(theme, size)?;
    let keyed = key::Keyed::of(chart);
    let plan = layout::plan(chart, &keyed, &page, size)?;
    plan.texts.iter().try_for_each(|words| page.write(words))?;
    key::draw(&page, &plan.key, keyed.parts.len())?;
    let mut dropped_labels = Vec::new();
    for (panel, frame) in chart.panels.iter().zip(&plan.panels) {
        dropped_labels.extend(panel::draw(&page, panel, frame, &keyed)?);
    }
    let body = std::mem::take(&mut page.sheet.borrow_mut().body);
    let dark = match theme {
        Theme::Auto => theme::light_to_dark(keyed.parts.len()),
        Theme::Light | Theme::Dark => Vec::new(),
    };
    let svg = document::document(chart, size, page.palette.ink, &dark, &body);
    Ok(Drawing { svg, dropped_labels })
}
