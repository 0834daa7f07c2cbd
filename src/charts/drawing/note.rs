//! Quiet lines of text inside a plot, where they cover nothing.

use crate::charts::drawing::Panel;
use crate::charts::drawing::font::{ASCENT, Style};
use crate::charts::drawing::geometry::Rect;
use crate::charts::drawing::layout::Frame;
use crate::charts::drawing::names::Names;
use crate::charts::drawing::page::{Page, Words};
use crate::charts::drawing::scene::Scene;
use plotters::style::text_anchor::HPos;

/// From line to line, in pixels.
const LINE: f64 = 18.0;
/// From the edge of the plot.
const INSET: f64 = 10.0;

/// Adds the notes of `panel`, all or none, and keeps their place in `scene` free.
pub(crate) fn place(
    page: &Page,
    panel: &Panel,
    frame: &Frame,
    scene: &mut Scene,
    names: &mut Names,
) {
    let limit = (frame.plot.width() * 0.5).max(160.0);
    let wrapped = panel.notes.iter().map(|note| page.metrics.wrap(note, Style::Small, limit, 4));
    let lines: Vec<String> = wrapped.flatten().collect();
    let width = lines.iter().map(|line| page.metrics.width(line, Style::Small)).fold(0.0, f64::max);
    let height = LINE * lines.len() as f64;
    if lines.is_empty() {
        return;
    }
    let inside = frame.plot.grown(-INSET);
    let (right, bottom) = (inside.right - width, inside.bottom - height);
    let corners =
        [(right, bottom), (inside.left, bottom), (inside.left, inside.top), (right, inside.top)];
    let boxes =
        corners.map(|(left, top)| Rect { left, top, right: left + width, bottom: top + height });
    let is_free =
        |rect: &&Rect| inside.grown(0.5).holds(rect) && scene.cover(&rect.grown(4.0)) == 0;
    let Some(&free) = boxes.iter().find(is_free) else {
        names.dropped.extend(panel.notes.iter().cloned());
        return;
    };
    let mut baseline = free.top + ASCENT * Style::Small.size();
    for line in lines {
        names.texts.push(Words::new(line, (free.left, baseline), HPos::Left, Style::Small));
        baseline += LINE;
    }
    scene.add_block(free.grown(4.0));
}
