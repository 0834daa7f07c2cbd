//! Why time does not grow as MACs do: the growth of time, split into factors whose product is the growth exactly.
//!
//! A network's time has four parts: arithmetic in products of matrices, other arithmetic, memory traffic, and what is
//! spent for each layer. First all four grow as the MACs; then one effect after another is switched on, the largest
//! first: traffic grows as the bytes do, what is spent for each layer as the layers do, each kind of arithmetic as its
//! own multiply-adds do. Last, arithmetic and traffic may overlap. As in the gap of a count, the size of a factor
//! depends on that order, their product does not.

use crate::analysis::effective::{fitted_phi, scaled_members};
use crate::analysis::growth::{CostRule, Since, at_phi, check_phis};
use crate::analysis::time::{Deployment, loads};
use crate::counting::ledger::Event;
use crate::counting::network::Network;
use crate::counting::shape::Shape;
use crate::error::Error;
use crate::families::family::{Family, Member, Request};
use crate::families::scaling::Scale;

/// What time is spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// Arithmetic in products of matrices: convolutions, linear layers, attention.
    Matrix,
    /// Other arithmetic: depthwise convolutions.
    Vector,
    /// Reading and writing memory.
    Traffic,
    /// What is spent for each layer, whatever its size.
    Layers,
}

/// What a network does with a batch, and how long that takes.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Work {
    /// Multiply-adds of the batch.
    pub macs: f64,
    /// Activations of the batch, in elements.
    pub activations: f64,
    /// Bytes read and written.
    pub bytes: f64,
    /// Seconds of each part, in the order of [`Spent::ALL`].
    pub parts: [f64; 4],
    /// Seconds for the batch: where arithmetic and traffic overlap, less than the sum of the parts.
    pub seconds: f64,
}

/// How the time of a family grows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TimeGrowth {
    /// The rule that was checked.
    pub rule: CostRule,
    /// By how much one step of φ should multiply the time.
    pub target: f64,
    /// Images in a batch.
    pub batch: u32,
    /// The family at φ = 0.
    pub baseline: Work,
    /// One entry for each φ, in the order given.
    pub steps: Vec<TimeStep>,
    /// The published members that have multipliers.
    pub members: Vec<TimedMember>,
}

/// The family at one φ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TimeStep {
    /// The φ of this network.
    pub phi: f64,
    /// The multipliers at φ.
    pub scale: Scale,
    /// The shape of the network's input.
    pub input: Shape<u64>,
    /// What it does with a batch.
    pub work: Work,
    /// target^φ.
    pub promised: f64,
    /// Why its time is not the baseline's times the growth of the MACs.
    pub causes: Causes,
    /// How the time compares with that at the φ before; `None` at the first of several.
    pub since: Option<Since>,
}

/// A published member.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TimedMember {
    /// Its address.
    pub network: String,
    /// The φ nearest to its three multipliers; `None` if nothing scales.
    pub phi: Option<f64>,
    /// Its multipliers.
    pub scale: Scale,
    /// What it does with a batch.
    pub work: Work,
    /// Why its time is not the baseline's times the growth of the MACs.
    pub causes: Causes,
}

/// The factors whose product is the growth of the time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Causes {
    /// The growth of the MACs.
    pub macs: f64,
    /// With traffic that grows as the bytes, over that.
    pub traffic: f64,
    /// With what is spent for each layer growing as the layers too.
    pub layers: f64,
    /// With each kind of arithmetic growing as its own multiply-adds too.
    pub arithmetic: f64,
    /// With arithmetic and traffic that overlap, each layer by itself.
    pub overlap: f64,
}

impl Spent {
    /// Every part, in the order of [`Work::parts`].
    pub const ALL: [Spent; 4] = [Spent::Matrix, Spent::Vector, Spent::Traffic, Spent::Layers];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Spent::Matrix => "arithmetic of dense layers",
            Spent::Vector => "depthwise arithmetic",
            Spent::Traffic => "memory traffic",
            Spent::Layers => "overhead of layers",
        }
    }
}

impl Work {
    /// What a network does with a batch on a device.
    #[must_use]
    pub fn new(network: &Network, deployment: &Deployment) -> Self {
        let ledger = network.ledger();
        let of_batch = |events| ledger.total(events) as f64 * f64::from(deployment.batch);
        let (macs, activations) = (of_batch(Event::MACS), of_batch(Event::ACTIVATIONS));
        let mut work = Work { macs, activations, bytes: 0.0, parts: [0.0; 4], seconds: 0.0 };
        for (_, load) in loads(network, deployment.mode, deployment.batch) {
            let time = deployment.rates.time(&load);
            let arithmetic = if load.is_vector { Spent::Vector } else { Spent::Matrix };
            work.parts[arithmetic as usize] += time.compute;
            work.parts[Spent::Traffic as usize] += time.memory;
            work.parts[Spent::Layers as usize] += time.overhead;
            work.bytes += load.bytes;
            work.seconds += time.seconds;
        }
        work
    }

    /// Arithmetic intensity: FLOPs per byte.
    #[must_use]
    pub fn intensity(&self) -> f64 {
        2.0 * self.macs / self.bytes
    }

    /// The share of a part in the sum of all.
    #[must_use]
    pub fn share(&self, spent: Spent) -> f64 {
        self.parts[spent as usize] / self.parts.iter().sum::<f64>()
    }

    /// By how much the time of a part grew since the baseline.
    #[must_use]
    pub fn growth(&self, spent: Spent, baseline: &Work) -> f64 {
        self.parts[spent as usize] / baseline.parts[spent as usize]
    }
}

impl Causes {
    /// Splits the growth from a baseline.
    #[must_use]
    pub fn new(baseline: &Work, grown: &Work) -> Self {
        let macs = grown.macs / baseline.macs;
        let with = |switched: &[Spent]| -> f64 {
            let part = |spent: Spent| {
                let index = spent as usize;
                let is_switched = switched.contains(&spent);
                if is_switched { grown.parts[index] } else { macs * baseline.parts[index] }
            };
            Spent::ALL.into_iter().map(part).sum()
        };
        let [none, traffic, layers, all] = [
            with(&[]),
            with(&[Spent::Traffic]),
            with(&[Spent::Traffic, Spent::Layers]),
            with(&Spent::ALL),
        ];
        let sum: f64 = baseline.parts.iter().sum();
        Causes {
            macs,
            traffic: traffic / none,
            layers: layers / traffic,
            arithmetic: all / layers,
            overlap: grown.seconds / all / (baseline.seconds / sum),
        }
    }

    /// The factors in the order in which they are switched on; the growth of the MACs is the first.
    #[must_use]
    pub fn factors(&self) -> [f64; 5] {
        [self.macs, self.traffic, self.layers, self.arithmetic, self.overlap]
    }

    /// The product of all factors: the growth of the time.
    #[must_use]
    pub fn whole(&self) -> f64 {
        self.factors().iter().product()
    }
}

impl TimeGrowth {
    /// Times a family at each φ, and its members, on a device.
    pub fn measure(
        family: &Family,
        rule: CostRule,
        phis: &[f64],
        deployment: &Deployment,
    ) -> Result<TimeGrowth, Error> {
        let target = rule.checked_target(2.0)?;
        check_phis(phis)?;
        let baseline = family.network(&Request::BASELINE)?.network;
        let baseline = Work::new(&baseline, deployment);
        let ruler = Ruler { family, rule, target, deployment, baseline };
        let mut steps: Vec<TimeStep> = Vec::with_capacity(phis.len());
        for phi in phis {
            let before = match steps.last() {
                Some(before) if !rule.cumulative => Some((before.phi, before.work.seconds)),
                // A single φ is compared with the baseline.
                None if !rule.cumulative && phis.len() > 1 => None,
                _ => Some((0.0, baseline.seconds)),
            };
            steps.push(ruler.step(*phi, before).map_err(|error| at_phi(*phi, error))?);
        }
        let members = scaled_members(family).map(|member| ruler.member(member));
        let members = members.collect::<Result<_, _>>()?;
        Ok(TimeGrowth { rule, target, batch: deployment.batch, baseline, steps, members })
    }

    /// Whether every step is within the tolerance.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.steps.iter().filter_map(|step| step.since).all(|since| since.passes)
    }
}

/// What every network of a family is timed with.
struct Ruler<'a> {
    family: &'a Family,
    rule: CostRule,
    target: f64,
    deployment: &'a Deployment,
    baseline: Work,
}

impl Ruler<'_> {
    /// The family at φ, compared with an earlier φ and its seconds.
    fn step(&self, phi: f64, before: Option<(f64, f64)>) -> Result<TimeStep, Error> {
        let scale = self.rule.coefficients.at(phi);
        let scaled = self.family.network(&Request { scale, ..Request::BASELINE })?;
        let work = Work::new(&scaled.network, self.deployment);
        Ok(TimeStep {
            phi,
            scale: scaled.scale,
            input: scaled.network.input().clone(),
            work,
            promised: self.target.powf(phi),
            causes: Causes::new(&self.baseline, &work),
            since: before.map(|(from, before)| {
                Since::new(&self.rule, self.target, [from, phi], work.seconds / before)
            }),
        })
    }

    fn member(&self, member: &Member) -> Result<TimedMember, Error> {
        let request = Request { member: Some(member), ..Request::BASELINE };
        let scaled = self.family.network(&request)?;
        let work = Work::new(&scaled.network, self.deployment);
        Ok(TimedMember {
            network: self.family.address(member),
            phi: fitted_phi(scaled.scale, &self.rule.coefficients),
            scale: scaled.scale,
            work,
            causes: Causes::new(&self.baseline, &work),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A baseline of 1 s in dense layers, 3 s of traffic and 1 s of overhead: MACs grow 10 ×, bytes 4 ×, layers 2 ×.
    #[test]
    fn the_factors_multiply_to_the_growth() {
        let work = |macs: f64, parts: [f64; 4], seconds: f64| Work {
            macs,
            activations: 1.0,
            bytes: 1.0,
            parts,
            seconds,
        };
        let baseline = work(1.0, [1.0, 0.0, 3.0, 1.0], 4.0);
        let grown = work(10.0, [11.0, 1.0, 12.0, 2.0], 24.0);
        let causes = Causes::new(&baseline, &grown);
        let near = |value: f64, wanted: f64| assert!((value / wanted - 1.0).abs() < 1e-12);
        near(causes.traffic, (10.0 + 12.0 + 10.0) / 50.0);
        near(causes.layers, 24.0 / 32.0);
        near(causes.arithmetic, 26.0 / 24.0);
        near(causes.overlap, (24.0 / 26.0) / (4.0 / 5.0));
        near(causes.whole(), 6.0);
    }
}
