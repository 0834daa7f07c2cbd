//! Operators that keep every element: other names, other types, and quantisation, whose scales are not trained.

use crate::onnx::file::model::is_float;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::Inference;
use crate::onnx::value::Value;

/// The input under another name, and for Dropout its mask.
pub(crate) fn identity(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    Ok(Inference::free(vec![value.clone(), value.viewed(value.dims.clone())]))
}

pub(crate) fn cast(call: &Call) -> Result<Inference, String> {
    Ok(Inference::free(vec![typed(call.input(0)?, call.int("to").is_some_and(is_float))]))
}

pub(crate) fn cast_like(call: &Call) -> Result<Inference, String> {
    Ok(Inference::free(vec![typed(call.input(0)?, call.input(1)?.is_float)]))
}

fn typed(value: &Value, is_float: bool) -> Value {
    Value { numbers: None, is_float, ..value.clone() }
}

/// To or from a quantised type; DynamicQuantizeLinear also outputs its scale and zero point.
pub(crate) fn quantize(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    let output = Value { is_float: true, numbers: None, ..value.viewed(value.dims.clone()) };
    let number = Value { is_quantisation: true, ..Value::constant(Vec::new(), None, true) };
    Ok(Inference::free(vec![output, number.clone(), number]))
}
