//! Functions of numbers and of pairs of numbers, as ONNX Runtime computes them.

use crate::onnx::numbers::{Numbers, Precision};
use crate::onnx::operators::Operator;

/// A function of each number; `None` for operators that shapes are not computed with.
pub(super) fn map(operator: Operator, numbers: &Numbers) -> Option<Numbers> {
    match numbers {
        Numbers::Ints(values) => {
            let mapped = values.iter().map(|value| of_int(operator, *value));
            mapped.collect::<Option<_>>().map(Numbers::Ints)
        }
        Numbers::Floats(values, precision) => {
            let function = of_float(operator)?;
            let mapped = values.iter().map(|value| function(*value)).collect();
            Some(Numbers::of_floats(mapped, *precision))
        }
    }
}

fn of_int(operator: Operator, value: i64) -> Option<i64> {
    use Operator::{Abs, Ceil, Floor, Neg, Not, Round, Sign};
    match operator {
        Abs => value.checked_abs(),
        Neg => value.checked_neg(),
        Sign => Some(value.signum()),
        Not => Some(i64::from(value == 0)),
        Floor | Ceil | Round => Some(value),
        _ => None,
    }
}

fn of_float(operator: Operator) -> Option<fn(f64) -> f64> {
    use Operator::{Abs, Ceil, Exp, Floor, Log, Neg, Reciprocal, Round, Sign, Sqrt};
    Some(match operator {
        Abs => f64::abs,
        Neg => |value| -value,
        Sign => |value| if value == 0.0 { value } else { value.signum() },
        Reciprocal => f64::recip,
        Exp => f64::exp,
        Log => f64::ln,
        Sqrt => f64::sqrt,
        Floor => f64::floor,
        Ceil => f64::ceil,
        Round => f64::round_ties_even,
        _ => return None,
    })
}

/// A function of each pair of numbers of two lists of one length.
pub(super) fn pair(operator: Operator, one: &Numbers, other: &Numbers) -> Option<Numbers> {
    let (Numbers::Ints(ints), Numbers::Ints(others)) = (one, other) else {
        return pair_of_floats(operator, one, other);
    };
    let pairs = ints.iter().zip(others.iter());
    pairs.map(|(a, b)| of_ints(operator, *a, *b)).collect::<Option<_>>().map(Numbers::Ints)
}

fn pair_of_floats(operator: Operator, one: &Numbers, other: &Numbers) -> Option<Numbers> {
    let precision = match (one, other) {
        (Numbers::Floats(_, precision), _) | (_, Numbers::Floats(_, precision)) => *precision,
        _ => Precision::Single,
    };
    let (values, others) = (one.floats(), other.floats());
    let pairs = || values.iter().zip(others.iter());
    if let Some(compare) = comparison(operator) {
        return Some(Numbers::Ints(pairs().map(|(a, b)| i64::from(compare(*a, *b))).collect()));
    }
    let computed = pairs().map(|(a, b)| of_floats(operator, *a, *b)).collect::<Option<Vec<_>>>()?;
    let computed = Numbers::of_floats(computed, precision);
    // A power has the type of its base.
    if operator == Operator::Pow && one.ints().is_some() {
        truncated(&computed)
    } else {
        Some(computed)
    }
}

#[allow(clippy::float_cmp)] // ONNX compares exactly
fn comparison(operator: Operator) -> Option<fn(f64, f64) -> bool> {
    use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    Some(match operator {
        Equal => |a, b| a == b,
        Greater => |a, b| a > b,
        GreaterOrEqual => |a, b| a >= b,
        Less => |a, b| a < b,
        LessOrEqual => |a, b| a <= b,
        _ => return None,
    })
}

/// `None` where the result does not fit: ONNX leaves open what it is then.
pub(super) fn of_ints(operator: Operator, a: i64, b: i64) -> Option<i64> {
    Some(match operator {
        Operator::Add | Operator::Sum => a.checked_add(b)?,
        Operator::Sub => a.checked_sub(b)?,
        Operator::Mul => a.checked_mul(b)?,
        Operator::Div => a.checked_div(b)?,
        Operator::Min => a.min(b),
        Operator::Max => a.max(b),
        // The remainder has the sign of the divisor.
        Operator::Mod => a.checked_rem(b)?.checked_add(b)?.checked_rem(b)?,
        Operator::Pow => a.checked_pow(u32::try_from(b).ok()?)?,
        Operator::Equal => i64::from(a == b),
        Operator::Greater => i64::from(a > b),
        Operator::GreaterOrEqual => i64::from(a >= b),
        Operator::Less => i64::from(a < b),
        Operator::LessOrEqual => i64::from(a <= b),
        Operator::And => i64::from(a != 0 && b != 0),
        Operator::Or => i64::from(a != 0 || b != 0),
        Operator::Xor => i64::from((a != 0) != (b != 0)),
        _ => return None,
    })
}

pub(super) fn of_floats(operator: Operator, a: f64, b: f64) -> Option<f64> {
    let is_undefined = a.is_nan() || b.is_nan();
    Some(match operator {
        Operator::Add | Operator::Sum => a + b,
        Operator::Sub => a - b,
        Operator::Mul => a * b,
        Operator::Div => a / b,
        Operator::Min | Operator::Max if is_undefined => f64::NAN,
        Operator::Min => a.min(b),
        Operator::Max => a.max(b),
        Operator::Pow => a.powf(b),
        _ => return None,
    })
}

/// The remainder of a division that rounds towards zero, as with Mod's attribute `fmod`.
pub(super) fn remainder(one: &Numbers, other: &Numbers) -> Option<Numbers> {
    match (one, other) {
        (Numbers::Ints(one), Numbers::Ints(other)) => {
            let pairs = one.iter().zip(other.iter());
            pairs.map(|(a, b)| a.checked_rem(*b)).collect::<Option<_>>().map(Numbers::Ints)
        }
        (Numbers::Floats(one, precision), Numbers::Floats(other, _)) => {
            let pairs = one.iter().zip(other.iter());
            Some(Numbers::of_floats(pairs.map(|(a, b)| a % b).collect(), *precision))
        }
        _ => None,
    }
}

/// Numbers converted to a `TensorProto.DataType`; `None` for one that has no numbers, or whose range they leave.
pub(super) fn cast(numbers: &Numbers, data_type: i64) -> Option<Numbers> {
    if let Some(precision) = Precision::of(data_type) {
        return Some(Numbers::of_floats(numbers.floats().to_vec(), precision));
    }
    if data_type == BOOL {
        let is_set = numbers.floats();
        return Some(Numbers::Ints(is_set.iter().map(|value| i64::from(*value != 0.0)).collect()));
    }
    let (bits, is_signed) = integer(data_type)?;
    let whole = truncated(numbers)?;
    let is_float = numbers.ints().is_none();
    let cast = |value: &i64| {
        let wrapped = wrapped(*value, bits, is_signed)?;
        // Integers wrap around; for floating-point numbers ONNX leaves it open.
        (!is_float || wrapped == *value).then_some(wrapped)
    };
    whole.ints()?.iter().map(cast).collect::<Option<_>>().map(Numbers::Ints)
}

const BOOL: i64 = 9;

/// The bits of an integer type, and whether it is signed.
fn integer(data_type: i64) -> Option<(u32, bool)> {
    Some(match data_type {
        2 => (8, false),
        3 => (8, true),
        4 => (16, false),
        5 => (16, true),
        6 => (32, true),
        7 => (64, true),
        12 => (32, false),
        13 => (64, false),
        _ => return None,
    })
}

/// An integer in its lowest bits; `None` for an unsigned one above 2⁶³.
fn wrapped(value: i64, bits: u32, is_signed: bool) -> Option<i64> {
    let unused = 64 - bits;
    if is_signed {
        return Some(value << unused >> unused);
    }
    i64::try_from(value.cast_unsigned() << unused >> unused).ok()
}

/// Numbers rounded towards zero; `None` where one does not fit 64 bits.
#[allow(clippy::cast_possible_truncation)] // checked
pub(super) fn truncated(numbers: &Numbers) -> Option<Numbers> {
    let Numbers::Floats(values, _) = numbers else { return Some(numbers.clone()) };
    let limit = 2f64.powi(63);
    let whole = |value: &f64| (-limit..limit).contains(value).then_some(*value as i64);
    values.iter().map(whole).collect::<Option<_>>().map(Numbers::Ints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(values: &[f64]) -> Numbers {
        Numbers::of_floats(values.to_vec(), Precision::Single)
    }

    fn ints(values: &[i64]) -> Numbers {
        Numbers::of_ints(values.to_vec())
    }

    #[test]
    fn pairs_are_computed_as_in_onnx() {
        use Operator::{Add, And, Div, Equal, LessOrEqual, Max, Mod, Mul, Pow, Xor};
        for (operator, one, other, expected) in [
            (Div, ints(&[7, -7, 7]), ints(&[2, 2, -2]), Some(ints(&[3, -3, -3]))),
            (Div, ints(&[2]), ints(&[0]), None),
            (Mod, ints(&[7, -7, 7, -7]), ints(&[3, 3, -3, -3]), Some(ints(&[1, 2, -2, -1]))),
            (Mul, ints(&[i64::MAX]), ints(&[2]), None),
            (Mul, ints(&[7, 8]), floats(&[0.5, 0.5]), Some(floats(&[3.5, 4.0]))),
            (Mul, floats(&[100.0]), floats(&[0.29]), Some(floats(&[29.0]))),
            (Pow, ints(&[3]), floats(&[2.0]), Some(ints(&[9]))),
            (Pow, floats(&[4.0]), ints(&[2]), Some(floats(&[16.0]))),
            (Max, floats(&[1.0]), floats(&[2.0]), Some(floats(&[2.0]))),
            (Equal, floats(&[0.0, f64::NAN]), floats(&[-0.0, f64::NAN]), Some(ints(&[1, 0]))),
            (LessOrEqual, ints(&[1, 2]), ints(&[1, 1]), Some(ints(&[1, 0]))),
            (And, ints(&[1, 1]), ints(&[1, 0]), Some(ints(&[1, 0]))),
            (Xor, ints(&[1, 1]), ints(&[1, 0]), Some(ints(&[0, 1]))),
            (Add, ints(&[i64::MIN]), ints(&[-1]), None),
        ] {
            assert_eq!(pair(operator, &one, &other), expected, "{operator:?} {one:?} {other:?}");
        }
    }

    #[test]
    fn casts_keep_or_wrap_or_are_unknown() {
        for (numbers, data_type, expected) in [
            (floats(&[2.9, -2.9]), 7, Some(ints(&[2, -2]))),
            (floats(&[1e19]), 7, None),
            (floats(&[f64::NAN]), 7, None),
            (floats(&[300.0]), 2, None),
            (ints(&[300, -1]), 2, Some(ints(&[44, 255]))),
            (ints(&[200]), 3, Some(ints(&[-56]))),
            (ints(&[1 << 32]), 6, Some(ints(&[0]))),
            (ints(&[-1]), 13, None),
            (floats(&[0.5, 0.0]), 9, Some(ints(&[1, 0]))),
            (ints(&[16_777_217]), 1, Some(floats(&[16_777_216.0]))),
            (ints(&[1]), 8, None),
        ] {
            assert_eq!(cast(&numbers, data_type), expected, "{numbers:?} to {data_type}");
        }
    }
}
