//! Norms, softmax and pools.

use crate::counting::layer::{AdaptivePool, Layer, Norm, NormKind, Pool, PoolKind, PoolStyle};
use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::call::{Call, whole};
use crate::onnx::effect::{Counted, Effect, shape};
use crate::onnx::operator::{Normalizing, Pooling};
use crate::onnx::product::area;
use crate::onnx::value::{Value, all_stored, axis, checked};
use crate::onnx::window::Window;

/// A norm, with what it learns.
pub(super) fn norm(call: &Call, over: Normalizing) -> Result<Effect, String> {
    let (value, scale, shift) = (call.input(0)?, call.optional(1), call.optional(2));
    if let Some(stored) = all_stored(&call.given().take(2).collect::<Vec<_>>())? {
        // Weights that are normed before they are used, by scales of their own; the rest are zeros and ones.
        return Ok(Effect::free(Value { stored: Some(stored), ..Value::map(value.dims.clone()) }));
    }
    let channels = *value.dims.get(1).unwrap_or(&1);
    let elements = value.elements();
    let (kind, channels) = match over {
        Normalizing::Batch => (NormKind::Batch, channels),
        Normalizing::Instance => (NormKind::Group(channels), channels),
        Normalizing::Group => {
            let groups = whole(call.int("num_groups").ok_or("it has no num_groups")?)?;
            (NormKind::Group(groups), channels)
        }
        Normalizing::Layer => {
            let from = axis(call.int("axis").unwrap_or(-1), value.dims.len())?;
            (NormKind::Layer, value.dims[from..].iter().product())
        }
    };
    let learned = scale.map_or(1, Value::elements);
    if learned != channels && !(kind != NormKind::Batch && channels.is_multiple_of(learned.max(1)))
    {
        return Err(format!("{learned} scales for {channels} channels"));
    }
    let layer = Layer::Norm(Norm { kind, scale: scale.is_some(), shift: shift.is_some() });
    let rows = Shape { channels, height: elements.checked_div(channels).unwrap_or(0), width: 1 };
    let mut counted = Counted::layer(&layer, rows.clone(), rows)
        .learning(scale, Event::NormAffine)
        .learning(shift, Event::NormAffine);
    if over == Normalizing::Batch {
        counted = counted
            .learning(call.optional(3), Event::NormStatistics)
            .learning(call.optional(4), Event::NormStatistics);
    }
    (counted.input, counted.output) = (shape(&value.dims), shape(&value.dims));
    Ok(Effect::over(Value::map(value.dims.clone()), counted))
}

/// A softmax; whatever the axis, every element passes it.
pub(super) fn softmax(call: &Call) -> Result<Effect, String> {
    let value = call.input(0)?;
    let map = shape(&value.dims);
    let events = vec![(Event::SoftmaxElements, value.elements())];
    let counted = Counted::events(map.clone(), map, events).kind("softmax");
    Ok(Effect::over(Value::map(value.dims.clone()), counted))
}

/// A pool with a window; a second output says where each maximum was.
pub(super) fn pool(call: &Call, kind: Pooling) -> Result<Effect, String> {
    let value = call.input(0)?;
    let [batch, channels, axes @ ..] = &value.dims[..] else {
        return Err("it takes a map of three axes or more".into());
    };
    let kernel = call.ints("kernel_shape").ok_or("it has no kernel_shape")?;
    let kernel = kernel.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?;
    let mut dims = vec![*batch, *channels];
    let window = Window::of(call, kernel)?;
    dims.extend(window.output(axes)?);
    let dims = checked(dims)?;
    let layer = Layer::Pool(Pool { kind: kind.of_layer(), window: area(window.area()?) });
    let counted = Counted::layer(&layer, shape(&value.dims), shape(&dims));
    let output = Value::map(dims);
    let places = Value { is_float: false, ..output.clone() };
    Ok(Effect { outputs: vec![output, places], ..Effect::of(Value::default(), counted) })
}

/// A pool over the whole map.
pub(super) fn global_pool(call: &Call, kind: Pooling) -> Result<Effect, String> {
    let value = call.input(0)?;
    let [batch, channels, axes @ ..] = &value.dims[..] else {
        return Err("it takes a map of three axes or more".into());
    };
    let mut dims = vec![*batch, *channels];
    dims.extend(axes.iter().map(|_| 1));
    let layer = match kind {
        Pooling::Average => {
            Layer::AdaptivePool(AdaptivePool { size: [1; 2], style: PoolStyle::Pool })
        }
        Pooling::Max => {
            let elements = axes.iter().product();
            Layer::Pool(Pool { kind: PoolKind::Max, window: area(elements) })
        }
    };
    let counted = Counted::layer(&layer, shape(&value.dims), shape(&dims));
    Ok(Effect::of(Value::map(dims), counted))
}

impl Pooling {
    fn of_layer(self) -> PoolKind {
        match self {
            Pooling::Max => PoolKind::Max,
            Pooling::Average => PoolKind::Average,
        }
    }
}
