//! Operators that make maps larger or smaller: tiling, padding, resizing, and channels traded for pixels.

use crate::counting::layer::{Layer, Upsample, UpsampleMode, UpsampleTo};
use crate::onnx::numbers::Numbers;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::elementwise::other;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::operators::rearranging;
use crate::onnx::operators::window::Window;
use crate::onnx::value::{Value, checked, distinct_axes, shape, shape_text, size, sizes};

pub(crate) fn tile(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let repeats = sizes(call.required_ints("repeats", 1)?)?;
    check_count("repeats", repeats.len(), value.dims.len())?;
    let product = |(size, times): (&u64, &u64)| size.checked_mul(*times);
    let dims = value.dims.iter().zip(&repeats).map(product).collect::<Option<_>>();
    dims.ok_or_else(|| {
        format!("{} tiled {repeats:?} times has too many elements", shape_text(&value.dims))
    })
}

fn check_count(what: &str, found: usize, axes: usize) -> Result<(), String> {
    if found == axes {
        return Ok(());
    }
    Err(format!("`{what}` has {found} numbers for {axes} axes"))
}

/// What is added along an axis; a negative number is cropped.
pub(crate) struct Padding {
    pub(crate) axis: usize,
    pub(crate) before: i64,
    after: i64,
}

pub(crate) fn pad(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let mut dims = value.dims.clone();
    for Padding { axis, before, after } in paddings(call, value.dims.len())? {
        let both = before.saturating_add(after);
        let padded = dims[axis].checked_add_signed(both);
        dims[axis] = padded.ok_or_else(|| {
            format!("pads of {both} crop axis {axis} of {}", shape_text(&value.dims))
        })?;
    }
    Ok(dims)
}

/// What Pad adds along each axis that it changes.
pub(crate) fn paddings(call: &Call, rank: usize) -> Result<Vec<Padding>, String> {
    let pads = call.required_ints("pads", 1)?;
    let padded = changed_axes(call.optional_ints("axes", 3)?, rank)?;
    if pads.len() != 2 * padded.len() {
        return Err(format!("`pads` has {} numbers for {} axes", pads.len(), padded.len()));
    }
    let (before, after) = pads.split_at(padded.len());
    let sides = before.iter().zip(after);
    let all = padded.iter().zip(sides);
    Ok(all
        .map(|(axis, (before, after))| Padding { axis: *axis, before: *before, after: *after })
        .collect())
}

/// The axes that an operator changes: all of them, unless some are given.
fn changed_axes(given: Option<&[i64]>, rank: usize) -> Result<Vec<usize>, String> {
    given.map_or_else(|| Ok((0..rank).collect()), |given| distinct_axes(given, rank))
}

/// A map resized as by a spec's `upsample` step; other modes and ranks cost nothing.
pub(crate) fn upsample(call: &Call) -> Result<Inference, String> {
    let copy = rearranging::copy(call, resize)?;
    let input = call.input(0)?;
    let mode = match call.text("mode") {
        None | Some("nearest") => UpsampleMode::Nearest,
        Some("linear" | "bilinear") => UpsampleMode::Bilinear,
        Some(_) => return Ok(copy),
    };
    let Some([.., height, width]) = copy.outputs.first().map(|output| &output.dims[..]) else {
        return Ok(copy);
    };
    if input.dims.len() != 4 || !input.is_float || input.is_constant {
        return Ok(copy);
    }
    let output = [&input.dims[..2], &[*height, *width]].concat();
    let layer = Layer::Upsample(Upsample { mode, to: UpsampleTo::Size([*height, *width]) });
    let cost = LayerCost::of(&layer, shape(&input.dims), shape(&output));
    Ok(Inference { cost: Some(cost), ..copy })
}

fn resize(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let resized = changed_axes(call.ints("axes"), value.dims.len())?;
    let has_two = call.node.inputs.len() <= 2;
    let mut dims = value.dims.clone();
    if !has_two && call.optional(3).is_some() {
        let sizes = sizes(call.required_ints("sizes", 3)?)?;
        check_count("sizes", sizes.len(), resized.len())?;
        let sizes = in_proportion(call, &resized, &dims, sizes)?;
        resized.iter().zip(sizes).for_each(|(at, size)| dims[*at] = size);
        return Ok(dims);
    }
    // Scales are an attribute in operator set 7, the second input up to set 10, and the third since set 11.
    let input = call.optional(if has_two { 1 } else { 2 });
    let scales = match (call.floats("scales"), input) {
        (Some(scales), _) => scales.into(),
        (None, Some(input)) => {
            input.numbers.as_ref().map(Numbers::floats).ok_or_else(|| call.lacks("scales"))?
        }
        (None, None) => return Err("neither `sizes` nor `scales` is given".into()),
    };
    check_count("scales", scales.len(), resized.len())?;
    for (at, scale) in resized.iter().zip(scales.iter()) {
        dims[*at] = scaled(dims[*at], *scale, f32::floor)?;
    }
    Ok(dims)
}

/// The sizes, or the same scale for all axes where an attribute asks for it: the smallest or the largest.
fn in_proportion(
    call: &Call,
    resized: &[usize],
    dims: &[u64],
    sizes: Vec<u64>,
) -> Result<Vec<u64>, String> {
    let by = match call.text("keep_aspect_ratio_policy") {
        None | Some("stretch") => return Ok(sizes),
        Some("not_larger") => f32::min,
        Some("not_smaller") => f32::max,
        Some(other) => {
            return Err(format!(
                "keep_aspect_ratio_policy `{other}` is not one of stretch, not_larger and not_smaller"
            ));
        }
    };
    let scales = resized.iter().zip(&sizes).map(|(at, size)| *size as f32 / dims[*at] as f32);
    let scale = f64::from(scales.reduce(by).unwrap_or(1.0));
    resized.iter().map(|at| scaled(dims[*at], scale, f32::round)).collect()
}

/// A scaled size; ONNX Runtime multiplies in single precision.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // checked
fn scaled(size: u64, scale: f64, round: fn(f32) -> f32) -> Result<u64, String> {
    let scaled = round(size as f32 * scale as f32);
    if (0.0..=1e15).contains(&scaled) {
        return Ok(scaled as u64);
    }
    Err(format!("{size} pixels cannot be scaled by {scale}"))
}

pub(crate) fn depth_to_space(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let ([batch, channels, height, width], side) = blocks(call, value)?;
    let channels = channels / side.saturating_mul(side);
    Ok(vec![batch, channels, height.saturating_mul(side), width.saturating_mul(side)])
}

pub(crate) fn space_to_depth(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let ([batch, channels, height, width], side) = blocks(call, value)?;
    let channels = channels.saturating_mul(side).saturating_mul(side);
    Ok(vec![batch, channels, height / side, width / side])
}

/// A map N×C×H×W and the side of its square blocks.
fn blocks(call: &Call, value: &Value) -> Result<([u64; 4], u64), String> {
    let side = size(call.int("blocksize").ok_or("`blocksize` is missing")?)?;
    match value.dims[..] {
        _ if side == 0 => Err("`blocksize` is 0".into()),
        [batch, channels, height, width] => Ok(([batch, channels, height, width], side)),
        _ => Err(format!("expected a map of 4 axes, found {}", shape_text(&value.dims))),
    }
}

/// Columns of overlapping blocks laid into a map, as ONNX's Col2Im does.
pub(crate) fn columns_to_image(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let image = sizes(call.required_ints("image_shape", 1)?)?;
    let block = sizes(call.required_ints("block_shape", 2)?)?;
    let [batch, columns, _] = value.dims[..] else {
        return Err(format!("expected columns of 3 axes, found {}", shape_text(&value.dims)));
    };
    let area = block.iter().try_fold(1u64, |area, side| area.checked_mul(*side));
    let area = area.filter(|area| *area > 0 && columns.is_multiple_of(*area));
    let area =
        area.ok_or_else(|| format!("blocks of {block:?} do not divide {columns} columns"))?;
    Ok([&[batch, columns / area], &image[..]].concat())
}

/// A map with the elements of a pooled one where those were before, and zeros between.
pub(crate) fn max_unpool(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    if call.optional(2).is_some() {
        return sizes(call.required_ints("output_shape", 2)?);
    }
    let Some((outer, axes)) = value.dims.split_at_checked(2) else {
        return Err(format!("expected a map of 3 axes or more, found {}", shape_text(&value.dims)));
    };
    let kernel = call.sizes("kernel_shape")?.ok_or("`kernel_shape` is missing")?;
    Ok([outer, &Window::of(call, kernel)?.transposed(axes, &[])?].concat())
}

/// A map sampled at the positions of a grid N×H×W×2.
pub(crate) fn grid_sample(call: &Call) -> Result<Inference, String> {
    let (map, grid) = (call.input(0)?, call.input(1)?);
    let dims = match (&map.dims[..], &grid.dims[..]) {
        ([batch, channels, axes @ ..], [_, positions @ .., _]) if axes.len() == positions.len() => {
            checked([&[*batch, *channels], positions].concat())?
        }
        (map, grid) => {
            let (map, grid) = (shape_text(map), shape_text(grid));
            return Err(format!("a grid of {grid} does not fit a map of {map}"));
        }
    };
    let cost = LayerCost { input: shape(&map.dims), ..other(call, &dims, &dims) };
    Ok(Inference::layer(Value::map(dims), cost))
}
