//! The cost rule: how the count of a family grows with φ, against the 2^φ that its paper promises.
//!
//! Tan & Le 2019 (arXiv:1905.11946v5), section 3.3: the cost of a stack of dense convolutions grows
//! with d·w²·r², so with (α·β²·γ²)^φ, "such that for any new φ, the total FLOPS will approximately
//! increase by 2^φ".

use crate::convention::Convention;
use crate::cost::{Cost, Event};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::family::{Family, Request, Scaled};
use crate::polynomial::Monomial;
use crate::scaling::{Coefficients, Exponents, Scale};
use crate::shape::Shape;

/// The rule a family is held to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostRule {
    /// α, β and γ.
    pub coefficients: Coefficients,
    /// By how much one step of φ multiplies the cost: 2 in the paper.
    pub target: f64,
    /// By what share a step may miss its target: 0.15 is 15 %.
    pub tolerance: f64,
}

/// How a family's cost grows.
#[derive(Clone, Debug)]
pub struct Growth {
    /// The rule it is held to.
    pub rule: CostRule,
    /// One entry for each φ, in the order asked for.
    pub steps: Vec<Step>,
    /// What each monomial of the closed form contributes at φ = 0, the largest share first.
    pub shares: Vec<Share>,
}

/// The family at one φ.
#[derive(Clone, Debug)]
pub struct Step {
    /// φ.
    pub phi: f64,
    /// Multipliers at φ.
    pub scale: Scale,
    /// The input of the network.
    pub input: Shape<u64>,
    /// The ledger for one image.
    pub cost: Cost<u64>,
    /// The count under the convention, for one image.
    pub counted: u128,
    /// The count over the count at φ = 0.
    pub ratio: f64,
    /// target^φ.
    pub promised: f64,
    /// (α·β²·γ²)^φ.
    pub predicted: f64,
    /// How the count compares with the step before; none at the first.
    pub since: Option<Since>,
}

/// A step of φ against the one before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Since {
    /// The count over the count of the step before.
    pub ratio: f64,
    /// What the rule asks for: target to the power of the difference in φ.
    pub promised: f64,
    /// Whether the ratio lies within the tolerance.
    pub holds: bool,
}

/// A monomial's part of the closed form at φ = 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Powers of depth, width and resolution.
    pub monomial: Monomial,
    /// Its coefficient, in counted units.
    pub coefficient: f64,
    /// The coefficient over the whole count; shares add up to 1, and some are negative.
    pub share: f64,
}

/// How a network grew from the baseline, against what the coefficients predict at φ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grown {
    /// What the rule asks the MACs to grow by: (α·β²·γ²)^φ.
    pub asked: f64,
    /// The exponents that a stack of dense convolutions would have.
    pub predicted: Exponents,
    /// The counted MACs, params and activations over the baseline's.
    pub ratios: [f64; 3],
    /// The exponents that the counted network has; none at φ = 0.
    pub counted: Option<Exponents>,
}

impl Grown {
    /// Compares the ledger of a network at φ with the baseline's.
    #[must_use]
    pub fn measure(
        coefficients: &Coefficients,
        phi: f64,
        baseline: &Cost<u64>,
        cost: &Cost<u64>,
    ) -> Grown {
        let asked = coefficients.growth().powf(phi);
        let ratios = [Event::MACS, Event::PARAMS, Event::ACTIVATIONS]
            .map(|events| cost.total(events) as f64 / baseline.total(events).max(1) as f64);
        let [macs, params, activations] = ratios.map(|ratio| ratio.ln() / asked.ln());
        let counted = Exponents { macs, params, activations };
        let counted = (macs.is_finite() && asked.ln() != 0.0).then_some(counted);
        Grown { asked, predicted: coefficients.exponents(), ratios, counted }
    }
}

impl Growth {
    /// Counts a family at each φ, under a convention.
    pub fn measure(
        family: &Family,
        rule: CostRule,
        phis: &[f64],
        convention: &Convention,
    ) -> Result<Growth, Diagnostics> {
        if !(rule.target.is_finite() && rule.target > 0.0) {
            let message =
                format!("the target is {}; it must be a finite number above 0", rule.target);
            return Err(vec![Diagnostic::new(message)]);
        }
        let baseline = count_at(family, rule.coefficients, 0.0)?;
        let baseline = convention.value(&baseline.network.cost(), 1);
        if baseline == 0 {
            let message = format!("{} counts nothing in {}", convention.name, family.name);
            return Err(vec![Diagnostic::new(message)]);
        }
        let mut steps: Vec<Step> = Vec::with_capacity(phis.len());
        for phi in phis {
            let step = step(family, rule, *phi, convention, baseline, steps.last());
            steps.push(step.map_err(|problems| at_phi(*phi, problems))?);
        }
        Ok(Growth { rule, steps, shares: shares(family, convention)? })
    }

    /// Whether every step lies within the tolerance.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.steps.iter().filter_map(|step| step.since).all(|since| since.holds)
    }
}

impl Step {
    /// The ratio to φ = 0 over what the rule promises, less 1: 0.286 is 28.6 % too much.
    #[must_use]
    pub fn off_promise(&self) -> f64 {
        self.ratio / self.promised - 1.0
    }

    /// The ratio to φ = 0 over (α·β²·γ²)^φ, less 1.
    #[must_use]
    pub fn off_prediction(&self) -> f64 {
        self.ratio / self.predicted - 1.0
    }
}

fn step(
    family: &Family,
    rule: CostRule,
    phi: f64,
    convention: &Convention,
    baseline: u128,
    before: Option<&Step>,
) -> Result<Step, Diagnostics> {
    let Scaled { network, scale } = count_at(family, rule.coefficients, phi)?;
    let cost = network.cost();
    let counted = convention.value(&cost, 1);
    let since = before.map(|before| {
        let ratio = counted as f64 / before.counted as f64;
        let promised = rule.target.powf(phi - before.phi);
        Since { ratio, promised, holds: (ratio / promised - 1.0).abs() <= rule.tolerance }
    });
    Ok(Step {
        phi,
        scale,
        input: network.input().clone(),
        cost,
        counted,
        ratio: counted as f64 / baseline as f64,
        promised: rule.target.powf(phi),
        predicted: rule.coefficients.growth().powf(phi),
        since,
    })
}

fn count_at(family: &Family, coefficients: Coefficients, phi: f64) -> Result<Scaled, Diagnostics> {
    let scale = coefficients.at(phi);
    family.network(&Request { scale, ..Request::BASELINE })
}

fn at_phi(phi: f64, problems: Diagnostics) -> Diagnostics {
    let add = |problem: Diagnostic| Diagnostic {
        message: format!("at φ = {phi}: {}", problem.message),
        ..problem
    };
    problems.into_iter().map(add).collect()
}

fn shares(family: &Family, convention: &Convention) -> Result<Vec<Share>, Diagnostics> {
    let closed_form = convention.closed_form(&family.closed_form(None)?.cost());
    let whole = closed_form.at(1.0, 1.0, 1.0);
    let share =
        |(monomial, coefficient)| Share { monomial, coefficient, share: coefficient / whole };
    Ok(closed_form.terms().into_iter().map(share).collect())
}
