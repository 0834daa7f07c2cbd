//! Numbers of operators that select, repeat, join or mask elements.

use super::layout::{distance, positions, strided, strides};
use crate::onnx::numbers::Numbers;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::reshaping::order;
use crate::onnx::operators::resizing::{Padding, paddings};
use crate::onnx::operators::slicing::cuts;
use crate::onnx::value::{Value, axis};

pub(super) fn transpose(call: &Call, value: &Value, dims: &[u64]) -> Option<Numbers> {
    let strides = strides(&value.dims);
    let order = order(call, value.dims.len()).ok()?;
    let steps: Option<Vec<i64>> = order.iter().map(|at| strides.get(*at).copied()).collect();
    value.numbers.as_ref()?.select(&strided(dims, 0, &steps?)?)
}

pub(super) fn slice(call: &Call, value: &Value, dims: &[u64]) -> Option<Numbers> {
    let (mut steps, mut offset) = (strides(&value.dims), 0i64);
    for cut in cuts(call, &value.dims).ok()? {
        let step = steps.get_mut(cut.axis)?;
        offset = offset.checked_add(step.checked_mul(cut.start)?)?;
        *step = step.checked_mul(cut.step)?;
    }
    value.numbers.as_ref()?.select(&strided(dims, offset, &steps)?)
}

/// The numbers of each part along an axis.
pub(super) fn split(call: &Call, value: &Value, parts: &[Value]) -> Option<Vec<Numbers>> {
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len()).ok()?;
    let (numbers, steps) = (value.numbers.as_ref()?, strides(&value.dims));
    let mut offset = 0i64;
    let part = |part: &Value| {
        let indices = strided(&part.dims, offset, &steps)?;
        let length = i64::try_from(*part.dims.get(at)?).ok()?;
        offset = offset.checked_add(steps.get(at)?.checked_mul(length)?)?;
        numbers.select(&indices)
    };
    parts.iter().map(part).collect()
}

/// The numbers of all inputs, joined along an axis: in blocks of what lies inside that axis.
pub(super) fn concat(call: &Call, dims: &[u64]) -> Option<Numbers> {
    let at = axis(call.int("axis").unwrap_or(1), dims.len()).ok()?;
    let all: Vec<&Numbers> =
        call.inputs.iter().flatten().map(|value| value.numbers.as_ref()).collect::<Option<_>>()?;
    let outer = dims.get(..at)?.iter().try_fold(1u64, |all, size| all.checked_mul(*size))?;
    let outer = usize::try_from(outer).ok().filter(|_| all.iter().any(|part| part.len() > 0));
    let blocks =
        (0..outer.unwrap_or(0)).flat_map(|block| all.iter().map(move |part| (block, part)));
    let width = |part: &Numbers| part.len() / outer.unwrap_or(1).max(1);
    let slices = blocks.map(|(block, part)| (part, block * width(part)..(block + 1) * width(part)));
    if let [Numbers::Floats(_, precision), ..] = all[..] {
        let floats = |(part, range): (&&Numbers, std::ops::Range<usize>)| match part {
            Numbers::Floats(values, _) => values.get(range).map(<[f64]>::to_vec),
            Numbers::Ints(_) => None,
        };
        let joined = slices.map(floats).collect::<Option<Vec<_>>>()?.concat();
        return Some(Numbers::of_floats(joined, *precision));
    }
    let ints = slices.map(|(part, range)| part.ints()?.get(range));
    Some(Numbers::of_ints(ints.collect::<Option<Vec<_>>>()?.concat()))
}

pub(super) fn tile(value: &Value, dims: &[u64]) -> Option<Numbers> {
    let strides = strides(&value.dims);
    let indices = positions(dims, |position| {
        let wrapped =
            position.iter().zip(&value.dims).map(|(place, size)| place.checked_rem(*size));
        let wrapped = wrapped.collect::<Option<Vec<_>>>()?;
        usize::try_from(distance(&wrapped, &strides)).ok()
    })?;
    value.numbers.as_ref()?.select(&indices)
}

pub(super) fn pad(call: &Call, value: &Value, dims: &[u64]) -> Option<Numbers> {
    let paddings = paddings(call, value.dims.len()).ok()?;
    let (strides, mode) = (strides(&value.dims), call.text("mode").unwrap_or("constant"));
    let sources = positions(dims, |position| {
        let mut from = position.to_vec();
        for Padding { axis, before, .. } in &paddings {
            let (place, size) = (from.get_mut(*axis)?, *value.dims.get(*axis)?);
            let along = place.cast_signed().checked_sub(*before)?;
            let is_inside = u64::try_from(along).is_ok_and(|along| along < size);
            if !is_inside && mode == "constant" {
                return Some(None);
            }
            *place = padded(along, size, mode)?;
        }
        Some(Some(usize::try_from(distance(&from, &strides)).ok()?))
    })?;
    let zero = match (value.numbers.as_ref()?, call.float("value")) {
        (_, Some(number)) => number,
        _ => call.optional(2).map_or(Some(0.0), Value::single)?,
    };
    value.numbers.as_ref()?.select_or(&sources, zero)
}

/// The place that a place in the padding is copied from; `None` where the mode has none.
fn padded(place: i64, size: u64, mode: &str) -> Option<u64> {
    let size = i64::try_from(size).ok().filter(|size| *size > 0)?;
    let from = match mode {
        "constant" => place,
        "edge" => place.clamp(0, size - 1),
        "wrap" => place.rem_euclid(size),
        "reflect" if size > 1 => {
            let period = 2 * (size - 1);
            let along = place.rem_euclid(period);
            along.min(period - along)
        }
        "reflect" if place == 0 => 0,
        _ => return None,
    };
    u64::try_from(from).ok()
}

/// The upper or lower triangle of each matrix; the other elements are 0.
pub(super) fn triangle(call: &Call, value: &Value) -> Option<Numbers> {
    let is_upper = call.int("upper") != Some(0);
    let diagonal = if call.optional(1).is_some() { call.required_int("k", 1).ok()? } else { 0 };
    let mut next = 0..;
    let kept = positions(&value.dims, |position| {
        let [.., row, column] = position else { return None };
        let along = column.cast_signed().checked_sub(row.cast_signed())?;
        let is_kept = if is_upper { along >= diagonal } else { along <= diagonal };
        Some(next.next().filter(|_| is_kept))
    })?;
    value.numbers.as_ref()?.select_or(&kept, 0.0)
}
