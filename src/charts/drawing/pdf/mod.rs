//! A drawing as a PDF of one page.

mod content;
mod fonts;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use std::io::Write as _;

use crate::charts::drawing::font::subsets;
use crate::charts::drawing::shape::texts;
use crate::charts::drawing::text::displayable;
use crate::charts::drawing::{Canvas, Drawing, Unit};
use content::Page;
use fonts::PdfFont;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const INFORMATION: Ref = Ref::new(5);
const FIRST_FONT: i32 = 6;

/// Older versions of LaTeX warn of a newer one, and a chart needs nothing of it.
const VERSION: (u8, u8) = (1, 4);

/// The PDF file. Without a date or a random id, the same drawing always gives the same bytes.
pub(crate) fn pdf(drawing: &Drawing) -> Vec<u8> {
    let canvas = Canvas::new(&drawing.look);
    let points = drawing.look.zoom() / Unit::Point.pixels();
    let size = (rounded(canvas.width * points), rounded(canvas.height * points));
    let fonts = fonts_of(drawing, &canvas);
    let mut pdf = Pdf::new();
    pdf.set_version(VERSION.0, VERSION.1);
    pdf.catalog(CATALOG).pages(PAGES);
    pdf.pages(PAGES).kids([PAGE]).count(1);
    write_page(&mut pdf, size, &fonts);
    let content = Page::new(&canvas, &fonts, points, size.1).draw(&drawing.elements);
    pdf.stream(CONTENT, &compressed(&content)).filter(Filter::FlateDecode);
    for font in &fonts {
        font.write(&mut pdf, FIRST_FONT);
    }
    let [title, description] = [&drawing.title, &drawing.description].map(|text| displayable(text));
    let mut information = pdf.document_info(INFORMATION);
    information.title(TextStr(&title)).subject(TextStr(&description));
    information.creator(TextStr("phiscale"));
    information.finish();
    pdf.finish()
}

/// A font of the page for each typeface that the drawing uses.
fn fonts_of<'a>(drawing: &Drawing, canvas: &'a Canvas) -> Vec<PdfFont<'a>> {
    let typefaces = &canvas.metrics.typefaces;
    let subsets = subsets(&texts(&drawing.elements), &canvas.metrics).into_iter().zip(0..);
    let font =
        |((number, subset), index)| PdfFont { number, typeface: &typefaces[number], subset, index };
    subsets.map(font).collect()
}

/// Writes the page's size and its fonts.
fn write_page(pdf: &mut Pdf, (width, height): (f32, f32), fonts: &[PdfFont]) {
    let mut page = pdf.page(PAGE);
    page.media_box(Rect::new(0.0, 0.0, width, height)).parent(PAGES).contents(CONTENT);
    let mut resources = page.resources();
    let mut named = resources.fonts();
    for font in fonts {
        named.pair(Name(font.name().as_bytes()), font.reference(FIRST_FONT));
    }
}

/// The shortest number within a hundredth: PDFs need no more, and zoomed coordinates have many digits.
#[allow(clippy::cast_possible_truncation)] // coordinates are small
fn rounded(number: f64) -> f32 {
    ((number * 100.0).round() / 100.0) as f32
}

fn compressed(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to a Vec cannot fail.
    let _ = encoder.write_all(data);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::charts::drawing::{Chart, Look, Panel, Point, Role, Series, draw};

    #[test]
    fn each_text_is_shown_once_though_labels_have_a_halo() {
        let point =
            |x: f64, label: &str| Point { x, y: x, label: Some(label.into()), ..Point::default() };
        let points = vec![point(1.0, "one"), point(2.0, "two")];
        let series = Series {
            name: "s".into(),
            role: Role::Hero,
            marker: true,
            points,
            ..Series::default()
        };
        let panel = Panel { series: vec![series], ..Panel::default() };
        let chart = Chart { title: "Title".into(), panels: vec![panel], ..Chart::default() };
        let look = Look::default();
        let drawing = draw(&chart, &look).unwrap();
        let canvas = Canvas::new(&look);
        let fonts = fonts_of(&drawing, &canvas);
        let content = Page::new(&canvas, &fonts, 0.75, 504.0).draw(&drawing.elements);
        let shown = String::from_utf8_lossy(&content).matches(" Tj").count();
        assert_eq!(
            shown,
            texts(&drawing.elements).iter().filter(|text| !text.content.is_empty()).count()
        );
    }
}
