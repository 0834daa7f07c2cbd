//! Puts names beside their points so that nothing is covered and nothing is struck.
//!
//! Every name may stand in a ring of places around its point, each with a cost. A
//! greedy choice from several rotated orders, each improved one name at a time until
//! nothing changes, keeps the cheapest whole. No randomness and no time limit, so the
//! result does not depend on the machine.

use crate::plot::geometry::{Rect, cross};
use crate::plot::page::Pixel;
use crate::plot::spot::{Place, places, reach};

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

/// What names must keep clear of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scene {
    /// Names stay inside.
    pub frame: Rect,
    /// Centres and radii.
    pub markers: Vec<(Pixel, f64)>,
    /// Other texts.
    pub blocks: Vec<Rect>,
    /// Segments and what crossing one costs.
    pub strokes: Vec<([Pixel; 2], f64)>,
}

/// A name covering a marker or another name; such names are dropped.
pub(crate) const COLLISION: f64 = 1000.0;
/// Names beyond this many are dropped unseen: no chart can show them.
const MOST: usize = 200;
/// Up to this many names, every care is taken; beyond, time counts.
const CAREFUL: usize = 60;

/// A place for each name, in the order given; `None` where there is no room.
pub(crate) fn place(wanted: &[Wanted], scene: &Scene) -> Vec<Option<Place>> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|&index| (!wanted[index].essential, index));
    order.truncate(MOST);
    let names: Vec<Name> = order.iter().map(|&index| Name::new(&wanted[index], scene)).collect();
    let neighbours = neighbours(&names);
    let mut chosen = cheapest(&names, &neighbours);
    drop_collisions(&names, &neighbours, &mut chosen);
    let mut places = vec![None; wanted.len()];
    for (&index, place) in order.iter().zip(places_of(&names, &chosen)) {
        places[index] = place;
    }
    places
}

/// A name with the places it may take, cheapest first.
struct Name {
    places: Vec<Place>,
    /// Everything its places can touch.
    reach: Rect,
    essential: bool,
}

type Chosen = Vec<Option<usize>>;

impl Name {
    fn new(wanted: &Wanted, scene: &Scene) -> Self {
        Self { places: places(wanted, scene), reach: reach(wanted), essential: wanted.essential }
    }
}

/// What two places cost each other.
fn conflict(first: &Place, second: &Place) -> f64 {
    let mut cost = if first.rect.grown(2.0).overlaps(&second.rect) { COLLISION } else { 0.0 };
    for (leader, rect) in [(first.leader, second.rect), (second.leader, first.rect)] {
        if leader.is_some_and(|[from, to]| rect.crossed(from, to)) {
            cost += 100.0;
        }
    }
    match (first.leader, second.leader) {
        (Some(first), Some(second)) if cross(first, second) => cost + 120.0,
        _ => cost,
    }
}

fn neighbours(names: &[Name]) -> Vec<Vec<usize>> {
    let near =
        |one: usize, other: usize| one != other && names[one].reach.overlaps(&names[other].reach);
    (0..names.len())
        .map(|one| (0..names.len()).filter(|&other| near(one, other)).collect())
        .collect()
}

/// The cheapest of the arrangements that start with different names.
fn cheapest(names: &[Name], neighbours: &[Vec<usize>]) -> Chosen {
    let mut order: Vec<usize> = (0..names.len()).collect();
    // The most constrained name first.
    order.sort_by_key(|&index| {
        names[index].places.iter().filter(|place| place.cost < COLLISION).count()
    });
    let starts = if names.len() <= CAREFUL { 12 } else { 2 };
    let mut best: (f64, Chosen) = (f64::INFINITY, vec![None; names.len()]);
    for start in 0..starts {
        let turned = start * names.len() / starts;
        order.rotate_left(turned);
        let chosen = arrange(names, neighbours, &order);
        order.rotate_right(turned);
        let total = (0..names.len()).map(|index| cost_of(names, neighbours, &chosen, index)).sum();
        if total < best.0 {
            best = (total, chosen);
        }
    }
    best.1
}

/// Greedy in `order`, then one name at a time while anything improves.
fn arrange(names: &[Name], neighbours: &[Vec<usize>], order: &[usize]) -> Chosen {
    let mut chosen = vec![None; names.len()];
    let sweeps = if names.len() <= CAREFUL { 20 } else { 4 };
    for _ in 0..sweeps {
        let mut changed = false;
        for &index in order {
            let better = choose(names, neighbours, &chosen, index);
            changed |= chosen[index] != better;
            chosen[index] = better;
        }
        if !changed {
            break;
        }
    }
    chosen
}

/// The cheapest place of one name while all others stay.
fn choose(
    names: &[Name],
    neighbours: &[Vec<usize>],
    chosen: &Chosen,
    index: usize,
) -> Option<usize> {
    let standing: Vec<&Place> = neighbours[index]
        .iter()
        .filter_map(|&other| Some(&names[other].places[chosen[other]?]))
        .collect();
    let mut best = (f64::INFINITY, None);
    for (candidate, place) in names[index].places.iter().enumerate() {
        let mut total = place.cost;
        for other in &standing {
            if total >= best.0 {
                break;
            }
            total += conflict(place, other);
        }
        if total < best.0 {
            best = (total, Some(candidate));
        } else if place.cost >= best.0 {
            // Places are sorted: no later one can be cheaper.
            break;
        }
    }
    best.1
}

fn cost_of(names: &[Name], neighbours: &[Vec<usize>], chosen: &Chosen, index: usize) -> f64 {
    let Some(place) = chosen[index].map(|candidate| &names[index].places[candidate]) else {
        return 0.0;
    };
    let others =
        neighbours[index].iter().filter_map(|&other| Some(&names[other].places[chosen[other]?]));
    place.cost + others.map(|other| conflict(place, other)).sum::<f64>()
}

/// Drops the worst name that covers something, until none does or only essential ones do.
fn drop_collisions(names: &[Name], neighbours: &[Vec<usize>], chosen: &mut Chosen) {
    for _ in 0..names.len() {
        let costs =
            (0..names.len()).map(|index| (cost_of(names, neighbours, chosen, index), index));
        let worst = costs
            .filter(|&(cost, index)| cost >= COLLISION && !names[index].essential)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let Some((_, index)) = worst else { return };
        chosen[index] = None;
    }
}

fn places_of(names: &[Name], chosen: &Chosen) -> Vec<Option<Place>> {
    names
        .iter()
        .zip(chosen)
        .map(|(name, chosen)| chosen.map(|candidate| name.places[candidate]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on a spiral, dense in the middle.
    fn crowd(count: u32) -> (Vec<Wanted>, Scene) {
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
            width: 70.0,
            height: 14.0,
            direction: -0.35,
            essential: index % 10 == 0,
        });
        let scene = Scene {
            frame: Rect { left: 0.0, top: 0.0, right: 800.0, bottom: 500.0 },
            markers: points.iter().map(|&at| (at, 5.0)).collect(),
            ..Scene::default()
        };
        (wanted.collect(), scene)
    }

    #[test]
    fn names_cover_neither_each_other_nor_markers() {
        let (wanted, scene) = crowd(60);
        let places: Vec<Place> = place(&wanted, &scene).into_iter().flatten().collect();
        assert!(places.len() >= 30, "only {} of 60 placed", places.len());
        for (index, place) in places.iter().enumerate() {
            assert!(scene.frame.holds(&place.rect));
            assert!(places[index + 1..].iter().all(|other| !other.rect.overlaps(&place.rect)));
            assert!(scene.markers.iter().all(|(at, radius)| place.rect.distance(*at) >= *radius));
        }
    }

    #[test]
    fn essential_names_always_stand_even_where_there_is_no_room() {
        let (mut wanted, mut scene) = crowd(40);
        scene.frame = Rect { left: 380.0, top: 230.0, right: 460.0, bottom: 270.0 };
        for name in &mut wanted {
            name.width = 300.0;
        }
        let places = place(&wanted, &scene);
        assert!(wanted.iter().zip(&places).all(|(name, place)| !name.essential || place.is_some()));
    }
}
