//! A drawing as a PDF of one page.

mod content;
mod fonts;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use std::io::Write as _;

use crate::charts::drawing::font::{Metrics, subsets};
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

/// The PDF file. It has no date and no random id, so the same drawing always gives the same bytes.
pub(crate) fn pdf(drawing: &Drawing) -> Vec<u8> {
    let metrics = Metrics::of(drawing.look.fonts.as_ref());
    let canvas = Canvas::new(&drawing.look);
    let points = drawing.look.zoom() / Unit::Point.pixels();
    let (width, height) = (rounded(canvas.width * points), rounded(canvas.height * points));
    let subsets = subsets(&texts(&drawing.elements), &metrics);
    let fonts: Vec<PdfFont> = subsets
        .into_iter()
        .zip(0..)
        .map(|((key, subset), index)| {
            let typeface = &metrics.typefaces(key.0)[key.1];
            PdfFont { key, typeface, subset, name: format!("F{index}"), index }
        })
        .collect();
    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES);
    pdf.pages(PAGES).kids([PAGE]).count(1);
    let mut page = pdf.page(PAGE);
    page.media_box(Rect::new(0.0, 0.0, width, height)).parent(PAGES).contents(CONTENT);
    let mut resources = page.resources();
    let mut named = resources.fonts();
    for font in &fonts {
        named.pair(Name(font.name.as_bytes()), font.reference(FIRST_FONT));
    }
    named.finish();
    resources.finish();
    page.finish();
    let content = Page::new(&canvas, &fonts, points, height).draw(&drawing.elements);
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
