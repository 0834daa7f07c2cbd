//! A design: the best network of a search space at a cost, by regularised evolution and by random search under the same
//! budget.
//!
//! Real et al. 2018 (arXiv:1802.01548): children of the best of a sample of the population replace the oldest. Random
//! search is its control, and both begin with the same networks. Each generation is trained by successive halving.

mod arm;
mod comparison;
mod counted_network;
mod draws;
mod equal_networks;
mod found;
mod individual;
mod networks;
mod objective;
mod replay;
mod results;
mod size;

use crate::error::Error;
use crate::search::next::{Next, distinct};
use crate::search::variant::TestedOn;
use crate::search::{Candidate, JournalEntry, MeasuredAccuracy};
pub use arm::{ArmResult, Method};
pub use comparison::{ComparedNetwork, Comparison, Verdict};
pub use counted_network::CountedNetwork;
pub use found::MeasuredNetwork;
pub use individual::Individual;
pub use networks::DesignNetworks;
pub use objective::{Limits, Objective, Target};
pub use replay::{PairedDifference, Replay, ReplayedBudget};
use results::Results;
pub use size::{SpaceSize, WithinConstraints};

/// What is searched, by which methods, and how much each may train.
#[derive(Clone, Debug)]
pub struct Design<'n> {
    /// The networks of the space.
    pub networks: &'n DesignNetworks,
    /// What a network is to be.
    pub objective: Objective,
    /// The methods that are compared.
    pub methods: Vec<Method>,
    /// Networks that each method trains.
    pub candidates: usize,
    /// Networks that are trained together, before the next ones are chosen.
    pub generation: usize,
    /// Networks of the population of evolution.
    pub population: usize,
    /// Networks of the population that are drawn to choose a parent.
    pub sample: usize,
    /// Passes over the training images at each step of successive halving, in ascending order.
    pub rungs: Vec<u64>,
    /// The seed of all draws.
    pub seed: u64,
    /// Training runs of the best network of each method with new seeds, on images on which no choice was made.
    pub final_runs: u64,
}

/// What a design found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DesignResult {
    /// What each method did.
    pub arms: Vec<ArmResult>,
    /// Training runs of all methods together; those of a network that several chose were made once.
    pub trainings: usize,
    /// Every network of the methods that was trained as long as possible, the best first.
    pub measured: Vec<MeasuredNetwork>,
    /// The best networks of the methods, measured anew. `None` if no network was trained to the end, or none again.
    pub comparison: Option<Comparison>,
}

/// The seed of every training run on which choices are made. It is the same in every design, so that what was trained for
/// one is known to another.
const TRAINING_SEED: u64 = 1;

impl Design<'_> {
    /// What to measure next, from what was measured and what failed. Fails if measurements contradict each other, or if
    /// the space has too few networks within the constraints.
    pub fn next(
        &self,
        measured: &[MeasuredAccuracy],
        failed: &[JournalEntry],
    ) -> Result<Next<DesignResult>, Error> {
        let results = Results::read(self.networks, measured, failed)?;
        self.arms(&results)?.then(|arms| {
            self.compared(&arms, &results).then(|comparison| {
                let individuals = || arms.iter().flat_map(|arm| &arm.individuals);
                let full = self.fully_trained(individuals());
                let measured = found::measured(self, &results, full.into_iter());
                let trainings = individual::distinct_trainings(individuals());
                Ok(Next::Done(DesignResult { arms, trainings, measured, comparison }))
            })
        })
    }

    /// The methods side by side: while one waits for results, so may the other.
    fn arms(&self, results: &Results) -> Result<Next<Vec<ArmResult>>, Error> {
        let (mut batch, mut arms): (Vec<Candidate>, _) = (Vec::new(), Vec::new());
        for method in &self.methods {
            match arm::run(self, *method, results)? {
                Next::Done(arm) => arms.push(arm),
                Next::Measure(wanted) => batch.extend(wanted),
            }
        }
        Ok(if batch.is_empty() { Next::Done(arms) } else { Next::Measure(distinct(batch)) })
    }

    /// Every distinct network of the space within the constraints, at every step of successive halving. Fails if there
    /// are none, or too many to list.
    pub fn whole(&self) -> Result<Vec<Candidate>, Error> {
        let all = size::all(self)?;
        let each = all
            .iter()
            .flat_map(|network| self.rungs.iter().map(|epochs| self.chosen_on(network, *epochs)));
        Ok(each.collect())
    }

    /// What was measured of the whole space, the best first.
    pub fn measured(&self, measured: &[MeasuredAccuracy]) -> Result<Vec<MeasuredNetwork>, Error> {
        let results = Results::read(self.networks, measured, &[])?;
        Ok(found::measured(self, &results, results.networks.iter()))
    }

    /// How many measurements are of no training run in this space, as where its choices were others.
    #[must_use]
    pub fn unknown(&self, measured: &[MeasuredAccuracy]) -> usize {
        measured.iter().filter(|one| !results::is_known(self.networks, &one.variant)).count()
    }

    /// The last step of successive halving.
    #[must_use]
    pub fn longest(&self) -> u64 {
        self.rungs.last().copied().unwrap_or(1)
    }

    /// The candidate whose accuracy chooses networks.
    fn chosen_on(&self, network: &CountedNetwork, epochs: u64) -> Candidate {
        self.candidate(network, epochs, TRAINING_SEED, TestedOn::Validation)
    }

    fn candidate(
        &self,
        network: &CountedNetwork,
        epochs: u64,
        seed: u64,
        images: TestedOn,
    ) -> Candidate {
        let mut candidate = self.networks.candidate(network);
        candidate.variant.epochs = Some(epochs);
        candidate.variant.seed = Some(seed);
        candidate.variant.images = Some(images);
        candidate
    }
}

#[cfg(test)]
mod tests;
