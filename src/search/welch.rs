//! Welch's t-test for the difference of two means (Welch 1947, Biometrika 34, 28–35), two-sided at 95 %.

use crate::families::accuracy::mean;

/// 97.5 % quantiles of Student's t distribution with 1, 2, … degrees of freedom (Fisher & Yates 1963, Table III).
const QUANTILES: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];

/// The same quantile of the normal distribution, for standard errors taken as exact.
const NORMAL: f64 = 1.96;

/// A sample mean with its standard error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mean {
    pub(super) value: f64,
    pub(super) standard_error: f64,
    /// Degrees of freedom of the standard error: one less than the number of values. `None` if that number is
    /// unknown.
    pub(super) degrees_of_freedom: Option<f64>,
}

/// Whether `high` is significantly greater than `low`.
pub(super) fn is_greater(high: Mean, low: Mean) -> bool {
    let spread = high.standard_error.hypot(low.standard_error);
    high.value - low.value > quantile(degrees_of_freedom(high, low)) * spread
}

/// The Welch–Satterthwaite degrees of freedom; `None` if either mean has none.
fn degrees_of_freedom(one: Mean, other: Mean) -> Option<f64> {
    let spread = (one.standard_error.powi(2) + other.standard_error.powi(2)).powi(2);
    let share = |mean: Mean| Some(mean.standard_error.powi(4) / mean.degrees_of_freedom?);
    let degrees = spread / (share(one)? + share(other)?);
    degrees.is_finite().then_some(degrees)
}

/// The 97.5 % quantile; degrees of freedom are rounded down to a whole number.
fn quantile(degrees: Option<f64>) -> f64 {
    let Some(degrees) = degrees else { return NORMAL };
    let index = (2..=QUANTILES.len() + 1).take_while(|whole| degrees >= *whole as f64).count();
    QUANTILES.get(index).copied().unwrap_or(NORMAL)
}

/// A mean, and half the width of its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Half the width of its 95 % interval by Student's t distribution; infinite for less than two values.
    pub half_width: f64,
}

/// The mean of some values with its interval.
pub(super) fn interval(values: &[f64]) -> Interval {
    let (mean, error) = mean(values);
    let degrees = values.len().saturating_sub(1) as f64;
    let half_width = error.map_or(f64::INFINITY, |error| quantile(Some(degrees)) * error);
    Interval { mean, half_width }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(value: f64, standard_error: f64, degrees: f64) -> Mean {
        Mean { value, standard_error, degrees_of_freedom: Some(degrees) }
    }

    #[test]
    fn few_repeats_need_a_larger_difference() {
        // Equal errors of three repeats each: 4 degrees, 2.776 · √2 · 0.5 = 1.963.
        let best = sample(80.0, 0.5, 2.0);
        assert!(is_greater(best, sample(78.0, 0.5, 2.0)));
        assert!(!is_greater(best, sample(78.1, 0.5, 2.0)));
        // One error near zero: the other's 2 degrees, 4.303 · 0.5 = 2.15.
        let sharp = sample(80.0, 0.001, 2.0);
        assert!(
            !is_greater(sharp, sample(77.9, 0.5, 2.0)) && is_greater(sharp, sample(77.8, 0.5, 2.0))
        );
    }

    #[test]
    fn an_error_without_degrees_of_freedom_is_taken_as_exact() {
        let exact = |value| Mean { value, standard_error: 0.5, degrees_of_freedom: None };
        assert!(is_greater(exact(80.0), exact(78.6)) && !is_greater(exact(80.0), exact(78.7)));
        let many = |value| sample(value, 0.5, 100.0);
        assert!(is_greater(many(80.0), many(78.6)) && !is_greater(many(80.0), many(78.7)));
    }

    /// Of 1, 2 and 3: a standard error of 1 ÷ √3, times 4.303 with 2 degrees of freedom.
    #[test]
    fn a_mean_has_the_interval_of_student() {
        let Interval { mean, half_width } = interval(&[1.0, 2.0, 3.0]);
        assert!((mean - 2.0).abs() < 1e-12 && (half_width - 4.303 / 3f64.sqrt()).abs() < 1e-9);
        assert!(interval(&[1.0]).half_width.is_infinite());
    }

    #[test]
    fn without_any_error_every_difference_is_significant() {
        assert!(is_greater(sample(80.0, 0.0, 2.0), sample(79.0, 0.0, 2.0)));
        assert!(!is_greater(sample(80.0, 0.0, 2.0), sample(80.0, 0.0, 2.0)));
    }
}
