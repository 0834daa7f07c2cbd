//! Operators that reduce a value along some of its axes.

use crate::counting::layer::{AdaptivePool, Layer, PoolStyle};
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::elementwise::other;
use crate::onnx::operators::fusion::fuse;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Value, axes, distinct_axes, shape};

/// A mean, sum, extreme or norm.
pub(crate) fn reduce(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    let reduced = reduced_axes(call, value.dims.len())?;
    let is_reduced = |at: usize| reduced.contains(&at);
    let dims = reduced_shape(call, value, is_reduced);
    let is_float = value.is_float;
    let output = Value { is_float, ..Value::map(dims) };
    if !is_float {
        return Ok(Inference::free(vec![output]));
    }
    let is_over_map = call.operator == Operator::ReduceMean
        && value.dims.len() == 4
        && (0..4).all(|at| is_reduced(at) == (at > 1));
    let cost = if is_over_map {
        let layer = Layer::AdaptivePool(AdaptivePool { size: [1; 2], style: PoolStyle::Mean });
        let pooled = [value.dims[0], value.dims[1], 1, 1];
        LayerCost::of(&layer, shape(&value.dims), shape(&pooled))
    } else {
        other(call, &value.dims, &output.dims)
    };
    Ok(fuse(call, Inference::layer(output, cost)))
}

/// The axes that a reduction is over; without any it is over all, or over none with `noop_with_empty_axes`.
pub(crate) fn reduced_axes(call: &Call, rank: usize) -> Result<Vec<usize>, String> {
    let reduced = distinct_axes(call.optional_ints("axes", 1)?.unwrap_or_default(), rank)?;
    let is_noop = call.int("noop_with_empty_axes") == Some(1);
    Ok(if reduced.is_empty() && !is_noop { (0..rank).collect() } else { reduced })
}

/// The index of the largest or smallest element along one axis.
pub(crate) fn arg(call: &Call) -> Result<Inference, String> {
    let value = call.input(0)?;
    let reduced = axes(&[call.int("axis").unwrap_or(0)], value.dims.len())?;
    let dims = reduced_shape(call, value, |at| reduced.contains(&at));
    let output = Value { is_float: false, ..Value::map(dims) };
    if !value.is_float {
        return Ok(Inference::free(vec![output]));
    }
    let cost = other(call, &value.dims, &output.dims);
    Ok(Inference::layer(output, cost))
}

/// The output's shape; reduced axes keep the length 1 unless `keepdims` is 0.
fn reduced_shape(call: &Call, value: &Value, is_reduced: impl Fn(usize) -> bool) -> Vec<u64> {
    let keeps = call.int("keepdims") != Some(0);
    let size = |(at, size): (usize, &u64)| match (is_reduced(at), keeps) {
        (false, _) => Some(*size),
        (true, true) => Some(1),
        (true, false) => None,
    };
    value.dims.iter().enumerate().filter_map(size).collect()
}
