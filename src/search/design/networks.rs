//! The networks of a space, counted when they are first asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::analysis::time::Deployment;
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::scaling::{Coefficients, Scale};
use crate::families::spec::space::SearchSpace;
use crate::search::Candidate;
use crate::search::design::counted_network::CountedNetwork;
use crate::search::design::equal_networks::{Counted, layers};
use crate::search::variant::Variant;

/// A search space with its networks.
#[derive(Debug)]
pub struct DesignNetworks {
    /// The space.
    pub space: SearchSpace,
    /// How networks run, where their times are estimated.
    pub run: Option<Deployment>,
    counted: Mutex<Counted>,
}

impl DesignNetworks {
    /// The networks of a space; `run` says how they run, if their times are to be estimated.
    #[must_use]
    pub fn new(space: SearchSpace, run: Option<Deployment>) -> DesignNetworks {
        DesignNetworks { space, run, counted: Mutex::default() }
    }

    /// The network that alternatives give, as it was first counted; `None` if they give none, as where a kernel is larger
    /// than its map.
    #[must_use]
    pub fn network(&self, picks: &[usize]) -> Option<Arc<CountedNetwork>> {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = counted.by_picks.get(picks) {
            return known.clone();
        }
        let network = self.family(picks).and_then(|family| family.network(&Request::BASELINE));
        let found = network.ok().map(|scaled| {
            let network = scaled.network;
            let of = |index| CountedNetwork {
                index,
                picks: picks.to_vec(),
                cost: network.ledger(),
                input: [network.input().height, network.input().width],
                seconds: self.run.as_ref().map(|run| run.seconds_per_image(&network)),
            };
            counted.first(layers(&network), of)
        });
        counted.by_picks.insert(picks.to_vec(), found.clone());
        found
    }

    /// The spec that alternatives leave, as a family.
    pub fn family(&self, picks: &[usize]) -> Result<Family, Error> {
        self.space.family(picks)
    }

    /// The family of a candidate of this space. Fails if it is one of another.
    pub fn family_of(&self, candidate: &Candidate) -> Result<Family, Error> {
        let picks = self.space.picks(&candidate.variant.choices).ok_or_else(|| {
            Error::new(format!("the candidate's choices are not those of {}", self.space.name))
        })?;
        self.family(&picks)
    }

    /// The network of measured choices; `None` if the space has no such choices.
    pub(super) fn measured(
        &self,
        choices: &BTreeMap<String, String>,
    ) -> Option<Arc<CountedNetwork>> {
        self.network(&self.space.picks(choices)?)
    }

    /// Of the alternatives that give this network, the first ones: a choice without effect, as in a stage that is left
    /// out, is its first alternative. Where alternatives of two choices make up for each other, the network is named as it
    /// was first counted.
    #[must_use]
    pub fn first_picks(&self, network: &CountedNetwork) -> Vec<usize> {
        let mut picks = network.picks.clone();
        let is_same =
            |picks: &[usize]| self.network(picks).is_some_and(|other| other.index == network.index);
        for index in 0..picks.len() {
            let chosen = picks[index];
            let earlier = (0..chosen).find(|pick| {
                let mut other = picks.clone();
                other[index] = *pick;
                is_same(&other)
            });
            picks[index] = earlier.unwrap_or(chosen);
        }
        picks
    }

    /// What is chosen in a network, by the name of the choice.
    #[must_use]
    pub fn choices(&self, network: &CountedNetwork) -> BTreeMap<String, String> {
        self.space.values(&self.first_picks(network))
    }

    /// A network as a candidate, before it is known how it is trained.
    pub(super) fn candidate(&self, network: &CountedNetwork) -> Candidate {
        let choices = self.choices(network);
        Candidate {
            coefficients: Coefficients { alpha: 1.0, beta: 1.0, gamma: 1.0 },
            phi: 0.0,
            variant: Variant { choices, ..Variant::default() },
            scale: Scale::BASELINE,
            macs_ratio: 1.0,
            time_ratio: None,
            seconds: network.seconds,
            input: network.input,
            cost: network.cost.clone(),
            in_tolerance: true,
            same_network: Vec::new(),
        }
    }
}
