//! Charts as plain data, drawn as SVG text and rasterised as PNG.
//!
//! Values in, text or bytes out: nothing here reads a file, the environment or a
//! clock, and the same chart always gives the same bytes on every machine.

mod arrow;
mod axis;
mod backend;
mod check;
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
mod names;
mod page;
mod panel;
mod png;
mod spot;
#[cfg(test)]
mod tests;
mod theme;
mod ticks;

pub use error::PlotError;
pub use png::png;
pub use theme::Theme;

/// A chart: panels stacked from top to bottom over one shared x axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The finding, in bold above everything; wrapped to at most three lines.
    pub title: String,
    /// What a screen reader says; should give the numbers, in at least 80 characters.
    pub description: String,
    /// A quieter line under the title.
    pub subtitle: Option<String>,
    /// Stacked from top to bottom.
    pub panels: Vec<Panel>,
    /// The x axis all panels share.
    pub x: Axis,
    /// Where the numbers come from; wrapped to the width, `\n` starts a new line.
    pub source: String,
}

/// One plot over the shared x axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// The y axis; its label stands above the plot.
    pub y: Axis,
    /// The series; heroes are drawn on top whatever their place.
    pub series: Vec<Series>,
    /// Horizontal arrows, such as "13× fewer".
    pub arrows: Vec<Arrow>,
    /// Share of the height relative to the other panels (2 is twice as tall as 1).
    pub height_share: f64,
}

/// A scale with its label and tick numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Quantity, unit and convention: "MACs per image (conv-linear, log scale)".
    pub label: String,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// How tick numbers are written.
    pub ticks: Ticks,
    /// First and last value, in the data's unit. A side the data oversteps is widened.
    pub range: Option<(f64, f64)>,
}

/// How values become lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// A difference is a length.
    #[default]
    Linear,
    /// A ratio is a length; every value must be above zero.
    Log,
}

/// How tick numbers are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Ticks {
    /// "0.5", "10".
    #[default]
    Plain,
    /// With K, M, B, T for thousands to trillions: "0.5B".
    Si,
    /// The value with a per cent sign; 80 is "80%".
    Percent,
    /// As a factor, "2×"; a log axis then ticks powers of two.
    Times,
    /// As "name=value", such as "φ=3".
    Named(String),
}

/// Points that belong together: a family of networks, or a guide line.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name in the key; the same name has the same colour and shape in every panel.
    pub name: String,
    /// Weight in the picture.
    pub role: Role,
    /// How the points are joined.
    pub line: Line,
    /// Whether points carry a marker; guides never do.
    pub marker: bool,
    /// Whether each point stands on a stem from zero (or from the axis on a log scale).
    pub stems: bool,
    /// The points, joined in this order.
    pub points: Vec<Point>,
    /// A name in the right margin, level with the last point.
    pub end_label: Option<String>,
}

/// Weight of a series in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// What the chart is about: strong line, bold names that are never dropped (up to
    /// thirty in a panel; more would only cover each other).
    Hero,
    /// What it is compared with.
    #[default]
    Other,
    /// A grey reference line without markers, such as 2^φ.
    Guide,
}

/// How the points of a series are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Line {
    /// Not at all.
    #[default]
    None,
    /// By straight lines.
    Solid,
    /// By dashes.
    Dashed,
    /// By dots.
    Dotted,
    /// By dashed steps: level until the next point. A front of best values claims
    /// nothing between its points.
    Step,
}

/// One point.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Point {
    /// Value on the shared x axis, in the axis' unit.
    pub x: f64,
    /// Value on the panel's y axis, in the axis' unit.
    pub y: f64,
    /// Name at the point.
    pub label: Option<String>,
    /// Hover text: the full name and the values.
    pub tip: String,
}

/// A horizontal arrow at height `y`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    /// Height, on the panel's y axis.
    pub y: f64,
    /// Where it starts, on the x axis.
    pub from_x: f64,
    /// Where its head is, on the x axis.
    pub to_x: f64,
    /// What stands on it, such as "13× fewer".
    pub label: String,
}

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
    let families = marker::Families::of(chart);
    let plan = layout::plan(chart, &families, &page, size)?;
    plan.texts.iter().try_for_each(|words| page.write(words))?;
    key::draw(&page, &plan.key)?;
    let mut dropped_labels = Vec::new();
    for (panel, place) in chart.panels.iter().zip(&plan.panels) {
        dropped_labels.extend(panel::draw(&page, panel, place, &plan, &families)?);
    }
    let body = std::mem::take(&mut page.sheet.borrow_mut().body);
    let svg = document::document(&chart.title, &chart.description, size, page.palette.ink, &body);
    Ok(Drawing { svg, dropped_labels })
}
