//! Operators that reorder, reshape or select elements. They are free, but what they copy from initializers into a map
//! is counted as an embedding.

use crate::counting::ledger::Event;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
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
    Ok(rearranged(call, value, vec![output]))
}

/// Elements in new memory; their numbers become unknown.
pub(crate) fn copy(call: &Call, dims: Dims) -> Result<Inference, String> {
    let value = call.input(0)?;
    let output = value.copied(checked(dims(call, value)?)?);
    Ok(rearranged(call, value, vec![output]))
}

/// The input with some elements set to 0.
pub(crate) fn mask(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    Ok(rearranged(call, value, vec![value.copied(value.dims.clone())]))
}

/// Values that `function` makes of the first input.
pub(crate) fn select(
    call: &Call,
    function: fn(&Call, &Value) -> Result<Vec<Value>, String>,
) -> Result<Inference, String> {
    let value = call.input(0)?;
    Ok(rearranged(call, value, function(call, value)?))
}

fn rearranged(call: &Call, value: &Value, outputs: Vec<Value>) -> Inference {
    let inference = Inference::free(outputs);
    let Some(output) = inference.outputs.first().filter(|output| !output.is_constant()) else {
        return inference;
    };
    let is_copied = |index: usize| match call.operator {
        Operator::Concat => true,
        Operator::ScatterElements | Operator::ScatterND => index != 1,
        _ => index == 0,
    };
    let free = LayerCost::events("embedding", &value.dims, &output.dims, Vec::new());
    let copied = call.inputs.iter().enumerate().filter(|(index, _)| is_copied(*index));
    let cost = copied.fold(free, |cost, (_, value)| {
        cost.storing(value.filter(|value| value.is_float), Event::Embeddings)
    });
    let cost = Some(cost).filter(|cost| !cost.parameters.is_empty());
    Inference { cost, ..inference }
}
