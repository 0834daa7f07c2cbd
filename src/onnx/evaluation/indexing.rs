//! Numbers of operators that find or replace elements by indices or conditions.

use super::arithmetic::{of_floats, of_ints};
use super::layout::{distance, lines, positions, strides, within};
use crate::onnx::numbers::Numbers;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::value::{Value, axis, elements};

/// Slices of the first input at indices along an axis.
pub(super) fn gather(call: &Call, value: &Value, dims: &[u64]) -> Option<Numbers> {
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len()).ok()?;
    let indices = call.optional(1)?;
    let known = indices.numbers.as_ref()?.ints()?;
    let (steps, inner) = (strides(&value.dims), strides(&indices.dims));
    let sources = positions(dims, |position| {
        let (front, rest) = position.split_at_checked(at)?;
        let (middle, back) = rest.split_at_checked(indices.dims.len())?;
        let index = known.get(usize::try_from(distance(middle, &inner)).ok()?)?;
        let along = within(*index, *value.dims.get(at)?)?.checked_mul(*steps.get(at)?)?;
        usize::try_from(distance(front, &steps) + along + distance(back, steps.get(at + 1..)?)).ok()
    })?;
    value.numbers.as_ref()?.select(&sources)
}

/// For every index, the element at it along an axis and at its own place on the others.
fn own_places(call: &Call, value: &Value) -> Option<Vec<usize>> {
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len()).ok()?;
    let indices = call.optional(1)?;
    let mut known = indices.numbers.as_ref()?.ints()?.iter();
    let (steps, size) = (strides(&value.dims), *value.dims.get(at)?);
    positions(&indices.dims, |position| {
        let others =
            distance(position, &steps) - distance(position.get(at..=at)?, steps.get(at..)?);
        let along = within(*known.next()?, size)?.checked_mul(*steps.get(at)?)?;
        usize::try_from(others.checked_add(along)?).ok()
    })
}

pub(super) fn gather_elements(call: &Call, value: &Value) -> Option<Numbers> {
    value.numbers.as_ref()?.select(&own_places(call, value)?)
}

/// Elements, or slices, at positions that the last axis of the indices lists.
pub(super) fn gather_nd(call: &Call, value: &Value, dims: &[u64]) -> Option<Numbers> {
    let batch = usize::try_from(call.int("batch_dims").unwrap_or(0)).ok()?;
    value.numbers.as_ref()?.select(&listed_places(call, value, dims, batch)?)
}

/// For every position in a tensor of shape `dims`, the index of the element of `value` at the position that the second
/// input lists for it, after `batch` axes that both have.
fn listed_places(call: &Call, value: &Value, dims: &[u64], batch: usize) -> Option<Vec<usize>> {
    let indices = call.optional(1)?;
    let known = indices.numbers.as_ref()?.ints()?;
    let (depth, outer) = indices.dims.split_last()?;
    let depth = usize::try_from(*depth).ok()?;
    let (steps, listed) = (strides(&value.dims), strides(&indices.dims));
    let (shared, inner) = (steps.get(..batch)?, steps.get(batch..)?);
    let (along, rest) = inner.split_at_checked(depth)?;
    let sizes = value.dims.get(batch..)?;
    positions(dims, |position| {
        let (front, back) = position.split_at_checked(outer.len())?;
        let first = usize::try_from(distance(front, &listed)).ok()?;
        let mut source = distance(front.get(..batch)?, shared).checked_add(distance(back, rest))?;
        let listed = known.get(first..first.checked_add(depth)?)?;
        for ((index, size), step) in listed.iter().zip(sizes).zip(along) {
            source = source.checked_add(within(*index, *size)?.checked_mul(*step)?)?;
        }
        usize::try_from(source).ok()
    })
}

/// The first input with the elements of the third at the indices of the second.
pub(super) fn scatter(call: &Call, value: &Value) -> Option<Numbers> {
    let updates = call.optional(2)?;
    let places = match call.operator {
        Operator::ScatterND => listed_places(call, value, &updates.dims, 0)?,
        _ => own_places(call, value)?,
    };
    let by = match call.text("reduction").unwrap_or("none") {
        "none" => None,
        "add" => Some(Operator::Add),
        "mul" => Some(Operator::Mul),
        "max" => Some(Operator::Max),
        "min" => Some(Operator::Min),
        _ => return None,
    };
    Some(match (value.numbers.as_ref()?, updates.numbers.as_ref()?) {
        (Numbers::Ints(values), Numbers::Ints(updates)) => {
            let joined = |a, b| by.map_or(Some(b), |by| of_ints(by, a, b));
            Numbers::of_ints(scattered(values, updates, &places, joined)?)
        }
        (Numbers::Floats(values, precision), Numbers::Floats(updates, _)) => {
            let joined = |a, b| by.map_or(Some(b), |by| of_floats(by, a, b));
            Numbers::of_floats(scattered(values, updates, &places, joined)?, *precision)
        }
        _ => return None,
    })
}

fn scattered<T: Copy>(
    values: &[T],
    updates: &[T],
    places: &[usize],
    joined: impl Fn(T, T) -> Option<T>,
) -> Option<Vec<T>> {
    if updates.len() != places.len() {
        return None;
    }
    let mut values = values.to_vec();
    for (place, update) in places.iter().zip(updates) {
        let value = values.get_mut(*place)?;
        *value = joined(*value, *update)?;
    }
    Some(values)
}

/// The positions of all elements that are not 0, as columns.
pub(super) fn non_zero(value: &Value) -> Option<Numbers> {
    let numbers = value.numbers.as_ref()?.floats();
    let mut each = numbers.iter();
    let found = positions(&value.dims, |position| {
        let is_set = *each.next()? != 0.0;
        Some(is_set.then(|| position.to_vec()))
    })?;
    let found: Vec<Vec<u64>> = found.into_iter().flatten().collect();
    let rows = (0..value.dims.len()).flat_map(|axis| found.iter().map(move |at| at.get(axis)));
    rows.map(|place| i64::try_from(*place?).ok()).collect::<Option<_>>().map(Numbers::Ints)
}

/// The elements, or slices along an axis, whose condition is true.
pub(super) fn compress(call: &Call, value: &Value) -> Option<Numbers> {
    let conditions = call.optional(1)?.numbers.as_ref()?.ints()?;
    let flat = [value.elements()];
    let (dims, at) = match call.int("axis") {
        Some(at) => (&value.dims[..], axis(at, value.dims.len()).ok()?),
        None => (&flat[..], 0),
    };
    let mut kept: Vec<usize> = Vec::new();
    for line in lines(dims, |axis| axis == at)? {
        let pairs = line.into_iter().zip(conditions);
        kept.extend(pairs.filter(|(_, condition)| **condition != 0).map(|(index, _)| index));
    }
    kept.sort_unstable();
    value.numbers.as_ref()?.select(&kept)
}

/// The different numbers, where each is first, which of them every number is, and how often each occurs.
pub(super) fn unique(call: &Call, value: &Value) -> Option<Vec<Numbers>> {
    let numbers = value.numbers.as_ref()?;
    let found = numbers.places(call.int("sorted") != Some(0));
    let count = usize::try_from(elements(&value.dims)).ok()?;
    let mut inverse = vec![0; count];
    for (index, places) in found.iter().enumerate() {
        for place in places {
            *inverse.get_mut(*place)? = i64::try_from(index).ok()?;
        }
    }
    let firsts: Option<Vec<usize>> = found.iter().map(|places| places.first().copied()).collect();
    let firsts = firsts?;
    let int = |count: usize| i64::try_from(count).ok();
    let starts = firsts.iter().map(|first| int(*first)).collect::<Option<_>>()?;
    let counts = found.iter().map(|places| int(places.len())).collect::<Option<_>>()?;
    let first = numbers.select(&firsts)?;
    Some(vec![first, Numbers::Ints(starts), Numbers::of_ints(inverse), Numbers::Ints(counts)])
}
