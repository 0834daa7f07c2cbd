//! Whole numbers that an `f64` holds exactly.

/// 2^53: from here on, an `f64` cannot hold every whole number.
const EXACT_LIMIT: f64 = 9_007_199_254_740_992.0;

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
