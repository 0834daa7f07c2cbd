//! The best network of each method, trained anew with seeds that no choice has used, and tested on other images.

use std::sync::Arc;

use crate::families::accuracy::mean;
use crate::search::Candidate;
use crate::search::design::results::Results;
use crate::search::design::{ArmResult, CountedNetwork, Design, Method, TRAINING_SEED};
use crate::search::next::Next;
use crate::search::variant::TestedOn;
use crate::search::welch::{Mean, is_greater};

/// The best networks of the methods, measured anew.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Comparison {
    /// Each of them, the one of the first method first. Methods that found the same network share it.
    pub networks: Vec<ComparedNetwork>,
    /// Which method's network is better.
    pub verdict: Verdict,
}

/// A network that was measured anew.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ComparedNetwork {
    /// The methods that found it best.
    pub methods: Vec<Method>,
    /// The network.
    pub network: Arc<CountedNetwork>,
    /// Training runs.
    pub runs: u64,
    /// Their mean accuracy on images on which no choice was made, in percent.
    pub accuracy: f64,
    /// Its standard error; `None` for one run.
    pub standard_error: Option<f64>,
}

/// Which of two methods found the better network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Only one method took part, or one found nothing.
    OneMethod,
    /// Both found the same network.
    SameNetwork,
    /// They cannot be told apart by Welch's t-test at 95 %.
    CannotTell,
    /// This method's network is significantly more accurate.
    Better(Method),
}

impl Design<'_> {
    pub(super) fn compared(
        &self,
        arms: &[ArmResult],
        results: &Results,
    ) -> Next<Option<Comparison>> {
        let networks = best_networks(arms);
        let seeds = TRAINING_SEED + 1..TRAINING_SEED + 1 + self.final_runs;
        let runs =
            networks.iter().flat_map(|(network, _)| seeds.clone().map(move |seed| (network, seed)));
        let missing = runs
            .filter(|(network, seed)| results.test(network, self.longest(), *seed).is_nothing());
        let missing: Vec<Candidate> = missing
            .map(|(network, seed)| self.candidate(network, self.longest(), seed, TestedOn::Test))
            .collect();
        if !missing.is_empty() {
            return Next::Measure(missing);
        }
        let tested = networks.into_iter().filter_map(|(network, methods)| {
            let accuracy = |seed| results.test(&network, self.longest(), seed).accuracy();
            let accuracies: Vec<f64> = seeds.clone().filter_map(accuracy).collect();
            ComparedNetwork::new(methods, network, &accuracies)
        });
        let networks: Vec<ComparedNetwork> = tested.collect();
        let verdict = verdict(&networks);
        Next::Done((!networks.is_empty()).then_some(Comparison { networks, verdict }))
    }
}

impl ComparedNetwork {
    /// None if it has no accuracies.
    fn new(
        methods: Vec<Method>,
        network: Arc<CountedNetwork>,
        accuracies: &[f64],
    ) -> Option<ComparedNetwork> {
        let (accuracy, standard_error) = mean(accuracies);
        let runs = accuracies.len() as u64;
        (runs > 0).then_some(ComparedNetwork { methods, network, runs, accuracy, standard_error })
    }
}

/// The best network of each method, each network once.
fn best_networks(arms: &[ArmResult]) -> Vec<(Arc<CountedNetwork>, Vec<Method>)> {
    let mut networks: Vec<(Arc<CountedNetwork>, Vec<Method>)> = Vec::new();
    for arm in arms {
        let Some(best) = arm.best.map(|best| &arm.individuals[best].network) else { continue };
        match networks.iter_mut().find(|(known, _)| known.index == best.index) {
            Some((_, methods)) => methods.push(arm.method),
            None => networks.push((Arc::clone(best), vec![arm.method])),
        }
    }
    networks
}

fn verdict(networks: &[ComparedNetwork]) -> Verdict {
    let mean = |one: &ComparedNetwork| {
        Some(Mean {
            value: one.accuracy,
            standard_error: one.standard_error?,
            degrees_of_freedom: Some(one.runs as f64 - 1.0),
        })
    };
    match networks {
        [both] if both.methods.len() > 1 => Verdict::SameNetwork,
        [one, other] => match mean(one).zip(mean(other)) {
            Some((a, b)) if is_greater(a, b) => Verdict::Better(one.methods[0]),
            Some((a, b)) if is_greater(b, a) => Verdict::Better(other.methods[0]),
            _ => Verdict::CannotTell,
        },
        _ => Verdict::OneMethod,
    }
}
