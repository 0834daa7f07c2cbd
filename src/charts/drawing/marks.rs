//! The markers of a panel; those that others would hide have a ring as well.

use crate::charts::drawing::geometry::Rect;
use crate::charts::drawing::key::Keyed;
use crate::charts::drawing::layout::Frame;
use crate::charts::drawing::marker::{CROWD, Look};
use crate::charts::drawing::nearby::Nearby;
use crate::charts::drawing::page::Pixel;
use crate::charts::drawing::{Point, Role, Series};

/// Two markers nearer than this share of a radius hide each other.
const HIDDEN: f64 = 0.9;
/// How far a ring stands out from the marker, and from the ring within.
const RING: f64 = 3.6;
/// More rings around one place would only be a target.
const MOST_RINGS: usize = 3;

/// A marker, or the ring around one.
#[derive(Clone, Copy)]
pub(crate) struct Mark<'a> {
    pub series: &'a Series,
    pub point: &'a Point,
    pub at: Pixel,
    pub look: Look,
    pub radius: f64,
    /// Half the width of the marker with its ring, or the ring it lies in.
    pub space: f64,
    pub ring: bool,
}

impl Mark<'_> {
    /// The hover text: the point's name where it has none.
    pub(crate) fn tip(&self) -> Option<String> {
        let tip = (!self.point.tip.is_empty()).then(|| self.point.tip.clone());
        tip.or_else(|| self.point.label.clone())
    }
}

/// Whether the points of `series` carry markers.
pub(crate) fn has_markers(series: &Series) -> bool {
    match series.role {
        Role::Hero | Role::Other => series.marker,
        Role::Muted => true,
        Role::Guide => false,
    }
}

/// The markers of all series, those in front last.
pub(crate) fn of<'a>(series: &[&'a Series], frame: &Frame, keyed: &Keyed) -> Vec<Mark<'a>> {
    let with_markers = || series.iter().filter(|series| has_markers(series));
    let crowd = with_markers().filter(|series| series.role != Role::Muted);
    let crowd = crowd.map(|series| series.points.len()).sum();
    let mut marks: Vec<Mark<'a>> = Vec::new();
    for series in with_markers() {
        let look = keyed.families.look(series);
        let radius = look.radius(crowd);
        marks.extend(series.points.iter().map(|point| {
            let at = frame.position(point.x, point.y);
            let look = look.opened(point.hollow);
            Mark { series, point, at, look, radius, space: radius, ring: false }
        }));
    }
    // Among very many, rings would hide more than they show.
    if crowd > CROWD { marks } else { with_rings(marks, frame) }
}

/// Adds a ring to each marker behind another, just before it.
fn with_rings<'a>(marks: Vec<Mark<'a>>, frame: &Frame) -> Vec<Mark<'a>> {
    let mut nearby = Nearby::over(&frame.plot);
    let touched = |mark: &Mark<'_>| Rect::around(mark.at, mark.radius, mark.radius);
    let mut rings = vec![0; marks.len()];
    let mut spaces: Vec<f64> = marks.iter().map(|mark| mark.radius).collect();
    for (index, mark) in marks.iter().enumerate().rev() {
        if mark.look == Look::Cloud {
            continue;
        }
        let hiding = nearby.within(&touched(mark)).filter(|&other| {
            let (dx, dy) = (marks[other].at.0 - mark.at.0, marks[other].at.1 - mark.at.1);
            dx.hypot(dy) < HIDDEN * mark.radius
        });
        let hiding: Vec<usize> = hiding.collect();
        rings[index] = hiding.iter().map(|&other| rings[other] + 1).max().unwrap_or(0);
        if (1..=MOST_RINGS).contains(&rings[index]) {
            spaces[index] += RING * rings[index] as f64;
            // The names of all that lie within keep clear of the ring.
            for other in hiding {
                spaces[other] = spaces[other].max(spaces[index]);
            }
        }
        nearby.insert(index, &touched(mark));
    }
    let with_ring = |((mark, rings), space): ((Mark<'a>, usize), f64)| {
        let ringed = (1..=MOST_RINGS).contains(&rings);
        let ring = Mark { radius: mark.radius + RING * rings as f64, space, ring: true, ..mark };
        [Some(Mark { space, ..mark }), ringed.then_some(ring)].into_iter().flatten()
    };
    marks.into_iter().zip(rings).zip(spaces).flat_map(with_ring).collect()
}
