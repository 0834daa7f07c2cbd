//! The choice of one candidate for each label, so that the total cost is as low as possible.

use crate::charts::drawing::Rect;
use crate::charts::drawing::geometry::segments_cross;
use crate::charts::drawing::labels::candidates::{CONFLICT, Candidate};
use crate::charts::drawing::spatial_index::SpatialIndex;

/// Cost of a label that is dropped: less than that of a conflict.
const DROPPED: f64 = CONFLICT - 1.0;
/// Cost of two leaders that cross.
const CROSSED_LEADERS: f64 = 120.0;

/// The candidates of a label, cheapest first.
pub(crate) struct Choices {
    pub candidates: Vec<Candidate>,
    pub is_essential: bool,
}

/// The candidate chosen for each label; `None` where it is dropped.
pub(crate) struct Selection<'a> {
    labels: &'a [Choices],
    chosen: Vec<Option<usize>>,
    /// The chosen candidates' bounds.
    taken: SpatialIndex,
}

impl<'a> Selection<'a> {
    /// Chooses greedily in `order`, then sweeps over the labels while anything improves, at most
    /// `sweeps` times in all.
    pub(crate) fn improved(
        labels: &'a [Choices],
        order: &[usize],
        bounds: Rect,
        sweeps: u32,
    ) -> Self {
        let (chosen, taken) = (vec![None; labels.len()], SpatialIndex::over(&bounds));
        let mut selection = Self { labels, chosen, taken };
        for _ in 0..sweeps {
            let mut has_changed = false;
            for &label in order {
                has_changed |= selection.choose_cheapest(label);
            }
            for &label in order {
                has_changed |= selection.chosen[label].is_none() && selection.make_room(label);
            }
            if !has_changed {
                break;
            }
        }
        selection
    }

    /// Moves a label to its cheapest candidate; returns whether it moved.
    fn choose_cheapest(&mut self, label: usize) -> bool {
        let before = self.chosen[label];
        self.choose(label, None);
        let (_, best) = self.cheapest(label);
        self.choose(label, best);
        before != best
    }

    /// Gives a dropped label a position by moving one other label away; returns whether that
    /// worked.
    fn make_room(&mut self, label: usize) -> bool {
        let labels = self.labels;
        for (number, candidate) in labels[label].candidates.iter().enumerate() {
            let mut rivals = self.rivals(label, candidate).filter(|(_, cost)| *cost >= CONFLICT);
            let (Some((rival, _)), None) = (rivals.next(), rivals.next()) else { continue };
            drop(rivals);
            let before = self.chosen[rival];
            self.choose(rival, None);
            self.choose(label, Some(number));
            let (cost, elsewhere) = self.cheapest(rival);
            if elsewhere.is_some() && cost < CONFLICT {
                self.choose(rival, elsewhere);
                return true;
            }
            self.choose(label, None);
            self.choose(rival, before);
        }
        false
    }

    fn choose(&mut self, label: usize, number: Option<usize>) {
        if let Some(candidate) = self.candidate(label) {
            self.taken.remove(label, &candidate.bounds());
        }
        self.chosen[label] = number;
        if let Some(candidate) = self.candidate(label) {
            self.taken.insert(label, &candidate.bounds());
        }
    }

    fn candidate(&self, label: usize) -> Option<&'a Candidate> {
        self.chosen[label].map(|number| &self.labels[label].candidates[number])
    }

    /// The cheapest candidate of a label while all others stay, and its cost. Dropping a label
    /// is cheaper than a conflict, but an essential label is never dropped.
    fn cheapest(&self, label: usize) -> (f64, Option<usize>) {
        let choices = &self.labels[label];
        let mut best = (if choices.is_essential { f64::INFINITY } else { DROPPED }, None);
        for (number, candidate) in choices.candidates.iter().enumerate() {
            if candidate.cost >= best.0 {
                break; // Candidates are sorted: no later one can be cheaper.
            }
            let total = candidate.cost + self.conflicts(label, candidate);
            if total < best.0 {
                best = (total, Some(number));
            }
        }
        best
    }

    /// Cost of a candidate's conflicts with the other labels.
    fn conflicts(&self, label: usize, candidate: &Candidate) -> f64 {
        self.rivals(label, candidate).map(|(_, cost)| cost).sum()
    }

    /// The other labels near a candidate, and the cost of its conflict with each.
    fn rivals(&self, label: usize, candidate: &Candidate) -> impl Iterator<Item = (usize, f64)> {
        let near = self.taken.near(&candidate.bounds());
        near.filter(move |&other| other != label)
            .filter_map(|other| Some((other, conflict(candidate, self.candidate(other)?))))
    }

    pub(crate) fn cost(&self) -> f64 {
        let cost = |label: usize| match self.candidate(label) {
            Some(candidate) => candidate.cost + self.conflicts(label, candidate),
            None => DROPPED,
        };
        (0..self.labels.len()).map(cost).sum()
    }

    pub(crate) fn candidates(&self) -> Vec<Option<Candidate>> {
        (0..self.labels.len()).map(|label| self.candidate(label).copied()).collect()
    }
}

/// Cost of two candidates in each other's way.
fn conflict(first: &Candidate, second: &Candidate) -> f64 {
    let mut cost = if first.rect.expanded(2.0).overlaps(&second.rect) { CONFLICT } else { 0.0 };
    for (leader, rect) in [(first.leader, second.rect), (second.leader, first.rect)] {
        if leader.is_some_and(|leader| rect.meets(leader)) {
            cost += CONFLICT;
        }
    }
    match (first.leader, second.leader) {
        (Some(first), Some(second)) if segments_cross(first, second) => cost + CROSSED_LEADERS,
        _ => cost,
    }
}
