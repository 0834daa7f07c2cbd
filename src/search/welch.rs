//! Welch's t-test for the difference of two means (Welch 1947, Biometrika 34, 28–35), two-sided at 95 %.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::families::accuracy::mean;

/// The quantile of a two-sided test at 95 %.
const LEVEL: f64 = 0.975;

/// That of the normal distribution, for standard errors taken as exact.
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

/// The quantile of Student's t distribution, whose degrees of freedom need not be whole.
fn quantile(degrees: Option<f64>) -> f64 {
    let student = degrees.and_then(|degrees| StudentsT::new(0.0, 1.0, degrees).ok());
    student.map_or(NORMAL, |student| student.inverse_cdf(LEVEL))
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

    /// Two runs each, of which one scatters more: 1.96 degrees of freedom, 4.38 · 0.0846 = 0.37 (Student's distribution by
    /// numerical integration).
    #[test]
    fn degrees_of_freedom_need_not_be_whole() {
        let (best, other) = (sample(76.2625, 0.0555, 1.0), sample(75.214, 0.064, 1.0));
        let degrees = degrees_of_freedom(best, other).expect("degrees");
        assert!((degrees - 1.96).abs() < 0.01, "{degrees}");
        assert!((quantile(Some(1.96)) - 4.38).abs() < 0.01, "{}", quantile(Some(1.96)));
        assert!((quantile(Some(1.0)) - 12.706).abs() < 1e-3);
        assert!(is_greater(best, other));
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
        assert!((mean - 2.0).abs() < 1e-12 && (half_width - 4.3027 / 3f64.sqrt()).abs() < 1e-4);
        assert!(interval(&[1.0]).half_width.is_infinite());
    }

    #[test]
    fn without_any_error_every_difference_is_significant() {
        assert!(is_greater(sample(80.0, 0.0, 2.0), sample(79.0, 0.0, 2.0)));
        assert!(!is_greater(sample(80.0, 0.0, 2.0), sample(80.0, 0.0, 2.0)));
    }
}
