//! The curve that fits errors best: least squares in which single misses count less (Huber 1964, doi:10.1214/aoms/1177703732).

use crate::analysis::law::curve::Curve;
use crate::analysis::time::calibrate::median;

/// The least standard deviation of accuracies, in percentage points: networks trained again with another seed differ by
/// that much on ImageNet, however well a curve goes through a few of them.
pub(super) const LEAST_NOISE: f64 = 0.1;

/// The least and the most exponent that is tried. Below, a curve cannot be told from a logarithm; above, it is a step.
const EXPONENTS: (f64, f64) = (0.02, 4.0);

/// Exponents that are tried, evenly spaced in the logarithm, before the best of them is refined.
const STEPS: usize = 60;

/// Halvings, or nearly, of the distance between two of these exponents.
const REFINEMENTS: usize = 18;

/// Residuals beyond so many standard deviations count by their size instead of their square: 95 % as good as least squares
/// where there are no outliers.
const HUBER: f64 = 1.345;

/// From the median of absolute residuals to a standard deviation, for normal residuals.
const FROM_MEDIAN: f64 = 1.4826;

/// Most rounds of new weights; usual are three.
const ROUNDS: usize = 10;

/// The costs of a series, and their powers for each exponent that is tried.
pub(super) struct Costs {
    unit: f64,
    /// In units of their geometric mean.
    relative: Vec<f64>,
    tried: Vec<(f64, Vec<f64>)>,
}

/// A straight line through errors against powers of cost.
struct LinearFit {
    floor: f64,
    scale: f64,
    /// The sum of weighted squares of what is left.
    loss: f64,
}

impl Costs {
    pub(super) fn new(costs: &[f64]) -> Self {
        let logarithms: f64 = costs.iter().map(|cost| cost.ln()).sum();
        let unit = (logarithms / costs.len() as f64).exp();
        let relative: Vec<f64> = costs.iter().map(|cost| cost / unit).collect();
        let tried = (0..=STEPS).map(|step| {
            let (least, most) = EXPONENTS;
            let exponent = least * (most / least).powf(step as f64 / STEPS as f64);
            (exponent, powers(&relative, exponent))
        });
        Costs { tried: tried.collect(), unit, relative }
    }

    /// The best curve for these errors.
    pub(super) fn fit(&self, errors: &[f64]) -> Curve {
        let mut weights = vec![1.0; errors.len()];
        let mut curve = self.weighted(errors, &weights);
        for _ in 0..ROUNDS {
            let next = huber_weights(&self.residuals(&curve, errors));
            let change = next.iter().zip(&weights).map(|(next, one)| (next - one).abs());
            if change.fold(0.0, f64::max) < 1e-3 {
                break;
            }
            weights = next;
            curve = self.weighted(errors, &weights);
        }
        curve
    }

    /// By how much errors are above the curve.
    pub(super) fn residuals(&self, curve: &Curve, errors: &[f64]) -> Vec<f64> {
        let fitted = powers(&self.relative, curve.exponent);
        let fitted = fitted.iter().map(|power| curve.floor + curve.scale * power);
        errors.iter().zip(fitted).map(|(error, fitted)| error - fitted).collect()
    }

    /// The best curve for weighted errors: of the exponents that are tried, and then between the neighbours of the best.
    fn weighted(&self, errors: &[f64], weights: &[f64]) -> Curve {
        let loss = |powers: &[f64]| linear(powers, errors, weights).loss;
        let losses = self.tried.iter().map(|(_, powers)| loss(powers)).enumerate();
        let best = losses.min_by(|(_, one), (_, other)| one.total_cmp(other));
        let (best, least) = best.unwrap_or_default();
        let exponent = |index: usize| self.tried[index.min(STEPS)].0.ln();
        let ends = (exponent(best.saturating_sub(1)), exponent(best + 1));
        let refined = least_between(ends, |log| loss(&powers(&self.relative, log.exp()))).exp();
        let is_better = loss(&powers(&self.relative, refined)) <= least;
        let exponent = if is_better { refined } else { self.tried[best].0 };
        let fit = linear(&powers(&self.relative, exponent), errors, weights);
        Curve { floor: fit.floor, scale: fit.scale, exponent, unit: self.unit }
    }
}

fn powers(relative: &[f64], exponent: f64) -> Vec<f64> {
    relative.iter().map(|cost| cost.powf(-exponent)).collect()
}

/// The best line with a floor from 0 to the least error. Where that binds, the slope is the best for it.
fn linear(powers: &[f64], errors: &[f64], weights: &[f64]) -> LinearFit {
    let sum = |term: &dyn Fn(f64, f64) -> f64| -> f64 {
        let rows = powers.iter().zip(errors).zip(weights);
        rows.map(|((power, error), weight)| weight * term(*power, *error)).sum()
    };
    let (total, x, y) = (sum(&|_, _| 1.0), sum(&|x, _| x), sum(&|_, y| y));
    let (xx, xy) = (sum(&|x, _| x * x), sum(&|x, y| x * y));
    let determinant = total * xx - x * x;
    let is_determined = determinant > 1e-12 * total * xx;
    let mut scale = if is_determined { (total * xy - x * y) / determinant } else { 0.0 };
    let mut floor = (y - scale * x) / total;
    let most = errors.iter().copied().fold(f64::INFINITY, f64::min);
    if !(0.0..=most).contains(&floor) || scale <= 0.0 {
        floor = floor.clamp(0.0, most.max(0.0));
        scale = ((xy - floor * x) / xx).max(0.0);
    }
    let loss = sum(&|x, y| (y - floor - scale * x).powi(2));
    LinearFit { floor, scale, loss }
}

/// Where a function is least between two ends, by golden sections.
fn least_between((mut low, mut high): (f64, f64), value: impl Fn(f64) -> f64) -> f64 {
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut one, mut other) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_one, mut at_other) = (value(one), value(other));
    for _ in 0..REFINEMENTS {
        if at_one < at_other {
            (high, other, at_other) = (other, one, at_one);
            one = high - golden * (high - low);
            at_one = value(one);
        } else {
            (low, one, at_one) = (one, other, at_other);
            other = low + golden * (high - low);
            at_other = value(other);
        }
    }
    f64::midpoint(low, high)
}

fn huber_weights(residuals: &[f64]) -> Vec<f64> {
    let sizes: Vec<f64> = residuals.iter().map(|residual| residual.abs()).collect();
    let limit = HUBER * (FROM_MEDIAN * median(sizes)).max(LEAST_NOISE);
    residuals.iter().map(|residual| (limit / residual.abs()).min(1.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COSTS: [f64; 6] = [0.4e9, 0.7e9, 1.0e9, 1.8e9, 4.4e9, 10.3e9];

    fn errors(curve: &Curve) -> Vec<f64> {
        COSTS.iter().map(|cost| curve.error(*cost)).collect()
    }

    #[test]
    fn a_curve_without_noise_is_found_again() {
        for (floor, exponent) in [(0.0, 0.1), (15.0, 0.5), (20.0, 1.5)] {
            let costs = Costs::new(&COSTS);
            let known = Curve { floor, scale: 5.0, exponent, unit: costs.unit };
            let found = costs.fit(&errors(&known));
            let far = (found.error(40e9) - known.error(40e9)).abs();
            assert!(far < 0.02, "{known:?} {found:?}");
        }
    }

    #[test]
    fn one_wrong_error_moves_the_curve_little() {
        let costs = Costs::new(&COSTS);
        let known = Curve { floor: 15.0, scale: 4.0, exponent: 0.5, unit: costs.unit };
        let mut wrong = errors(&known);
        wrong[2] += 5.0;
        let robust = (costs.fit(&wrong).error(20e9) - known.error(20e9)).abs();
        let squares = (costs.weighted(&wrong, &[1.0; 6]).error(20e9) - known.error(20e9)).abs();
        assert!(robust < 0.3 && robust < squares, "{robust} {squares}");
    }

    #[test]
    fn the_floor_is_neither_negative_nor_above_an_error() {
        for errors in [[50.0, 49.0, 47.0, 43.0, 30.0, 1.0], [30.0, 30.0, 30.0, 30.0, 30.0, 30.0]] {
            let curve = Costs::new(&COSTS).fit(&errors);
            assert!((0.0..=30.0).contains(&curve.floor) && curve.scale >= 0.0, "{curve:?}");
        }
    }
}
