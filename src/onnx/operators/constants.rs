//! Operators whose output is known without running the network: constants, shapes and ranges.

use crate::onnx::file::model::is_float;
use crate::onnx::numbers::{MAX_KNOWN, Numbers, Precision};
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::Inference;
use crate::onnx::value::{Value, checked, shape_text, sizes};

/// A tensor, a number or a list of numbers, whichever attribute holds it.
pub(crate) fn constant(call: &Call) -> Result<Inference, String> {
    let tensor = call.node.attributes.iter().find_map(|(_, attribute)| attribute.tensor());
    let tensor = tensor.ok_or("the constant is neither a tensor nor numbers")?;
    let dims = checked(sizes(&tensor.dims)?)?;
    Ok(Inference::free(vec![Value::constant(dims, tensor.numbers, tensor.is_float)]))
}

/// A tensor filled with one number.
pub(crate) fn constant_of_shape(call: &Call) -> Result<Inference, String> {
    let dims = checked(sizes(call.required_ints("shape", 0)?)?)?;
    let is_float = call.tensor("value").is_none_or(|tensor| tensor.is_float);
    Ok(Inference::free(vec![Value::constant(dims, None, is_float)]))
}

/// A matrix of zeros with ones on one diagonal, in the shape of the input.
pub(crate) fn identity_matrix(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    let &[_, columns] = &value.dims[..] else {
        return Err(format!("expected a matrix, found {}", shape_text(&value.dims)));
    };
    let is_float = call.int("dtype").map_or(value.is_float, is_float);
    let diagonal = i128::from(call.int("k").unwrap_or(0));
    let is_one = |index: u64| {
        let [row, column] = [index.checked_div(columns), index.checked_rem(columns)];
        i128::from(row.unwrap_or(0)) + diagonal == i128::from(column.unwrap_or(0))
    };
    let count = value.elements();
    let numbers = (count <= MAX_KNOWN as u64
        && call.spend(usize::try_from(count).unwrap_or(0)).is_ok())
    .then(|| {
        let numbers = (0..count).map(is_one);
        if is_float {
            return Numbers::of_floats(numbers.map(f64::from).collect(), Precision::Single);
        }
        Numbers::of_ints(numbers.map(i64::from).collect())
    });
    Ok(Inference::free(vec![Value::constant(value.dims.clone(), numbers, is_float)]))
}

/// The dimensions of a value, from `start` to `end`.
pub(crate) fn shape_of(call: &Call) -> Result<Inference, String> {
    let dims = &call.input(0)?.dims;
    let rank = i64::try_from(dims.len()).unwrap_or(i64::MAX);
    let from_front = |at: i64| if at < 0 { at.saturating_add(rank) } else { at }.clamp(0, rank);
    let start = from_front(call.int("start").unwrap_or(0));
    let end = from_front(call.int("end").unwrap_or(rank)).max(start);
    let index = |at: i64| usize::try_from(at).unwrap_or(0);
    let shape: Vec<i64> =
        dims[index(start)..index(end)].iter().map(|dim| int(*dim)).collect::<Result<_, _>>()?;
    Ok(integers(vec![shape.len() as u64], shape))
}

/// The number of elements of a value.
pub(crate) fn size_of(call: &Call) -> Result<Inference, String> {
    Ok(integers(Vec::new(), vec![int(call.input(0)?.elements())?]))
}

fn integers(dims: Vec<u64>, values: Vec<i64>) -> Inference {
    Inference::free(vec![Value::constant(dims, Some(Numbers::of_ints(values)), false)])
}

fn int(value: u64) -> Result<i64, String> {
    i64::try_from(value).map_err(|_| format!("{value} is too large for a size"))
}

/// Numbers from `start` to `limit`, exclusive.
pub(crate) fn range(call: &Call) -> Result<Inference, String> {
    let number = |index: usize, name: &str| {
        let numbers = call.input(index)?.numbers.as_ref().filter(|numbers| numbers.len() == 1);
        numbers.ok_or_else(|| call.lacks(name))
    };
    let ends = [number(0, "start")?, number(1, "limit")?, number(2, "delta")?];
    let [Numbers::Ints(start), Numbers::Ints(limit), Numbers::Ints(delta)] = ends else {
        return float_range(ends);
    };
    let (start, limit, delta) = (start[0], limit[0], delta[0]);
    let span = if delta < 0 { start.checked_sub(limit) } else { limit.checked_sub(start) };
    let span = span.ok_or_else(|| format!("the range from {start} to {limit} is too long"))?;
    let span = span.max(0).unsigned_abs();
    let count = if delta == 0 { None } else { Some(span.div_ceil(delta.unsigned_abs())) };
    let count = count.ok_or("the range has a delta of 0")?;
    let dims = checked(vec![count])?;
    Ok(Inference::free(vec![Value::constant(dims, None, false)]))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a cast saturates
fn float_range(ends: [&Numbers; 3]) -> Result<Inference, String> {
    let [start, limit, delta] = ends.map(|number| number.single().unwrap_or(f64::NAN));
    let count = ((limit - start) / delta).ceil().max(0.0);
    if !count.is_finite() {
        return Err(format!("the range from {start} to {limit} in steps of {delta} has no end"));
    }
    Ok(Inference::free(vec![Value::constant(checked(vec![count as u64])?, None, true)]))
}
