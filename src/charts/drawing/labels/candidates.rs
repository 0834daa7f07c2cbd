//! Candidate positions of a label around its point, and their costs.

use crate::charts::drawing::labels::obstacles::{OVER_MARKER, Obstacles};
use crate::charts::drawing::{Pixel, Rect};
use std::f64::consts::TAU;

/// Cost of a label that covers a marker or another label, which only essential labels may.
pub(crate) const CONFLICT: f64 = 1000.0;

/// The label of a point, before it has a position.
#[derive(Debug, Clone)]
pub(crate) struct PointLabel {
    pub at: Pixel,
    /// Radius in pixels of what is drawn at the point.
    pub radius: f64,
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// Preferred direction from the point: radians, anticlockwise from the right.
    pub direction: f64,
    /// Whether it is never dropped, however bad its position.
    pub is_essential: bool,
}

/// A position that a label may take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    pub rect: Rect,
    /// A line from the marker's edge to the label, if they are not adjacent.
    pub leader: Option<[Pixel; 2]>,
    pub cost: f64,
}

impl Candidate {
    /// A box around the label and its leader.
    pub(crate) fn bounds(&self) -> Rect {
        let leader = self.leader.map(Rect::of_segment);
        leader.map_or(self.rect, |leader| self.rect.union(&leader)).expanded(2.0)
    }
}

/// Gaps between the marker's edge and the label that are tried, in pixels.
const GAPS: [f64; 13] =
    [2.5, 7.0, 12.0, 19.0, 27.0, 37.0, 50.0, 70.0, 95.0, 130.0, 180.0, 240.0, 310.0];
/// How many gaps are tried first; fewer among many labels, whose leaders would form a web.
const NEAR: usize = 9;
const NEAR_IN_CROWD: usize = 4;
/// Labels at a larger gap, in pixels, need a leader.
const LEADER_GAP: f64 = 6.5;
/// Costs of a label that is nearer to another marker, of a leader, and of a label that needs a
/// leader and has no room for it.
const NEARER_TO_OTHER: f64 = 14.0;
/// Cost of a label that is hardly nearer to its marker than to another, and by how many pixels it should be.
const AS_NEAR_TO_OTHER: f64 = 16.0;
const NEARER: f64 = 5.0;
const LEADER: f64 = 8.0;
const AMBIGUOUS: f64 = 500.0;

/// All candidates inside the bounds, cheapest first. Only essential labels get candidates that
/// cover something, are crossed by a line or are far away; others get fewer in a crowd.
pub(crate) fn candidates(
    label: &PointLabel,
    obstacles: &Obstacles,
    is_crowded: bool,
) -> Vec<Candidate> {
    let judged = |gaps: &[f64]| -> Vec<Candidate> {
        let inside =
            around(label, gaps).into_iter().filter(|(rect, _)| obstacles.bounds.contains(rect));
        inside.filter_map(|(rect, cost)| judge(label, obstacles, rect, cost)).collect()
    };
    let tries_fewer = is_crowded && !label.is_essential;
    let (near, far) = GAPS.split_at(if tries_fewer { NEAR_IN_CROWD } else { NEAR });
    let mut candidates = judged(near);
    if label.is_essential && candidates.iter().all(|candidate| candidate.cost >= CONFLICT) {
        candidates.extend(judged(far));
        // If every box around the point leaves the bounds, as near as they allow.
        let pushed = pushed_inside(label, obstacles.bounds);
        candidates.extend(judge(label, obstacles, pushed, 0.0).filter(|_| candidates.is_empty()));
    }
    candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    candidates
}

/// A direction from a point.
struct Direction {
    sin: f64,
    cos: f64,
    /// How far it turns from the label's, in radians.
    turn: f64,
}

/// Boxes in rings around a point, with the cost of their distance and direction.
fn around(label: &PointLabel, gaps: &[f64]) -> Vec<(Rect, f64)> {
    let [few, many] = [16, 24].map(|count| directions(label, count));
    let ring = |&gap: &f64| {
        let directions = if gap <= GAPS[0] { &few } else { &many };
        directions
            .iter()
            .map(move |direction| (box_in(label, gap, direction), 1.2 * gap + 2.2 * direction.turn))
    };
    gaps.iter().flat_map(ring).collect()
}

fn directions(label: &PointLabel, count: u32) -> Vec<Direction> {
    let direction = |step| {
        let angle = TAU * f64::from(step) / f64::from(count);
        let (sin, cos) = angle.sin_cos();
        let turn = (angle - label.direction).rem_euclid(TAU);
        Direction { sin, cos, turn: turn.min(TAU - turn) }
    };
    (0..count).map(direction).collect()
}

/// The box of a label in a direction, `gap` pixels from the edge of its marker.
fn box_in(label: &PointLabel, gap: f64, &Direction { sin, cos, .. }: &Direction) -> Rect {
    let (half_width, half_height) = (label.width / 2.0, label.height / 2.0);
    let distance = label.radius + gap;
    // Between the diagonals an edge of the box faces the point; beyond them, a corner does.
    let shift = |share: f64| (share * 1.42).clamp(-1.0, 1.0);
    let centre = (
        label.at.0 + distance * cos + half_width * shift(cos),
        label.at.1 - distance * sin - half_height * shift(sin),
    );
    Rect::around(centre, half_width, half_height)
}

fn pushed_inside(label: &PointLabel, bounds: Rect) -> Rect {
    let inside = |value: f64, low: f64, high: f64| value.min(high).max(low);
    let (half_width, half_height) = (label.width / 2.0, label.height / 2.0);
    let x = inside(label.at.0, bounds.left + half_width, bounds.right - half_width);
    let above = label.at.1 - label.radius - GAPS[0] - half_height;
    let y = inside(above, bounds.top + half_height, bounds.bottom - half_height);
    Rect::around((x, y), half_width, half_height)
}

/// Adds the cost of obstacles, and a leader if one is needed; `None` if the label must not be there.
fn judge(
    label: &PointLabel,
    obstacles: &Obstacles,
    rect: Rect,
    mut cost: f64,
) -> Option<Candidate> {
    if label.is_essential {
        #[allow(clippy::cast_precision_loss)] // a small count
        let covered = obstacles.covered(&rect) as f64;
        cost += CONFLICT * covered + obstacles.line_cost(&rect);
    } else if !obstacles.is_free(&rect) {
        return None;
    }
    let marker = (label.at, label.radius);
    let gap = rect.distance(label.at) - label.radius;
    let gap_to_other = obstacles.gap_to_other(marker, &rect, gap + NEARER);
    let is_nearer_to_other = is_less(gap_to_other, gap);
    cost += if is_nearer_to_other {
        NEARER_TO_OTHER
    } else if is_less(gap_to_other, gap + NEARER) {
        AS_NEAR_TO_OTHER
    } else {
        0.0
    };
    let needs_leader = gap > LEADER_GAP || is_nearer_to_other;
    let leader = needs_leader.then(|| leader(label, &rect)).flatten();
    if let Some(line) = leader {
        let passed = obstacles.leader_cost(marker, line);
        if passed >= OVER_MARKER && !label.is_essential {
            return None;
        }
        cost += LEADER + passed;
    } else if is_nearer_to_other {
        cost += AMBIGUOUS;
    }
    Some(Candidate { rect, leader, cost })
}

/// Whether a gap is less than another by more than floating-point errors.
fn is_less(gap: f64, other: f64) -> bool {
    gap < other - 0.01
}

/// From the marker's edge to just before the label; `None` where there is no room for a line.
fn leader(label: &PointLabel, rect: &Rect) -> Option<[Pixel; 2]> {
    let (x, y) = label.at;
    let end = rect.nearest(label.at);
    let (dx, dy) = (end.0 - x, end.1 - y);
    let length = dx.hypot(dy);
    let start = label.radius + 1.0;
    let at = |along: f64| (x + dx * along / length, y + dy * along / length);
    (length > start + 2.5).then(|| [at(start), at(length - 1.0)])
}
