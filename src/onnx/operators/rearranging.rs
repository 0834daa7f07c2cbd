//! Operators that reorder, reshape or select elements, which costs nothing.

use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::Inference;
use crate::onnx::value::{Value, checked, shape_text};

/// A function of the first input that returns the output's shape.
type Dims = fn(&Call, &Value) -> Result<Vec<u64>, String>;

/// The same elements in the same order and memory, under another shape.
pub(crate) fn view(call: &Call, dims: Dims) -> Result<Inference, String> {
    let value = call.input(0)?;
    let output = value.viewed(checked(dims(call, value)?)?);
    if output.elements() != value.elements() {
        let (from, to) = (shape_text(&value.dims), shape_text(&output.dims));
        return Err(format!("{from} cannot be reshaped to {to}"));
    }
    Ok(Inference::free(vec![output]))
}

/// Elements in new memory; their numbers become unknown.
pub(crate) fn copy(call: &Call, dims: Dims) -> Result<Inference, String> {
    let value = call.input(0)?;
    let output = value.copied(checked(dims(call, value)?)?);
    Ok(Inference::free(vec![output]))
}

/// The input with some elements set to 0.
pub(crate) fn mask(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    Ok(Inference::free(vec![value.copied(value.dims.clone())]))
}

/// Values that `function` makes of the first input.
pub(crate) fn select(
    call: &Call,
    function: fn(&Call, &Value) -> Result<Vec<Value>, String>,
) -> Result<Inference, String> {
    Ok(Inference::free(function(call, call.input(0)?)?))
}
