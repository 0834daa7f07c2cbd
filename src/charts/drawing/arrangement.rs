//! Names in places that cost as little as possible together.

use crate::charts::drawing::geometry::{Rect, cross};
use crate::charts::drawing::nearby::Nearby;
use crate::charts::drawing::spot::Place;

/// A name covering a marker or another name, which only essential names may.
pub(crate) const COLLISION: f64 = 1000.0;
/// A name without a place.
const DROPPED: f64 = COLLISION - 1.0;
/// A name with the places it may take, cheapest first.
pub(crate) struct Name {
    pub places: Vec<Place>,
    pub essential: bool,
}

/// Which place each name has taken.
pub(crate) struct Arrangement<'a> {
    names: &'a [Name],
    chosen: Vec<Option<usize>>,
    standing: Nearby,
}

impl<'a> Arrangement<'a> {
    /// Greedy in `order`, then one name at a time while anything improves, at most `sweeps` times.
    pub(crate) fn improved(names: &'a [Name], order: &[usize], frame: Rect, sweeps: u32) -> Self {
        let (chosen, standing) = (vec![None; names.len()], Nearby::over(&frame));
        let mut arrangement = Self { names, chosen, standing };
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
        let near = self.standing.within(&place.bounds());
        near.filter(move |&other| other != index)
            .filter_map(|other| Some((other, conflict(place, self.place(other)?))))
    }

    pub(crate) fn total(&self) -> f64 {
        let cost = |index: usize| match self.place(index) {
            Some(place) => place.cost + self.rivalry(index, place),
            None => DROPPED,
        };
        (0..self.names.len()).map(cost).sum()
    }

    pub(crate) fn places(&self) -> Vec<Option<Place>> {
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
