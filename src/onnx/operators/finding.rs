//! Operators whose output has as many elements as the input's numbers say: they have a shape where those are known.

use crate::onnx::numbers::Numbers;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::value::{Value, axis, checked};

/// About how often a number is read while a list is sorted.
const SORTING: usize = 8;

/// The elements whose condition is true, or the positions of all that are not 0.
pub(crate) fn found(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    if call.operator == Operator::NonZero {
        let numbers = known(call, value)?.floats();
        let count = numbers.iter().filter(|number| **number != 0.0).count() as u64;
        let positions = value.copied(vec![value.dims.len() as u64, count]);
        return Ok(vec![Value { is_float: false, ..positions }]);
    }
    let mut dims = value.dims.clone();
    let at = match call.int("axis") {
        Some(at) => axis(at, dims.len())?,
        None => {
            dims = vec![value.elements()];
            0
        }
    };
    let conditions = call.required_ints("condition", 1)?;
    call.spend(conditions.len())?;
    let conditions = conditions.iter().zip(0..dims[at]);
    dims[at] = conditions.filter(|(condition, _)| **condition != 0).count() as u64;
    Ok(vec![value.copied(checked(dims)?)])
}

/// The numbers of the input.
fn known<'a>(call: &Call, value: &'a Value) -> Result<&'a Numbers, String> {
    let numbers = value.numbers.as_ref().ok_or_else(|| call.lacks("X"))?;
    call.spend(SORTING * numbers.len())?;
    Ok(numbers)
}

/// The different elements, where each is first, which of them every element is, and how often each occurs.
pub(crate) fn unique(call: &Call, value: &Value) -> Result<Vec<Value>, String> {
    if call.int("axis").is_some() {
        return Err("Unique along an axis is not supported".into());
    }
    let count = known(call, value)?.places(false).len() as u64;
    let different = value.copied(vec![count]);
    let places = Value { is_float: false, ..different.clone() };
    let every = Value { dims: vec![value.elements()], ..places.clone() };
    Ok(vec![different, places.clone(), every, places])
}
