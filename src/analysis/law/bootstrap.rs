//! How certain a law is: the same series measured again and again, as its law and its noise have it (the parametric
//! bootstrap; Efron and Tibshirani 1993, chapter 6).

use crate::analysis::law::curve::Curve;
use crate::analysis::law::fit::Costs;
use crate::analysis::random::Draws;

/// How often a series is measured again. The ends of an interval are then the 25th value from either side.
const TIMES: usize = 999;

/// The share of values within an interval.
pub(super) const SHARE: f64 = 0.95;

/// Any seed does; one gives the same intervals everywhere.
const SEED: u64 = 20_190_528;

/// A series measured again: the curve fitted to it, and the noise of one more network.
pub(super) struct Replica {
    pub(super) curve: Curve,
    pub(super) noise: f64,
}

/// Replicas of a series with this curve, and noise of a standard deviation that was estimated with so many degrees of
/// freedom. It is uncertain itself: each replica draws another, so that intervals are as wide as Student's t has them.
pub(super) fn replicas(
    costs: &Costs,
    fitted: &[f64],
    deviation: f64,
    degrees: usize,
) -> Vec<Replica> {
    let mut random = Draws::new(SEED);
    let replica = |_| {
        let deviation = deviation * (degrees as f64 / random.chi_squared(degrees)).sqrt();
        // An error is between 0 and 100 %, whatever the noise.
        let errors =
            fitted.iter().map(|error| (error + deviation * random.normal()).clamp(0.0, 100.0));
        let errors: Vec<f64> = errors.collect();
        Replica { curve: costs.fit(&errors), noise: deviation * random.normal() }
    };
    (0..TIMES).map(replica).collect()
}

/// The ends of the interval that holds [`SHARE`] of the values.
pub(super) fn interval(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() + 1) as f64 * (1.0 - SHARE) / 2.0;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a rank
    let beyond = (rank.round() as usize).saturating_sub(1);
    let end = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    (end(beyond), end(values.len().saturating_sub(beyond + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_leaves_out_as_many_values_on_either_side() {
        let values: Vec<f64> = (1..=999).rev().map(f64::from).collect();
        assert_eq!(interval(values), (25.0, 975.0));
    }

    #[test]
    fn with_many_degrees_of_freedom_noise_is_normal_and_with_one_it_is_not() {
        let costs = Costs::new(&[1.0, 2.0, 4.0, 8.0]);
        let spread = |degrees| {
            let replicas = replicas(&costs, &[40.0, 35.0, 32.0, 30.0], 0.1, degrees);
            let (low, high) = interval(replicas.into_iter().map(|one| one.noise).collect());
            high - low
        };
        // 97.5 % quantiles: 1.96 and 12.7.
        assert!((spread(200) - 0.392).abs() < 0.05 && spread(1) > 1.5, "{}", spread(200));
    }
}
