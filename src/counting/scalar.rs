//! The number types of cost formulas: exact integers, or polynomials in depth, width and resolution.
//!
//! Every formula of this crate is written once, over [`Scalar`]. In `u64` it gives the exact count of one
//! network; in [`Polynomial`](crate::counting::polynomial::Polynomial) it gives the closed
//! form of a whole family.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Sub};

/// 2^53: from here on, an `f64` cannot hold every whole number.
const EXACT_LIMIT: f64 = 9_007_199_254_740_992.0;

/// A whole, non-negative amount: a channel count, a map size, a repeat count, a number of events.
pub trait Scalar: Clone + Debug {
    /// The number type of dimension expressions that end in this scalar.
    type Quantity: Quantity;

    /// The scalar that is `value` at every scale.
    fn whole(value: u64) -> Self;
    /// The whole number itself; for a polynomial, its value at the baseline.
    fn exact(&self) -> u64;
    /// The product of `factors`; saturates on overflow (see [`Scalar::overflowed`]).
    #[must_use]
    fn product(factors: &[&Self]) -> Self;
    /// Adds `amount`; saturates on overflow.
    fn increase(&mut self, amount: &Self);
    /// Whether this is the number 1 at every scale.
    fn is_one(&self) -> bool;
    /// Whether this changes with the scale.
    fn grows(&self) -> bool;
    /// The repeats after the first: `self - 1`.
    #[must_use]
    fn less_one(&self) -> Self;
    /// Weights that turn any quadratic's values at 0, 1 and 2 into its sum over 0 to `self - 1`; `None` if the
    /// sum is better written out.
    fn sampling(&self) -> Option<[Self; 3]>;
    /// `self / divisor`, or `None` if that leaves a remainder.
    fn divided(&self, divisor: &Self) -> Option<Self>;
    /// The same amount after rounding to `exact` (a map of 7 rows after a stride over 13).
    #[must_use]
    fn resized(&self, exact: u64) -> Self;
    /// Whether a sum or product on the way here overflowed.
    ///
    /// Saturation is monotone: sums and products of amounts never shrink, so a total that has not
    /// overflowed proves that no part of it has.
    fn overflowed(&self) -> bool;
    /// The amount as a number to calculate with.
    fn to_quantity(&self) -> Self::Quantity;
    /// The whole number `quantity` stands for; `None` if it is negative, fractional or at least 2^53.
    fn from_quantity(quantity: &Self::Quantity) -> Option<Self>;
}

/// A real number in a dimension expression.
pub trait Quantity:
    Clone + Debug + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// The quantity that is `value` at every scale.
    fn constant(value: f64) -> Self;
    /// The number itself; for a polynomial, its value at the baseline.
    fn value(&self) -> f64;
    /// The quantity to the power of a number; `None` if the power of a polynomial is not a polynomial.
    fn power(&self, exponent: f64) -> Option<Self>;
    /// The same quantity after rounding to `value`.
    #[must_use]
    fn rounded_to(self, value: f64) -> Self;
}

impl Scalar for u64 {
    type Quantity = f64;

    fn whole(value: u64) -> Self {
        value
    }

    fn exact(&self) -> u64 {
        *self
    }

    #[inline]
    fn product(factors: &[&Self]) -> Self {
        factors.iter().fold(1, |product, factor| product.saturating_mul(**factor))
    }

    #[inline]
    fn increase(&mut self, amount: &Self) {
        *self = self.saturating_add(*amount);
    }

    fn is_one(&self) -> bool {
        *self == 1
    }

    fn grows(&self) -> bool {
        false
    }

    fn less_one(&self) -> Self {
        self.saturating_sub(1)
    }

    fn sampling(&self) -> Option<[Self; 3]> {
        None
    }

    fn divided(&self, divisor: &Self) -> Option<Self> {
        (self.checked_rem(*divisor) == Some(0)).then(|| self / divisor)
    }

    fn resized(&self, exact: u64) -> Self {
        exact
    }

    fn overflowed(&self) -> bool {
        *self == u64::MAX
    }

    fn to_quantity(&self) -> f64 {
        *self as f64
    }

    fn from_quantity(quantity: &f64) -> Option<Self> {
        whole_number(*quantity)
    }
}

impl Quantity for f64 {
    fn constant(value: f64) -> Self {
        value
    }

    fn value(&self) -> f64 {
        *self
    }

    fn power(&self, exponent: f64) -> Option<Self> {
        Some(self.powf(exponent))
    }

    fn rounded_to(self, value: f64) -> Self {
        value
    }
}

/// `value` as a whole number, or `None` if it is negative, fractional or at least 2^53.
#[must_use]
pub fn whole_number(value: f64) -> Option<u64> {
    if !(0.0..EXACT_LIMIT).contains(&value) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // in the range
    let whole = value as u64;
    #[allow(clippy::float_cmp)] // a fraction was cut off, or nothing was
    (whole as f64 == value).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overflow_is_marked_and_stays_marked() {
        let mut total = u64::product(&[&u64::MAX, &2]);
        assert!(total.overflowed());
        total.increase(&1);
        assert!(total.overflowed());
        assert!(!u64::product(&[&3, &4]).overflowed());
    }

    #[test]
    fn only_whole_numbers_become_scalars() {
        assert_eq!(u64::from_quantity(&12.0), Some(12));
        for bad in [-1.0, 0.5, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(u64::from_quantity(&bad), None, "{bad}");
        }
    }

    #[test]
    fn division_is_exact_or_none() {
        assert_eq!(12u64.divided(&4), Some(3));
        assert_eq!(12u64.divided(&5), None);
        assert_eq!(12u64.divided(&0), None);
    }
}
