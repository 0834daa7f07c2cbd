//! Horizontal arrows with their label in a gap of the shaft.

use crate::charts::drawing::Arrow;
use crate::charts::drawing::font::Style;
use crate::charts::drawing::geometry::Rect;
use crate::charts::drawing::layout::Frame;
use crate::charts::drawing::names::{HEIGHT, Names, words_in};
use crate::charts::drawing::page::Page;
use crate::charts::drawing::scene::Scene;
use plotters::style::text_anchor::HPos;

/// Most width of a label, in pixels.
const LIMIT: f64 = 220.0;
/// Least length of the shaft on each side of the label.
const SHAFT: f64 = 20.0;

/// Adds `arrow`, its label where it covers least of `scene`, and puts both into the scene.
pub(crate) fn place(
    page: &Page,
    arrow: &Arrow,
    frame: &Frame,
    scene: &mut Scene,
    names: &mut Names,
) {
    let (from, to) = (frame.position(arrow.from_x, arrow.y), frame.position(arrow.to_x, arrow.y));
    let (way, y) = (if to.0 < from.0 { -1.0 } else { 1.0 }, from.1);
    // Clear of the markers at both ends.
    let (start, tip) = (from.0 + 8.0 * way, to.0 - 10.0 * way);
    let text = page.metrics.shorten(&arrow.label, Style::HeroName, LIMIT);
    let half = page.metrics.width(&text, Style::HeroName) / 2.0;
    let spare = (tip - start) * way - 2.0 * (half + SHAFT);
    if spare < 0.0 {
        names.dropped.push(arrow.label.clone());
        return;
    }
    let at = |share: f64| start + way * (SHAFT + half + spare * share);
    let rects = [0.5, 0.4, 0.6, 0.25, 0.75, 0.0, 1.0]
        .map(|share| Rect::around((at(share), y), half, HEIGHT / 2.0));
    let Some(rect) = rects.into_iter().min_by_key(|rect| scene.cover(&rect.grown(3.0))) else {
        return;
    };
    let (before, after) = if way > 0.0 { (rect.left, rect.right) } else { (rect.right, rect.left) };
    names.lines.push([(start, y), (before - 5.0 * way, y)]);
    names.lines.push([(after + 5.0 * way, y), (tip - 6.0 * way, y)]);
    let barb = tip - 9.0 * way;
    names.heads.push([(tip, y), (barb, y - 2.7), (barb, y + 2.7)]);
    scene.add_stroke([(start, y), (tip, y)], 400.0);
    scene.add_block(rect.grown(2.0));
    names.texts.push(words_in(text, &rect, HPos::Center, Style::HeroName));
}
