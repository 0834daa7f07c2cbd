//! The content of a PDF page: elements as drawing operators.

use pdf_writer::types::{LineCapStyle, LineJoinStyle, TextRenderingMode};
use pdf_writer::{Content, Name, Str};
use plotters::style::RGBColor;

use crate::charts::drawing::font::Metrics;
use crate::charts::drawing::pdf::fonts::PdfFont;
use crate::charts::drawing::pdf::rounded;
use crate::charts::drawing::shape::{HALO, Outline, Shape, Text};
use crate::charts::drawing::{Canvas, Element, Paint, Palette, Pixel, Stroke};

/// Distance of the control points of a quarter of a circle from its ends, as a share of the radius.
const CIRCLE: f64 = 0.552_284_75;

/// A page while it is drawn, in pixels of the layout with y downwards.
pub(crate) struct Page<'a> {
    content: Content,
    palette: &'a Palette,
    metrics: &'a Metrics<'a>,
    fonts: &'a [PdfFont<'a>],
}

impl<'a> Page<'a> {
    /// A page with its background, `points` for each pixel of the layout and `height` points high.
    pub(crate) fn new(
        canvas: &'a Canvas<'a>,
        fonts: &'a [PdfFont<'a>],
        points: f64,
        height: f32,
    ) -> Self {
        let (palette, metrics) = (&canvas.palette, &canvas.metrics);
        let mut page = Self { content: Content::new(), palette, metrics, fonts };
        #[allow(clippy::cast_possible_truncation)] // a small number
        let scale = points as f32;
        page.content.transform([scale, 0.0, 0.0, -scale, 0.0, height]);
        page.fill(palette.background);
        page.content.rect(0.0, 0.0, rounded(canvas.width), rounded(canvas.height)).fill_nonzero();
        page.content.set_line_cap(LineCapStyle::ButtCap).set_line_join(LineJoinStyle::MiterJoin);
        page
    }

    pub(crate) fn draw(mut self, elements: &[Element]) -> Vec<u8> {
        self.elements(elements, false);
        self.content.finish().into_vec()
    }

    fn elements(&mut self, elements: &[Element], has_halo: bool) {
        for element in elements {
            match element {
                Element::Shape(shape) => self.shape(shape),
                Element::Text(text) => self.text(text, has_halo || text.style.is_label()),
                Element::Group(paint, elements) => {
                    self.elements(elements, matches!(paint, Paint::Halo(_)));
                }
            }
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape.paint {
            Paint::Stroke(stroke) => {
                self.stroke(stroke);
                self.path(&shape.outline);
                self.content.stroke();
            }
            Paint::Fill { colour, outline: None } => {
                self.fill(colour);
                self.path(&shape.outline);
                self.content.fill_nonzero();
            }
            Paint::Fill { colour, outline: Some((outline, width)) } => {
                self.fill(colour);
                self.stroke(Stroke::solid(outline, width));
                self.path(&shape.outline);
                self.content.close_fill_nonzero_and_stroke();
            }
            // Only text has a halo.
            Paint::Halo(_) => {}
        }
    }

    fn path(&mut self, outline: &Outline) {
        match outline {
            Outline::Path(points) => {
                for (index, &(x, y)) in points.iter().enumerate() {
                    let (x, y) = (rounded(x), rounded(y));
                    if index == 0 {
                        self.content.move_to(x, y);
                    } else {
                        self.content.line_to(x, y);
                    }
                }
            }
            Outline::Circle { centre, radius } => self.circle(*centre, *radius),
        }
    }

    fn circle(&mut self, (x, y): Pixel, radius: f64) {
        let at = |right: f64, down: f64| (rounded(x + right * radius), rounded(y + down * radius));
        let (start_x, start_y) = at(1.0, 0.0);
        self.content.move_to(start_x, start_y);
        // From each of the four directions to the next.
        for (right, down) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
            let (next_right, next_down) = (-down, right);
            let (x1, y1) = at(right + CIRCLE * next_right, down + CIRCLE * next_down);
            let (x2, y2) = at(next_right + CIRCLE * right, next_down + CIRCLE * down);
            let (x3, y3) = at(next_right, next_down);
            self.content.cubic_to(x1, y1, x2, y2, x3, y3);
        }
        self.content.close_path();
    }

    fn text(&mut self, text: &Text, has_halo: bool) {
        let colour = if text.style.is_muted() { self.palette.muted } else { self.palette.ink };
        self.content.begin_text();
        if has_halo {
            self.content.set_text_rendering_mode(TextRenderingMode::Stroke);
            self.content.set_line_join(LineJoinStyle::RoundJoin);
            self.stroke(Stroke::solid(self.palette.background, HALO));
            self.show(text);
            self.content.set_text_rendering_mode(TextRenderingMode::Fill);
            self.content.set_line_join(LineJoinStyle::MiterJoin);
        }
        self.fill(colour);
        self.show(text);
        self.content.end_text();
    }

    /// Shows a text in runs of one font each.
    fn show(&mut self, text: &Text) {
        let (mut x, y) = (text.left(self.metrics), text.at.1);
        let is_bold = text.style.is_bold();
        let key = |c: &char| self.metrics.glyph(*c, is_bold).map(|glyph| (is_bold, glyph.typeface));
        let characters: Vec<char> = text.content.chars().collect();
        for run in characters.chunk_by(|one, next| key(one) == key(next)) {
            let font = run.first().and_then(key);
            let font = self.fonts.iter().find(|candidate| Some(candidate.key) == font);
            if let Some(font) = font {
                let glyphs = run.iter().filter_map(|c| font.subset.glyphs.get(c));
                let bytes: Vec<u8> = glyphs.flat_map(|glyph| glyph.to_be_bytes()).collect();
                let (name, size) = (Name(font.name.as_bytes()), rounded(text.style.size()));
                self.content.set_font(name, size);
                self.content.set_text_matrix([1.0, 0.0, 0.0, -1.0, rounded(x), rounded(y)]);
                self.content.show(Str(&bytes));
            }
            x += run.iter().map(|&c| self.metrics.advance(c, text.style)).sum::<f64>();
        }
    }

    fn fill(&mut self, colour: RGBColor) {
        let [red, green, blue] = components(colour);
        self.content.set_fill_rgb(red, green, blue);
    }

    fn stroke(&mut self, Stroke { colour, width, dash }: Stroke) {
        let [red, green, blue] = components(colour);
        self.content.set_stroke_rgb(red, green, blue).set_line_width(rounded(width));
        let lengths = dash.map(|lengths| lengths.map(f32::from));
        self.content.set_dash_pattern(lengths.into_iter().flatten(), 0.0);
    }
}

/// Red, green and blue from 0 to 1.
fn components(RGBColor(red, green, blue): RGBColor) -> [f32; 3] {
    [red, green, blue].map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0)
}
