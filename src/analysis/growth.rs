//! The cost rule: how a family's count grows with φ, against the 2^φ that its paper promises.
//!
//! Tan & Le 2019 (arXiv:1905.11946v5), section 3.3: the cost of a stack of dense convolutions grows
//! as d·w²·r², so as (α·β²·γ²)^φ, "such that for any new φ, the total FLOPS will approximately
//! increase by 2^φ".

use crate::analysis::advice::advice;
use crate::analysis::effective::effective_phis;
use crate::counting::convention::Convention;
use crate::counting::ledger::Ledger;
use crate::counting::polynomial::{Monomial, Polynomial};
use crate::counting::shape::Shape;
use crate::error::Error;
use crate::families::family::{Family, Request, Scaled};
use crate::families::scaling::{Coefficients, Scale};

pub use crate::analysis::advice::Advice;
pub use crate::analysis::effective::EffectivePhi;
pub use crate::analysis::gap::{Gap, Promise};

/// What a family's growth is checked against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostRule {
    /// α, β and γ.
    pub coefficients: Coefficients,
    /// By how much one step of φ multiplies the count. `None` is the paper's 2 for MACs, and for params and
    /// activations what the coefficients predict if MACs double.
    pub target: Option<f64>,
    /// By what share a step may miss its target: 0.15 is 15 %.
    pub tolerance: f64,
    /// Whether each φ is compared with φ = 0 instead of the φ before it.
    pub cumulative: bool,
}

/// How a family's cost grows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Growth {
    /// The rule that was checked.
    pub rule: CostRule,
    /// By how much one step of φ should multiply the count.
    pub target: f64,
    /// By how much it would in a stack of dense convolutions: α·β²·γ² for MACs, α·β² for params, α·β·γ² for
    /// activations.
    pub predicted: f64,
    /// One entry for each φ, in the order given.
    pub steps: Vec<GrowthStep>,
    /// What each monomial of the closed form contributes at φ = 0, the largest share first; empty without a
    /// closed form.
    pub shares: Vec<TermShare>,
    /// Why the family has no closed form, if it has none; then no gap is split into factors either.
    pub no_closed_form: Option<String>,
    /// The φ of each published member.
    pub members: Vec<EffectivePhi>,
}

/// The family at one φ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GrowthStep {
    /// The φ of this network.
    pub phi: f64,
    /// The multipliers at φ.
    pub scale: Scale,
    /// The shape of the network's input.
    pub input: Shape<u64>,
    /// The ledger for one image.
    pub cost: Ledger<u64>,
    /// The count under the convention, for one image.
    pub counted: u128,
    /// The count over the count at φ = 0.
    pub ratio: f64,
    /// target^φ.
    pub promised: f64,
    /// (α·β²·γ²)^φ, or its counterpart for params and activations.
    pub predicted: f64,
    /// The factors between promise and count; `None` without a closed form.
    pub gap: Option<Gap>,
    /// What would bring the count nearer to its target, if it misses the target by more than the tolerance.
    pub advice: Vec<Advice>,
    /// How the count compares with that at the φ before; `None` at the first of several.
    pub since: Option<Since>,
}

/// The growth from one φ to the next, or from φ = 0.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Since {
    /// The earlier φ.
    pub phi: f64,
    /// The count over the count at the earlier φ.
    pub ratio: f64,
    /// The target to the power of the difference in φ.
    pub promised: f64,
    /// Whether the ratio is within the tolerance.
    pub passes: bool,
}

/// What a monomial contributes to the closed form at φ = 0.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct TermShare {
    /// Powers of depth, width and resolution.
    pub monomial: Monomial,
    /// Its coefficient, in counted units.
    pub coefficient: f64,
    /// The coefficient over the whole count; shares add up to 1, and some are negative.
    pub share: f64,
}

impl CostRule {
    /// The paper's rule: every step of φ multiplies the count by its target, within 15 %. Other rules change a field:
    /// `CostRule { tolerance: 0.1, ..CostRule::new(coefficients) }`.
    ///
    /// 15 % allows for rounding to 8 channels and whole pixels and for constants of 1.92 (EfficientNet from φ = 1 up:
    /// 11.7 % at most), and catches one more layer in every stage (φ = 0 to 1: 28.6 %).
    #[must_use]
    pub fn new(coefficients: Coefficients) -> Self {
        CostRule { coefficients, target: None, tolerance: 0.15, cumulative: false }
    }

    /// By how much one step of φ should multiply the count.
    fn target(&self, predicted: f64) -> Result<f64, Error> {
        let exponent = predicted.ln() / self.coefficients.growth().ln();
        self.checked_target(if exponent.is_finite() { 2f64.powf(exponent) } else { 2.0 })
    }

    /// By how much one step of φ should multiply the cost: the target, or this.
    pub(super) fn checked_target(&self, default: f64) -> Result<f64, Error> {
        let target = self.target.unwrap_or(default);
        if target.is_finite() && target > 0.0 {
            return Ok(target);
        }
        Err(Error::new(format!("the target is {target}; it must be a finite number above 0")))
    }
}

impl Growth {
    /// Counts a family at each φ, under a convention.
    pub fn measure(
        family: &Family,
        rule: CostRule,
        phis: &[f64],
        convention: &Convention,
    ) -> Result<Growth, Error> {
        let predicted = predicted(&rule.coefficients, convention);
        let target = rule.target(predicted)?;
        let baseline = count_at(family, rule.coefficients, 0.0)?;
        let baseline = convention.value(&baseline.network.ledger(), 1);
        if baseline == 0 {
            let message = format!(
                "{} counts nothing in {}; choose another convention",
                convention.name, family.name
            );
            return Err(Error::new(message));
        }
        check_phis(phis)?;
        let (closed_form, no_closed_form) = match closed_form(family, convention, baseline) {
            Ok(closed_form) => (Some(closed_form), None),
            Err(reason) => (None, Some(reason)),
        };
        let ruler = Ruler { family, rule, convention, target, predicted, baseline, closed_form };
        let mut steps: Vec<GrowthStep> = Vec::with_capacity(phis.len());
        for phi in phis {
            let before = match steps.last() {
                Some(before) => Some((before.phi, before.counted)),
                // A single φ is compared with the baseline.
                None if rule.cumulative || phis.len() == 1 => Some((0.0, baseline)),
                None => None,
            };
            let step = ruler.step(*phi, before);
            steps.push(step.map_err(|error| at_phi(*phi, error))?);
        }
        let shares = ruler.closed_form.as_ref().map(shares).unwrap_or_default();
        let members = effective_phis(family, &rule.coefficients, convention, predicted)?;
        Ok(Growth { rule, target, predicted, steps, shares, no_closed_form, members })
    }

    /// Whether every step is within the tolerance.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.steps.iter().filter_map(|step| step.since).all(|since| since.passes)
    }
}

impl Since {
    /// Compares the growth from one φ to another with the rule.
    pub(super) fn new(rule: &CostRule, target: f64, [from, to]: [f64; 2], ratio: f64) -> Self {
        let promised = target.powf(to - from);
        let passes = (ratio / promised - 1.0).abs() <= rule.tolerance;
        Since { phi: from, ratio, promised, passes }
    }
}

impl GrowthStep {
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

/// What every φ of a family is measured with.
struct Ruler<'a> {
    family: &'a Family,
    rule: CostRule,
    convention: &'a Convention,
    target: f64,
    predicted: f64,
    baseline: u128,
    closed_form: Option<Polynomial>,
}

impl Ruler<'_> {
    /// The family at φ, compared with an earlier φ and its count.
    fn step(&self, phi: f64, before: Option<(f64, u128)>) -> Result<GrowthStep, Error> {
        let scaled = count_at(self.family, self.rule.coefficients, phi)?;
        let (cost, input) = (scaled.network.ledger(), scaled.network.input().clone());
        let counted = self.convention.value(&cost, 1);
        let before = if self.rule.cumulative { Some((0.0, self.baseline)) } else { before };
        let since = before.map(|(from, before)| {
            Since::new(&self.rule, self.target, [from, phi], counted as f64 / before as f64)
        });
        let area = |shape: &Shape<u64>| shape.height as f64 * shape.width as f64;
        let promise = Promise {
            scale: scaled.scale,
            pixels: (area(&input) / area(&self.family.input)).sqrt(),
            promised: self.target.powf(phi),
            predicted: self.predicted.powf(phi),
        };
        let split = |closed_form: &Polynomial| {
            Gap::split(self.family, self.convention, closed_form, promise, counted)
        };
        let gap = self.closed_form.as_ref().map(split).transpose()?;
        let ratio = counted as f64 / self.baseline as f64;
        let advice = match since {
            Some(Since { ratio: step, promised, passes: false, .. }) => {
                let target = ratio / step * promised;
                advice(self.family, self.convention, promise.scale, target)?
            }
            _ => Vec::new(),
        };
        Ok(GrowthStep {
            phi,
            scale: scaled.scale,
            input,
            cost,
            counted,
            ratio,
            promised: promise.promised,
            predicted: promise.predicted,
            gap,
            advice,
            since,
        })
    }
}

/// The count as a polynomial, or why the family has none. A polynomial that misses the baseline's count
/// belongs to a family with a block that grows unevenly along its repeats.
fn closed_form(
    family: &Family,
    convention: &Convention,
    baseline: u128,
) -> Result<Polynomial, String> {
    let network = family.closed_form(None).map_err(|error| error.message().to_string())?;
    let closed_form = convention.closed_form(&network.ledger());
    let counted = baseline as f64;
    let off = (closed_form.at(1.0, 1.0, 1.0) - counted).abs();
    if off <= 1e-9 * counted.max(1.0) {
        Ok(closed_form)
    } else {
        Err("a block grows unevenly along its repeats, which no polynomial describes".into())
    }
}

/// By how much one step of φ multiplies the count of a stack of dense convolutions.
fn predicted(coefficients: &Coefficients, convention: &Convention) -> f64 {
    let Coefficients { alpha, beta, gamma } = coefficients;
    match convention.quantity.as_str() {
        "params" => alpha * beta.powi(2),
        "activations" => alpha * beta * gamma.powi(2),
        _ => coefficients.growth(),
    }
}

fn count_at(family: &Family, coefficients: Coefficients, phi: f64) -> Result<Scaled, Error> {
    let scale = coefficients.at(phi);
    family.network(&Request { scale, ..Request::BASELINE })
}

/// Fails if a φ is given twice: its growth since the φ before would be that of nothing.
pub(super) fn check_phis(phis: &[f64]) -> Result<(), Error> {
    match phis.iter().enumerate().find(|(i, phi)| phis[..*i].contains(phi)) {
        Some((_, phi)) => Err(Error::new(format!("φ = {phi} is given twice"))),
        None => Ok(()),
    }
}

pub(super) fn at_phi(phi: f64, error: Error) -> Error {
    error.in_context(&format!("at φ = {phi}"))
}

fn shares(closed_form: &Polynomial) -> Vec<TermShare> {
    let total = closed_form.at(1.0, 1.0, 1.0);
    let share =
        |(monomial, coefficient)| TermShare { monomial, coefficient, share: coefficient / total };
    closed_form.terms().into_iter().map(share).collect()
}
