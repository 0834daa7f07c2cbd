//! The places a name may take around its point, and what each of them costs.

use crate::charts::drawing::arrangement::COLLISION;
use crate::charts::drawing::geometry::Rect;
use crate::charts::drawing::label::Wanted;
use crate::charts::drawing::page::Pixel;
use crate::charts::drawing::scene::{BLOCKED, Scene};
use std::f64::consts::TAU;

/// Where a name may stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub rect: Rect,
    /// A line from the marker's edge to the name, when they are apart.
    pub leader: Option<[Pixel; 2]>,
    pub cost: f64,
}

impl Place {
    /// Everything the name and its leader touch.
    pub(crate) fn bounds(&self) -> Rect {
        let bounds =
            self.leader.map_or(self.rect, |[from, to]| self.rect.joined(&Rect::spanned(from, to)));
        bounds.grown(2.0)
    }
}

/// Distances from the marker's edge that are tried, in pixels.
const RINGS: [f64; 13] =
    [2.5, 7.0, 12.0, 19.0, 27.0, 37.0, 50.0, 70.0, 95.0, 130.0, 180.0, 240.0, 310.0];
/// How many of the rings are tried first: among many names, leaders would be a web.
const FEW: usize = 9;
const MANY: usize = 4;
/// From this distance on a name needs a leader, in pixels.
const LEADER_FROM: f64 = 6.5;
/// Being nearer to a stranger's marker, and being so without a leader to the own one.
const STRANGE: f64 = 14.0;
const AMBIGUOUS: f64 = 500.0;

/// All places of a name inside the frame, cheapest first. Those that cover something, are
/// struck by a line or are far away are for essential names only. `crowded` is for speed.
pub(crate) fn places(wanted: &Wanted, scene: &Scene, crowded: bool) -> Vec<Place> {
    let judged = |rings: &[f64]| -> Vec<Place> {
        let inside = ring(wanted, rings).filter(|(rect, _)| scene.frame.holds(rect));
        inside.filter_map(|(rect, cost)| judge(wanted, scene, rect, cost)).collect()
    };
    let (near, far) = RINGS.split_at(if crowded && !wanted.essential { MANY } else { FEW });
    let mut places = judged(near);
    if wanted.essential && places.iter().all(|place| place.cost >= COLLISION) {
        places.extend(judged(far));
        // Where no place around the point is inside the frame: as near as the frame allows.
        let edge = pushed_inside(wanted, scene.frame);
        places.extend(judge(wanted, scene, edge, 0.0).filter(|_| places.is_empty()));
    }
    places.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    places
}

/// The places around a point, with the cost of their distance and direction.
fn ring(wanted: &Wanted, rings: &[f64]) -> impl Iterator<Item = (Rect, f64)> {
    let (half_width, half_height) = (wanted.width / 2.0, wanted.height / 2.0);
    rings.iter().flat_map(move |&gap| {
        let count = if gap <= RINGS[0] { 16 } else { 24 };
        (0..count).map(move |step| {
            let angle = TAU * f64::from(step) / f64::from(count);
            let (sin, cos) = angle.sin_cos();
            let out = wanted.radius + gap;
            // Between the diagonals one edge of the box faces the point; beyond, a corner does.
            let shift = |share: f64| (share * 1.42).clamp(-1.0, 1.0);
            let centre = (
                wanted.at.0 + out * cos + half_width * shift(cos),
                wanted.at.1 - out * sin - half_height * shift(sin),
            );
            let turn = (angle - wanted.direction).rem_euclid(TAU);
            let turn = turn.min(TAU - turn);
            (Rect::around(centre, half_width, half_height), 1.2 * gap + 2.2 * turn)
        })
    })
}

fn pushed_inside(wanted: &Wanted, frame: Rect) -> Rect {
    let inside = |value: f64, low: f64, high: f64| value.min(high).max(low);
    let (half_width, half_height) = (wanted.width / 2.0, wanted.height / 2.0);
    let x = inside(wanted.at.0, frame.left + half_width, frame.right - half_width);
    let above = wanted.at.1 - wanted.radius - RINGS[0] - half_height;
    let y = inside(above, frame.top + half_height, frame.bottom - half_height);
    Rect::around((x, y), half_width, half_height)
}

/// Adds what the scene costs a name at `rect`, and a leader where it needs one; `None`
/// where the name cannot stand.
fn judge(wanted: &Wanted, scene: &Scene, rect: Rect, mut cost: f64) -> Option<Place> {
    if !wanted.essential && !scene.is_free(&rect) {
        return None;
    }
    let covered = scene.covered_markers(&rect) + scene.covered_blocks(&rect);
    let gap = rect.distance(wanted.at) - wanted.radius;
    let strange = scene.has_nearer((wanted.at, wanted.radius), &rect, gap);
    cost += COLLISION * to_f64(covered) + scene.struck(&rect);
    cost += if strange { STRANGE } else { 0.0 };
    let apart = gap > LEADER_FROM || strange;
    let leader = apart.then(|| leader(wanted, &rect)).flatten();
    if let Some(line) = leader {
        let passed = scene.passed((wanted.at, wanted.radius), line);
        if passed >= BLOCKED && !wanted.essential {
            return None;
        }
        cost += 8.0 + passed;
    } else if strange {
        cost += AMBIGUOUS;
    }
    Some(Place { rect, leader, cost })
}

/// From the marker's edge to just before the name; `None` when that is no distance.
fn leader(wanted: &Wanted, rect: &Rect) -> Option<[Pixel; 2]> {
    let end = rect.nearest(wanted.at);
    let (dx, dy) = (end.0 - wanted.at.0, end.1 - wanted.at.1);
    let length = dx.hypot(dy);
    let start = wanted.radius + 1.0;
    let at = |along: f64| (wanted.at.0 + dx * along / length, wanted.at.1 + dy * along / length);
    (length > start + 2.5).then(|| [at(start), at(length - 1.0)])
}

#[allow(clippy::cast_precision_loss)] // counts are small
fn to_f64(count: usize) -> f64 {
    count as f64
}
