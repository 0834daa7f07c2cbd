//! Spearman's rank correlation (Spearman 1904, American Journal of Psychology 15, 72–101).

use std::fmt;

/// Spearman's ρ with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Correlation {
    /// ρ, from −1 (reversed order) to 1 (same order).
    pub value: f64,
    /// Lower and upper end of the interval (Bonett & Wright 2000, Psychometrika 65, 23–28). `None` for fewer than
    /// four pairs or a perfect order.
    pub interval: Option<(f64, f64)>,
}

impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.value)?;
        let Some((low, high)) = self.interval else { return Ok(()) };
        write!(f, " (95 %: {low:.2} to {high:.2})")
    }
}

/// The rank correlation of pairs. `None` if one side does not vary or there are fewer than two pairs.
#[must_use]
pub fn correlation(pairs: &[(f64, f64)]) -> Option<Correlation> {
    let (one, other): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (one, other) = (ranks(&one), ranks(&other));
    let middle = f64::midpoint(pairs.len() as f64, 1.0);
    let product = |a: &[f64], b: &[f64]| -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - middle) * (b - middle)).sum()
    };
    let value = product(&one, &other) / (product(&one, &one) * product(&other, &other)).sqrt();
    let value = value.is_finite().then_some(value.clamp(-1.0, 1.0))?;
    Some(Correlation { value, interval: interval(value, pairs.len()) })
}

/// Fisher's transformation with the variance (1 + ρ²/2) / (n − 3).
fn interval(value: f64, count: usize) -> Option<(f64, f64)> {
    let centre = value.atanh();
    if count < 4 || !centre.is_finite() {
        return None;
    }
    let spread = 1.96 * ((1.0 + value * value / 2.0) / (count as f64 - 3.0)).sqrt();
    Some(((centre - spread).tanh(), (centre + spread).tanh()))
}

/// The rank of each value, from 1. Equal values share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let equal = values.iter().filter(|other| other.total_cmp(value).is_eq()).count() as f64;
        below + f64::midpoint(equal, 1.0)
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(pairs: &[(f64, f64)]) -> Option<f64> {
        correlation(pairs).map(|correlation| correlation.value)
    }

    #[test]
    fn only_the_order_counts() {
        assert_eq!(value(&[(1.0, 2.0), (2.0, 30.0), (3.0, 31.0)]), Some(1.0));
        assert_eq!(value(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]), Some(-1.0));
        // Ranks 1 2 3 4 5 and 2 1 4 3 5: 1 − 6·4 / (5·24).
        let pairs = [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (5.0, 5.0)];
        assert!((value(&pairs).expect("it varies") - 0.8).abs() < 1e-12);
    }

    #[test]
    fn equal_values_share_their_ranks() {
        assert_eq!(ranks(&[2.0, 1.0, 2.0, 5.0]), [2.5, 1.0, 2.5, 4.0]);
        assert_eq!(value(&[(1.0, 1.0), (1.0, 2.0)]), None);
        assert_eq!((value(&[]), value(&[(1.0, 1.0)])), (None, None));
    }

    #[test]
    fn few_pairs_give_a_wide_interval() {
        let pairs = [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (5.0, 5.0)];
        let (low, high) = correlation(&pairs).and_then(|c| c.interval).expect("five pairs");
        assert!(low < -0.3 && high > 0.98, "{low} {high}");
    }
}
