//! The networks that were trained as long as possible, and which of them are on the front of accuracy and cost.

use std::sync::Arc;

use crate::search::design::results::Results;
use crate::search::design::{CountedNetwork, Design};

/// A network that was trained as long as possible.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MeasuredNetwork {
    /// The network.
    pub network: Arc<CountedNetwork>,
    /// Its accuracy in percent after each step of successive halving, where it took part.
    pub accuracies: Vec<Option<f64>>,
    /// The last of them.
    pub accuracy: f64,
    /// Its score by the objective.
    pub score: f64,
    /// Whether no other network is more accurate at no higher cost, or as accurate at a lower one.
    pub is_on_front: bool,
}

/// Those of the networks that were, within the constraints; the best score first.
pub(super) fn measured<'n>(
    design: &Design,
    results: &Results,
    networks: impl Iterator<Item = &'n Arc<CountedNetwork>>,
) -> Vec<MeasuredNetwork> {
    let found = networks.filter_map(|network| {
        let accuracy = results.validation(network, design.longest()).accuracy()?;
        let score = design.objective.score(accuracy, network);
        let of_step = |epochs: &u64| results.validation(network, *epochs).accuracy();
        design.objective.allows(network).then(|| MeasuredNetwork {
            network: Arc::clone(network),
            accuracies: design.rungs.iter().map(of_step).collect(),
            accuracy,
            score,
            is_on_front: false,
        })
    });
    let mut found: Vec<MeasuredNetwork> = found.collect();
    mark_front(design, &mut found);
    let cost = |one: &MeasuredNetwork| design.objective.cost(&one.network);
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(cost(a).total_cmp(&cost(b))));
    found
}

/// Goes from the cheapest to the dearest, the more accurate first, and marks what is more accurate than all before.
fn mark_front(design: &Design, found: &mut [MeasuredNetwork]) {
    let cost = |one: &MeasuredNetwork| design.objective.cost(&one.network);
    found.sort_by(|a, b| cost(a).total_cmp(&cost(b)).then(b.accuracy.total_cmp(&a.accuracy)));
    let mut best = f64::NEG_INFINITY;
    for one in found {
        one.is_on_front = one.accuracy > best;
        best = best.max(one.accuracy);
    }
}
