//! The networks of a method, and which of them is better.

use std::collections::HashSet;
use std::sync::Arc;

use crate::search::design::{CountedNetwork, Design};

/// A network of a method.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Individual {
    /// The alternatives by which it was chosen.
    pub picks: Vec<usize>,
    /// The network.
    pub network: Arc<CountedNetwork>,
    /// Its accuracy in percent after each step of successive halving that it took part in.
    pub accuracies: Vec<f64>,
    /// Whether a training run of it failed. It then counts as the worst.
    pub has_failed: bool,
}

/// The training runs of individuals, each once.
pub(super) fn distinct_trainings<'i>(individuals: impl Iterator<Item = &'i Individual>) -> usize {
    let runs = individuals.flat_map(|one| {
        let steps = one.accuracies.len() + usize::from(one.has_failed);
        (0..steps).map(|step| (one.network.index, step))
    });
    runs.collect::<HashSet<_>>().len()
}

impl Design<'_> {
    /// Whether one network is better than another, by the last step of successive halving that both took part in; of
    /// equal ones, the one that went further.
    pub(super) fn is_better(&self, one: &Individual, other: &Individual) -> bool {
        if one.has_failed || other.has_failed {
            return other.has_failed && !one.has_failed;
        }
        let steps = [one, other].map(|individual| individual.accuracies.len());
        let Some(last) = steps[0].min(steps[1]).checked_sub(1) else { return steps[0] > steps[1] };
        let score = |one: &Individual| self.objective.score(one.accuracies[last], &one.network);
        score(one).total_cmp(&score(other)).then(steps[0].cmp(&steps[1])).is_gt()
    }

    pub(super) fn last_score(&self, one: &Individual) -> f64 {
        let last = one.accuracies.last();
        last.map_or(f64::NEG_INFINITY, |last| self.objective.score(*last, &one.network))
    }

    /// The networks of several methods that were trained as long as possible, each once.
    pub(super) fn fully_trained<'i>(
        &self,
        all: impl Iterator<Item = &'i Individual>,
    ) -> Vec<&'i Arc<CountedNetwork>> {
        let mut seen = HashSet::new();
        let full = all.filter(|one| self.is_fully_trained(one)).map(|one| &one.network);
        full.filter(|network| seen.insert(network.index)).collect()
    }

    fn is_fully_trained(&self, one: &Individual) -> bool {
        !one.has_failed && one.accuracies.len() == self.rungs.len()
    }

    /// The best of those that were trained as long as possible; of equal ones, the first.
    pub(super) fn best(&self, individuals: &[Individual]) -> Option<usize> {
        let full = individuals.iter().enumerate().filter(|(_, one)| self.is_fully_trained(one));
        let scored = full.map(|(index, one)| (index, self.last_score(one)));
        scored.reduce(|best, one| if one.1 > best.1 { one } else { best }).map(|(index, _)| index)
    }
}
