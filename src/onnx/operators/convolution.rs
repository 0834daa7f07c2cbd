//! Convolutions and transposed convolutions over any number of axes.

use crate::counting::layer::{Conv, Layer, TransposedConv};
use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::operators::window::Window;
use crate::onnx::value::{Extendable, Value, checked, shape, shape_text, size, sizes};

/// A convolution; `inputs` are the indices of map, weights and bias.
pub(crate) fn conv(call: &Call, inputs: [usize; 3]) -> Result<Inference, String> {
    let [map, weights] = [call.input(inputs[0])?, call.input(inputs[1])?];
    let bias = call.bias(inputs[2]);
    let groups = size(call.int("group").unwrap_or(1))?;
    let ([batch, channels, axes @ ..], [output, fan_in, kernel @ ..]) =
        (&map.dims[..], &weights.dims[..])
    else {
        return Err(misfit(map, weights, groups));
    };
    if fan_in.checked_mul(groups) != Some(*channels) {
        return Err(misfit(map, weights, groups));
    }
    if call.sizes("kernel_shape")?.is_some_and(|shape| shape != kernel) {
        return Err(format!("kernel_shape does not fit weights of {}", shape_text(&weights.dims)));
    }
    let window = Window::of(call, kernel.to_vec())?;
    let dims = checked([&[*batch, *output], &window.output(axes)?[..]].concat())?;
    let layer = Conv::new(channels, *output, groups, window.area()?, bias.is_some());
    let layer = Layer::Conv(layer.map_err(|error| error.to_string())?);
    let cost = LayerCost::of(&layer, spread(&map.dims), spread(&dims));
    Ok(layer_with(cost, weights, bias, dims))
}

/// A transposed convolution: every element of the input is multiplied by every weight of its channel.
pub(crate) fn conv_transpose(call: &Call) -> Result<Inference, String> {
    let (map, weights, bias) = (call.input(0)?, call.input(1)?, call.bias(2));
    let groups = size(call.int("group").unwrap_or(1))?;
    let ([batch, channels, axes @ ..], [inputs, per_group, kernel @ ..]) =
        (&map.dims[..], &weights.dims[..])
    else {
        return Err(misfit(map, weights, groups));
    };
    if inputs != channels || groups == 0 || !channels.is_multiple_of(groups) {
        return Err(misfit(map, weights, groups));
    }
    let window = Window::of(call, kernel.to_vec())?;
    let outputs = match call.ints("output_shape") {
        Some(shape) if shape.len() == axes.len() => sizes(shape)?,
        Some(shape) => {
            return Err(format!("output_shape {shape:?} does not fit {} axes", axes.len()));
        }
        None => window.transposed(axes, call.ints("output_padding").unwrap_or_default())?,
    };
    let dims = [&[*batch, per_group.saturating_mul(groups)], &outputs[..]].concat();
    let dims = checked(dims)?;
    let conv = Conv::new(channels, dims[1], groups, window.area()?, bias.is_some());
    let conv = conv.map_err(|error| error.to_string())?;
    let layer = Layer::TransposedConv(TransposedConv { conv, output_padding: [0; 2] });
    let cost = LayerCost::of(&layer, spread(&map.dims), spread(&dims));
    Ok(layer_with(cost, weights, bias, dims))
}

fn layer_with(cost: LayerCost, weights: &Value, bias: Option<&Value>, dims: Vec<u64>) -> Inference {
    let cost = cost.storing(Some(weights), Event::ConvWeights).storing(bias, Event::ConvBiases);
    let extendable = bias.is_none().then_some(Extendable::ConvWithoutBias);
    Inference::layer(Value::map(dims), LayerCost { extendable, ..cost })
}

/// The shape of a map, with the batch counted into the height.
fn spread(dims: &[u64]) -> Shape<u64> {
    match dims {
        [batch, channels, length] => Shape { channels: *channels, height: *batch, width: *length },
        dims => shape(dims),
    }
}

fn misfit(map: &Value, weights: &Value, groups: u64) -> String {
    let (map, weights) = (shape_text(&map.dims), shape_text(&weights.dims));
    let in_groups = if groups == 1 { String::new() } else { format!(" in {groups} groups") };
    format!("weights of {weights}{in_groups} do not fit the input, which is {map}")
}
