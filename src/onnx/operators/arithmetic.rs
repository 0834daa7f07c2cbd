//! Arithmetic on the numbers that shapes are computed from; ONNX calls it data propagation.

use crate::onnx::numbers::Numbers;
use crate::onnx::operators::Operator;

/// A function of each number; `None` for operators that shapes are not computed with.
pub(crate) fn map(operator: Operator, numbers: &Numbers) -> Option<Numbers> {
    use Operator::{Ceil, Floor, Neg, Not, Round, Sqrt};
    let ints = |values: &[i64], function: fn(i64) -> i64| {
        Some(Numbers::Ints(values.iter().map(|value| function(*value)).collect()))
    };
    let function: fn(f64) -> f64 = match (operator, numbers) {
        (Floor | Ceil | Round, Numbers::Ints(_)) => return Some(numbers.clone()),
        (Neg, Numbers::Ints(values)) => return ints(values, i64::wrapping_neg),
        (Not, Numbers::Ints(values)) => return ints(values, |value| i64::from(value == 0)),
        (Neg, Numbers::Floats(_)) => |value| -value,
        (Floor, _) => f64::floor,
        (Ceil, _) => f64::ceil,
        (Round, _) => f64::round_ties_even,
        (Sqrt, _) => f64::sqrt,
        _ => return None,
    };
    Some(Numbers::Floats(numbers.floats().into_iter().map(function).collect()))
}

/// A function of each pair of numbers; a single number is broadcast.
pub(crate) fn pair(operator: Operator, one: &Numbers, other: &Numbers) -> Option<Numbers> {
    use Operator::{Equal, Greater, Less};
    if let (Numbers::Ints(one), Numbers::Ints(other)) = (one, other) {
        return zip(one, other, |a, b| of_ints(operator, a, b)).map(Numbers::Ints);
    }
    let (one, other) = (one.floats(), other.floats());
    match operator {
        Equal => zip(&one, &other, |a, b| Some(i64::from(a.total_cmp(&b).is_eq()))),
        Greater => zip(&one, &other, |a, b| Some(i64::from(a > b))),
        Less => zip(&one, &other, |a, b| Some(i64::from(a < b))),
        _ => return zip(&one, &other, |a, b| of_floats(operator, a, b)).map(Numbers::Floats),
    }
    .map(Numbers::Ints)
}

/// All numbers reduced to one by a function of pairs.
pub(crate) fn reduce(operator: Operator, numbers: &Numbers) -> Option<Numbers> {
    Some(match numbers {
        Numbers::Ints(values) => Numbers::Ints(vec![fold(values, |a, b| of_ints(operator, a, b))?]),
        Numbers::Floats(values) => {
            Numbers::Floats(vec![fold(values, |a, b| of_floats(operator, a, b))?])
        }
    })
}

/// For each condition, the number from `yes` if it is not 0, else from `no`.
pub(crate) fn choose(condition: &Numbers, yes: &Numbers, no: &Numbers) -> Option<Numbers> {
    let condition = condition.ints()?;
    Some(match (yes, no) {
        (Numbers::Ints(yes), Numbers::Ints(no)) => Numbers::Ints(chosen(condition, yes, no)?),
        (Numbers::Floats(yes), Numbers::Floats(no)) => Numbers::Floats(chosen(condition, yes, no)?),
        _ => return None,
    })
}

fn chosen<T: Copy>(condition: &[i64], yes: &[T], no: &[T]) -> Option<Vec<T>> {
    fn at<T: Copy>(values: &[T], index: usize) -> Option<T> {
        values.get(if values.len() == 1 { 0 } else { index }).copied()
    }
    let length = condition.len().max(yes.len()).max(no.len());
    let choice = |index| at(if at(condition, index)? == 0 { no } else { yes }, index);
    (0..length).map(choice).collect()
}

fn zip<T: Copy, U>(one: &[T], other: &[T], by: impl Fn(T, T) -> Option<U>) -> Option<Vec<U>> {
    match (one, other) {
        (one, other) if one.len() == other.len() => {
            one.iter().zip(other).map(|(a, b)| by(*a, *b)).collect()
        }
        ([a], other) => other.iter().map(|b| by(*a, *b)).collect(),
        (one, [b]) => one.iter().map(|a| by(*a, *b)).collect(),
        _ => None,
    }
}

fn fold<T: Copy>(values: &[T], by: impl Fn(T, T) -> Option<T>) -> Option<T> {
    let (first, rest) = values.split_first()?;
    rest.iter().try_fold(*first, |folded, value| by(folded, *value))
}

fn of_ints(operator: Operator, a: i64, b: i64) -> Option<i64> {
    match operator {
        Operator::Add | Operator::Sum => a.checked_add(b),
        Operator::Sub => a.checked_sub(b),
        Operator::Mul => a.checked_mul(b),
        Operator::Div => a.checked_div(b),
        Operator::Min => Some(a.min(b)),
        Operator::Max => Some(a.max(b)),
        Operator::Mod => a.checked_rem_euclid(b),
        Operator::Pow => a.checked_pow(u32::try_from(b).ok()?),
        Operator::Equal => Some(i64::from(a == b)),
        Operator::Greater => Some(i64::from(a > b)),
        Operator::Less => Some(i64::from(a < b)),
        _ => None,
    }
}

fn of_floats(operator: Operator, a: f64, b: f64) -> Option<f64> {
    match operator {
        Operator::Add | Operator::Sum => Some(a + b),
        Operator::Sub => Some(a - b),
        Operator::Mul => Some(a * b),
        Operator::Div => Some(a / b),
        Operator::Min => Some(a.min(b)),
        Operator::Max => Some(a.max(b)),
        Operator::Pow => Some(a.powf(b)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_number_is_broadcast() {
        let row = Numbers::Ints(vec![7, 8]);
        let two = Numbers::Ints(vec![2]);
        assert_eq!(pair(Operator::Div, &row, &two), Some(Numbers::Ints(vec![3, 4])));
        let half = Numbers::Floats(vec![0.5]);
        assert_eq!(pair(Operator::Mul, &row, &half), Some(Numbers::Floats(vec![3.5, 4.0])));
        assert_eq!(pair(Operator::Add, &row, &Numbers::Ints(vec![1, 2, 3])), None);
        assert_eq!(pair(Operator::Div, &two, &Numbers::Ints(vec![0])), None);
    }

    #[test]
    fn conditions_choose_between_two_lists() {
        let (yes, no) = (Numbers::Ints(vec![1, 2]), Numbers::Ints(vec![9]));
        let chosen = choose(&Numbers::Ints(vec![0, 1]), &yes, &no);
        assert_eq!(chosen, Some(Numbers::Ints(vec![9, 2])));
    }

    #[test]
    fn numbers_reduce_to_their_product() {
        let row = Numbers::Ints(vec![3, 224, 224]);
        assert_eq!(reduce(Operator::Mul, &row), Some(Numbers::Ints(vec![150_528])));
        assert_eq!(reduce(Operator::Mul, &Numbers::Ints(vec![i64::MAX, 2])), None);
    }
}
