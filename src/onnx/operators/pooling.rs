//! Pools, with a window or over the whole map.

use crate::counting::layer::{AdaptivePool, Layer, Pool, PoolKind, PoolStyle, Setting, Settings};
use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::elementwise::other;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::operators::window::{Window, area};
use crate::onnx::value::{Value, checked, elements, shape, shape_text};

/// The norm of the elements under a window; each of them is counted.
pub(crate) fn lp_pool(call: &Call) -> Result<Inference, String> {
    let (map, outer, axes) = map(call)?;
    let kernel = call.sizes("kernel_shape")?.ok_or("`kernel_shape` is missing")?;
    let read = elements(&checked(kernel.clone())?);
    let window = Window::of(call, kernel)?;
    let output = Value::map(checked([outer, &window.output(axes)?].concat())?);
    let events = vec![(Event::OtherElements, output.elements().saturating_mul(read))];
    let cost = LayerCost::events(call.operator.name(), &map.dims, &output.dims, events);
    let cost = cost.set(window.settings());
    Ok(Inference::layer(output, cost))
}

pub(crate) fn global_lp_pool(call: &Call) -> Result<Inference, String> {
    let (map, outer, axes) = map(call)?;
    let output = Value::map([outer, &vec![1; axes.len()]].concat());
    let cost = other(call, &map.dims, &output.dims);
    Ok(Inference::layer(output, cost))
}

/// A pool with a window; MaxPool also outputs the index of each maximum.
pub(crate) fn pool(call: &Call, kind: PoolKind) -> Result<Inference, String> {
    let (map, outer, axes) = map(call)?;
    let kernel = call.sizes("kernel_shape")?.ok_or("`kernel_shape` is missing")?;
    let is_one_element = kernel.iter().all(|side| *side == 1);
    let window = Window::of(call, kernel)?;
    let output = Value::map(checked([outer, &window.output(axes)?].concat())?);
    let Shape { height, width, .. } = shape(&output.dims);
    let layer = match kind {
        // PyTorch writes an adaptive pool to the size that the map has, as in VGG, as a mean of one element.
        PoolKind::Average if is_one_element && output.dims == map.dims => {
            Layer::AdaptivePool(AdaptivePool { size: [height, width], style: PoolStyle::Pool })
        }
        PoolKind::Average | PoolKind::Max => Layer::Pool(Pool { kind, window: window.area()? }),
    };
    let cost = LayerCost::of(&layer, shape(&map.dims), shape(&output.dims));
    let cost = cost.set(window.settings());
    let indices = Value { is_float: false, ..output.clone() };
    Ok(Inference { cost: Some(cost), ..Inference::free(vec![output, indices]) })
}

pub(crate) fn global_average_pool(call: &Call) -> Result<Inference, String> {
    let layer = AdaptivePool { size: [1; 2], style: PoolStyle::Pool };
    global(call, &Layer::AdaptivePool(layer))
}

pub(crate) fn global_max_pool(call: &Call) -> Result<Inference, String> {
    let (.., axes) = map(call)?;
    global(call, &Layer::Pool(Pool { kind: PoolKind::Max, window: area(elements(axes)) }))
}

fn global(call: &Call, layer: &Layer<u64>) -> Result<Inference, String> {
    let (map, outer, axes) = map(call)?;
    let output = Value::map([outer, &vec![1; axes.len()]].concat());
    let cost = LayerCost::of(layer, shape(&map.dims), shape(&output.dims));
    let kernel = layer.settings().get("kernel").map(|_| ("kernel", Setting::Sides(axes.into())));
    Ok(Inference::layer(output, cost.set(Settings::new(kernel))))
}

/// The input, its batch and channels, and the axes that are pooled.
fn map<'a>(call: &Call<'a>) -> Result<(&'a Value, &'a [u64], &'a [u64]), String> {
    let map = call.input(0)?;
    let (outer, axes) = map.dims.split_at_checked(2).ok_or_else(|| {
        format!("expected a map of 3 axes or more, found {}", shape_text(&map.dims))
    })?;
    Ok((map, outer, axes))
}
