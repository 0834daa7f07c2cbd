//! What is known of the networks of a space: measured accuracies and failures.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::counting::units::plural;
use crate::error::{Diagnostic, Error};
use crate::search::design::{CountedNetwork, DesignNetworks, TRAINING_SEED};
use crate::search::variant::{TestedOn, Variant};
use crate::search::{JournalEntry, MeasuredAccuracy};

/// A training run: the number of the network, its epochs, its seed, and what its accuracy is of.
type Run = (usize, u64, u64, bool);

/// Accuracies by network, so that equal networks share theirs.
pub(super) struct Results {
    accuracies: HashMap<Run, Option<f64>>,
    /// The networks that were measured, each once, in the order of the measurements.
    pub(super) networks: Vec<Arc<CountedNetwork>>,
}

/// What is known of a training run.
#[derive(Clone, Copy)]
pub(super) enum Known {
    Nothing,
    Failed,
    /// Its accuracy, in percent.
    Accuracy(f64),
}

impl Results {
    /// Fails if two measurements of one run differ. Those of other spaces take no part.
    pub(super) fn read(
        networks: &DesignNetworks,
        measured: &[MeasuredAccuracy],
        failed: &[JournalEntry],
    ) -> Result<Results, Error> {
        let mut results = Results { accuracies: HashMap::new(), networks: Vec::new() };
        let mut seen = HashSet::new();
        for one in measured {
            let Some((run, network)) = run(networks, &one.variant) else { continue };
            let before = results.accuracies.insert(run, Some(one.accuracy)).flatten();
            if let Some(before) = before.filter(|before| (before - one.accuracy).abs() > 1e-9) {
                return Err(contradiction(before, one));
            }
            if seen.insert(network.index) {
                results.networks.push(network);
            }
        }
        for (run, _) in failed.iter().filter_map(|one| run(networks, &one.variant)) {
            results.accuracies.entry(run).or_insert(None);
        }
        Ok(results)
    }

    /// The result by which a network is chosen.
    pub(super) fn validation(&self, network: &CountedNetwork, epochs: u64) -> Known {
        self.known((network.index, epochs, TRAINING_SEED, false))
    }

    /// The same with another seed, on images on which no choice was made.
    pub(super) fn test(&self, network: &CountedNetwork, epochs: u64, seed: u64) -> Known {
        self.known((network.index, epochs, seed, true))
    }

    fn known(&self, run: Run) -> Known {
        match self.accuracies.get(&run) {
            None => Known::Nothing,
            Some(None) => Known::Failed,
            Some(Some(accuracy)) => Known::Accuracy(*accuracy),
        }
    }
}

impl Known {
    /// The accuracy in percent, if there is one.
    pub(super) fn accuracy(self) -> Option<f64> {
        match self {
            Known::Accuracy(accuracy) => Some(accuracy),
            Known::Nothing | Known::Failed => None,
        }
    }

    pub(super) fn is_nothing(self) -> bool {
        matches!(self, Known::Nothing)
    }
}

/// Whether a variant is a training run of a network of the space.
pub(super) fn is_known(networks: &DesignNetworks, variant: &Variant) -> bool {
    run(networks, variant).is_some()
}

/// The run that a measurement is of, and its network; `None` if it is of no run of this space.
fn run(networks: &DesignNetworks, variant: &Variant) -> Option<(Run, Arc<CountedNetwork>)> {
    // In a study, the choices say which baseline was scaled.
    if variant.family.is_some() {
        return None;
    }
    let network = networks.measured(&variant.choices)?;
    let is_test = variant.images? == TestedOn::Test;
    Some(((network.index, variant.epochs?, variant.seed?, is_test), network))
}

fn contradiction(before: f64, one: &MeasuredAccuracy) -> Error {
    let epochs = plural(one.variant.epochs.unwrap_or_default(), "epoch");
    let message = format!(
        "measurements contradict each other: after {epochs}, one network has an accuracy of {before} % and of {} %",
        one.accuracy
    );
    let help = format!("it is the network with {}", one.variant.chosen());
    Diagnostic::new(message).help(help).into()
}
