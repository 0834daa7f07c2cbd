//! The exponents with which params and activations grow with the MACs, counted and predicted.

use crate::counting::ledger::{Event, Ledger};
use crate::families::scaling::{Coefficients, Exponents};

/// How a network grew from the baseline, and what the coefficients predict at φ.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct MeasuredGrowth {
    /// What the MACs should grow by: (α·β²·γ²)^φ.
    pub target: f64,
    /// The exponents that a stack of dense convolutions would have.
    pub predicted: Exponents,
    /// The counted MACs, params and activations over the baseline's.
    pub ratios: [f64; 3],
    /// The exponents that the counted network has; `None` at φ = 0.
    pub counted: Option<Exponents>,
}

impl MeasuredGrowth {
    /// Compares the ledger of a network at φ with the baseline's.
    #[must_use]
    pub fn new(
        coefficients: &Coefficients,
        phi: f64,
        baseline: &Ledger<u64>,
        cost: &Ledger<u64>,
    ) -> Self {
        let target = coefficients.growth().powf(phi);
        let ratios = [Event::MACS, Event::PARAMS, Event::ACTIVATIONS]
            .map(|events| cost.total(events) as f64 / baseline.total(events).max(1) as f64);
        let [macs, params, activations] = ratios.map(|ratio| ratio.ln() / target.ln());
        let is_defined = macs.is_finite() && target.ln() != 0.0;
        let counted = is_defined.then_some(Exponents { macs, params, activations });
        MeasuredGrowth { target, predicted: coefficients.exponents(), ratios, counted }
    }
}
