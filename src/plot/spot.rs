//! The places a name may take around its point, and what each of them costs.

use crate::plot::geometry::{Rect, cross};
use crate::plot::label::{COLLISION, Scene, Wanted};
use crate::plot::page::Pixel;

/// Where a name may stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub rect: Rect,
    /// A line from the marker's edge to the name, when they are apart.
    pub leader: Option<[Pixel; 2]>,
    pub cost: f64,
}

/// Distances from the marker's edge that are tried, in pixels.
const RINGS: [f64; 10] = [2.5, 7.0, 12.0, 19.0, 27.0, 37.0, 50.0, 70.0, 95.0, 130.0];
/// How many of the rings are tried for names that may be dropped.
const NEAR_RINGS: usize = 7;
/// From this distance on a name needs a leader, in pixels.
const LEADER_FROM: f64 = 6.5;
/// Counting of what a place covers stops here: it is bad enough.
const ENOUGH: usize = 6;

/// All places of a name inside the frame, cheapest first; those that cover something
/// only for essential names.
pub(crate) fn places(wanted: &Wanted, scene: &Scene) -> Vec<Place> {
    let near = near(wanted, scene);
    let inside = ring(wanted).filter(|(rect, _)| near.frame.holds(rect));
    let judged = inside.map(|(rect, cost)| judge(wanted, &near, rect, cost));
    let mut places: Vec<Place> =
        judged.filter(|place| place.cost < COLLISION || wanted.essential).collect();
    if places.is_empty() && wanted.essential {
        // No place around the point is inside the frame: as near as the frame allows.
        places.push(judge(wanted, &near, pushed_inside(wanted, near.frame), 0.0));
    }
    places.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    places
}

/// Everything the places of a name can touch.
pub(crate) fn reach(wanted: &Wanted) -> Rect {
    let out = RINGS[rings(wanted) - 1] + wanted.radius;
    Rect::around(wanted.at, out + wanted.width, out + wanted.height)
}

/// The part of the scene within reach.
fn near(wanted: &Wanted, scene: &Scene) -> Scene {
    let reach = reach(wanted);
    let markers = scene.markers.iter().filter(|(at, radius)| reach.distance(*at) <= *radius);
    let blocks = scene.blocks.iter().filter(|block| reach.overlaps(block));
    let strokes = scene.strokes.iter().filter(|([from, to], _)| reach.crossed(*from, *to));
    Scene {
        frame: scene.frame,
        markers: markers.copied().collect(),
        blocks: blocks.copied().collect(),
        strokes: strokes.copied().collect(),
    }
}

fn rings(wanted: &Wanted) -> usize {
    if wanted.essential { RINGS.len() } else { NEAR_RINGS }
}

/// The places around a point, with the cost of their distance and direction.
fn ring(wanted: &Wanted) -> impl Iterator<Item = (Rect, f64)> {
    let (half_width, half_height) = (wanted.width / 2.0, wanted.height / 2.0);
    RINGS[..rings(wanted)].iter().enumerate().flat_map(move |(index, &gap)| {
        let count = if index == 0 { 16 } else { 24 };
        (0..count).map(move |step| {
            let angle = std::f64::consts::TAU * f64::from(step) / f64::from(count);
            let (sin, cos) = angle.sin_cos();
            let out = wanted.radius + gap;
            // Between the diagonals one edge of the box faces the point; beyond, a corner does.
            let shift = |share: f64| (share * 1.42).clamp(-1.0, 1.0);
            let centre = (
                wanted.at.0 + out * cos + half_width * shift(cos),
                wanted.at.1 - out * sin - half_height * shift(sin),
            );
            let turn = (angle - wanted.direction).rem_euclid(std::f64::consts::TAU);
            let turn = turn.min(std::f64::consts::TAU - turn);
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

/// Adds what the scene costs a name at `rect`, and a leader where it needs one.
fn judge(wanted: &Wanted, scene: &Scene, rect: Rect, mut cost: f64) -> Place {
    let marker = |&&(at, radius): &&(Pixel, f64)| rect.distance(at) < radius + 1.0;
    let covered = scene.markers.iter().filter(marker).take(ENOUGH).count()
        + scene.blocks.iter().filter(|block| rect.overlaps(block)).count();
    cost += COLLISION * to_f64(covered);
    if covered > 0 && !wanted.essential {
        return Place { rect, leader: None, cost };
    }
    let gap = rect.distance(wanted.at) - wanted.radius;
    let nearer = |&&(at, radius): &&(Pixel, f64)| rect.distance(at) - radius < gap - 0.01;
    let strangers = scene.markers.iter().filter(nearer).take(ENOUGH).count();
    cost += 9.0 * to_f64(strangers);
    let clear = rect.grown(1.5);
    let struck = scene.strokes.iter().filter(|([from, to], _)| clear.crossed(*from, *to));
    cost += struck.map(|(_, weight)| weight).sum::<f64>();
    let apart = gap > LEADER_FROM || strangers > 0;
    let leader = apart.then(|| leader(wanted, &rect)).flatten();
    if let Some(leader) = leader {
        cost += 8.0 + leader_cost(wanted, scene, leader);
    }
    Place { rect, leader, cost }
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

fn leader_cost(wanted: &Wanted, scene: &Scene, [from, to]: [Pixel; 2]) -> f64 {
    let foreign = scene.markers.iter().filter(|(at, _)| *at != wanted.at);
    let struck = foreign
        .filter(|&&(at, radius)| Rect::around(at, radius, radius).crossed(from, to))
        .take(ENOUGH)
        .count();
    let blocked = scene.blocks.iter().filter(|block| block.crossed(from, to)).count();
    let crossed = scene.strokes.iter().filter(|(stroke, _)| cross(*stroke, [from, to])).count();
    90.0 * to_f64(struck + blocked) + 30.0 * to_f64(crossed)
}

#[allow(clippy::cast_precision_loss)] // counts are small
fn to_f64(count: usize) -> f64 {
    count as f64
}
