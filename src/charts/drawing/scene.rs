//! What names must keep clear of: markers, lines and other texts.

use crate::charts::drawing::geometry::{Rect, cross};
use crate::charts::drawing::nearby::Nearby;
use crate::charts::drawing::page::Pixel;

/// What it costs a leader to pass over a marker, or a dot of a cloud.
pub(crate) const PASSED: f64 = BLOCKED;
pub(crate) const PASSED_DOT: f64 = 6.0;
/// The same for a text, which only essential names may, and for a line.
pub(crate) const BLOCKED: f64 = 120.0;
const CROSSED: f64 = 30.0;

/// Least distance between a name and a line, in pixels.
const CLEAR: f64 = 1.5;

/// The plot as names see it.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    /// Names stay inside.
    pub frame: Rect,
    markers: Vec<(Pixel, f64)>,
    /// What it costs a leader to pass over each marker.
    passing: Vec<f64>,
    blocks: Vec<Rect>,
    strokes: Vec<([Pixel; 2], f64)>,
    near_markers: Nearby,
    near_blocks: Nearby,
    near_strokes: Nearby,
}

impl Scene {
    pub(crate) fn new(frame: Rect) -> Self {
        let nearby = Nearby::over(&frame);
        Self {
            frame,
            markers: Vec::new(),
            passing: Vec::new(),
            blocks: Vec::new(),
            strokes: Vec::new(),
            near_markers: nearby.clone(),
            near_blocks: nearby.clone(),
            near_strokes: nearby,
        }
    }

    /// Adds a marker and what it costs a leader to pass over it.
    pub(crate) fn add_marker(&mut self, at: Pixel, radius: f64, passing: f64) {
        self.near_markers.insert(self.markers.len(), &Rect::around(at, radius, radius));
        self.markers.push((at, radius));
        self.passing.push(passing);
    }

    /// Adds a text.
    pub(crate) fn add_block(&mut self, block: Rect) {
        self.near_blocks.insert(self.blocks.len(), &block);
        self.blocks.push(block);
    }

    /// Adds a segment and what it costs a name to be struck by it.
    pub(crate) fn add_stroke(&mut self, [from, to]: [Pixel; 2], weight: f64) {
        self.near_strokes.insert(self.strokes.len(), &Rect::spanned(from, to));
        self.strokes.push(([from, to], weight));
    }

    /// Centres and radii of markers that may touch `rect`.
    pub(crate) fn markers(&self, rect: &Rect) -> impl Iterator<Item = (Pixel, f64)> + use<'_> {
        self.near_markers.within(rect).map(|number| self.markers[number])
    }

    /// Whether a name can stand at `rect`: it covers nothing and no line strikes it.
    pub(crate) fn is_free(&self, rect: &Rect) -> bool {
        let clear = rect.grown(CLEAR);
        let marked =
            |number: usize| rect.distance(self.markers[number].0) < self.markers[number].1 + 1.0;
        let struck = |number: usize| {
            let [from, to] = self.strokes[number].0;
            clear.crossed(from, to)
        };
        !self.near_markers.within(&rect.grown(1.0)).any(marked)
            && !self.near_blocks.within(rect).any(|number| self.blocks[number].overlaps(rect))
            && !self.near_strokes.within(&clear).any(struck)
    }

    /// How many texts `rect` covers.
    pub(crate) fn covered_blocks(&self, rect: &Rect) -> usize {
        let near = self.near_blocks.within(rect);
        near.filter(|&number| self.blocks[number].overlaps(rect)).count()
    }

    /// How many markers `rect` covers.
    pub(crate) fn covered_markers(&self, rect: &Rect) -> usize {
        let near = self.markers(&rect.grown(1.0));
        near.filter(|&(at, radius)| rect.distance(at) < radius + 1.0).count()
    }

    /// What the segments that strike a name at `rect` cost.
    pub(crate) fn struck(&self, rect: &Rect) -> f64 {
        let rect = &rect.grown(CLEAR);
        let near = self.near_strokes.within(rect).map(|number| &self.strokes[number]);
        near.filter(|([from, to], _)| rect.crossed(*from, *to)).map(|(_, weight)| weight).sum()
    }

    /// Whether another marker is nearer to `rect` than the own one, which is `gap` away.
    pub(crate) fn has_nearer(&self, own: (Pixel, f64), rect: &Rect, gap: f64) -> bool {
        self.near_markers.within(&rect.grown(gap.max(0.0))).any(|number| {
            let (at, radius) = self.markers[number];
            rect.distance(at) - radius < gap - 0.01 && !same_place(own, at)
        })
    }

    /// How much `rect` covers, where all choices may be bad.
    pub(crate) fn cover(&self, rect: &Rect) -> usize {
        let near = self.near_strokes.within(rect).map(|number| self.strokes[number].0);
        let strokes = near.filter(|&[from, to]| rect.crossed(from, to)).count();
        strokes + 4 * self.covered_markers(rect) + 8 * self.covered_blocks(rect)
    }

    /// What a leader costs by what it passes over, its own marker and those in the same place
    /// aside.
    pub(crate) fn passed(&self, own: (Pixel, f64), [from, to]: [Pixel; 2]) -> f64 {
        let around = Rect::spanned(from, to);
        let over = |&number: &usize| {
            let (at, radius) = self.markers[number];
            !same_place(own, at) && Rect::around(at, radius, radius).crossed(from, to)
        };
        let markers = self.near_markers.within(&around).filter(over);
        let blocks = self.near_blocks.within(&around);
        let blocks = blocks.filter(|&number| self.blocks[number].crossed(from, to));
        let strokes = self.near_strokes.within(&around);
        let strokes = strokes.filter(|&number| cross(self.strokes[number].0, [from, to]));
        markers.map(|number| self.passing[number]).sum::<f64>()
            + blocks.map(|_| BLOCKED).sum::<f64>()
            + strokes.map(|_| CROSSED).sum::<f64>()
    }
}

/// Whether a marker lies where a point's own one does, so that one name cannot be nearer to
/// one of them.
fn same_place((own, radius): (Pixel, f64), at: Pixel) -> bool {
    (at.0 - own.0).hypot(at.1 - own.1) < radius
}
