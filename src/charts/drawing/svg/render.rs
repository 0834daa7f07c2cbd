//! Draws elements with plotters on our SVG backend.

use crate::charts::drawing::PlotError;
use crate::charts::drawing::canvas::Canvas;
use crate::charts::drawing::font::TextStyle;
use crate::charts::drawing::geometry::Pixel;
use crate::charts::drawing::shape::{Element, Outline, Paint, Shape, Text};
use crate::charts::drawing::svg::attributes::attributes;
use crate::charts::drawing::svg::backend::{Pen, Sheet, SvgBackend};
use crate::charts::drawing::svg::document::UNITS_PER_PIXEL;
use crate::charts::drawing::theme::Palette;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::text_anchor::{Pos, VPos};
use plotters::style::{BLACK, FontStyle, IntoFont, ShapeStyle, TextStyle as FontAndColour};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write as _;

type Refusal = DrawingAreaErrorKind<Infallible>;

/// The SVG text of `elements`, a line each.
pub(crate) fn render(elements: Vec<Element>, canvas: &Canvas) -> Result<String, PlotError> {
    let sheet = RefCell::new(Sheet::default());
    let scale = UNITS_PER_PIXEL.unsigned_abs();
    let size = (canvas.size.width * scale, canvas.size.height * scale);
    let backend = SvgBackend { sheet: &sheet, size, ink: canvas.palette.ink };
    let renderer =
        Renderer { area: backend.into_drawing_area(), sheet: &sheet, palette: &canvas.palette };
    // Our backend never refuses; plotters might.
    renderer.draw(elements).map_err(|error| PlotError::Drawing(error.to_string()))?;
    drop(renderer);
    Ok(sheet.into_inner().body)
}

struct Renderer<'a> {
    area: DrawingArea<SvgBackend<'a>, Shift>,
    sheet: &'a RefCell<Sheet>,
    palette: &'a Palette,
}

impl Renderer<'_> {
    fn draw(&self, elements: Vec<Element>) -> Result<(), Refusal> {
        elements.into_iter().try_for_each(|element| match element {
            Element::Shape(shape) => self.shape(shape),
            Element::Text(text) => self.text(&text),
            Element::Group(paint, elements) => self.group(paint, elements),
        })
    }

    fn group(&self, paint: Paint, elements: Vec<Element>) -> Result<(), Refusal> {
        if elements.is_empty() {
            return Ok(());
        }
        {
            let mut sheet = self.sheet.borrow_mut();
            // Writing to a String cannot fail.
            let _ = writeln!(sheet.body, "<g{}>", attributes(paint));
            sheet.group = Some(paint);
        }
        self.draw(elements)?;
        let mut sheet = self.sheet.borrow_mut();
        sheet.group = None;
        sheet.body += "</g>\n";
        Ok(())
    }

    fn shape(&self, shape: Shape) -> Result<(), Refusal> {
        let Shape { outline, paint, tooltip } = shape;
        self.sheet.borrow_mut().pen = Pen { paint: Some(paint), tooltip };
        // The pen knows all that plotters' style does, and more.
        let style = ShapeStyle::from(BLACK);
        match (outline, paint) {
            (Outline::Circle { centre, radius }, _) => {
                self.area.draw(&Circle::new(units(centre), length(radius), style))
            }
            (Outline::Path(points), Paint::Fill { .. }) => {
                self.area.draw(&Polygon::new(all_units(&points), style))
            }
            (Outline::Path(points), Paint::Stroke(_) | Paint::Halo(_)) => {
                self.area.draw(&PathElement::new(all_units(&points), style))
            }
        }
    }

    /// Labels get a halo that keeps them clear of lines.
    fn text(&self, text: &Text) -> Result<(), Refusal> {
        let Palette { ink, muted, background, .. } = *self.palette;
        let (colour, paint) = match text.style {
            TextStyle::Title | TextStyle::SmallTitle | TextStyle::Segment => (ink, None),
            TextStyle::Muted | TextStyle::Small => (muted, None),
            TextStyle::Label | TextStyle::BoldLabel => (ink, Some(Paint::Halo(background))),
        };
        self.sheet.borrow_mut().pen = Pen { paint, tooltip: None };
        let weight = if text.style.is_bold() { FontStyle::Bold } else { FontStyle::Normal };
        let size = text.style.size() * f64::from(UNITS_PER_PIXEL);
        let font = ("DejaVu Sans", size).into_font().style(weight);
        let baseline = Pos::new(text.anchor, VPos::Bottom);
        let style = FontAndColour::from(font).color(&colour).pos(baseline);
        let text = plotters::element::Text::new(text.content.as_str(), units(text.at), style);
        self.area.draw(&text)
    }
}

/// A length in pixels as backend units.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a float cast saturates
fn length(pixels: f64) -> u32 {
    (pixels * f64::from(UNITS_PER_PIXEL)).round() as u32
}

/// A point in pixels as backend units.
#[allow(clippy::cast_possible_truncation)] // a float cast saturates
fn units((x, y): Pixel) -> (i32, i32) {
    let scale = f64::from(UNITS_PER_PIXEL);
    ((x * scale).round() as i32, (y * scale).round() as i32)
}

fn all_units(points: &[Pixel]) -> Vec<(i32, i32)> {
    points.iter().copied().map(units).collect()
}
