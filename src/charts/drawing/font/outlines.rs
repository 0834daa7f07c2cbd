//! Text as the outlines of its glyphs.

use ttf_parser::OutlineBuilder;

use crate::charts::drawing::font::metrics::Metrics;
use crate::charts::drawing::geometry::Pixel;
use crate::charts::drawing::shape::Text;

/// A part of an outline, from where the part before it ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Part {
    Move(Pixel),
    Line(Pixel),
    /// By one control point.
    Quadratic(Pixel, Pixel),
    /// By two control points.
    Cubic(Pixel, Pixel, Pixel),
    Close,
}

/// The outlines of all glyphs of a text. Characters that no typeface has are left out.
pub(crate) fn outlines(text: &Text, metrics: &Metrics) -> Vec<Part> {
    let (style, mut x) = (text.style, text.left(metrics));
    let mut parts = Vec::new();
    for c in text.content.chars() {
        if let Some(glyph) = metrics.glyph(c, style.is_bold()) {
            let face = &metrics.typefaces[glyph.typeface].face;
            let scale = style.size() / f64::from(face.units_per_em());
            let mut pen = Pen { parts: &mut parts, origin: (x, text.at.1), scale };
            face.outline_glyph(glyph.id, &mut pen);
        }
        x += metrics.advance(c, style);
    }
    parts
}

/// Places outlines, which are in units of the font with y upwards, on the canvas.
struct Pen<'a> {
    parts: &'a mut Vec<Part>,
    origin: Pixel,
    scale: f64,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pixel {
        (self.origin.0 + f64::from(x) * self.scale, self.origin.1 - f64::from(y) * self.scale)
    }
}

impl OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.parts.push(Part::Move(self.at(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.parts.push(Part::Line(self.at(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.parts.push(Part::Quadratic(self.at(x1, y1), self.at(x, y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.parts.push(Part::Cubic(self.at(x1, y1), self.at(x2, y2), self.at(x, y)));
    }

    fn close(&mut self) {
        self.parts.push(Part::Close);
    }
}
