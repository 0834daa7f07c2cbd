//! Small lines of text in a corner of the plot, where they cover nothing.

use crate::charts::drawing::font::ASCENT;
use crate::charts::drawing::labels::Labels;
use crate::charts::drawing::labels::obstacles::Obstacles;
use crate::charts::drawing::{Canvas, Element, Frame, Rect, TextStyle};
use plotters::style::text_anchor::HPos;

/// Distance between baselines, in pixels.
const LINE_HEIGHT: f64 = 18.0;
/// Distance from the edges of the plot, in pixels.
const INSET: f64 = 10.0;

/// Adds all notes in the first free corner, as an obstacle, or drops all.
pub(super) fn place(
    notes: &[String],
    frame: &Frame,
    canvas: &Canvas,
    obstacles: &mut Obstacles,
    labels: &mut Labels,
) {
    let style = TextStyle::Small;
    let limit = (frame.plot.width() * 0.5).max(160.0);
    let lines = notes.iter().flat_map(|note| canvas.metrics.wrap(note, style, limit, 4));
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return;
    }
    let width = lines.iter().map(|line| canvas.metrics.width(line, style)).fold(0.0, f64::max);
    let height = LINE_HEIGHT * lines.len() as f64;
    let inside = frame.plot.expanded(-INSET);
    let (right, bottom) = (inside.right - width, inside.bottom - height);
    let corners =
        [(right, bottom), (inside.left, bottom), (inside.left, inside.top), (right, inside.top)];
    let rects =
        corners.map(|(left, top)| Rect { left, top, right: left + width, bottom: top + height });
    let is_free = |rect: &&Rect| {
        inside.expanded(0.5).contains(rect) && obstacles.is_free(&rect.expanded(2.5))
    };
    let Some(&free) = rects.iter().find(is_free) else {
        labels.dropped.extend(notes.iter().cloned());
        return;
    };
    let mut baseline = free.top + ASCENT * style.size();
    for line in lines {
        labels.texts.push(Element::text(line, (free.left, baseline), HPos::Left, style));
        baseline += LINE_HEIGHT;
    }
    obstacles.add_text(free.expanded(4.0));
}
