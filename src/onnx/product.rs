//! Convolutions and products of matrices.

use crate::counting::layer::{Conv, Layer, Linear, Padding, Window as Area};
use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::call::{Call, whole};
use crate::onnx::effect::{Counted, Effect, rows, shape};
use crate::onnx::value::{Made, Value, broadcast, checked, written};
use crate::onnx::window::Window;

/// A convolution: `inputs` are the places of map, weights and bias.
pub(super) fn conv(call: &Call, inputs: [usize; 3]) -> Result<Effect, String> {
    let (map, weights, bias) =
        (call.input(inputs[0])?, call.input(inputs[1])?, call.bias(inputs[2]));
    let ([batch, channels, axes @ ..], [output, fan_in, kernel @ ..]) =
        (&map.dims[..], &weights.dims[..])
    else {
        return Err(misfit(map, weights));
    };
    let groups = whole(call.int("group").unwrap_or(1))?;
    if fan_in.checked_mul(groups) != Some(*channels) {
        return Err(format!("{}: {groups} groups of {fan_in} channels", misfit(map, weights)));
    }
    if call
        .ints("kernel_shape")
        .is_some_and(|shape| shape.into_iter().map(whole).ne(kernel.iter().map(|k| Ok(*k))))
    {
        return Err("its kernel_shape is not that of its weights".into());
    }
    let window = Window::of(call, kernel.to_vec())?;
    let mut dims = vec![*batch, *output];
    dims.extend(window.output(axes)?);
    let dims = checked(dims)?;
    let layer = Conv::new(channels, *output, groups, area(window.area()?), bias.is_some());
    let layer = Layer::Conv(layer.map_err(|error| error.to_string())?);
    let counted = Counted::layer(&layer, spread(&map.dims), spread(&dims))
        .learning(Some(weights), Event::ConvWeights)
        .learning(bias, Event::ConvBiases);
    Ok(Effect::of(Value::map(dims), counted.made(bias.is_none().then_some(Made::Conv))))
}

/// A transposed convolution: every input element is multiplied by every weight of its channel.
pub(super) fn conv_transpose(call: &Call) -> Result<Effect, String> {
    let (map, weights, bias) = (call.input(0)?, call.input(1)?, call.bias(2));
    let ([batch, channels, axes @ ..], [inputs, per_group, kernel @ ..]) =
        (&map.dims[..], &weights.dims[..])
    else {
        return Err(misfit(map, weights));
    };
    let groups = whole(call.int("group").unwrap_or(1))?;
    if inputs != channels || groups == 0 || !channels.is_multiple_of(groups) {
        return Err(format!("{}: {groups} groups", misfit(map, weights)));
    }
    let window = Window::of(call, kernel.to_vec())?;
    let mut dims = vec![*batch, per_group.saturating_mul(groups)];
    match call.ints("output_shape") {
        Some(sizes) if sizes.len() == axes.len() => {
            dims.extend(sizes.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?);
        }
        Some(_) => return Err("its output_shape does not fit its input".into()),
        None => {
            dims.extend(window.transposed(axes, &call.ints("output_padding").unwrap_or_default())?);
        }
    }
    let dims = checked(dims)?;
    let elements = dims.iter().product();
    let weights_each = per_group.saturating_mul(window.area()?);
    let mut events = vec![
        (Event::ConvMacs, map.elements().saturating_mul(weights_each)),
        (Event::ConvOutputs, elements),
    ];
    events.extend(bias.map(|_| (Event::ConvBiasAdds, elements)));
    let counted = Counted::events(shape(&map.dims), shape(&dims), events)
        .kind("conv")
        .learning(Some(weights), Event::ConvWeights)
        .learning(bias, Event::ConvBiases);
    Ok(Effect::of(Value::map(dims), counted.made(bias.is_none().then_some(Made::Conv))))
}

/// α·A·B + β·C, either of A and B transposed.
pub(super) fn gemm(call: &Call) -> Result<Effect, String> {
    let (one, other, bias) = (call.input(0)?, call.input(1)?, call.bias(2));
    let side = |value: &Value, name: &str| match (&value.dims[..], call.int(name)) {
        ([rows, columns], Some(1)) => Ok([*columns, *rows]),
        ([rows, columns], _) => Ok([*rows, *columns]),
        _ => Err(misfit(one, other)),
    };
    let ([height, inner], [inner_too, width]) = (side(one, "transA")?, side(other, "transB")?);
    if inner != inner_too {
        return Err(misfit(one, other));
    }
    let dims = checked(vec![height, width])?;
    let bias = bias.filter(|bias| bias.elements() > 0);
    let mut counted = multiplied(&Product { one, other, inner, dims: &dims, width, bias });
    if let (Some(bias), Some("matmul")) = (bias, counted.kind) {
        broadcast(&dims, &bias.dims)?;
        counted.events.push((Event::ResidualAdds, dims.iter().product()));
    }
    Ok(Effect::of(Value::map(dims), counted))
}

/// A product of matrices, or of as many as the outer axes say; `inputs` are the places of the factors.
pub(super) fn matmul(call: &Call, inputs: [usize; 2]) -> Result<Effect, String> {
    let (one, other) = (call.input(inputs[0])?, call.input(inputs[1])?);
    let (Some((inner, rows)), true) = (one.dims.split_last(), !other.dims.is_empty()) else {
        return Err(misfit(one, other));
    };
    // A single row or column is one whose other axis is 1, and which loses it again.
    let (height, outer) =
        rows.split_last().map_or((None, rows), |(height, outer)| (Some(*height), outer));
    let (width, inner_too, other_outer) = match &other.dims[..] {
        [outer @ .., inner, width] => (Some(*width), *inner, outer),
        dims => (None, dims[0], &dims[..0]),
    };
    if *inner != inner_too {
        return Err(misfit(one, other));
    }
    let mut dims = broadcast(outer, other_outer).map_err(|_| misfit(one, other))?;
    dims.extend(height);
    dims.extend(width);
    let dims = checked(dims)?;
    // Weights on the left put out rows, weights on the right columns.
    let is_left = one.is_stored() && !other.is_stored();
    let width = if is_left { height } else { width }.unwrap_or(1);
    let counted =
        multiplied(&Product { one, other, inner: *inner, dims: &dims, width, bias: None });
    let made = (counted.kind == Some("linear")).then_some(Made::Linear);
    Ok(Effect::of(Value::map(dims), counted.made(made)))
}

/// Two factors and what comes out.
pub(super) struct Product<'a> {
    pub(super) one: &'a Value,
    pub(super) other: &'a Value,
    /// Multiply-adds of each element that comes out.
    pub(super) inner: u64,
    pub(super) dims: &'a [u64],
    /// Features that weights put out.
    pub(super) width: u64,
    pub(super) bias: Option<&'a Value>,
}

/// A linear layer where either factor is weights; a product of maps where neither is.
pub(super) fn multiplied(product: &Product) -> Counted {
    let Product { one, other, inner, dims, width, bias } = *product;
    let elements = dims.iter().product::<u64>();
    let (map, weights) = if other.is_stored() { (one, other) } else { (other, one) };
    if !weights.is_stored() {
        let macs = elements.saturating_mul(inner);
        let events = vec![(Event::MatmulMacs, macs), (Event::MatmulOutputs, elements)];
        return Counted::events(shape(&one.dims), shape(dims), events).kind("matmul");
    }
    let height = elements.checked_div(width).unwrap_or(0);
    let output = Shape { channels: width, height, width: 1 };
    let layer = Layer::Linear(Linear { input: inner, output: width, bias: bias.is_some() });
    let counted = Counted::layer(&layer, rows(&map.dims), output)
        .learning(Some(weights), Event::LinearWeights)
        .learning(bias, Event::LinearBiases);
    Counted { output: rows(dims), ..counted }
}

/// A window of so many elements: counting asks for no more than its area.
pub(super) fn area(elements: u64) -> Area {
    let (stride, dilation) = ([1; 2], [1; 2]);
    Area { kernel: [elements, 1], stride, dilation, padding: Padding::Fixed([0; 2]), ceil: false }
}

/// A map with its batch among the rows.
fn spread(dims: &[u64]) -> Shape<u64> {
    match dims {
        [batch, channels, length] => Shape { channels: *channels, height: *batch, width: *length },
        dims => shape(dims),
    }
}

fn misfit(one: &Value, other: &Value) -> String {
    format!("{} and {} cannot be multiplied", written(&one.dims), written(&other.dims))
}
