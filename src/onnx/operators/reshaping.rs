//! Operators that change a value's shape or the order of its axes.

use crate::onnx::operators::call::Call;
use crate::onnx::value::{
    Value, axes, axis, broadcast, checked, distinct_axes, elements, shape_text, size, sizes,
};

pub(crate) fn reshape(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let requested = call.required_ints("shape", 1)?;
    let keeps_zero = call.int("allowzero") == Some(1);
    let mut dims = Vec::with_capacity(requested.len());
    let mut free = None;
    for (index, length) in requested.iter().enumerate() {
        dims.push(match *length {
            -1 if free.is_none() => {
                free = Some(index);
                1
            }
            0 if !keeps_zero => *value.dims.get(index).ok_or_else(|| {
                format!("shape {requested:?} copies axis {index} of {}", shape_text(&value.dims))
            })?,
            length => size(length)?,
        });
    }
    let mut dims = checked(dims)?;
    let Some(free) = free else { return Ok(dims) };
    let (all, others) = (value.elements(), elements(&dims));
    let rest = all.checked_div(others).filter(|rest| rest * others == all);
    dims[free] = rest.ok_or_else(|| {
        format!("{} cannot be reshaped to {requested:?}", shape_text(&value.dims))
    })?;
    Ok(dims)
}

pub(crate) fn flatten(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let rank = value.dims.len();
    let at = call.int("axis").unwrap_or(1);
    let at = if at == i64::try_from(rank).unwrap_or(-1) { rank } else { axis(at, rank)? };
    let (front, back) = value.dims.split_at(at);
    Ok(vec![elements(front), elements(back)])
}

pub(crate) fn squeeze(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let Some(removed) = call.optional_ints("axes", 1)? else {
        return Ok(value.dims.iter().copied().filter(|size| *size != 1).collect());
    };
    let removed = distinct_axes(removed, value.dims.len())?;
    let kept = value.dims.iter().enumerate().filter(|(index, _)| !removed.contains(index));
    Ok(kept.map(|(_, size)| *size).collect())
}

pub(crate) fn unsqueeze(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let added = call.required_ints("axes", 1)?;
    let rank = value.dims.len() + added.len();
    let added = distinct_axes(added, rank)?;
    let mut sizes = value.dims.iter().copied();
    let size = |index| if added.contains(&index) { 1 } else { sizes.next().unwrap_or(1) };
    Ok((0..rank).map(size).collect())
}

pub(crate) fn transpose(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let order = order(call, value.dims.len())?;
    Ok(vec![value.copied(order.iter().map(|at| value.dims[*at]).collect())])
}

/// The axes of the input in the order in which the output has them.
pub(crate) fn order(call: &Call, rank: usize) -> Result<Vec<usize>, String> {
    let order = match call.ints("perm") {
        Some(perm) => axes(perm, rank)?,
        None => (0..rank).rev().collect(),
    };
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if sorted.into_iter().ne(0..rank) {
        let perm = call.ints("perm").unwrap_or_default();
        return Err(format!("perm must be a permutation of the {rank} axes, found {perm:?}"));
    }
    Ok(order)
}

pub(crate) fn expand(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let dims = broadcast(&value.dims, &sizes(call.required_ints("shape", 1)?)?)?;
    Ok(vec![value.copied(dims)])
}
