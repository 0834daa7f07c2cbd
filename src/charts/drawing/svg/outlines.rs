//! Text as the outlines of its glyphs.

use std::fmt::Write as _;

use ttf_parser::OutlineBuilder;

use crate::charts::drawing::font::Metrics;
use crate::charts::drawing::shape::Text;
use crate::charts::drawing::svg::document::decimal;

/// The `d` of a path around all glyphs of a text.
pub(crate) fn path_data(text: &Text, metrics: &Metrics) -> String {
    let (style, mut x, y) = (text.style, text.left(metrics), text.at.1);
    let mut data = String::new();
    for c in text.content.chars() {
        if let Some(glyph) = metrics.glyph(c, style.is_bold()) {
            let face = &metrics.typefaces(style.is_bold())[glyph.typeface].face;
            let scale = style.size() / f64::from(face.units_per_em());
            let mut pen = Pen { data: &mut data, x, y, scale };
            face.outline_glyph(glyph.id, &mut pen);
        }
        x += metrics.advance(c, style);
    }
    data
}

/// Writes outlines, in units of the font with y upwards, at a place on the canvas.
struct Pen<'a> {
    data: &'a mut String,
    x: f64,
    y: f64,
    scale: f64,
}

impl Pen<'_> {
    fn write(&mut self, command: char, points: &[(f32, f32)]) {
        self.data.push(command);
        for (index, &(x, y)) in points.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            let (x, y) = (self.x + f64::from(x) * self.scale, self.y - f64::from(y) * self.scale);
            // Writing to a String cannot fail.
            let _ = write!(self.data, "{space}{} {}", decimal(x), decimal(y));
        }
    }
}

impl OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.write('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.write('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.write('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.write('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('Z');
    }
}
