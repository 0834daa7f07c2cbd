//! How the costs of a family grow with φ: what is counted beside what is estimated for a device.

use crate::analysis::time::Deployment;
use crate::counting::ledger::Event;
use crate::counting::network::Network;
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::scaling::Coefficients;

/// The costs of a family by φ, as multiples of those at φ = 0.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CostGrowth {
    /// α, β and γ.
    pub coefficients: Coefficients,
    /// By how much one step of φ should multiply the cost.
    pub target: f64,
    /// How the networks run.
    pub run: Deployment,
    /// The costs at φ = 0.
    pub baseline: Costs,
    /// The costs at each φ.
    pub steps: Vec<(f64, Costs)>,
}

/// The costs of a network, for one image.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Costs {
    /// Multiply-adds.
    pub macs: f64,
    /// Activations, in elements.
    pub activations: f64,
    /// Bytes read and written.
    pub bytes: f64,
    /// Estimated seconds.
    pub seconds: f64,
}

impl CostGrowth {
    /// Counts and estimates a family at each φ.
    pub fn measure(
        family: &Family,
        coefficients: Coefficients,
        target: f64,
        phis: &[f64],
        run: &Deployment,
    ) -> Result<Self, Error> {
        if !(target.is_finite() && target > 0.0) {
            let message = format!("the target is {target}; it must be a finite number above 0");
            return Err(Error::new(message));
        }
        let at = |phi: f64| -> Result<Costs, Error> {
            let request = Request { scale: coefficients.at(phi), ..Request::BASELINE };
            let scaled = family.network(&request);
            let scaled = scaled.map_err(|error| error.in_context(&format!("at φ = {phi}")))?;
            Ok(Costs::of(&scaled.network, run))
        };
        let steps = phis.iter().map(|phi| Ok((*phi, at(*phi)?)));
        let steps = steps.collect::<Result<Vec<_>, Error>>()?;
        let baseline = at(0.0)?;
        Ok(CostGrowth { coefficients, target, run: run.clone(), baseline, steps })
    }
}

impl Costs {
    fn of(network: &Network, run: &Deployment) -> Self {
        let (ledger, time) = (network.ledger(), run.time(network));
        let images = f64::from(run.batch);
        Costs {
            macs: ledger.total(Event::MACS) as f64,
            activations: ledger.total(Event::ACTIVATIONS) as f64,
            bytes: time.bytes() / images,
            seconds: time.seconds() / images,
        }
    }

    /// Each as a multiple of another network's.
    #[must_use]
    pub fn over(&self, other: &Costs) -> Costs {
        Costs {
            macs: self.macs / other.macs,
            activations: self.activations / other.activations,
            bytes: self.bytes / other.bytes,
            seconds: self.seconds / other.seconds,
        }
    }
}
