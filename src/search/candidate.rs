//! A candidate of a search: a network of the family at one α, β, γ and φ.

use crate::counting::ledger::{Cost, Event};
use crate::counting::network::Network;
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::scaling::{Coefficients, Scale};

/// Coefficients this near are the same: they went through a file as decimals.
const NEAR: f64 = 1e-9;

/// A network to be measured.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its coefficients; of points that round to the same network, the first.
    pub coefficients: Coefficients,
    /// Its φ.
    pub phi: f64,
    /// Its multipliers of the family's baseline.
    pub scale: Scale,
    /// α·β²·γ².
    pub product: f64,
    /// Its MACs over those of φ = 0.
    pub ratio: f64,
    /// Height and width of its input, in pixels.
    pub image: [u64; 2],
    /// Its ledger for one image.
    pub cost: Cost<u64>,
    /// Other points that round to the same network.
    pub same: Vec<Coefficients>,
}

impl Candidate {
    /// Whether a point of the grid at φ is this candidate, or rounds to the same network.
    #[must_use]
    pub fn is(&self, phi: f64, point: Coefficients) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= NEAR;
        let is_point = |own: &Coefficients| {
            near(own.alpha, point.alpha)
                && near(own.beta, point.beta)
                && near(own.gamma, point.gamma)
        };
        near(self.phi, phi) && (is_point(&self.coefficients) || self.same.iter().any(is_point))
    }

    /// The candidate for its evaluator: coefficients, multipliers and counted totals, and which member of
    /// the spec beside it is its network.
    #[must_use]
    pub fn json(&self, family: &str, member: &str) -> String {
        let Coefficients { alpha, beta, gamma } = self.coefficients;
        let value = serde_json::json!({
            "schema": "phiscale.candidate/1",
            "family": family,
            "phi": self.phi,
            "alpha": alpha,
            "beta": beta,
            "gamma": gamma,
            "depth": self.scale.depth,
            "width": self.scale.width,
            "resolution": self.scale.resolution,
            "input": { "height": self.image[0], "width": self.image[1] },
            "totals": {
                "params": self.cost.sum(Event::PARAMS),
                "macs": self.cost.sum(Event::MACS),
                "activations": self.cost.sum(Event::ACTIVATIONS),
            },
            "spec": "network.toml",
            "member": member,
        });
        format!("{value:#}\n")
    }
}

#[cfg(test)]
impl Candidate {
    /// A candidate without a network, for tests of what is done with measurements.
    pub(super) fn bare(coefficients: Coefficients, phi: f64, ratio: f64) -> Self {
        Candidate {
            coefficients,
            phi,
            scale: coefficients.at(phi),
            product: coefficients.growth(),
            ratio,
            image: [32, 32],
            cost: Cost::zero(),
            same: Vec::new(),
        }
    }
}

/// What is scaled: a family, and its multipliers at φ = 0.
pub(super) struct Subject<'a> {
    family: &'a Family,
    base: Scale,
    macs: f64,
}

impl<'a> Subject<'a> {
    pub(super) fn new(family: &'a Family, base: Scale) -> Result<Self, Error> {
        let network = family.network(&Request { scale: base, ..Request::BASELINE })?.network;
        Ok(Subject { family, base, macs: network.cost().total(Event::MACS) as f64 })
    }

    /// The candidate of these coefficients at φ, with its network.
    pub(super) fn candidate(
        &self,
        coefficients: Coefficients,
        phi: f64,
    ) -> Result<(Network<u64>, Candidate), Error> {
        let by = coefficients.at(phi);
        let scale = Scale {
            depth: self.base.depth * by.depth,
            width: self.base.width * by.width,
            resolution: self.base.resolution * by.resolution,
        };
        let network = self.family.network(&Request { scale, ..Request::BASELINE })?.network;
        let cost = network.cost();
        let candidate = Candidate {
            coefficients,
            phi,
            scale,
            product: coefficients.growth(),
            ratio: cost.total(Event::MACS) as f64 / self.macs,
            image: [network.input().height, network.input().width],
            cost,
            same: Vec::new(),
        };
        Ok((network, candidate))
    }
}

/// Candidates, each network once.
#[derive(Default)]
pub(super) struct Distinct(Vec<(Network<u64>, Candidate)>);

impl Distinct {
    /// Adds a candidate, or its coefficients to the one that has the same network.
    pub(super) fn add(&mut self, network: Network<u64>, candidate: Candidate) {
        match self.0.iter_mut().find(|(other, _)| is_same(other, &network)) {
            Some((_, first)) => first.same.push(candidate.coefficients),
            None => self.0.push((network, candidate)),
        }
    }

    pub(super) fn candidates(self) -> Vec<Candidate> {
        self.0.into_iter().map(|(_, candidate)| candidate).collect()
    }
}

/// Whether two networks of one family have the same layers.
fn is_same(one: &Network<u64>, other: &Network<u64>) -> bool {
    let (one, other) = (one.placed(), other.placed());
    one.len() == other.len()
        && one.iter().zip(other).all(|(a, b)| {
            (a.times, &a.input, &a.output) == (b.times, &b.input, &b.output) && a.cost() == b.cost()
        })
}
