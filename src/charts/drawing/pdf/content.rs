//! The content of a PDF page: elements as drawing operators.

use pdf_writer::types::{LineCapStyle, LineJoinStyle};
use pdf_writer::{Content, Name, Str};
use plotters::style::RGBColor;

use crate::charts::drawing::font::{Metrics, Part, outlines};
use crate::charts::drawing::pdf::fonts::PdfFont;
use crate::charts::drawing::pdf::rounded;
use crate::charts::drawing::shape::{HALO, Outline, Shape, Text};
use crate::charts::drawing::{Canvas, Element, Paint, Palette, Pixel, Rect, Stroke};

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
                Element::Text(text) => self.text(text, has_halo),
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
            Outline::Rects(rects) => {
                for Rect { left, top, right, bottom } in rects {
                    let (x, y) = (rounded(*left), rounded(*top));
                    self.content.rect(x, y, rounded(*right) - x, rounded(*bottom) - y);
                }
            }
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
        if has_halo {
            self.halo(text);
        }
        let colour = if text.style.is_muted() { self.palette.muted } else { self.palette.ink };
        self.fill(colour);
        self.content.begin_text();
        self.show(text);
        self.content.end_text();
    }

    /// A halo is drawn as outlines: as text it would be found, read aloud and copied twice.
    fn halo(&mut self, text: &Text) {
        self.stroke(Stroke::solid(self.palette.background, HALO));
        self.content.set_line_join(LineJoinStyle::RoundJoin);
        let mut at = (0.0, 0.0);
        for part in outlines(text, self.metrics) {
            at = self.part(part, at);
        }
        self.content.stroke().set_line_join(LineJoinStyle::MiterJoin);
    }

    /// Draws a part of an outline from `at`; returns where it ends.
    fn part(&mut self, part: Part, at: Pixel) -> Pixel {
        let point = |(x, y): Pixel| (rounded(x), rounded(y));
        let (end, [first, second]) = match part {
            Part::Move(to) | Part::Line(to) => (to, [to, to]),
            Part::Quadratic(by, to) => {
                // The same curve with two control points.
                let towards = |end: Pixel| {
                    (end.0 + (by.0 - end.0) * 2.0 / 3.0, end.1 + (by.1 - end.1) * 2.0 / 3.0)
                };
                (to, [towards(at), towards(to)])
            }
            Part::Cubic(first, second, to) => (to, [first, second]),
            Part::Close => (at, [at, at]),
        };
        let ((x, y), (x1, y1), (x2, y2)) = (point(end), point(first), point(second));
        match part {
            Part::Move(_) => self.content.move_to(x, y),
            Part::Line(_) => self.content.line_to(x, y),
            Part::Quadratic(..) | Part::Cubic(..) => self.content.cubic_to(x1, y1, x2, y2, x, y),
            Part::Close => self.content.close_path(),
        };
        end
    }

    /// Shows a text in runs of one font each.
    fn show(&mut self, text: &Text) {
        let (mut x, y) = (text.left(self.metrics), text.at.1);
        let is_bold = text.style.is_bold();
        let typeface = |c: &char| self.metrics.glyph(*c, is_bold).map(|glyph| glyph.typeface);
        let characters: Vec<char> = text.content.chars().collect();
        for run in characters.chunk_by(|one, next| typeface(one) == typeface(next)) {
            let number = run.first().and_then(typeface);
            if let Some(font) = self.fonts.iter().find(|font| Some(font.number) == number) {
                let glyphs = run.iter().filter_map(|c| font.subset.glyphs.get(c));
                let bytes: Vec<u8> = glyphs.flat_map(|glyph| glyph.to_be_bytes()).collect();
                self.content.set_font(Name(font.name().as_bytes()), rounded(text.style.size()));
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
