//! Operators that select or replace elements by their indices.

use crate::onnx::operators::call::Call;
use crate::onnx::value::{Value, axis, checked, size};

pub(crate) fn gather(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let indices = call.input(1)?;
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len())?;
    let (front, back) = value.dims.split_at(at);
    Ok(vec![selected(value, [front, &indices.dims, &back[1..]].concat())?])
}

pub(crate) fn gather_nd(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let indices = call.input(1)?;
    let batch = usize::try_from(call.int("batch_dims").unwrap_or(0))
        .map_err(|_| "batch_dims cannot be negative")?;
    let (depth, outer) = indices.dims.split_last().ok_or("the indices are a scalar")?;
    let depth = usize::try_from(*depth).unwrap_or(usize::MAX);
    let rest = value.dims.get(batch.saturating_add(depth)..);
    let rest = rest.ok_or("the indices name more axes than the input has")?;
    Ok(vec![selected(value, [outer, rest].concat())?])
}

pub(crate) fn gather_elements(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let indices = call.input(1)?;
    if indices.dims.len() != value.dims.len() {
        let (found, expected) = (indices.dims.len(), value.dims.len());
        return Err(format!("the indices have {found} axes, but the input has {expected}"));
    }
    Ok(vec![selected(value, indices.dims.clone())?])
}

/// Elements of a value, chosen by indices.
fn selected(value: &Value, dims: Vec<u64>) -> Result<Value, String> {
    Ok(value.copied(checked(dims)?))
}

/// The largest elements along an axis, and their indices.
pub(crate) fn top_k(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    let count = size(call.required_int("k", 1)?)?;
    let mut dims = value.dims.clone();
    let at = axis(call.int("axis").unwrap_or(-1), dims.len())?;
    dims[at] = count.min(dims[at]);
    let values = value.copied(dims);
    let indices = Value { is_float: false, ..values.clone() };
    Ok(vec![values, indices])
}

/// The first input with the elements of the third at the indices of the second.
pub(crate) fn scatter(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    call.input(2)?;
    Ok(vec![Value { numbers: None, ..value.viewed(value.dims.clone()) }])
}
