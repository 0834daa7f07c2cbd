//! Operators that take some elements of values, or join values: slices, parts, rows chosen by number.

use crate::onnx::arrange::rearranged;
use crate::onnx::call::{Call, whole};
use crate::onnx::numbers::{MOST_KNOWN, Numbers};
use crate::onnx::value::{Value, all_stored, axis, checked, written};

pub(super) fn slice(call: &Call, value: &Value) -> Result<Value, String> {
    let rank = value.dims.len();
    let starts = call.numbers("starts", 1)?.ok_or("it has no starts")?;
    let ends = call.numbers("ends", 2)?.ok_or("it has no ends")?;
    let axes = call.numbers("axes", 3)?;
    let axes = axes.unwrap_or_else(|| (0i64..).take(starts.len()).collect());
    let steps = match call.optional(4) {
        Some(steps) => call.known(steps, "steps")?,
        None => vec![1; starts.len()],
    };
    if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
        return Err("its starts, ends, axes and steps are not as many".into());
    }
    let mut dims = value.dims.clone();
    let mut numbers = value.numbers.clone();
    for (index, at) in axes.iter().enumerate() {
        let (at, step) = (axis(*at, rank)?, steps[index]);
        let (start, count) = chosen(dims[at], starts[index], ends[index], step)?;
        let from = std::mem::replace(&mut dims[at], count);
        let whole = [&dims[..at], &[from], &dims[at + 1..]].concat();
        numbers = numbers.and_then(|numbers| {
            rearranged(&numbers, &whole, &dims, |place| {
                let mut place = place.to_vec();
                let along = step.checked_mul(place[at].cast_signed())?.checked_add(start)?;
                place[at] = u64::try_from(along).ok()?;
                Some(place)
            })
        });
    }
    Ok(Value { numbers, memory: 0, ..value.arranged(checked(dims)?) })
}

/// Where a slice of an axis begins, and how many elements it takes.
fn chosen(size: u64, start: i64, end: i64, step: i64) -> Result<(i64, u64), String> {
    let size = i64::try_from(size).map_err(|_| "its input is too large")?;
    let from_front = |at: i64| if at < 0 { at.saturating_add(size) } else { at };
    let (low, high) = match step {
        1.. => (0, size),
        0 => return Err("its step is 0".into()),
        _ => (-1, size - 1),
    };
    let start = from_front(start).clamp(low.max(0), high.max(0));
    // Whatever lies before the first element ends a slice that runs backwards.
    let end = if step < 0 && end < -size { -1 } else { from_front(end).clamp(low, high) };
    let span = if step > 0 { end - start } else { start - end };
    let count = span.max(0).unsigned_abs().div_ceil(step.unsigned_abs());
    Ok((start, count))
}

pub(super) fn split(call: &Call) -> Result<Vec<Value>, String> {
    let value = call.input(0)?;
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len())?;
    let outputs = call.node.outputs.len() as u64;
    let parts = match call.numbers("split", 1)? {
        Some(parts) => parts.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?,
        None => {
            let size = value.dims[at].div_ceil(outputs.max(1));
            let part =
                |index: u64| size.min(value.dims[at].saturating_sub(index.saturating_mul(size)));
            (0..outputs).map(part).collect()
        }
    };
    if parts.len() as u64 != outputs {
        return Err(format!("{} parts for {outputs} outputs", parts.len()));
    }
    cut(value, at, &parts)
}

/// A value in parts along an axis.
fn cut(value: &Value, at: usize, parts: &[u64]) -> Result<Vec<Value>, String> {
    let sum = parts.iter().fold(0u64, |sum, part| sum.saturating_add(*part));
    if sum != value.dims[at] {
        return Err(format!("its parts {parts:?} do not make up {}", written(&value.dims)));
    }
    let part = |size: &u64| {
        let mut dims = value.dims.clone();
        dims[at] = *size;
        Value { numbers: None, memory: 0, ..value.arranged(dims) }
    };
    Ok(parts.iter().map(part).collect())
}

/// A value as a row of its parts: of so many elements each, of given sizes, or of one element.
pub(super) fn split_to_sequence(call: &Call) -> Result<Value, String> {
    let value = call.input(0)?;
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len())?;
    let given = call
        .optional(1)
        .map(|parts| call.known(parts, "split").map(|sizes| (parts, sizes)))
        .transpose()?;
    let parts = match given {
        Some((parts, sizes)) if !parts.dims.is_empty() => {
            sizes.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?
        }
        Some((_, sizes)) => even(value.dims[at], whole(*sizes.first().unwrap_or(&0))?)?,
        None if call.int("keepdims") == Some(0) => {
            return Err("phiscale keeps the axis that it splits along".into());
        }
        None => even(value.dims[at], 1)?,
    };
    let sequence = cut(value, at, &parts)?;
    Ok(Value { sequence: Some(sequence.into()), ..value.arranged(value.dims.clone()) })
}

/// Sizes that make up a whole, all but the last the same.
fn even(whole: u64, size: u64) -> Result<Vec<u64>, String> {
    let count = if size == 0 { 0 } else { whole.div_ceil(size) };
    if count == 0 || count > MOST_KNOWN as u64 {
        return Err(format!("parts of {size} of {whole} are none or too many"));
    }
    Ok((0..count).map(|index| size.min(whole - index * size)).collect())
}

/// One of a row of values.
pub(super) fn sequence_at(call: &Call) -> Result<Value, String> {
    let sequence = call.input(0)?.sequence.as_ref().ok_or("its input is no row of values")?;
    let places = call.known(call.input(1)?, "place")?;
    let at = axis(*places.first().ok_or("it has no place")?, sequence.len())?;
    Ok(sequence[at].clone())
}

pub(super) fn concat(call: &Call) -> Result<Value, String> {
    let first = call.input(0)?;
    let at = axis(call.int("axis").unwrap_or(1), first.dims.len())?;
    let mut whole = Value { memory: 0, ..first.arranged(first.dims.clone()) };
    for value in call.given().skip(1) {
        let mut expected = value.dims.clone();
        let size = *expected.get(at).ok_or("its inputs have different numbers of axes")?;
        expected[at] = first.dims[at];
        if expected != first.dims {
            let (one, other) = (written(&first.dims), written(&value.dims));
            return Err(format!("{one} and {other} cannot be joined along axis {at}"));
        }
        whole.dims[at] = whole.dims[at].saturating_add(size);
        let is_row = first.dims.len() == 1;
        let other = value.numbers.as_ref().filter(|_| is_row);
        whole.numbers = whole.numbers.zip(other).and_then(|(one, other)| one.joined(other));
    }
    whole.dims = checked(whole.dims)?;
    whole.stored = all_stored(&call.given().collect::<Vec<_>>())?;
    Ok(whole)
}

pub(super) fn gather(call: &Call, value: &Value) -> Result<Value, String> {
    let indices = call.input(1)?;
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len())?;
    let (front, back) = value.dims.split_at(at);
    let dims = [front, &indices.dims, &back[1..]].concat();
    let places =
        indices.numbers.as_ref().and_then(Numbers::whole).filter(|_| value.dims.len() == 1);
    let numbers = value.numbers.as_ref().zip(places).and_then(|(numbers, places)| {
        let at = |place: &i64| axis(*place, numbers.len()).ok();
        numbers.pick(&places.iter().map(at).collect::<Option<Vec<_>>>()?)
    });
    let stored = value.stored.clone().filter(|_| indices.is_constant());
    Ok(Value { numbers, stored, memory: 0, ..value.arranged(checked(dims)?) })
}

pub(super) fn gather_nd(call: &Call, value: &Value) -> Result<Value, String> {
    let indices = call.input(1)?;
    let batch = usize::try_from(call.int("batch_dims").unwrap_or(0))
        .map_err(|_| "its batch_dims are negative")?;
    let (depth, places) = indices.dims.split_last().ok_or("its indices have no axes")?;
    let depth = usize::try_from(*depth).unwrap_or(usize::MAX);
    let rest = value
        .dims
        .get(batch.saturating_add(depth)..)
        .ok_or("its indices have more axes than its input")?;
    let dims = checked([places, rest].concat())?;
    let stored = value.stored.clone().filter(|_| indices.is_constant());
    Ok(Value { numbers: None, stored, memory: 0, ..value.arranged(dims) })
}

pub(super) fn gather_elements(call: &Call, value: &Value) -> Result<Value, String> {
    let indices = call.input(1)?;
    if indices.dims.len() != value.dims.len() {
        return Err("its indices do not fit its input".into());
    }
    let stored = value.stored.clone().filter(|_| indices.is_constant());
    Ok(Value { numbers: None, stored, memory: 0, ..value.arranged(indices.dims.clone()) })
}

/// The largest along an axis, and where they are.
pub(super) fn top(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let count = call.known(call.input(1)?, "k")?;
    let count = whole(*count.first().ok_or("it has no k")?)?;
    let mut dims = value.dims.clone();
    let at = axis(call.int("axis").unwrap_or(-1), dims.len())?;
    dims[at] = count.min(dims[at]);
    let values = Value { numbers: None, memory: 0, ..value.arranged(dims) };
    let places = Value { is_float: false, ..values.clone() };
    Ok(vec![values, places])
}

/// The first input with some elements in the place of others.
pub(super) fn scatter_nd(call: &Call, value: &Value) -> Result<Value, String> {
    let stored = all_stored(&[value, call.input(1)?, call.input(2)?])?;
    Ok(Value { numbers: None, stored, ..value.arranged(value.dims.clone()) })
}
