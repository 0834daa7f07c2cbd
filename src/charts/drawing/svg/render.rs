//! Draws elements with plotters on our SVG backend.

use crate::charts::drawing::shape::{Outline, Shape, Text};
use crate::charts::drawing::svg::backend::{Pen, Sheet, SvgBackend};
use crate::charts::drawing::svg::document::UNITS_PER_PIXEL;
use crate::charts::drawing::svg::{attributes, outlines};
use crate::charts::drawing::{Canvas, Element, Paint, Pixel, PlotError, TextForm};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::{BLACK, ShapeStyle};
use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::Write as _;

type AreaError = DrawingAreaErrorKind<Infallible>;

/// The SVG text of elements, one per line.
pub(crate) fn render(
    elements: &[Element],
    form: TextForm,
    canvas: &Canvas,
) -> Result<String, PlotError> {
    let sheet = RefCell::new(Sheet::default());
    let size = (length(canvas.width), length(canvas.height));
    let area = SvgBackend { sheet: &sheet, size }.into_drawing_area();
    let renderer = Renderer { area, sheet: &sheet, canvas, form };
    // Our backend never fails; plotters might.
    let drawn = renderer.draw(elements, None);
    drawn.map_err(|error| PlotError::Drawing(error.to_string()))?;
    Ok(std::mem::take(&mut sheet.borrow_mut().body))
}

struct Renderer<'a> {
    area: DrawingArea<SvgBackend<'a>, Shift>,
    sheet: &'a RefCell<Sheet>,
    canvas: &'a Canvas<'a>,
    form: TextForm,
}

impl Renderer<'_> {
    /// Draws elements in a group with the paint `common`, which they do not repeat.
    fn draw(&self, elements: &[Element], common: Option<Paint>) -> Result<(), AreaError> {
        elements.iter().try_for_each(|element| match element {
            Element::Shape(shape) => self.shape(shape, common),
            Element::Text(text) => self.text(text, common),
            Element::Group(_, elements) if elements.is_empty() => Ok(()),
            Element::Group(paint, elements) => {
                // Writing to a String cannot fail.
                let is_outlined = self.form == TextForm::Paths && matches!(paint, Paint::Halo(_));
                let attributes =
                    if is_outlined { String::new() } else { attributes::paint(*paint) };
                let _ = writeln!(self.sheet.borrow_mut().body, "<g{attributes}>");
                self.draw(elements, Some(*paint))?;
                self.sheet.borrow_mut().body += "</g>\n";
                Ok(())
            }
        })
    }

    fn shape(&self, shape: &Shape, common: Option<Paint>) -> Result<(), AreaError> {
        let Shape { outline, paint, tooltip } = shape;
        let attributes =
            if common == Some(*paint) { String::new() } else { attributes::paint(*paint) };
        self.sheet.borrow_mut().pen = Pen { attributes, tooltip: tooltip.clone() };
        let style = ShapeStyle::from(BLACK);
        match (outline, paint) {
            (Outline::Circle { centre, radius }, _) => {
                self.area.draw(&Circle::new(units(*centre), length(*radius), style))
            }
            // plotters cannot draw a shape of several parts.
            (Outline::Rects(rects), _) => {
                self.sheet.borrow_mut().rects(
                    rects.iter().map(|rect| {
                        [units((rect.left, rect.top)), units((rect.right, rect.bottom))]
                    }),
                );
                Ok(())
            }
            (Outline::Path(points), Paint::Fill { .. }) => {
                self.area.draw(&Polygon::new(all_units(points), style))
            }
            (Outline::Path(points), Paint::Stroke(_) | Paint::Halo(_)) => {
                self.area.draw(&PathElement::new(all_units(points), style))
            }
        }
    }

    fn text(&self, text: &Text, common: Option<Paint>) -> Result<(), AreaError> {
        if self.form == TextForm::Paths {
            let fill = attributes::colour(text.style, &self.canvas.palette);
            let data = outlines::path_data(text, &self.canvas.metrics);
            let body = &mut self.sheet.borrow_mut().body;
            if let Some(Paint::Halo(colour)) = common {
                // Many programs know no `paint-order`, and would paint the halo over the letters.
                let halo = attributes::halo_below(colour);
                // Writing to a String cannot fail.
                let _ = writeln!(body, "<path d=\"{data}\"{halo}/>");
            }
            let _ = writeln!(body, "<path d=\"{data}\"{fill}/>");
            return Ok(());
        }
        let attributes = attributes::text(text.anchor, text.style, &self.canvas.palette);
        self.sheet.borrow_mut().pen = Pen { attributes, tooltip: None };
        // The backend takes the font from the pen.
        let (content, font) = (text.content.as_str(), ("", text.style.size()));
        self.area.draw(&plotters::element::Text::new(content, units(text.at), font))
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
