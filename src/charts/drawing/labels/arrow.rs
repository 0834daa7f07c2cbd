//! Horizontal arrows with their label in a gap of the shaft.

use crate::charts::drawing::labels::obstacles::Obstacles;
use crate::charts::drawing::labels::{LABEL_HEIGHT, Labels, OVER_HERO_LINE, text_in};
use crate::charts::drawing::{Arrow, Canvas, Frame, Rect, TextStyle};
use plotters::style::text_anchor::HPos;

/// Maximum width of a label, in pixels.
const MAX_WIDTH: f64 = 220.0;
/// Minimum length of the shaft on each side of the label, in pixels.
const MIN_SHAFT: f64 = 20.0;

/// Adds `arrow`, with its label where it covers the fewest obstacles; both become obstacles.
pub(super) fn place(
    arrow: &Arrow,
    frame: &Frame,
    canvas: &Canvas,
    obstacles: &mut Obstacles,
    labels: &mut Labels,
) {
    let (from, to) = (frame.position(arrow.from_x, arrow.y), frame.position(arrow.to_x, arrow.y));
    let (sign, y) = (if to.0 < from.0 { -1.0 } else { 1.0 }, from.1);
    // Clear of the markers at both ends.
    let (start, tip) = (from.0 + 8.0 * sign, to.0 - 10.0 * sign);
    let style = TextStyle::BoldLabel;
    let text = canvas.metrics.shorten(&arrow.label, style, MAX_WIDTH);
    let half = canvas.metrics.width(&text, style) / 2.0;
    let spare = (tip - start) * sign - 2.0 * (half + MIN_SHAFT);
    if spare < 0.0 {
        labels.dropped.push(arrow.label.clone());
        return;
    }
    let centre = |share: f64| start + sign * (MIN_SHAFT + half + spare * share);
    let rects = [0.5, 0.4, 0.6, 0.25, 0.75, 0.0, 1.0]
        .map(|share| Rect::around((centre(share), y), half, LABEL_HEIGHT / 2.0));
    let coverage = |rect: &Rect| obstacles.coverage(&rect.expanded(3.0));
    let Some(rect) = rects.into_iter().min_by_key(coverage) else { return };
    let (near, far) = if sign > 0.0 { (rect.left, rect.right) } else { (rect.right, rect.left) };
    labels.lines.push([(start, y), (near - 5.0 * sign, y)]);
    labels.lines.push([(far + 5.0 * sign, y), (tip - 6.0 * sign, y)]);
    let barb = tip - 9.0 * sign;
    labels.arrow_heads.push([(tip, y), (barb, y - 2.7), (barb, y + 2.7)]);
    obstacles.add_line([(start, y), (tip, y)], OVER_HERO_LINE);
    obstacles.add_text(rect.expanded(2.0));
    labels.texts.push(text_in(text, &rect, HPos::Center, style));
}
