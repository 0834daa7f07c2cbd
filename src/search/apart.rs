//! Whether two means can be told apart: Welch's t-test (Welch 1947, Biometrika 34, 28–35) at 95 %, two-sided.

/// 97.5 % quantiles of Student's t distribution with 1, 2, … degrees of freedom (Fisher & Yates 1963, Table III).
const QUANTILES: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];

/// The same of a normal distribution: for errors that somebody else vouches for.
const NORMAL: f64 = 1.96;

/// A mean with its standard error.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mean {
    pub(super) value: f64,
    pub(super) error: f64,
    /// Degrees of freedom of the error: one less than the values it is taken from. None where it is not
    /// known how it was found.
    pub(super) freedom: Option<f64>,
}

/// Whether `high` really lies above `low`.
pub(super) fn is_above(high: Mean, low: Mean) -> bool {
    let spread = high.error.hypot(low.error);
    high.value - low.value > quantile(freedom(high, low)) * spread
}

/// Welch's degrees of freedom; none where either mean has none.
fn freedom(one: Mean, other: Mean) -> Option<f64> {
    let spread = (one.error.powi(2) + other.error.powi(2)).powi(2);
    let share = |mean: Mean| Some(mean.error.powi(4) / mean.freedom?);
    let freedom = spread / (share(one)? + share(other)?);
    freedom.is_finite().then_some(freedom)
}

/// Degrees between two whole numbers count as the lower one.
fn quantile(freedom: Option<f64>) -> f64 {
    let Some(freedom) = freedom else { return NORMAL };
    let reaches = |degrees: usize| freedom >= degrees as f64;
    let degrees = (1..=QUANTILES.len()).take_while(|degrees| reaches(*degrees)).count();
    if reaches(QUANTILES.len() + 1) { NORMAL } else { QUANTILES[degrees.saturating_sub(1)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(value: f64, error: f64, freedom: f64) -> Mean {
        Mean { value, error, freedom: Some(freedom) }
    }

    #[test]
    fn few_repeats_need_a_wider_distance() {
        // Equal errors of three repeats each: 4 degrees, 2.776 · √2 · 0.5 = 1.963.
        let best = mean(80.0, 0.5, 2.0);
        assert!(is_above(best, mean(78.0, 0.5, 2.0)));
        assert!(!is_above(best, mean(78.1, 0.5, 2.0)));
        // One error that is nearly nothing: the other's 2 degrees, 4.303 · 0.5 = 2.15.
        let sharp = mean(80.0, 0.001, 2.0);
        assert!(!is_above(sharp, mean(77.9, 0.5, 2.0)) && is_above(sharp, mean(77.8, 0.5, 2.0)));
    }

    #[test]
    fn an_error_that_is_vouched_for_is_taken_as_it_is() {
        let vouched = |value| Mean { value, error: 0.5, freedom: None };
        assert!(is_above(vouched(80.0), vouched(78.6)) && !is_above(vouched(80.0), vouched(78.7)));
        let many = |value| mean(value, 0.5, 100.0);
        assert!(is_above(many(80.0), many(78.6)) && !is_above(many(80.0), many(78.7)));
    }

    #[test]
    fn without_any_error_a_difference_is_one() {
        assert!(is_above(mean(80.0, 0.0, 2.0), mean(79.0, 0.0, 2.0)));
        assert!(!is_above(mean(80.0, 0.0, 2.0), mean(80.0, 0.0, 2.0)));
    }
}
