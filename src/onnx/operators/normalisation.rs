//! Norms and softmax.

use crate::counting::layer::{Layer, Norm, NormKind};
use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Value, axis, elements, shape, size};

/// A batch norm; the running mean and variance are inputs too.
pub(crate) fn batch_norm(call: &Call) -> Result<Inference, String> {
    let inference = norm(call, NormKind::Batch, channels(call)?)?;
    let cost = inference.cost.map(|cost| {
        cost.storing(call.optional(3), Event::NormStatistics)
            .storing(call.optional(4), Event::NormStatistics)
    });
    Ok(Inference { cost, ..inference })
}

pub(crate) fn instance_norm(call: &Call) -> Result<Inference, String> {
    let channels = channels(call)?;
    norm(call, NormKind::Group(channels), channels)
}

pub(crate) fn group_norm(call: &Call) -> Result<Inference, String> {
    let groups = size(call.int("num_groups").ok_or("`num_groups` is missing")?)?;
    norm(call, NormKind::Group(groups), channels(call)?)
}

/// A layer norm or RMS norm over the axes from `axis` on.
pub(crate) fn layer_norm(call: &Call) -> Result<Inference, String> {
    let dims = &call.input(0)?.dims;
    let from = axis(call.int("axis").unwrap_or(-1), dims.len())?;
    norm(call, NormKind::Layer, elements(&dims[from..]))
}

fn channels(call: &Call) -> Result<u64, String> {
    Ok(*call.input(0)?.dims.get(1).unwrap_or(&1))
}

fn norm(call: &Call, kind: NormKind, channels: u64) -> Result<Inference, String> {
    let (value, scale, shift) = (call.input(0)?, call.optional(1), call.optional(2));
    let output = Value::map(value.dims.clone());
    if call.is_constant() {
        // Normalised weights, over any of their axes.
        return Ok(Inference::free(vec![output]));
    }
    let scales = scale.map_or(1, Value::elements);
    let is_shared = kind != NormKind::Batch && channels.is_multiple_of(scales.max(1));
    if scales != channels && !is_shared {
        return Err(format!("{scales} scales do not fit {channels} channels"));
    }
    let layer = Layer::Norm(Norm { kind, scale: scale.is_some(), shift: shift.is_some() });
    let height = value.elements().checked_div(channels).unwrap_or(0);
    let rows = Shape { channels, height, width: 1 };
    let cost = LayerCost::of(&layer, rows.clone(), rows)
        .storing(scale, Event::NormAffine)
        .storing(shift, Event::NormAffine);
    let (input, map) = (shape(&value.dims), shape(&value.dims));
    Ok(Inference::in_place(output, LayerCost { input, output: map, ..cost }))
}

/// A softmax along any axis; the cost does not depend on the axis.
pub(crate) fn softmax(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    let events = vec![(Event::SoftmaxElements, value.elements())];
    let cost = LayerCost::events("softmax", &value.dims, &value.dims, events);
    Ok(Inference::in_place(Value::map(value.dims.clone()), cost))
}
