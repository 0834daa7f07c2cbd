//! Puts names beside their points so that nothing is covered and nothing is struck.
//!
//! Every name may stand in a ring of places around its point, each with a cost. A
//! greedy choice from several rotated orders, each improved one name at a time until
//! nothing changes, keeps the cheapest whole. No randomness and no time limit, so the
//! result does not depend on the machine.

use rayon::prelude::*;

use crate::charts::drawing::arrangement::{Arrangement, Name};
use crate::charts::drawing::page::Pixel;
use crate::charts::drawing::scene::Scene;
use crate::charts::drawing::spot::{Place, places};

/// A name that wants a place.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The point it names.
    pub at: Pixel,
    /// Radius of the point's marker.
    pub radius: f64,
    pub width: f64,
    pub height: f64,
    /// Where it would like to stand: radians, anticlockwise from the right.
    pub direction: f64,
    /// Never dropped, however bad its place.
    pub essential: bool,
}

/// Up to this many names, every care is taken; beyond, time counts.
const CAREFUL: usize = 60;

/// A place for each name, in the order given; `None` where there is no room.
pub(crate) fn place(wanted: &[Wanted], scene: &Scene) -> Vec<Option<Place>> {
    let crowded = wanted.len() > CAREFUL;
    let name = |wanted: &Wanted| Name {
        places: places(wanted, scene, crowded),
        essential: wanted.essential,
    };
    let names: Vec<Name> = wanted.par_iter().map(name).collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    // What must stand comes first, then the most constrained name.
    order.sort_by_key(|&index| (!names[index].essential, names[index].places.len()));
    order.retain(|&index| !names[index].places.is_empty());
    let (starts, sweeps) = if order.len() <= CAREFUL { (12, 20) } else { (1, 4) };
    let mut best: Option<(f64, Arrangement)> = None;
    for start in 0..starts {
        let turned = start * order.len() / starts;
        order.rotate_left(turned);
        let arrangement = Arrangement::improved(&names, &order, scene.frame, sweeps);
        order.rotate_right(turned);
        let total = arrangement.total();
        if best.as_ref().is_none_or(|(cheapest, _)| total < *cheapest) {
            best = Some((total, arrangement));
        }
    }
    best.map_or_else(Vec::new, |(_, arrangement)| arrangement.places())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::drawing::geometry::Rect;

    /// Points on a spiral, dense in the middle.
    fn crowd(count: u32, frame: Rect, width: f64) -> (Vec<Wanted>, Scene) {
        let points: Vec<Pixel> = (0..count)
            .map(|index| {
                let (sin, cos) = (f64::from(index) * 2.4).sin_cos();
                let out = 12.0 * f64::from(index).sqrt() * 2.0;
                (400.0 + out * cos, 250.0 + out * sin)
            })
            .collect();
        let wanted = points.iter().enumerate().map(|(index, &at)| Wanted {
            at,
            radius: 5.0,
            width,
            height: 14.0,
            direction: -0.35,
            essential: index % 10 == 0,
        });
        let mut scene = Scene::new(frame);
        for &at in &points {
            scene.add_marker(at, 5.0, 90.0);
        }
        (wanted.collect(), scene)
    }

    const WIDE: Rect = Rect { left: 0.0, top: 0.0, right: 800.0, bottom: 500.0 };

    #[test]
    fn names_cover_neither_each_other_nor_markers() {
        for (count, least) in [(60, 55), (400, 60)] {
            let (wanted, scene) = crowd(count, WIDE, 70.0);
            let places: Vec<Place> = place(&wanted, &scene).into_iter().flatten().collect();
            assert!(places.len() >= least, "only {} of {count} placed", places.len());
            for (index, place) in places.iter().enumerate() {
                assert!(scene.frame.holds(&place.rect));
                assert!(places[index + 1..].iter().all(|other| !other.rect.overlaps(&place.rect)));
                assert!(count > 60 || scene.covered_markers(&place.rect) == 0);
            }
        }
    }

    #[test]
    fn essential_names_always_stand_even_where_there_is_no_room() {
        let tight = Rect { left: 380.0, top: 230.0, right: 460.0, bottom: 270.0 };
        let (wanted, scene) = crowd(40, tight, 300.0);
        let places = place(&wanted, &scene);
        assert!(wanted.iter().zip(&places).all(|(name, place)| !name.essential || place.is_some()));
    }

    #[test]
    fn a_name_that_is_nearer_to_a_stranger_has_a_leader() {
        let (wanted, scene) = crowd(60, WIDE, 70.0);
        for (name, place) in wanted.iter().zip(place(&wanted, &scene)) {
            let Some(place) = place.filter(|place| place.leader.is_none()) else { continue };
            let own = place.rect.distance(name.at) - name.radius;
            let strangers = scene.markers(&place.rect.grown(own));
            let nearest = strangers.map(|(at, radius)| place.rect.distance(at) - radius);
            assert!(nearest.fold(f64::INFINITY, f64::min) >= own - 0.1, "{name:?}");
        }
    }
}
