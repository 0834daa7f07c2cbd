//! Candidates from a grid: the points whose cost is near the target, each network once.

use crate::analysis::time::Deployment;
use crate::error::Error;
use crate::families::family::Family;
use crate::families::scaling::{Coefficients, Scale};
use crate::search::candidate::{Candidate, DistinctCandidates, ScaledFamily, are_equal};

/// Maximum points of a grid. Every candidate is trained, so a larger grid is surely a mistake.
const MAX_POINTS: usize = 1_000_000;

/// The grid values of one coefficient.
#[derive(Clone, Debug, PartialEq)]
pub enum Range {
    /// Evenly spaced values, both ends included.
    Steps {
        /// The first value.
        from: f64,
        /// The last value.
        to: f64,
        /// The step.
        step: f64,
    },
    /// Listed values.
    List(Vec<f64>),
}

/// The grid values of all three coefficients.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// α, for depth.
    pub alpha: Range,
    /// β, for width.
    pub beta: Range,
    /// γ, for resolution.
    pub gamma: Range,
}

/// The condition on the cost of a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constraint {
    /// The factor by which the cost should grow with each step of φ: 2 in the paper.
    pub target: f64,
    /// The distance from the target that a candidate must stay below.
    pub tolerance: f64,
    /// The ratio compared with the target.
    pub by: CostBasis,
}

/// How a candidate's cost relative to the baseline is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostBasis {
    /// The MACs of the candidate's network, or its estimated time, divided by the baseline's, to the power of 1/φ.
    Counted,
    /// α·β²·γ², as in the paper. Rounding can make the counted ratio 2.57 where this is 1.92.
    Product,
}

/// The points of the grid at φ that meet the constraint, by estimated time for networks that `run` like this, in the order of the grid, each network once. `base` holds
/// the multipliers at φ = 0. Points that give no valid network are left out. The family's published coefficients take
/// part whatever they cost, if the grid has them: rounding alone can put them out of tolerance.
pub fn candidates(
    family: &Family,
    base: Scale,
    grid: &Grid,
    constraint: Constraint,
    phi: f64,
    run: Option<&Deployment>,
) -> Result<Vec<Candidate>, Error> {
    let scaled = ScaledFamily::new(family, base, run)?;
    let mut found = DistinctCandidates::default();
    for coefficients in points(grid)? {
        let is_published = family.rule.coefficients.is_some_and(|own| are_equal(own, coefficients));
        let by_product = constraint.by == CostBasis::Product;
        let is_product_met = constraint.is_met_by(coefficients.growth());
        if by_product && !is_product_met && !is_published {
            continue;
        }
        let Ok((network, mut candidate)) = scaled.candidate(coefficients, phi) else { continue };
        let ratio = candidate.cost_ratio().powf(1.0 / phi);
        candidate.in_tolerance =
            if by_product { is_product_met } else { constraint.is_met_by(ratio) };
        if candidate.in_tolerance || is_published {
            found.add(network, candidate);
        }
    }
    Ok(found.into_candidates())
}

/// The candidate with these coefficients at φ, whatever it costs; `None` if they give no valid network.
pub fn candidate(
    family: &Family,
    base: Scale,
    coefficients: Coefficients,
    phi: f64,
    run: Option<&Deployment>,
) -> Result<Option<Candidate>, Error> {
    let scaled = ScaledFamily::new(family, base, run)?;
    Ok(scaled.candidate(coefficients, phi).ok().map(|(_, candidate)| candidate))
}

/// Every combination of the grid's values.
fn points(grid: &Grid) -> Result<Vec<Coefficients>, Error> {
    let [alphas, betas, gammas] =
        [("alpha", &grid.alpha), ("beta", &grid.beta), ("gamma", &grid.gamma)]
            .map(|(name, range)| range.values(name));
    let (alphas, betas, gammas) = (alphas?, betas?, gammas?);
    let count = alphas.len().saturating_mul(betas.len()).saturating_mul(gammas.len());
    if count > MAX_POINTS {
        return Err(Error::new(format!(
            "the grid has {count} points; at most {MAX_POINTS} are allowed"
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
    fn values(&self, name: &str) -> Result<Vec<f64>, Error> {
        let values = match self {
            Range::List(values) => values.clone(),
            Range::Steps { from, to, step } => steps(*from, *to, *step),
        };
        let is_usable = |value: &f64| value.is_finite() && *value > 0.0;
        if values.is_empty() || !values.iter().all(is_usable) {
            let message =
                format!("{name} needs at least one value, and all must be finite and above 0");
            return Err(Error::new(message));
        }
        Ok(values)
    }
}

/// Evenly spaced values, each computed from the first so that rounding errors do not add up.
fn steps(from: f64, to: f64, step: f64) -> Vec<f64> {
    if !(step > 0.0 && step.is_finite() && from.is_finite() && to.is_finite()) {
        return Vec::new();
    }
    let value = |index: usize| from + index as f64 * step;
    let within = |value: &f64| *value <= to + 1e-9 * step;
    // Grid values have few decimals; the rest is rounding error.
    let tidy = |value: f64| (value * 1e9).round() / 1e9;
    (0..=MAX_POINTS).map(value).take_while(within).map(tidy).collect()
}

impl Constraint {
    fn is_met_by(&self, ratio: f64) -> bool {
        // A point at the tolerance is outside, whichever way floats round: 1.9 is not within 0.1 of 2.
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
        let constraint = Constraint { target: 2.0, tolerance: 0.1, by: CostBasis::Product };
        let found = candidates(&family(), Scale::BASELINE, &grid, constraint, 1.0, None)
            .expect("candidates");
        assert!(found.iter().all(|candidate| candidate.in_tolerance));
        found.iter().map(|candidate| 1 + candidate.same_network.len()).sum()
    }

    #[test]
    fn known_grids_have_the_known_number_of_points() {
        assert_eq!(by_product(0.1), 20);
        assert_eq!(by_product(0.05), 108);
    }

    #[test]
    fn steps_include_both_ends() {
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
        let counted = Constraint { target: 2.57, tolerance: 0.1, by: CostBasis::Counted };
        let found =
            candidates(&family(), Scale::BASELINE, &grid, counted, 1.0, None).expect("candidates");
        assert_eq!((found.len(), found[0].same_network.len()), (1, 1));
        assert!((found[0].macs_ratio - 2.5728).abs() < 1e-4);
    }

    #[test]
    fn published_coefficients_take_part_whatever_they_cost() {
        let grid = |alpha: &[f64]| Grid {
            alpha: Range::List(alpha.to_vec()),
            beta: Range::List(vec![1.1]),
            gamma: Range::List(vec![1.15]),
        };
        for by in [CostBasis::Counted, CostBasis::Product] {
            let constraint = Constraint { target: 2.0, tolerance: 0.05, by };
            let found = |alpha: &[f64]| {
                candidates(&family(), Scale::BASELINE, &grid(alpha), constraint, 1.0, None)
                    .expect("candidates")
            };
            let [published] = &found(&[1.2])[..] else { panic!("one candidate") };
            assert!(!published.in_tolerance && (published.macs_ratio - 2.5728).abs() < 1e-4);
            assert!(found(&[1.19]).is_empty(), "the grid does not have the published ones");
        }
        // Coefficients that round to the published network and are in tolerance bring it in.
        let product = Constraint { target: 2.0, tolerance: 0.05, by: CostBasis::Product };
        let found = candidates(&family(), Scale::BASELINE, &grid(&[1.2, 1.25]), product, 1.0, None);
        let found = found.expect("candidates");
        assert!(found.len() == 1 && found[0].in_tolerance);
    }
}
