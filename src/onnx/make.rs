//! Numbers that come from nowhere but the file, and those that shapes are.

use crate::onnx::call::{Call, whole};
use crate::onnx::effect::Effect;
use crate::onnx::model::Attribute;
use crate::onnx::numbers::{MOST_KNOWN, Numbers};
use crate::onnx::operator::Making;
use crate::onnx::value::{Value, checked};

/// What comes out.
pub(super) fn make(call: &Call, kind: Making) -> Result<Effect, String> {
    let value = match kind {
        Making::Constant => constant(call)?,
        Making::ConstantOfShape => constant_of_shape(call)?,
        Making::Shape => shape(call)?,
        Making::Size => {
            let elements = call.input(0)?.elements();
            Value::known(Vec::new(), Numbers::Whole(vec![size(elements)?]))
        }
        Making::Range => range(call)?,
    };
    Ok(Effect::free(value))
}

/// A tensor, or a number or a row of them.
fn constant(call: &Call) -> Result<Value, String> {
    for (_, attribute) in &call.node.attributes {
        let (dims, numbers) = match attribute {
            Attribute::Tensor(tensor) => {
                let dims = tensor.dims.iter().map(|dim| whole(*dim)).collect::<Result<_, _>>()?;
                let value = Value {
                    stored: Some(Vec::new()),
                    is_float: tensor.is_float,
                    ..Value::default()
                };
                return Ok(Value {
                    dims: checked(dims)?,
                    numbers: tensor.numbers.clone(),
                    ..value
                });
            }
            Attribute::Int(value) => (Vec::new(), Numbers::Whole(vec![*value])),
            Attribute::Float(value) => (Vec::new(), Numbers::Real(vec![*value])),
            Attribute::Ints(values) => (vec![values.len() as u64], Numbers::Whole(values.clone())),
            Attribute::Reals(values) => (vec![values.len() as u64], Numbers::Real(values.clone())),
            Attribute::Text(_) | Attribute::Other => continue,
        };
        return Ok(Value::known(dims, numbers));
    }
    Err("it holds no numbers that phiscale can read".into())
}

fn constant_of_shape(call: &Call) -> Result<Value, String> {
    let dims = call.known(call.input(0)?, "shape")?;
    let dims = checked(dims.into_iter().map(whole).collect::<Result<_, _>>()?)?;
    let tensor = call.tensor("value");
    let is_float = tensor.is_none_or(|tensor| tensor.is_float);
    let zero = Numbers::Real(vec![0.0]);
    let one = tensor.map_or(Some(zero), |tensor| tensor.numbers.clone());
    let count =
        usize::try_from(dims.iter().product::<u64>()).ok().filter(|count| *count <= MOST_KNOWN);
    let repeated = one.zip(count).and_then(|(one, count)| one.pick(&vec![0; count]));
    Ok(Value { dims, numbers: repeated, stored: Some(Vec::new()), is_float, ..Value::default() })
}

/// The dimensions of a value, or some of them.
fn shape(call: &Call) -> Result<Value, String> {
    let dims = &call.input(0)?.dims;
    let rank = i64::try_from(dims.len()).unwrap_or(i64::MAX);
    let from_front = |at: i64| if at < 0 { at.saturating_add(rank) } else { at }.clamp(0, rank);
    let start = from_front(call.int("start").unwrap_or(0));
    let end = from_front(call.int("end").unwrap_or(rank)).max(start);
    let place = |at: i64| usize::try_from(at).unwrap_or(0);
    let sizes = dims[place(start)..place(end)]
        .iter()
        .map(|dim| size(*dim))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Value::known(vec![sizes.len() as u64], Numbers::Whole(sizes)))
}

fn size(value: u64) -> Result<i64, String> {
    i64::try_from(value).map_err(|_| format!("{value} is more than a size can be"))
}

/// Numbers from one to another.
fn range(call: &Call) -> Result<Value, String> {
    let number = |index: usize| {
        let value = call.input(index)?;
        let numbers = value.numbers.clone().filter(|numbers| numbers.len() == 1);
        numbers.ok_or_else(|| "where it ends is only known when the network runs".to_string())
    };
    let (start, limit, step) = (number(0)?, number(1)?, number(2)?);
    let (Numbers::Whole(start), Numbers::Whole(limit), Numbers::Whole(step)) =
        (&start, &limit, &step)
    else {
        return real_range(&[start, limit, step]);
    };
    let (start, limit, step) = (start[0], limit[0], step[0]);
    let span = if step < 0 { start.checked_sub(limit) } else { limit.checked_sub(start) };
    let span = span.ok_or("its ends are too far apart")?.max(0).unsigned_abs();
    let count = span
        .checked_add(step.unsigned_abs().saturating_sub(1))
        .ok_or("its ends are too far apart")?;
    let count = count.checked_div(step.unsigned_abs()).ok_or("its step is 0")?;
    let dims = checked(vec![count])?;
    let value = Value { dims, stored: Some(Vec::new()), ..Value::default() };
    let few = usize::try_from(count).is_ok_and(|count| count <= MOST_KNOWN);
    let at = |index: u64| start.wrapping_add(step.wrapping_mul(index.cast_signed()));
    Ok(Value { numbers: few.then(|| Numbers::Whole((0..count).map(at).collect())), ..value })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a cast saturates
fn real_range(ends: &[Numbers; 3]) -> Result<Value, String> {
    let [start, limit, step] = ends.each_ref().map(|number| number.single().unwrap_or(f64::NAN));
    let count = ((limit - start) / step).ceil().max(0.0);
    if !count.is_finite() {
        return Err("its step is 0".into());
    }
    let dims = checked(vec![count as u64])?;
    Ok(Value { dims, stored: Some(Vec::new()), is_float: true, ..Value::default() })
}
