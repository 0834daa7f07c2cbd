//! Functions of each element, and of pairs of elements with broadcasting.

use crate::counting::layer::{Activation, Join, Layer, LearnedScale, Setting, Settings};
use crate::counting::ledger::Event;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::fusion::fuse;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Extendable, Value, broadcast, elements};

/// An elementwise function that specs have no layer for.
pub(crate) fn unary(call: &Call) -> Result<Inference, String> {
    function(call, None)
}

pub(crate) fn activation(call: &Call, activation: Activation) -> Result<Inference, String> {
    function(call, Some(activation))
}

/// A clip; between 0 and 6 it is ReLU6.
pub(crate) fn clip(call: &Call) -> Result<Inference, String> {
    let (low, high) = (bound(call, 1, "min"), bound(call, 2, "max"));
    let is_relu6 = low == Some(0.0) && high == Some(6.0);
    function(call, is_relu6.then_some(Activation::Relu6))
}

/// A bound of a clip: an attribute first, an input since operator set 11.
fn bound(call: &Call, index: usize, name: &str) -> Option<f64> {
    call.optional(index).and_then(Value::single).or(call.float(name))
}

fn function(call: &Call, activation: Option<Activation>) -> Result<Inference, String> {
    let value = call.input(0)?;
    let is_float = value.is_float;
    let output = Value { is_float, ..Value::map(value.dims.clone()) };
    if !is_float {
        return Ok(Inference::free(vec![output]));
    }
    let cost = match activation {
        Some(activation) => LayerCost::elementwise(&Layer::Activation(activation), &value.dims),
        None => other(call, &value.dims, &value.dims),
    };
    Ok(fuse(call, Inference::in_place(output, cost)))
}

/// A PReLU. Up to operator set 6 its slopes are a row with one for each channel.
pub(crate) fn prelu(call: &Call) -> Result<Inference, String> {
    let (map, slopes) = (call.input(0)?, call.input(1)?);
    let &[channels] = &slopes.dims[..] else { return pairwise(call) };
    if map.dims.get(1) != Some(&channels) || broadcast(&map.dims, &slopes.dims).is_ok() {
        return pairwise(call);
    }
    let dims = [&[channels], &vec![1; map.dims.len() - 2][..]].concat();
    let slopes = Value { dims, ..slopes.clone() };
    pairwise(&Call { inputs: vec![Some(map), Some(&slopes)], ..*call })
}

/// An elementwise function of two inputs or more.
pub(crate) fn pairwise(call: &Call) -> Result<Inference, String> {
    let values = call.given();
    let first = *values.first().ok_or("input 1 is missing")?;
    let mut dims = first.dims.clone();
    for value in &values[1..] {
        dims = broadcast(&dims, &value.dims)?;
    }
    let is_boolean = matches!(
        call.operator,
        Operator::Equal
            | Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::Less
            | Operator::LessOrEqual
    );
    let is_float = values.iter().any(|value| value.is_float) && !is_boolean;
    let output = Value { is_float, ..Value::map(dims) };
    if !is_float {
        return Ok(Inference::free(vec![output]));
    }
    if let Some(inference) = extension(call.operator, &values, &output) {
        return Ok(inference);
    }
    let cost = joined(call, &values, &output.dims);
    Ok(fuse(call, Inference::in_place(output, cost)))
}

/// A bias after a product, or a scale or shift after a norm: part of the layer that computed the value.
fn extension(operator: Operator, values: &[&Value], output: &Value) -> Option<Inference> {
    use Operator::{Add, Mul, Sum};
    let [one, other] = values else { return None };
    let (value, constant) = if other.is_constant { (one, other) } else { (other, one) };
    let (layer, extendable) = value.extendable?;
    let is_row = constant.dims.iter().filter(|size| **size != 1).count() <= 1;
    if !constant.is_stored() || !is_row || output.dims != value.dims {
        return None;
    }
    let (all, length) = (output.elements(), constant.elements());
    let (events, stored, setting) = match (extendable, operator) {
        (Extendable::ConvWithoutBias, Add | Sum) => {
            (vec![(Event::ConvBiasAdds, all)], Event::ConvBiases, "bias")
        }
        (Extendable::LinearWithoutBias, Add | Sum) => {
            let events = vec![(Event::LinearBiasAdds, all), (Event::LinearParamUses, length)];
            (events, Event::LinearBiases, "bias")
        }
        (Extendable::NormWithoutScale, Add | Sum | Mul) => {
            let setting = if operator == Mul { "scale" } else { "shift" };
            (vec![(Event::NormParamUses, length)], Event::NormAffine, setting)
        }
        _ => return None,
    };
    let cost = LayerCost::events(operator.name(), &output.dims, &output.dims, events)
        .set(Settings::new([(setting, Setting::Flag(true))]));
    let cost = LayerCost { extends: Some(layer), ..cost }.storing(Some(constant), stored);
    let extendable = (extendable == Extendable::NormWithoutScale).then_some((layer, extendable));
    Some(Inference::in_place(Value { extendable, ..output.clone() }, cost))
}

/// The cost of branches that meet, or of a constant applied to a map.
fn joined(call: &Call, values: &[&Value], dims: &[u64]) -> LayerCost {
    use Operator::{Add, Mul, Sum};
    let constant = values.iter().find(|value| value.is_constant);
    let is_learned = constant.is_some_and(|value| value.elements() > 1 && value.is_stored());
    match (call.operator, constant.is_some()) {
        (Add | Sum, false) => LayerCost::elementwise(&Layer::Join(Join::Add), dims),
        (Mul, false) => LayerCost::elementwise(&Layer::Join(Join::Multiply), dims),
        (Mul, true) if is_learned => {
            LayerCost::elementwise(&Layer::LearnedScale(LearnedScale), dims)
        }
        (Add | Sum, true) if is_learned => {
            LayerCost::events("embedding", dims, dims, vec![(Event::EmbeddingAdds, elements(dims))])
        }
        _ => other(call, dims, dims),
    }
}

/// Elements of two values, chosen by a third.
pub(crate) fn choose(call: &Call) -> Result<Inference, String> {
    let (condition, yes, no) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let dims = broadcast(&broadcast(&condition.dims, &yes.dims)?, &no.dims)?;
    let is_float = yes.is_float;
    let output = Value { is_float, ..Value::map(dims) };
    if !is_float {
        return Ok(Inference::free(vec![output]));
    }
    let cost = other(call, &output.dims, &output.dims);
    Ok(Inference::in_place(output, cost))
}

/// The cost of an elementwise function that specs have no layer for.
pub(crate) fn other(call: &Call, input: &[u64], output: &[u64]) -> LayerCost {
    let events = vec![(Event::OtherElements, elements(input))];
    LayerCost::events(call.operator.name(), input, output, events)
}
