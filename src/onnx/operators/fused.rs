//! Layers that ONNX Runtime makes of several: each is counted as the layers that it was made of.

use crate::counting::layer::{Activation, Join, Layer};
use crate::counting::ledger::Event;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::elementwise::other;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::operators::{convolution, matmul as product, normalisation};
use crate::onnx::value::{Value, broadcast, elements, shape_text};

/// A convolution, the sum with another map, and an activation.
pub(crate) fn conv(call: &Call) -> Result<Inference, String> {
    let added = |dims: &[u64]| call.optional(3).map(|added| sum(added, dims)).transpose();
    finished(convolution::conv(call, [0, 1, 2])?, |dims| {
        Ok([added(dims)?, activation(call, dims)?])
    })
}

/// α·A·B + β·C and an activation.
pub(crate) fn gemm(call: &Call) -> Result<Inference, String> {
    finished(product::gemm(call)?, |dims| Ok([None, activation(call, dims)?]))
}

/// A product of matrices; `bias` is the index of its bias.
pub(crate) fn matmul(call: &Call, bias: usize) -> Result<Inference, String> {
    let bias = call.bias(bias);
    finished(product::matmul(call, [0, 1])?, |dims| {
        Ok([None, bias.map(|bias| linear_bias(bias, dims)).transpose()?])
    })
}

/// GELU, of a sum with a bias where one is given.
pub(crate) fn gelu(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    let cost = LayerCost::elementwise(&Layer::Activation(Activation::Gelu), &value.dims);
    let gelu = Inference::in_place(Value::map(value.dims.clone()), cost);
    let bias = call.bias(1);
    finished(gelu, |dims| Ok([None, bias.map(|bias| linear_bias(bias, dims)).transpose()?]))
}

/// x·σ(αx), which is SiLU where α is 1.
pub(crate) fn quick_gelu(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    let is_silu = call.float("alpha").is_some_and(|alpha| (alpha - 1.0).abs() < 1e-6);
    let cost = if is_silu {
        LayerCost::elementwise(&Layer::Activation(Activation::Silu), &value.dims)
    } else {
        other(call, &value.dims, &value.dims)
    };
    Ok(Inference::in_place(Value::map(value.dims.clone()), cost))
}

/// The sum of two maps and a bias, normalised; the sum is the fourth output. `norm` are the indices of the norm's inputs,
/// `bias` that of the bias.
pub(crate) fn skip_norm(call: &Call, norm: &[usize], bias: usize) -> Result<Inference, String> {
    let (value, skip, bias) = (call.input(0)?, call.input(1)?, call.bias(bias));
    let inputs = norm.iter().map(|index| call.optional(*index)).collect();
    let norm = normalisation::layer_norm(&Call { inputs, ..*call })?;
    let mut inference = finished(norm, |dims| {
        let bias = bias.map(|bias| linear_bias(bias, dims)).transpose()?;
        Ok([Some(sum(skip, dims)?), bias])
    })?;
    let row = |value: &Value| match &value.dims[..] {
        [outer @ .., _] => Value::map([outer, &[1]].concat()),
        [] => Value::map(Vec::new()),
    };
    inference.outputs.extend([row(value), row(value), Value::map(value.dims.clone())]);
    Ok(inference)
}

/// A layer with what runs on its output before that is stored; a bias that follows is no longer the layer's.
fn finished(
    mut inference: Inference,
    more: impl Fn(&[u64]) -> Result<[Option<LayerCost>; 2], String>,
) -> Result<Inference, String> {
    let Some(output) = inference.outputs.first() else { return Ok(inference) };
    for more in more(&output.dims)?.into_iter().flatten() {
        inference.cost =
            inference.cost.map(|cost| LayerCost { extendable: None, ..cost.and(more) });
    }
    Ok(inference)
}

/// The sum with another map.
fn sum(added: &Value, dims: &[u64]) -> Result<LayerCost, String> {
    check_fit("a map", added, dims)?;
    Ok(LayerCost::elementwise(&Layer::Join(Join::Add), dims))
}

/// The bias of the linear layer before.
fn linear_bias(bias: &Value, dims: &[u64]) -> Result<LayerCost, String> {
    check_fit("a bias", bias, dims)?;
    let adds = (Event::LinearBiasAdds, elements(dims));
    let events = vec![adds, (Event::LinearParamUses, bias.elements())];
    Ok(LayerCost::events("linear", dims, dims, events).storing(Some(bias), Event::LinearBiases))
}

fn check_fit(what: &str, value: &Value, dims: &[u64]) -> Result<(), String> {
    if broadcast(dims, &value.dims).is_ok_and(|both| both == dims) {
        return Ok(());
    }
    let (found, dims) = (shape_text(&value.dims), shape_text(dims));
    Err(format!("{what} of {found} cannot be added to {dims}"))
}

/// The activation that the attribute of this name asks for.
fn activation(call: &Call, dims: &[u64]) -> Result<Option<LayerCost>, String> {
    let Some(name) = call.text("activation").filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    let is_relu6 = || call.floats("activation_params").is_some_and(|ends| ends == [0.0, 6.0]);
    let activation = match name {
        "HardSigmoid" => Activation::HardSigmoid,
        "HardSwish" => Activation::HardSwish,
        "Relu" => Activation::Relu,
        "Sigmoid" => Activation::Sigmoid,
        "Clip" if is_relu6() => Activation::Relu6,
        "Clip" | "Elu" | "LeakyRelu" | "Selu" | "Softplus" | "Softsign" | "Tanh"
        | "ThresholdedRelu" => return Ok(Some(other(call, dims, dims))),
        unknown => return Err(format!("activation `{unknown}` is unknown")),
    };
    Ok(Some(LayerCost::elementwise(&Layer::Activation(activation), dims)))
}
