//! Arrows from marker to marker, with their label in a gap of the shaft or beside it.

use crate::charts::drawing::labels::obstacles::Obstacles;
use crate::charts::drawing::labels::{LABEL_HEIGHT, OVER_HERO_LINE, text_in};
use crate::charts::drawing::{Arrow, Canvas, Element, Frame, Pixel, Rect, TextStyle};
use plotters::style::text_anchor::HPos;

/// Maximum width of a label, in pixels.
const MAX_WIDTH: f64 = 220.0;
/// Minimum length of the shaft on each side of the label, in pixels.
const MIN_SHAFT: f64 = 20.0;
/// From the points to the ends of the arrow, clear of their markers, in pixels.
const START_GAP: f64 = 8.0;
const TIP_GAP: f64 = 10.0;
/// Length and half the width of the head, in pixels.
const HEAD: (f64, f64) = (9.0, 2.7);
/// Between the label and everything else, in pixels.
const CLEARANCE: f64 = 3.0;
/// From the label to another text beside it, in pixels: nearer, both would read as one.
const ASIDE: f64 = 9.0;
/// From the label to the shaft on both sides of it, in pixels.
const SHAFT_GAP: f64 = 5.0;
/// The places along the shaft that are tried, the middle first.
const SHARES: [f64; 13] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9, 0.0, 1.0];

/// An arrow with a position.
pub(crate) struct PlacedArrow {
    /// Its number among those to be placed.
    pub index: usize,
    pub shaft: Vec<[Pixel; 2]>,
    /// The corners of the head, the tip first.
    pub head: [Pixel; 3],
    /// The box around the label.
    pub label: Rect,
}

/// Places `arrow` where its label covers nothing and nothing crosses it; label and shaft become obstacles.
pub(super) fn place(
    arrow: &Arrow,
    index: usize,
    frame: &Frame,
    canvas: &Canvas,
    obstacles: &mut Obstacles,
) -> Option<(PlacedArrow, Element)> {
    let from = frame.position(arrow.from.0, arrow.from.1);
    let to = frame.position(arrow.to.0, arrow.to.1);
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    let along = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    let at = |way: f64, side: f64| {
        (from.0 + along.0 * way - along.1 * side, from.1 + along.1 * way + along.0 * side)
    };
    let (start, tip) = (at(START_GAP, 0.0), at(length - TIP_GAP, 0.0));
    let style = TextStyle::BoldLabel;
    let text = canvas.metrics.shorten(&arrow.label, style, MAX_WIDTH);
    let half = (canvas.metrics.width(&text, style) / 2.0, LABEL_HEIGHT / 2.0);
    let spare = length - START_GAP - TIP_GAP - 2.0 * (half.0 + MIN_SHAFT);
    if spare < 0.0 || obstacles.crosses_text([start, tip]) {
        return None;
    }
    // Beside a slanted shaft, the nearer corner of the label keeps clear of it.
    let slope = (along.1 / along.0).abs();
    let beside = half.1 + CLEARANCE + 1.0 + slope * (half.0 + SHAFT_GAP);
    let centre = |share: f64| at(START_GAP + MIN_SHAFT + half.0 + spare * share, 0.0);
    let rects = [0.0, beside, -beside].into_iter().flat_map(|down| {
        let rect = move |(x, y): Pixel| Rect::around((x, y + down), half.0, half.1);
        SHARES.map(|share| rect(centre(share)))
    });
    let is_free = |rect: &Rect| {
        obstacles.bounds.contains(rect) && obstacles.is_free(&rect.expanded(CLEARANCE))
    };
    let label = rects.into_iter().find(is_free)?;
    let neck = at(length - TIP_GAP - HEAD.0 + 3.0, 0.0);
    let barb = |side: f64| at(length - TIP_GAP - HEAD.0, side);
    obstacles.add_line([start, tip], OVER_HERO_LINE);
    let (left, right) = (label.left - ASIDE, label.right + ASIDE);
    obstacles.add_text(Rect { left, right, ..label.expanded(2.0) });
    let gap = label.expanded(2.0);
    let gap = Rect { left: label.left - SHAFT_GAP, right: label.right + SHAFT_GAP, ..gap };
    let shaft = broken([start, neck], &gap);
    let head = [tip, barb(-HEAD.1), barb(HEAD.1)];
    let text = text_in(text, &label, HPos::Center, style);
    Some((PlacedArrow { index, shaft, head, label }, text))
}

/// The parts of a segment outside a box.
fn broken([start, end]: [Pixel; 2], rect: &Rect) -> Vec<[Pixel; 2]> {
    let Some((enter, leave)) = rect.cut([start, end]) else { return vec![[start, end]] };
    let at =
        |share: f64| (start.0 + (end.0 - start.0) * share, start.1 + (end.1 - start.1) * share);
    vec![[start, at(enter)], [at(leave), end]]
}
