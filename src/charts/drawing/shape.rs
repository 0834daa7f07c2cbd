//! The elements of a picture: lines, filled shapes and texts, in pixels.

use crate::charts::drawing::font::{ASCENT, Metrics};
use crate::charts::drawing::{Pixel, Rect, TextStyle};
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

/// Width of the halo around labels, in pixels: half of it is visible.
pub(crate) const HALO: f64 = 3.0;

/// Part of a picture; later elements cover earlier ones.
pub(crate) enum Element {
    Shape(Shape),
    Text(Text),
    /// Elements in one SVG group; those with the group's paint need not repeat it.
    Group(Paint, Vec<Element>),
}

pub(crate) struct Shape {
    pub outline: Outline,
    pub paint: Paint,
    pub tooltip: Option<String>,
}

/// A path is closed where its paint is a fill.
pub(crate) enum Outline {
    Path(Vec<Pixel>),
    Circle {
        centre: Pixel,
        radius: f64,
    },
    /// Many rectangles, filled with sharp edges: those that touch have no seam.
    Rects(Vec<Rect>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Paint {
    Stroke(Stroke),
    Fill {
        colour: RGBColor,
        /// Colour and width in pixels of a stroke around the shape.
        outline: Option<(RGBColor, f64)>,
    },
    /// A stroke behind text, which keeps it clear of the lines below it.
    Halo(RGBColor),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    pub colour: RGBColor,
    /// In pixels.
    pub width: f64,
    /// Lengths of a dash and of the gap after it, in pixels.
    pub dash: Option<[u8; 2]>,
}

pub(crate) struct Text {
    pub content: String,
    /// The start, middle or end of the baseline, by `anchor`.
    pub at: Pixel,
    pub anchor: HPos,
    pub style: TextStyle,
}

/// The texts of `elements`, in order.
pub(crate) fn texts(elements: &[Element]) -> Vec<&Text> {
    let mut found = Vec::new();
    for element in elements {
        match element {
            Element::Text(text) => found.push(text),
            Element::Group(_, elements) => found.extend(texts(elements)),
            Element::Shape(_) => {}
        }
    }
    found
}

impl Element {
    pub(crate) fn line(points: impl Into<Vec<Pixel>>, stroke: Stroke) -> Self {
        let outline = Outline::Path(points.into());
        Self::Shape(Shape { outline, paint: Paint::Stroke(stroke), tooltip: None })
    }

    pub(crate) fn polygon(
        corners: impl Into<Vec<Pixel>>,
        colour: RGBColor,
        outline: Option<(RGBColor, f64)>,
        tooltip: Option<String>,
    ) -> Self {
        let paint = Paint::Fill { colour, outline };
        Self::Shape(Shape { outline: Outline::Path(corners.into()), paint, tooltip })
    }

    pub(crate) fn text(
        content: impl Into<String>,
        at: Pixel,
        anchor: HPos,
        style: TextStyle,
    ) -> Self {
        Self::Text(Text { content: content.into(), at, anchor, style })
    }

    /// A line of text by its upper left corner.
    pub(crate) fn text_below(content: String, (left, top): Pixel, style: TextStyle) -> Self {
        let baseline = top + (ASCENT * style.size()).ceil() + 2.0;
        Self::text(content, (left, baseline), HPos::Left, style)
    }
}

impl Text {
    /// The left end of its baseline, in pixels.
    pub(crate) fn left(&self, metrics: &Metrics) -> f64 {
        let width = metrics.width(&self.content, self.style);
        match self.anchor {
            HPos::Left => self.at.0,
            HPos::Center => self.at.0 - width / 2.0,
            HPos::Right => self.at.0 - width,
        }
    }
}

impl Stroke {
    pub(crate) fn solid(colour: RGBColor, width: f64) -> Self {
        Self { colour, width, dash: None }
    }

    pub(crate) fn scaled(self, by: f64) -> Self {
        Self { width: self.width * by, ..self }
    }
}
