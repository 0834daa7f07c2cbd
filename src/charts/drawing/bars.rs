//! Horizontal stacked bars: where a cost sits.

use crate::charts::drawing::backend::Pen;
use crate::charts::drawing::document::visible;
use crate::charts::drawing::font::{ASCENT, Style};
use crate::charts::drawing::key::Keyed;
use crate::charts::drawing::layout::Frame;
use crate::charts::drawing::page::{Page, Words};
use crate::charts::drawing::{Bar, Part, PlotError, scales};
use plotters::style::text_anchor::HPos;

/// Most height of a bar, in pixels, and its share of the room it has.
const THICKEST: f64 = 44.0;
const SHARE: f64 = 0.68;
/// Room on each side of a text in a part.
const PADDING: f64 = 3.5;

/// Draws `bars` from the top of the plot down.
pub(crate) fn draw(
    page: &Page,
    bars: &[Bar],
    frame: &Frame,
    keyed: &Keyed,
) -> Result<(), PlotError> {
    let step = frame.plot.height() / bars.len().max(1) as f64;
    let thick = (step * SHARE).min(THICKEST);
    let mut middle = frame.plot.top + step / 2.0;
    for bar in bars {
        let baseline = middle + ASCENT * Style::Name.size() * 0.48;
        if frame.numbers_left {
            let name = page.metrics.shorten(&bar.name, Style::Name, scales::widest_name(page));
            let at = (frame.plot.left - 8.0, baseline);
            page.write(&Words::new(name, at, HPos::Right, Style::Name))?;
        }
        let mut start = 0.0;
        for part in &bar.parts {
            let (left, right) = (frame.across(start), frame.across(start + part.value));
            start += part.value;
            draw_part(page, part, (left, right), (middle - thick / 2.0, thick), keyed)?;
            let fits = |text: &&String| {
                page.metrics.width(text, Style::Part) + 2.0 * PADDING <= right - left
            };
            let text = part.label.iter().chain([&part.name]).find(fits);
            if let Some(text) = text.filter(|_| thick >= Style::Part.size() + 4.0) {
                let at = (f64::midpoint(left, right), baseline);
                page.write(&Words::new(visible(text), at, HPos::Center, Style::Part))?;
            }
        }
        middle += step;
    }
    Ok(())
}

fn draw_part(
    page: &Page,
    part: &Part,
    (left, right): (f64, f64),
    (top, thick): (f64, f64),
    keyed: &Keyed,
) -> Result<(), PlotError> {
    let tip = (!part.tip.is_empty()).then(|| part.tip.clone()).or_else(|| Some(part.name.clone()));
    let outline = Some((page.palette.mark(0), 1.0));
    page.pen(Pen { tip, outline, dash: None });
    let fill = page.palette.part(keyed.part(&part.name), keyed.parts.len());
    let (right, bottom) = (right.max(left), top + thick);
    page.fill(&[(left, top), (right, top), (right, bottom), (left, bottom)], fill)
}
