//! Numbers of operators that work along axes: reductions, running sums, extremes and their places.

use super::arithmetic::{of_floats, of_ints};
use super::layout::lines;
use crate::onnx::numbers::Numbers;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::reduction::reduced_axes;
use crate::onnx::value::{Value, axis};

/// A sum, mean, extreme or norm over axes.
pub(super) fn reduce(call: &Call) -> Option<Numbers> {
    let value = call.optional(0)?;
    let reduced = reduced_axes(call, value.dims.len()).ok()?;
    let lines = lines(&value.dims, |axis| reduced.contains(&axis))?;
    Some(match value.numbers.as_ref()? {
        Numbers::Ints(values) => {
            let each = lines.iter().map(|line| reduced_ints(call.operator, taken(values, line)));
            Numbers::Ints(each.collect::<Option<_>>()?)
        }
        Numbers::Floats(values, precision) => {
            let each = lines.iter().map(|line| reduced_floats(call.operator, taken(values, line)));
            Numbers::of_floats(each.collect::<Option<_>>()?, *precision)
        }
    })
}

fn taken<'a, T: Copy>(values: &'a [T], line: &'a [usize]) -> impl Iterator<Item = T> + Clone + 'a {
    line.iter().filter_map(|index| values.get(*index).copied())
}

fn reduced_ints(operator: Operator, mut values: impl Iterator<Item = i64> + Clone) -> Option<i64> {
    use Operator::{Add, Max, Min, Mul};
    use Operator::{
        ReduceL1, ReduceMax, ReduceMean, ReduceMin, ReduceProd, ReduceSum, ReduceSumSquare,
    };
    let count = i64::try_from(values.clone().count()).ok()?;
    let fold = |by: Operator, first: i64, mut values: &mut dyn Iterator<Item = i64>| {
        (&mut values).try_fold(first, |folded, value| of_ints(by, folded, value))
    };
    match operator {
        ReduceSum => fold(Add, 0, &mut values),
        ReduceProd => fold(Mul, 1, &mut values),
        ReduceMean => fold(Add, 0, &mut values)?.checked_div(count),
        ReduceMax => fold(Max, values.next()?, &mut values),
        ReduceMin => fold(Min, values.next()?, &mut values),
        ReduceL1 => values.try_fold(0i64, |sum, value| sum.checked_add(value.checked_abs()?)),
        ReduceSumSquare => {
            values.try_fold(0i64, |sum, value| sum.checked_add(value.checked_mul(value)?))
        }
        _ => None,
    }
}

fn reduced_floats(
    operator: Operator,
    mut values: impl Iterator<Item = f64> + Clone,
) -> Option<f64> {
    use Operator::{Max, Min};
    use Operator::{ReduceL1, ReduceL2, ReduceLogSum, ReduceMax, ReduceMean, ReduceMin};
    use Operator::{ReduceProd, ReduceSum, ReduceSumSquare};
    let count = values.clone().count() as f64;
    match operator {
        ReduceSum => Some(values.sum()),
        ReduceProd => Some(values.product()),
        ReduceMean => Some(values.sum::<f64>() / count),
        ReduceMax => values.try_fold(f64::NEG_INFINITY, |most, value| of_floats(Max, most, value)),
        ReduceMin => values.try_fold(f64::INFINITY, |least, value| of_floats(Min, least, value)),
        ReduceL1 => Some(values.map(f64::abs).sum()),
        ReduceL2 => Some(values.map(|value| value * value).sum::<f64>().sqrt()),
        ReduceSumSquare => Some(values.map(|value| value * value).sum()),
        ReduceLogSum => Some(values.sum::<f64>().ln()),
        _ => None,
    }
}

/// The elements along one axis, each line as floating-point numbers or integers with their places.
fn along(value: &Value, at: i64) -> Option<Vec<Vec<usize>>> {
    let at = axis(at, value.dims.len()).ok()?;
    lines(&value.dims, |axis| axis == at)
}

/// The place of the largest or smallest element along an axis.
pub(super) fn arg(call: &Call) -> Option<Numbers> {
    let value = call.optional(0)?;
    let numbers = value.numbers.as_ref()?;
    let is_last = call.int("select_last_index") == Some(1);
    let place = |line: Vec<usize>| {
        let sorted = sorted(numbers, &line, call.operator == Operator::ArgMax)?;
        let best = numbers.select(&[*line.get(*sorted.first()?)?])?;
        let equals = |place: &&usize| {
            let found = line.get(**place).and_then(|index| numbers.select(&[*index]));
            found.as_ref() == Some(&best)
        };
        let ties = sorted.iter().take_while(equals);
        let place = if is_last { ties.last() } else { ties.min() };
        i64::try_from(*place?).ok()
    };
    let lines = along(value, call.int("axis").unwrap_or(0))?;
    lines.into_iter().map(place).collect::<Option<_>>().map(Numbers::Ints)
}

/// The places in a line, from the largest element or the smallest; the earlier of two equal ones first.
fn sorted(numbers: &Numbers, line: &[usize], from_largest: bool) -> Option<Vec<usize>> {
    let mut places: Vec<usize> = (0..line.len()).collect();
    let along = numbers.select(line)?;
    let order = |one: &usize, other: &usize| match &along {
        Numbers::Ints(values) => values[*one].cmp(&values[*other]),
        Numbers::Floats(values, _) => values[*one].total_cmp(&values[*other]),
    };
    if from_largest {
        places.sort_by(|one, other| order(other, one));
    } else {
        places.sort_by(order);
    }
    Some(places)
}

/// The largest or smallest elements along an axis, and their places.
pub(super) fn top_k(call: &Call, dims: &[u64]) -> Option<Vec<Numbers>> {
    let value = call.optional(0)?;
    let numbers = value.numbers.as_ref()?;
    let at = axis(call.int("axis").unwrap_or(-1), value.dims.len()).ok()?;
    let count = usize::try_from(*dims.get(at)?).ok()?;
    let from = lines(&value.dims, |axis| axis == at)?;
    let to = lines(dims, |axis| axis == at)?;
    let total = to.iter().map(Vec::len).sum();
    let (mut indices, mut places) = (vec![0; total], vec![0; total]);
    for (from, to) in from.iter().zip(&to) {
        let sorted = sorted(numbers, from, call.int("largest") != Some(0))?;
        for (place, to) in sorted.into_iter().take(count).zip(to) {
            *indices.get_mut(*to)? = *from.get(place)?;
            *places.get_mut(*to)? = i64::try_from(place).ok()?;
        }
    }
    Some(vec![numbers.select(&indices)?, Numbers::of_ints(places)])
}

/// Sums of the elements up to each along an axis, with it or without.
pub(super) fn running_sum(call: &Call) -> Option<Numbers> {
    let value = call.optional(0)?;
    let lines = along(value, call.required_int("axis", 1).ok()?)?;
    let is_set = |name: &str| call.int(name) == Some(1);
    let (is_exclusive, is_reverse) = (is_set("exclusive"), is_set("reverse"));
    Some(match value.numbers.as_ref()? {
        Numbers::Ints(values) => {
            let add = |a, b| of_ints(Operator::Add, a, b);
            Numbers::of_ints(running(values, lines, (is_exclusive, is_reverse), add)?)
        }
        Numbers::Floats(values, precision) => {
            let add = |a: f64, b: f64| Some(precision.round(a + b));
            let sums = running(values, lines, (is_exclusive, is_reverse), add)?;
            Numbers::of_floats(sums, *precision)
        }
    })
}

fn running<T: Copy + Default>(
    values: &[T],
    lines: Vec<Vec<usize>>,
    (is_exclusive, is_reverse): (bool, bool),
    add: impl Fn(T, T) -> Option<T>,
) -> Option<Vec<T>> {
    let mut sums = vec![T::default(); values.len()];
    for mut line in lines {
        if is_reverse {
            line.reverse();
        }
        let mut sum = T::default();
        for index in line {
            let next = add(sum, *values.get(index)?)?;
            *sums.get_mut(index)? = if is_exclusive { sum } else { next };
            sum = next;
        }
    }
    Some(sums)
}
