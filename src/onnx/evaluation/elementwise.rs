//! Numbers of elementwise functions with broadcasting.

use super::arithmetic::{cast, map, pair, remainder, truncated};
use super::layout::expanded;
use crate::onnx::numbers::{Numbers, Precision};
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;

pub(super) fn unary(call: &Call) -> Option<Numbers> {
    map(call.operator, call.optional(0)?.numbers.as_ref()?)
}

/// A function of two inputs or more, each broadcast to the output's shape.
pub(super) fn pairwise(call: &Call, dims: &[u64]) -> Option<Numbers> {
    let mut values = call.inputs.iter().flatten();
    let mut numbers = expanded(values.next()?, dims)?;
    let is_mean = call.operator == Operator::Mean;
    let operator = if is_mean { Operator::Add } else { call.operator };
    for value in values {
        let other = expanded(value, dims)?;
        let is_remainder = call.operator == Operator::Mod && call.int("fmod") == Some(1);
        numbers = if is_remainder {
            remainder(&numbers, &other)?
        } else {
            pair(operator, &numbers, &other)?
        };
    }
    let Numbers::Floats(sums, precision) = &numbers else { return Some(numbers) };
    let count = call.inputs.iter().flatten().count() as f64;
    Some(if is_mean {
        Numbers::of_floats(sums.iter().map(|sum| sum / count).collect(), *precision)
    } else {
        numbers
    })
}

/// Numbers between bounds that are inputs, or attributes in older operator sets.
pub(super) fn clip(call: &Call, dims: &[u64]) -> Option<Numbers> {
    let mut numbers = call.optional(0)?.numbers.clone()?;
    for (index, name, by) in [(1, "min", Operator::Max), (2, "max", Operator::Min)] {
        let bound = match (call.optional(index), call.float(name)) {
            (Some(value), _) => expanded(value, dims)?,
            (None, Some(bound)) => {
                Numbers::of_floats(vec![bound; numbers.len()], Precision::Single)
            }
            (None, None) => continue,
        };
        numbers = pair(by, &numbers, &bound)?;
    }
    Some(numbers)
}

/// For each condition, the number of the second input if it is not 0, else of the third.
pub(super) fn choose(call: &Call, dims: &[u64]) -> Option<Numbers> {
    let [condition, yes, no] = [0, 1, 2].map(|index| expanded(call.optional(index)?, dims));
    let condition = condition?;
    let condition = condition.ints()?;
    Some(match (yes?, no?) {
        (Numbers::Ints(yes), Numbers::Ints(no)) => Numbers::of_ints(chosen(condition, &yes, &no)),
        (Numbers::Floats(yes, precision), Numbers::Floats(no, _)) => {
            Numbers::of_floats(chosen(condition, &yes, &no), precision)
        }
        _ => return None,
    })
}

fn chosen<T: Copy>(condition: &[i64], yes: &[T], no: &[T]) -> Vec<T> {
    let pairs = yes.iter().zip(no);
    let choice = |(is_set, (yes, no)): (&i64, (&T, &T))| if *is_set == 0 { *no } else { *yes };
    condition.iter().zip(pairs).map(choice).collect()
}

/// Numbers of the type that `to` names, or of the type of the second input.
pub(super) fn typed(call: &Call) -> Option<Numbers> {
    let numbers = call.optional(0)?.numbers.as_ref()?;
    if call.operator == Operator::Cast {
        return cast(numbers, call.int("to")?);
    }
    let like = call.optional(1)?;
    let precision = match like.numbers {
        Some(Numbers::Floats(_, precision)) => precision,
        _ if like.is_float => Precision::Single,
        _ => return truncated(numbers),
    };
    Some(Numbers::of_floats(numbers.floats().to_vec(), precision))
}
