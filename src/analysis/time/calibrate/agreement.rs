//! How well predicted times agree with measured ones.

use crate::analysis::correlation::correlation;

/// How well predicted and measured times agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Spearman's rank correlation; `None` for fewer than two networks.
    pub rho: Option<f64>,
    /// The share of the variance of the logarithms of measured times that is explained; `None` if they do not vary.
    pub r_squared: Option<f64>,
    /// The median of |predicted / measured − 1|.
    pub error: f64,
    /// The share of networks that are predicted within 20 %.
    pub within_20: f64,
}

impl Agreement {
    /// That of pairs of a predicted and a measured time.
    #[must_use]
    pub fn of(pairs: &[(f64, f64)]) -> Self {
        let count = pairs.len() as f64;
        let errors: Vec<f64> = pairs.iter().map(|(p, m)| (p / m - 1.0).abs()).collect();
        let mean = pairs.iter().map(|(_, measured)| measured.ln()).sum::<f64>() / count;
        let squares = |difference: &dyn Fn(&(f64, f64)) -> f64| -> f64 {
            pairs.iter().map(|pair| difference(pair).powi(2)).sum()
        };
        let left = squares(&|(predicted, measured)| (predicted / measured).ln());
        let all = squares(&|(_, measured)| measured.ln() - mean);
        Agreement {
            rho: correlation(pairs).map(|correlation| correlation.value),
            r_squared: (all > 0.0).then(|| 1.0 - left / all),
            within_20: errors.iter().filter(|error| **error < 0.2).count() as f64 / count,
            error: median(errors),
        }
    }
}

/// The median; of an even number of values, the mean of the two in the middle.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (half, count) = (values.len() / 2, values.len());
    match count {
        0 => f64::NAN,
        _ if count % 2 == 1 => values[half],
        _ => f64::midpoint(values[half - 1], values[half]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_of_three_networks() {
        let agreement = Agreement::of(&[(1.1, 1.0), (2.0, 2.0), (6.0, 4.0)]);
        assert!((agreement.error - 0.1).abs() < 1e-12);
        assert!((agreement.within_20 - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(agreement.rho, Some(1.0));
        // Logarithms of the measured times: 0, ln 2, 2 ln 2, so the whole variance is 2 (ln 2)².
        let left = 1.1_f64.ln().powi(2) + 1.5_f64.ln().powi(2);
        let expected = 1.0 - left / (2.0 * 2.0_f64.ln().powi(2));
        assert!((agreement.r_squared.expect("times vary") - expected).abs() < 1e-12);
    }

    #[test]
    fn one_network_has_no_correlation() {
        let agreement = Agreement::of(&[(1.0, 2.0)]);
        assert_eq!((agreement.rho, agreement.r_squared, agreement.error), (None, None, 0.5));
    }
}
