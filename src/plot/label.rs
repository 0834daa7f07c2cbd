//! Puts names beside their points so that nothing is covered and nothing is struck.
//!
//! Every name may stand in a ring of places around its point, each with a cost. A
//! greedy choice from several rotated orders, each improved one name at a time until
//! nothing changes, keeps the cheapest whole. No randomness and no time limit, so the
//! result does not depend on the machine.

use crate::plot::geometry::{Rect, cross};
use crate::plot::nearby::Nearby;
use crate::plot::page::Pixel;
use crate::plot::scene::Scene;
use crate::plot::spot::{Place, places};

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

/// A name covering a marker or another name, which only essential names may.
pub(crate) const COLLISION: f64 = 1000.0;
/// A name without a place.
const DROPPED: f64 = COLLISION - 1.0;
/// Up to this many names, every care is taken; beyond, time counts.
const CAREFUL: usize = 60;

/// A place for each name, in the order given; `None` where there is no room.
pub(crate) fn place(wanted: &[Wanted], scene: &Scene) -> Vec<Option<Place>> {
    let crowded = wanted.len() > CAREFUL;
    let name = |wanted: &Wanted| Name {
        places: places(wanted, scene, crowded),
        essential: wanted.essential,
    };
    let names: Vec<Name> = wanted.iter().map(name).collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    // What must stand comes first, then the most constrained name.
    order.sort_by_key(|&index| (!names[index].essential, names[index].places.len()));
    order.retain(|&index| !names[index].places.is_empty());
    let starts = if order.len() <= CAREFUL { 12 } else { 1 };
    let mut best: Option<(f64, Arrangement)> = None;
    for start in 0..starts {
        let turned = start * order.len() / starts;
        order.rotate_left(turned);
        let arrangement = Arrangement::improved(&names, &order, scene.frame);
        order.rotate_right(turned);
        let total = arrangement.total();
        if best.as_ref().is_none_or(|(cheapest, _)| total < *cheapest) {
            best = Some((total, arrangement));
        }
    }
    best.map_or_else(Vec::new, |(_, arrangement)| arrangement.places())
}

/// A name with the places it may take, cheapest first.
struct Name {
    places: Vec<Place>,
    essential: bool,
}

/// Which place each name has taken.
struct Arrangement<'a> {
    names: &'a [Name],
    chosen: Vec<Option<usize>>,
    standing: Nearby,
}

impl<'a> Arrangement<'a> {
    /// Greedy in `order`, then one name at a time while anything improves.
    fn improved(names: &'a [Name], order: &[usize], frame: Rect) -> Self {
        let (chosen, standing) = (vec![None; names.len()], Nearby::over(&frame));
        let mut arrangement = Self { names, chosen, standing };
        let sweeps = if order.len() <= CAREFUL { 20 } else { 4 };
        for _ in 0..sweeps {
            let mut changed = false;
            for &index in order {
                changed |= arrangement.settle(index);
            }
            for &index in order {
                changed |= arrangement.chosen[index].is_none() && arrangement.make_room(index);
            }
            if !changed {
                break;
            }
        }
        arrangement
    }

    /// Moves a name to its cheapest place; whether that is another one.
    fn settle(&mut self, index: usize) -> bool {
        let before = self.chosen[index];
        self.take(index, None);
        let (_, best) = self.cheapest(index);
        self.take(index, best);
        before != best
    }

    /// Places a dropped name where one other name only has to move; whether one does.
    fn make_room(&mut self, index: usize) -> bool {
        let names = self.names;
        for (candidate, place) in names[index].places.iter().enumerate() {
            let mut in_the_way = self.rivals(index, place).filter(|(_, cost)| *cost >= COLLISION);
            let (Some((other, _)), None) = (in_the_way.next(), in_the_way.next()) else {
                continue;
            };
            drop(in_the_way);
            let stood = self.chosen[other];
            self.take(other, None);
            self.take(index, Some(candidate));
            let (cost, elsewhere) = self.cheapest(other);
            if elsewhere.is_some() && cost < COLLISION {
                self.take(other, elsewhere);
                return true;
            }
            self.take(index, None);
            self.take(other, stood);
        }
        false
    }

    fn take(&mut self, index: usize, candidate: Option<usize>) {
        if let Some(place) = self.place(index) {
            self.standing.remove(index, &place.bounds());
        }
        self.chosen[index] = candidate;
        if let Some(place) = self.place(index) {
            self.standing.insert(index, &place.bounds());
        }
    }

    fn place(&self, index: usize) -> Option<&'a Place> {
        self.chosen[index].map(|candidate| &self.names[index].places[candidate])
    }

    /// The cheapest place of a name while all others stay, and its cost. To be dropped is
    /// cheaper than to cover something, but not for an essential name.
    fn cheapest(&self, index: usize) -> (f64, Option<usize>) {
        let name = &self.names[index];
        let mut best = (if name.essential { f64::INFINITY } else { DROPPED }, None);
        for (candidate, place) in name.places.iter().enumerate() {
            if place.cost >= best.0 {
                break; // Places are sorted: no later one can be cheaper.
            }
            let total = place.cost + self.rivalry(index, place);
            if total < best.0 {
                best = (total, Some(candidate));
            }
        }
        best
    }

    /// What the names that stand near `place` cost it.
    fn rivalry(&self, index: usize, place: &Place) -> f64 {
        self.rivals(index, place).map(|(_, cost)| cost).sum()
    }

    fn rivals(&self, index: usize, place: &Place) -> impl Iterator<Item = (usize, f64)> {
        let near = self.standing.within(&place.bounds()).into_iter();
        near.filter(move |&other| other != index)
            .filter_map(|other| Some((other, conflict(place, self.place(other)?))))
    }

    fn total(&self) -> f64 {
        let cost = |index: usize| match self.place(index) {
            Some(place) => place.cost + self.rivalry(index, place),
            None => DROPPED,
        };
        (0..self.names.len()).map(cost).sum()
    }

    fn places(&self) -> Vec<Option<Place>> {
        (0..self.names.len()).map(|index| self.place(index).copied()).collect()
    }
}

/// What two places cost each other.
fn conflict(first: &Place, second: &Place) -> f64 {
    let mut cost = if first.rect.grown(2.0).overlaps(&second.rect) { COLLISION } else { 0.0 };
    for (leader, rect) in [(first.leader, second.rect), (second.leader, first.rect)] {
        if leader.is_some_and(|[from, to]| rect.crossed(from, to)) {
            cost += COLLISION;
        }
    }
    match (first.leader, second.leader) {
        (Some(first), Some(second)) if cross(first, second) => cost + 120.0,
        _ => cost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
