//! The obstacles that labels keep clear of: markers, lines and other texts.

use crate::charts::drawing::geometry::segments_cross;
use crate::charts::drawing::spatial_index::SpatialIndex;
use crate::charts::drawing::{Pixel, Rect};

/// Costs of a leader that passes over a marker or a text, over a dot of a cloud, or over a line.
/// Only essential labels may have a leader at the first cost.
pub(crate) const OVER_MARKER: f64 = 120.0;
pub(crate) const OVER_DOT: f64 = 6.0;
const OVER_LINE: f64 = 30.0;

/// Minimum distance between a label and a line, in pixels.
const LINE_CLEARANCE: f64 = 1.5;

/// A marker as an obstacle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disc {
    pub at: Pixel,
    /// In pixels.
    pub radius: f64,
    /// Cost of a leader that passes over it.
    pub leader_cost: f64,
}

#[derive(Debug, Clone)]
pub(crate) struct Obstacles {
    /// Labels stay inside this box.
    pub bounds: Rect,
    markers: Indexed<Disc>,
    texts: Indexed<Rect>,
    /// Segments of lines, each with the cost of a label that it crosses.
    lines: Indexed<([Pixel; 2], f64)>,
}

/// Items that are found by the box around them.
#[derive(Debug, Clone)]
struct Indexed<T> {
    bounds: Rect,
    items: Vec<(Rect, T)>,
    /// Of more than [`FEW`] items; comparing fewer is faster.
    index: Option<SpatialIndex>,
}

const FEW: usize = 64;

impl<T> Indexed<T> {
    fn over(bounds: &Rect) -> Self {
        Self { bounds: *bounds, items: Vec::new(), index: None }
    }

    fn insert(&mut self, item: T, rect: &Rect) {
        self.items.push((*rect, item));
        let unindexed = if self.index.is_some() { self.items.len() - 1 } else { 0 };
        if self.items.len() > FEW {
            let index = self.index.get_or_insert_with(|| SpatialIndex::over(&self.bounds));
            for (number, (rect, _)) in self.items.iter().enumerate().skip(unindexed) {
                index.insert(number, rect);
            }
        }
    }

    /// The items that may touch `rect`.
    fn near(&self, rect: &Rect) -> impl Iterator<Item = &T> + use<'_, T> {
        let unindexed = if self.index.is_some() { &[] } else { &self.items[..] };
        let indexed = self.index.as_ref().map(|index| index.near(rect)).into_iter().flatten();
        let (rect, items) = (*rect, &self.items);
        let few = unindexed.iter().filter(move |(item, _)| item.touches(&rect));
        few.chain(indexed.map(|number| &items[number])).map(|(_, item)| item)
    }
}

impl Obstacles {
    pub(crate) fn new(bounds: Rect) -> Self {
        Self {
            bounds,
            markers: Indexed::over(&bounds),
            texts: Indexed::over(&bounds),
            lines: Indexed::over(&bounds),
        }
    }

    pub(crate) fn add_marker(&mut self, disc: Disc) {
        self.markers.insert(disc, &Rect::around(disc.at, disc.radius, disc.radius));
    }

    pub(crate) fn add_text(&mut self, rect: Rect) {
        self.texts.insert(rect, &rect);
    }

    /// Adds a segment of a line; a label that it crosses costs `cost` more.
    pub(crate) fn add_line(&mut self, segment: [Pixel; 2], cost: f64) {
        self.lines.insert((segment, cost), &Rect::of_segment(segment));
    }

    /// Whether a label at `rect` covers nothing and no line crosses it.
    pub(crate) fn is_free(&self, rect: &Rect) -> bool {
        let clear = rect.expanded(LINE_CLEARANCE);
        self.covered_markers(rect).next().is_none()
            && self.covered_texts(rect).next().is_none()
            && !self.lines.near(&clear).any(|(segment, _)| clear.meets(*segment))
    }

    fn covered_texts(&self, rect: &Rect) -> impl Iterator<Item = &Rect> {
        self.texts.near(rect).filter(|text| text.overlaps(rect))
    }

    fn covered_markers(&self, rect: &Rect) -> impl Iterator<Item = &Disc> {
        let near = self.markers.near(&rect.expanded(1.0));
        near.filter(|disc| rect.distance(disc.at) < disc.radius + 1.0)
    }

    /// How many markers and texts a label at `rect` covers.
    pub(crate) fn covered(&self, rect: &Rect) -> usize {
        self.covered_markers(rect).count() + self.covered_texts(rect).count()
    }

    /// Cost of the lines that cross a label at `rect`.
    pub(crate) fn line_cost(&self, rect: &Rect) -> f64 {
        let rect = &rect.expanded(LINE_CLEARANCE);
        let crossing = self.lines.near(rect).filter(|(segment, _)| rect.meets(*segment));
        crossing.map(|(_, cost)| cost).sum()
    }

    /// The gap between `rect` and the nearest marker besides the label's, in pixels; markers further than `within` may be
    /// left out.
    pub(crate) fn gap_to_other(&self, marker: (Pixel, f64), rect: &Rect, within: f64) -> f64 {
        let near = self.markers.near(&rect.expanded(within.max(0.0)));
        let others = near.filter(|disc| !is_same_point(marker, disc.at));
        others.map(|disc| rect.distance(disc.at) - disc.radius).fold(f64::INFINITY, f64::min)
    }

    /// Whether a segment passes over a text.
    pub(crate) fn crosses_text(&self, segment: [Pixel; 2]) -> bool {
        self.texts.near(&Rect::of_segment(segment)).any(|text| text.meets(segment))
    }

    /// Cost of what a leader passes over, except its marker and others at the same point.
    pub(crate) fn leader_cost(&self, marker: (Pixel, f64), leader: [Pixel; 2]) -> f64 {
        let around = Rect::of_segment(leader);
        let markers = self.markers.near(&around).filter(|disc| {
            !is_same_point(marker, disc.at)
                && Rect::around(disc.at, disc.radius, disc.radius).meets(leader)
        });
        let texts = self.texts.near(&around).filter(|text| text.meets(leader));
        let lines = self.lines.near(&around);
        let lines = lines.filter(|(segment, _)| segments_cross(*segment, leader));
        markers.map(|disc| disc.leader_cost).sum::<f64>()
            + texts.map(|_| OVER_MARKER).sum::<f64>()
            + lines.map(|_| OVER_LINE).sum::<f64>()
    }
}

/// Whether a marker at `at` hides this one, so that a label cannot be nearer to either.
fn is_same_point((marker, radius): (Pixel, f64), at: Pixel) -> bool {
    (at.0 - marker.0).hypot(at.1 - marker.1) < radius
}
