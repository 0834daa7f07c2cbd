//! Operators that cut a value along an axis or join values: slices, splits, sequences and concatenation.

use crate::onnx::numbers::MAX_KNOWN;
use crate::onnx::operators::call::Call;
use crate::onnx::value::{Value, axis, checked, distinct_axes, shape_text, size, sizes};

/// The elements that a slice takes along an axis.
pub(crate) struct Cut {
    pub(crate) axis: usize,
    pub(crate) start: i64,
    pub(crate) step: i64,
    count: u64,
}

pub(crate) fn slice(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let mut dims = value.dims.clone();
    for cut in cuts(call, &value.dims)? {
        dims[cut.axis] = cut.count;
    }
    Ok(vec![value.copied(checked(dims)?)])
}

/// What a slice takes of each axis that it cuts.
pub(crate) fn cuts(call: &Call, dims: &[u64]) -> Result<Vec<Cut>, String> {
    let starts = call.required_ints("starts", 1)?;
    let ends = call.required_ints("ends", 2)?;
    let axes = call.optional_ints("axes", 3)?.map(<[i64]>::to_vec);
    let axes = axes.unwrap_or_else(|| (0i64..).take(starts.len()).collect());
    let steps = call.optional_ints("steps", 4)?.map(<[i64]>::to_vec);
    let steps = steps.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
        return Err("starts, ends, axes and steps must have the same length".into());
    }
    let axes = distinct_axes(&axes, dims.len())?;
    let cut = |(index, axis): (usize, usize)| {
        let (start, count) = range(dims[axis], starts[index], ends[index], steps[index])?;
        Ok(Cut { axis, start, step: steps[index], count })
    };
    axes.into_iter().enumerate().map(cut).collect()
}

/// The first index of a slice along an axis, and how many elements it takes.
fn range(size: u64, start: i64, end: i64, step: i64) -> Result<(i64, u64), String> {
    let size = i64::try_from(size).map_err(|_| "the input is too large to slice")?;
    let from_front = |at: i64| if at < 0 { at.saturating_add(size) } else { at };
    let (low, high) = match step {
        1.. => (0, size),
        0 => return Err("a step is 0".into()),
        _ => (-1, size - 1),
    };
    let start = from_front(start).clamp(low.max(0), high.max(0));
    // An end before the first element lets a slice that runs backwards include it.
    let end = if step < 0 && end < -size { -1 } else { from_front(end).clamp(low, high) };
    let span = if step > 0 { end - start } else { start - end };
    let count = span.max(0).unsigned_abs().div_ceil(step.unsigned_abs());
    Ok((start, count))
}

pub(crate) fn split(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len())?;
    let (outputs, length) = (call.node.outputs.len() as u64, value.dims[at]);
    let parts = match call.optional_ints("split", 1)? {
        Some(parts) => sizes(parts)?,
        None => {
            let size = length.div_ceil(outputs.max(1));
            let part = |index: u64| size.min(length.saturating_sub(index.saturating_mul(size)));
            (0..outputs).map(part).collect()
        }
    };
    if parts.len() as u64 != outputs {
        return Err(format!("`split` has {} sizes for {outputs} outputs", parts.len()));
    }
    cut(value, at, &parts)
}

/// A value in parts along an axis.
fn cut(value: &Value, at: usize, parts: &[u64]) -> Result<Vec<Value>, String> {
    let sum = parts.iter().fold(0u64, |sum, part| sum.saturating_add(*part));
    if sum != value.dims[at] {
        let dims = shape_text(&value.dims);
        return Err(format!("parts of {parts:?} do not add up to axis {at} of {dims}"));
    }
    let part = |size: &u64| {
        let mut dims = value.dims.clone();
        dims[at] = *size;
        value.copied(dims)
    };
    Ok(parts.iter().map(part).collect())
}

/// The memory that a part of a sequence takes, in numbers.
const PART: usize = 32;

/// A sequence of parts: of one size, of listed sizes, or of one element each.
pub(crate) fn split_to_sequence(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len())?;
    let is_list = call.optional(1).is_some_and(|parts| !parts.dims.is_empty());
    let parts = match call.optional_ints("split", 1)? {
        Some(parts) if is_list => sizes(parts)?,
        Some(part) => even_parts(value.dims[at], size(*part.first().unwrap_or(&0))?)?,
        None => even_parts(value.dims[at], 1)?,
    };
    call.spend(PART.saturating_mul(parts.len()))?;
    let mut sequence = cut(value, at, &parts)?;
    if call.optional(1).is_none() && call.int("keepdims") == Some(0) {
        for part in &mut sequence {
            part.dims.remove(at);
        }
    }
    Ok(vec![Value { sequence: Some(sequence.into()), ..value.viewed(value.dims.clone()) }])
}

/// Sizes of equal parts; the last may be smaller.
fn even_parts(length: u64, size: u64) -> Result<Vec<u64>, String> {
    let count = if size == 0 { 0 } else { length.div_ceil(size) };
    if count == 0 || count > MAX_KNOWN as u64 {
        return Err(format!("{length} elements cannot be split into parts of {size}"));
    }
    Ok((0..count).map(|index| size.min(length - index * size)).collect())
}

pub(crate) fn sequence_at(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let sequence = value.sequence.as_ref().ok_or("input 1 is not a sequence")?;
    let at = axis(call.required_int("position", 1)?, sequence.len())?;
    Ok(vec![sequence[at].clone()])
}

pub(crate) fn concat(call: &Call, first: &Value) -> Result<Vec<Value>, String> {
    let at = axis(call.int("axis").unwrap_or(1), first.dims.len())?;
    let given = call.given();
    let mut dims = first.dims.clone();
    for value in &given[1..] {
        let mut expected = value.dims.clone();
        if expected.len() == first.dims.len() {
            expected[at] = first.dims[at];
        }
        if expected != first.dims {
            let (one, other) = (shape_text(&first.dims), shape_text(&value.dims));
            return Err(format!("{one} and {other} cannot be joined along axis {at}"));
        }
        dims[at] = dims[at].saturating_add(value.dims[at]);
    }
    Ok(vec![first.copied(checked(dims)?)])
}
