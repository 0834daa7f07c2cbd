//! Convolutions and transposed convolutions over any number of axes.

use crate::counting::layer::{Conv, Layer, TransposedConv};
use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::operators::window::Window;
use crate::onnx::value::{Extendable, Value, checked, elements, shape, shape_text, size, sizes};

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
    let cost = LayerCost::of(&layer, spread(&map.dims), spread(&dims)).set(window.settings());
    Ok(layer_with(cost, weights, bias, dims))
}

/// A convolution that reads the map at positions of its own: inputs are map, weights, offsets, bias and mask. Its
/// multiply-adds are those of a convolution; each value that it reads between pixels is counted as one element.
pub(crate) fn deform_conv(call: &Call) -> Result<Inference, String> {
    let mut inference = conv(call, [0, 1, 3])?;
    let (map, weights) = (call.input(0)?, call.input(1)?);
    let (Some(output), Some(cost)) = (inference.outputs.first(), &mut inference.cost) else {
        return Ok(inference);
    };
    let ([_, channels, ..], [batch, _, pixels @ ..], [_, _, kernel @ ..]) =
        (&map.dims[..], &output.dims[..], &weights.dims[..])
    else {
        return Ok(inference);
    };
    let groups = size(call.int("offset_group").unwrap_or(1))?;
    if groups == 0 || !channels.is_multiple_of(groups) {
        return Err(format!("{channels} channels cannot be split into {groups} offset groups"));
    }
    let positions = elements(kernel).saturating_mul(groups);
    let offsets = positions.saturating_mul(kernel.len() as u64);
    for (what, value, count) in
        [("offsets", Some(call.input(2)?), offsets), ("a mask", call.optional(4), positions)]
    {
        let expected = [&[*batch, count], pixels].concat();
        if let Some(value) = value.filter(|value| value.dims != expected) {
            let (found, expected) = (shape_text(&value.dims), shape_text(&expected));
            return Err(format!("expected {what} of {expected}, found {found}"));
        }
    }
    let read = [*batch, *channels, elements(kernel), elements(pixels)];
    let read = read.iter().fold(1u64, |all, size| all.saturating_mul(*size));
    cost.events.push((Event::OtherElements, read));
    Ok(inference)
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
    let cost = LayerCost::of(&layer, spread(&map.dims), spread(&dims)).set(window.settings());
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
