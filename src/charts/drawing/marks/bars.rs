//! Horizontal stacked bars.

use crate::charts::drawing::font::ASCENT;
use crate::charts::drawing::layout::grid::max_bar_name_width;
use crate::charts::drawing::text::displayable;
use crate::charts::drawing::{Bar, Canvas, Element, Encoding, Frame, Rect, TextStyle};
use plotters::style::text_anchor::HPos;

/// Maximum height of a bar in pixels, and its share of the height available to it.
const MAX_THICKNESS: f64 = 44.0;
const SHARE: f64 = 0.68;
/// The share where the text inside a bar needs more.
const MAX_SHARE: f64 = 0.88;
/// Height of a bar that its text does not need, in pixels.
const TEXT_MARGIN: f64 = 4.0;
/// Room on each side of a text in a segment, in pixels.
const PADDING: f64 = 3.5;

/// Draws `bars` from the top of the plot down.
pub(crate) fn draw(
    bars: &[Bar],
    frame: &Frame,
    encoding: &Encoding<'_>,
    canvas: &Canvas,
    elements: &mut Vec<Element>,
) {
    let step = frame.plot.height() / bars.len().max(1) as f64;
    let for_text = (step * MAX_SHARE).min(TextStyle::Segment.size() + TEXT_MARGIN);
    let thickness = (step * SHARE).max(for_text).min(MAX_THICKNESS);
    let outline = Some((canvas.palette.mark(0), 1.0));
    let mut middle = frame.plot.top + step / 2.0;
    for bar in bars {
        let baseline = middle + ASCENT * TextStyle::Label.size() * 0.48;
        if frame.has_y_ticks {
            let style = TextStyle::Label;
            let name = canvas.metrics.shorten(&bar.name, style, max_bar_name_width(canvas));
            let at = (frame.plot.left - 8.0, baseline);
            elements.push(Element::text(name, at, HPos::Right, style));
        }
        let top = middle - thickness / 2.0;
        let mut start = 0.0;
        for segment in &bar.segments {
            let (left, end) = (frame.x_position(start), frame.x_position(start + segment.value));
            start += segment.value;
            let rect = Rect { left, top, right: end.max(left), bottom: top + thickness };
            let tooltip = if segment.tip.is_empty() { &segment.name } else { &segment.tip };
            let colour = encoding.segment_colour(&segment.name, &canvas.palette);
            let tooltip = Some(tooltip.clone());
            elements.push(Element::polygon(rect.corners(), colour, outline, tooltip));
            let style = TextStyle::Segment;
            let fits =
                |text: &&String| canvas.metrics.width(text, style) + 2.0 * PADDING <= end - left;
            let text = segment.label.iter().chain([&segment.name]).find(fits);
            if let Some(text) = text.filter(|_| thickness >= style.size() + TEXT_MARGIN) {
                let at = (f64::midpoint(left, end), baseline);
                elements.push(Element::text(displayable(text), at, HPos::Center, style));
            }
        }
        middle += step;
    }
}
