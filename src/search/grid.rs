//! The candidates: points of a grid whose cost is near the target, each network once.

use crate::error::{Diagnostic, Error};
use crate::families::family::Family;
use crate::families::scaling::{Coefficients, Scale};
use crate::search::candidate::{Candidate, Distinct, Subject};

/// More points than this are taken for a mistake: a grid is for training each of them.
const MAX_POINTS: usize = 1_000_000;

/// Values of one coefficient.
#[derive(Clone, Debug, PartialEq)]
pub enum Range {
    /// From the first to the last, both included, in steps.
    Steps {
        /// The first value.
        from: f64,
        /// The last value.
        to: f64,
        /// The step.
        step: f64,
    },
    /// These values.
    List(Vec<f64>),
}

/// The values of all three coefficients.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// α, for depth.
    pub alpha: Range,
    /// β, for width.
    pub beta: Range,
    /// γ, for resolution.
    pub gamma: Range,
}

/// What a candidate's cost has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constraint {
    /// By how much the cost should grow for one step of φ: 2 in the paper.
    pub target: f64,
    /// How far from the target it may be, in the same unit.
    pub tolerance: f64,
    /// Which ratio is held to it.
    pub by: CostRatio,
}

/// Two ways to say by how much a candidate costs more than the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostRatio {
    /// The MACs of the candidate's network over the baseline's, to the power of 1/φ.
    Counted,
    /// α·β²·γ², as in the paper; repeats rounded up can make it 2.57 instead of 1.92.
    Product,
}

/// Every point of the grid at φ that meets the constraint, in the grid's order, each network once. `base` are
/// the multipliers of φ = 0. Points that are no network (windows that do not divide a map) are none.
pub fn candidates(
    family: &Family,
    base: Scale,
    grid: &Grid,
    constraint: Constraint,
    phi: f64,
) -> Result<Vec<Candidate>, Error> {
    let subject = Subject::new(family, base)?;
    let mut found = Distinct::default();
    for coefficients in points(grid)? {
        let product = coefficients.growth();
        if constraint.by == CostRatio::Product && !constraint.holds(product) {
            continue;
        }
        let Ok((network, candidate)) = subject.candidate(coefficients, phi) else { continue };
        let ratio = candidate.ratio.powf(1.0 / phi);
        if constraint.by == CostRatio::Product || constraint.holds(ratio) {
            found.add(network, candidate);
        }
    }
    Ok(found.candidates())
}

/// Every combination of the grid's values.
fn points(grid: &Grid) -> Result<Vec<Coefficients>, Diagnostic> {
    let [alphas, betas, gammas] =
        [("alpha", &grid.alpha), ("beta", &grid.beta), ("gamma", &grid.gamma)]
            .map(|(name, range)| range.values(name));
    let (alphas, betas, gammas) = (alphas?, betas?, gammas?);
    let count = alphas.len().saturating_mul(betas.len()).saturating_mul(gammas.len());
    if count > MAX_POINTS {
        return Err(Diagnostic::new(format!(
            "the grid has {count} points, more than {MAX_POINTS}"
        )));
    }
    let mut points = Vec::with_capacity(count);
    for alpha in &alphas {
        for beta in &betas {
            for gamma in &gammas {
                points.push(Coefficients { alpha: *alpha, beta: *beta, gamma: *gamma });
            }
        }
    }
    Ok(points)
}

impl Range {
    /// Its values, in order.
    fn values(&self, name: &str) -> Result<Vec<f64>, Diagnostic> {
        let values = match self {
            Range::List(values) => values.clone(),
            Range::Steps { from, to, step } => steps(*from, *to, *step),
        };
        let is_usable = |value: &f64| value.is_finite() && *value > 0.0;
        if values.is_empty() || !values.iter().all(is_usable) {
            let message =
                format!("the values of {name} must be finite numbers above 0, at least one");
            return Err(Diagnostic::new(message));
        }
        Ok(values)
    }
}

/// From the first to the last value; each is counted anew, so that steps of 0.1 end on 1.5 and not beside
/// it.
fn steps(from: f64, to: f64, step: f64) -> Vec<f64> {
    if !(step > 0.0 && step.is_finite() && from.is_finite() && to.is_finite()) {
        return Vec::new();
    }
    let value = |index: usize| from + index as f64 * step;
    let within = |value: &f64| *value <= to + 1e-9 * step;
    // What a person writes has few decimals; what floating point adds to them is no part of it.
    let tidy = |value: f64| (value * 1e9).round() / 1e9;
    (0..=MAX_POINTS).map(value).take_while(within).map(tidy).collect()
}

impl Constraint {
    fn holds(&self, ratio: f64) -> bool {
        // A point that lies at the tolerance is outside, whichever way floating point rounds it: 1.9 is
        // not within 0.1 of 2.
        (ratio - self.target).abs() < self.tolerance - 1e-9
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: f64, to: f64, step: f64) -> Range {
        Range::Steps { from, to, step }
    }

    fn family() -> Family {
        let text = crate::families::spec::bundled("efficientnet").expect("a bundled spec");
        crate::families::spec::parse("efficientnet", "efficientnet", text).expect("a spec")
    }

    fn by_product(step: f64) -> usize {
        let grid = Grid {
            alpha: range(1.0, 2.0, step),
            beta: range(1.0, 1.5, step),
            gamma: range(1.0, 1.5, step),
        };
        let constraint = Constraint { target: 2.0, tolerance: 0.1, by: CostRatio::Product };
        let found =
            candidates(&family(), Scale::BASELINE, &grid, constraint, 1.0).expect("candidates");
        found.iter().map(|candidate| 1 + candidate.same.len()).sum()
    }

    #[test]
    fn the_grid_of_others_leaves_their_number_of_points() {
        assert_eq!(by_product(0.1), 20);
        assert_eq!(by_product(0.05), 108);
    }

    #[test]
    fn steps_end_where_they_are_said_to() {
        assert_eq!(steps(1.0, 1.5, 0.1), [1.0, 1.1, 1.2, 1.3, 1.4, 1.5]);
        assert!(steps(1.0, 2.0, 0.0).is_empty() && steps(1.0, f64::NAN, 0.1).is_empty());
    }

    #[test]
    fn points_that_round_to_one_network_are_one_candidate() {
        let grid = Grid {
            alpha: Range::List(vec![1.2]),
            beta: Range::List(vec![1.1]),
            gamma: Range::List(vec![1.15, 1.1501]),
        };
        let counted = Constraint { target: 2.57, tolerance: 0.1, by: CostRatio::Counted };
        let found =
            candidates(&family(), Scale::BASELINE, &grid, counted, 1.0).expect("candidates");
        assert_eq!((found.len(), found[0].same.len()), (1, 1));
        assert!((found[0].ratio - 2.5728).abs() < 1e-4);
        let product = Constraint { target: 2.0, tolerance: 0.05, by: CostRatio::Product };
        assert!(
            candidates(&family(), Scale::BASELINE, &grid, product, 1.0).expect("none").is_empty()
        );
    }
}
