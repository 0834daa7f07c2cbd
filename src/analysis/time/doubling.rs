//! How the multipliers of depth, width and resolution change the time, and which α, β and γ double it.

use crate::analysis::growth::at_phi;
use crate::analysis::time::{Deployment, Work};
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::scaling::{Coefficients, Scale};
use crate::families::strategy::Strategy;

/// How far a dimension is stretched to find its exponents.
const STRETCHED: [f64; 4] = [1.0, 2.0, 3.0, 4.0];

/// How the time grows where a family is scaled by some α, β and γ.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Doubling {
    /// By how much a step of φ multiplies the MACs: the power of φ nearest to the counts.
    pub macs: f64,
    /// By how much a step of φ multiplies the time: the power of φ nearest to the times.
    pub time: f64,
    /// The largest |time / power of φ − 1|.
    pub off: f64,
    /// α, β and γ in the same proportion, as logarithms, for which a step of φ doubles the time; `None` if it does not
    /// grow.
    pub coefficients: Option<Coefficients>,
}

/// The powers of depth, width and resolution with which something grows, each stretched alone.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Exponents {
    /// Of depth.
    pub depth: f64,
    /// Of width.
    pub width: f64,
    /// Of resolution.
    pub resolution: f64,
}

impl Doubling {
    /// By how much the MACs grow while the time doubles; `None` if the time does not grow.
    #[must_use]
    pub fn macs_while_time_doubles(&self) -> Option<f64> {
        self.coefficients.map(|_| 2f64.powf(self.macs.ln() / self.time.ln()))
    }
}

/// How the time of batches grows along α, β and γ, over the values of φ given, of which none is 0.
pub fn doubling(
    request: (&Family, Request),
    coefficients: Coefficients,
    phis: &[f64],
    deployment: &Deployment,
) -> Result<Doubling, Error> {
    let works = works(request, coefficients, phis, deployment)?;
    let macs = per_step(&works, |work| work.macs);
    let time = per_step(&works, |work| work.seconds);
    let off = works.iter().map(|(phi, [baseline, work])| {
        (work.seconds / baseline.seconds / time.powf(*phi) - 1.0).abs()
    });
    let off = off.fold(0.0, f64::max);
    let power = 2f64.ln() / time.ln();
    let doubles = power.is_finite() && power > 0.0;
    let Coefficients { alpha, beta, gamma } = coefficients;
    let coefficients = doubles.then(|| Coefficients {
        alpha: alpha.powf(power),
        beta: beta.powf(power),
        gamma: gamma.powf(power),
    });
    Ok(Doubling { macs, time, off, coefficients })
}

/// The powers of depth, width and resolution with which MACs, activations and time grow.
pub fn exponents(
    request: (&Family, Request),
    deployment: &Deployment,
) -> Result<[Exponents; 3], Error> {
    let mut powers = [[0.0; 3]; 3];
    for (dimension, name) in ["d", "w", "r"].into_iter().enumerate() {
        let coefficients = Strategy::parse(name)?.coefficients();
        let Coefficients { alpha, beta, gamma } = coefficients;
        let stretched = alpha * beta * gamma;
        let works = works(request, coefficients, &STRETCHED, deployment)?;
        let grows: [fn(&Work) -> f64; 3] =
            [|work| work.macs, |work| work.activations, |work| work.seconds];
        for (quantity, of) in grows.into_iter().enumerate() {
            powers[quantity][dimension] = per_step(&works, of).ln() / stretched.ln();
        }
    }
    Ok(powers.map(|[depth, width, resolution]| Exponents { depth, width, resolution }))
}

/// At each φ, the work of the baseline and that of the network.
fn works(
    (family, request): (&Family, Request),
    coefficients: Coefficients,
    phis: &[f64],
    deployment: &Deployment,
) -> Result<Vec<(f64, [Work; 2])>, Error> {
    let work = |scale: Scale| {
        let scaled = family.network(&Request { scale, ..request })?;
        Ok(Work::new(&scaled.network, deployment))
    };
    let baseline = work(Scale::BASELINE)?;
    let at = |phi: &f64| {
        let grown = coefficients.at(*phi).checked().and_then(work);
        grown.map(|grown| (*phi, [baseline, grown])).map_err(|error| at_phi(*phi, error))
    };
    phis.iter().map(at).collect()
}

/// The growth at each step of φ: the power of φ nearest to all of them, by least squares over the logarithms.
fn per_step(works: &[(f64, [Work; 2])], of: fn(&Work) -> f64) -> f64 {
    let sum = |term: &dyn Fn(f64, f64) -> f64| -> f64 {
        let grown = |[baseline, grown]: &[Work; 2]| (of(grown) / of(baseline)).ln();
        works.iter().map(|(phi, both)| term(*phi, grown(both))).sum()
    };
    (sum(&|phi, grown| phi * grown) / sum(&|phi, _| phi * phi)).exp()
}
