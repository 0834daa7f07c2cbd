//! Polynomials in depth d, width w and resolution r: the symbolic reading of a cost formula.
//!
//! A polynomial also knows its exact value at the baseline (d = w = r = 1). Where a formula rounds
//! (a stride over an odd map, `floor` in a block), the polynomial is multiplied by a factor that gives
//! the rounded value at the baseline. So the closed form of a family equals the counted baseline
//! exactly, and at other scales differs only by rounding.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Add, Div, Mul, Sub};

use crate::counting::scalar::{Quantity, Scalar};
use crate::counting::side::{Resize, SideError};
use crate::counting::whole::whole_number;

/// A polynomial in d, w and r.
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial {
    baseline: f64,
    terms: BTreeMap<Monomial, f64>,
}

/// A product of powers of depth, width and resolution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Monomial {
    /// The power of depth d.
    pub depth: i32,
    /// The power of width w.
    pub width: i32,
    /// The power of resolution r.
    pub resolution: i32,
}

impl Polynomial {
    /// `coefficient` times one monomial.
    #[must_use]
    pub fn term(coefficient: f64, monomial: Monomial) -> Self {
        let terms = BTreeMap::from([(monomial, coefficient)]);
        Polynomial { baseline: coefficient, terms }
    }

    /// The terms, the largest coefficient first.
    #[must_use]
    pub fn terms(&self) -> Vec<(Monomial, f64)> {
        let mut terms: Vec<_> = self.terms.iter().map(|(m, c)| (*m, *c)).collect();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1));
        terms
    }

    /// The value at depth `d`, width `w` and resolution `r`, without rounding.
    #[must_use]
    pub fn at(&self, d: f64, w: f64, r: f64) -> f64 {
        self.terms.iter().map(|(monomial, coefficient)| coefficient * monomial.at(d, w, r)).sum()
    }

    fn scaled_by(mut self, factor: f64) -> Self {
        for coefficient in self.terms.values_mut() {
            *coefficient *= factor;
        }
        self.terms.retain(|_, coefficient| *coefficient != 0.0);
        self.baseline *= factor;
        self
    }

    fn combined(mut self, other: &Self, sign: f64) -> Self {
        for (monomial, coefficient) in &other.terms {
            *self.terms.entry(*monomial).or_insert(0.0) += sign * coefficient;
        }
        self.terms.retain(|_, coefficient| *coefficient != 0.0);
        self.baseline += sign * other.baseline;
        self
    }

    fn multiplied(&self, other: &Self) -> Self {
        let mut terms = BTreeMap::new();
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                *terms.entry(a.times(*b)).or_insert(0.0) += x * y;
            }
        }
        terms.retain(|_, coefficient| *coefficient != 0.0);
        Polynomial { baseline: self.baseline * other.baseline, terms }
    }
}

impl Monomial {
    /// The monomial d.
    pub const DEPTH: Monomial = Monomial { depth: 1, width: 0, resolution: 0 };
    /// The monomial w.
    pub const WIDTH: Monomial = Monomial { depth: 0, width: 1, resolution: 0 };
    /// The monomial r.
    pub const RESOLUTION: Monomial = Monomial { depth: 0, width: 0, resolution: 1 };

    /// The value at depth `d`, width `w` and resolution `r`.
    #[must_use]
    pub fn at(self, d: f64, w: f64, r: f64) -> f64 {
        d.powi(self.depth) * w.powi(self.width) * r.powi(self.resolution)
    }

    fn times(self, other: Self) -> Self {
        Monomial {
            depth: self.depth.saturating_add(other.depth),
            width: self.width.saturating_add(other.width),
            resolution: self.resolution.saturating_add(other.resolution),
        }
    }

    fn inverse(self) -> Self {
        Monomial {
            depth: self.depth.saturating_neg(),
            width: self.width.saturating_neg(),
            resolution: self.resolution.saturating_neg(),
        }
    }
}

/// Writes `d·w²·r²`, and `1` for the constant term.
impl fmt::Display for Monomial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let factors = [("d", self.depth), ("w", self.width), ("r", self.resolution)];
        let written: Vec<String> = factors
            .iter()
            .filter(|(_, power)| *power != 0)
            .map(|(name, power)| format!("{name}{}", superscript(*power)))
            .collect();
        f.write_str(if written.is_empty() { "1".into() } else { written.join("·") }.as_str())
    }
}

fn superscript(power: i32) -> String {
    match power {
        1 => String::new(),
        2 => "²".into(),
        3 => "³".into(),
        4 => "⁴".into(),
        other => format!("^{other}"),
    }
}

impl Scalar for Polynomial {
    type Quantity = Polynomial;

    fn whole(value: u64) -> Self {
        Polynomial::constant(value as f64)
    }

    fn exact(&self) -> u64 {
        whole_number(self.baseline.round()).unwrap_or(u64::MAX)
    }

    fn product(factors: &[&Self]) -> Self {
        factors.iter().fold(Polynomial::constant(1.0), |product, factor| product.multiplied(factor))
    }

    fn increase(&mut self, amount: &Self) {
        *self = std::mem::take(self).combined(amount, 1.0);
    }

    fn is_one(&self) -> bool {
        *self == Polynomial::constant(1.0)
    }

    fn grows(&self) -> bool {
        self.terms.keys().any(|monomial| *monomial != Monomial::default())
    }

    fn less_one(&self) -> Self {
        self.clone() - Polynomial::constant(1.0)
    }

    /// With m = `self`: the sums of 1, j and j² over 0 ≤ j < m are m, m(m−1)/2 and m(m−1)(2m−1)/6, and Lagrange
    /// interpolation weighs a quadratic's values at 0, 1 and 2 by (j−1)(j−2)/2, j(2−j) and j(j−1)/2.
    fn sampling(&self) -> Option<[Self; 3]> {
        if !self.grows() {
            return None;
        }
        let constant = |value: f64| Polynomial::constant(value);
        let ones = self.clone();
        let firsts = ones.clone() * ones.less_one() / constant(2.0);
        let squares = firsts.clone() * (ones.clone() * constant(2.0)).less_one() / constant(3.0);
        let at_0 = (squares.clone() - firsts.clone() * constant(3.0) + ones * constant(2.0))
            / constant(2.0);
        let at_1 = firsts.clone() * constant(2.0) - squares.clone();
        let at_2 = (squares - firsts) / constant(2.0);
        Some([at_0, at_1, at_2])
    }

    fn divided(&self, divisor: &Self) -> Option<Self> {
        self.exact().divided(&divisor.exact())?;
        Some(self.clone() / divisor.clone())
    }

    fn resized(&self, by: Resize) -> Result<Self, SideError> {
        Ok(self.clone().rounded_to(by.apply(self.exact())? as f64))
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.exact().cmp(&other.exact())
    }

    fn overflowed(&self) -> bool {
        !self.baseline.is_finite()
    }

    fn to_quantity(&self) -> Polynomial {
        self.clone()
    }

    fn from_quantity(quantity: &Polynomial) -> Option<Self> {
        whole_number(quantity.baseline).map(|_| quantity.clone())
    }
}

impl Quantity for Polynomial {
    fn constant(value: f64) -> Self {
        Polynomial::term(value, Monomial::default())
    }

    fn value(&self) -> f64 {
        self.baseline
    }

    fn power(&self, exponent: f64) -> Option<Self> {
        match whole_number(exponent) {
            _ if !self.grows() => Some(Polynomial::constant(self.baseline.powf(exponent))),
            Some(times @ 0..=4) => {
                let one = Polynomial::constant(1.0);
                Some((0..times).fold(one, |product, _| product.multiplied(self)))
            }
            _ => None,
        }
    }

    fn rounded_to(self, value: f64) -> Self {
        if self.baseline == 0.0 {
            return Polynomial::constant(value);
        }
        let factor = value / self.baseline;
        Polynomial { baseline: value, ..self.scaled_by(factor) }
    }
}

impl Default for Polynomial {
    fn default() -> Self {
        Polynomial { baseline: 0.0, terms: BTreeMap::new() }
    }
}

impl Add for Polynomial {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.combined(&other, 1.0)
    }
}

impl Sub for Polynomial {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.combined(&other, -1.0)
    }
}

impl Mul for Polynomial {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        self.multiplied(&other)
    }
}

/// Exact if the divisor is a single term (in / groups, mid / 4). The quotient by a sum is not a polynomial:
/// the sum is replaced by its baseline value, which is exact at the baseline.
impl Div for Polynomial {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let baseline = self.baseline / other.baseline;
        let quotient = match other.terms.iter().next() {
            Some((monomial, coefficient)) if other.terms.len() == 1 => {
                self.multiplied(&Polynomial::term(coefficient.recip(), monomial.inverse()))
            }
            _ => self.scaled_by(other.baseline.recip()),
        };
        Polynomial { baseline, ..quotient }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::side::Windows;

    fn width(channels: f64) -> Polynomial {
        Polynomial::term(channels, Monomial::WIDTH)
    }

    #[test]
    fn a_dense_convolution_grows_with_the_square_of_width_and_resolution() {
        let side = Polynomial::term(56.0, Monomial::RESOLUTION);
        let macs = Polynomial::product(&[&side, &side, &width(24.0), &width(40.0)]);
        assert_eq!(macs.terms().len(), 1);
        assert_eq!(macs.terms()[0].0.to_string(), "w²·r²");
        assert_eq!(macs.exact(), 56 * 56 * 24 * 40);
    }

    #[test]
    fn width_over_width_is_a_constant() {
        let per_group = width(96.0).divided(&width(96.0)).expect("divides");
        assert_eq!(per_group, Polynomial::constant(1.0));
        assert!(width(96.0).divided(&Polynomial::constant(5.0)).is_none());
    }

    #[test]
    fn rounding_keeps_the_baseline_exact_and_the_power_of_the_variable() {
        let map = Polynomial::term(299.0, Monomial::RESOLUTION);
        let windows = Windows { kernel: 3, stride: 2, dilation: 1, padding: Some(0), ceil: false };
        let map = map.resized(Resize::Windows(windows)).expect("windows that fit");
        assert_eq!(map.exact(), 149);
        assert!((map.at(1.0, 1.0, 2.0) - 298.0).abs() < 1e-9);
    }

    #[test]
    fn repeats_after_the_first_are_a_difference() {
        let rest = Polynomial::term(3.0, Monomial::DEPTH).less_one();
        assert!((rest.at(2.0, 1.0, 1.0) - 5.0).abs() < 1e-12);
    }

    #[test]
    fn weighted_samples_give_the_sum_of_a_quadratic() {
        let later = Polynomial::term(7.0, Monomial::DEPTH).less_one();
        let [a, b, c] = later.sampling().expect("it grows");
        let quadratic = |j: f64| 3.0 * j * j - 5.0 * j + 11.0;
        for (depth, terms) in [(1.0, 6), (2.0, 13), (4.0, 27)] {
            let sum: f64 = (0..terms).map(|j| quadratic(f64::from(j))).sum();
            let at = |weight: &Polynomial| weight.at(depth, 1.0, 1.0);
            let sampled =
                at(&a) * quadratic(0.0) + at(&b) * quadratic(1.0) + at(&c) * quadratic(2.0);
            assert!((sampled - sum).abs() < 1e-6, "{terms} terms: {sampled}, not {sum}");
        }
        assert_eq!(Polynomial::constant(6.0).sampling(), None);
    }
}
