//! Operators that make maps larger or smaller: tiles, padding, resizing, pixels for channels.

use crate::onnx::call::{Call, whole};
use crate::onnx::numbers::Numbers;
use crate::onnx::value::{Value, axis};

pub(super) fn tile(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let times = call.known(call.input(1)?, "repeats")?;
    if times.len() != value.dims.len() {
        return Err("its repeats do not fit its input".into());
    }
    let product = |(size, times): (&u64, i64)| {
        size.checked_mul(whole(times)?).ok_or_else(|| "its output is too large".to_string())
    };
    value.dims.iter().zip(times).map(product).collect()
}

pub(super) fn pad(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let rank = value.dims.len();
    let pads = call.numbers("pads", 1)?.ok_or("it has no pads")?;
    let axes = match call.optional(3) {
        Some(axes) => call.known(axes, "axes")?,
        None => (0..i64::try_from(rank).unwrap_or(0)).collect(),
    };
    if pads.len() != 2 * axes.len() {
        return Err("its pads do not fit its input".into());
    }
    let mut dims = value.dims.clone();
    for (index, at) in axes.iter().enumerate() {
        let at = axis(*at, rank)?;
        let both = pads[index].saturating_add(pads[index + axes.len()]);
        let size = dims[at].checked_add_signed(both).ok_or("it cuts more than there is")?;
        dims[at] = size;
    }
    Ok(dims)
}

pub(super) fn resize(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let rank = value.dims.len();
    let axes = call.ints("axes").unwrap_or_else(|| (0i64..).take(rank).collect());
    let axes = axes.into_iter().map(|at| axis(at, rank)).collect::<Result<Vec<_>, _>>()?;
    let fits = |count: usize| {
        if count == axes.len() { Ok(()) } else { Err("its sizes do not fit its input".to_string()) }
    };
    let has_two = call.node.inputs.len() <= 2;
    let mut dims = value.dims.clone();
    if let Some(sizes) = call.optional(3).filter(|_| !has_two) {
        let sizes = call.known(sizes, "sizes")?;
        fits(sizes.len())?;
        for (at, size) in axes.iter().zip(sizes) {
            dims[*at] = whole(size)?;
        }
        return Ok(dims);
    }
    // Scales were a setting first, then the second input; since version 11 they are the third.
    let given =
        call.optional(if has_two { 1 } else { 2 }).and_then(|scales| scales.numbers.as_ref());
    let scales = call.reals("scales").or(given.map(Numbers::real));
    let scales = scales.ok_or("it has neither sizes nor scales that are known before it runs")?;
    fits(scales.len())?;
    for (at, scale) in axes.iter().zip(scales) {
        dims[*at] = stretched(dims[*at], scale)?;
    }
    Ok(dims)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // checked
fn stretched(size: u64, scale: f64) -> Result<u64, String> {
    let stretched = (size as f64 * scale).floor();
    if (0.0..=1e15).contains(&stretched) {
        Ok(stretched as u64)
    } else {
        Err(format!("{scale} is no scale"))
    }
}

pub(super) fn depth_to_space(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let side = whole(call.int("blocksize").ok_or("it has no blocksize")?)?;
    let [batch, channels, height, width] = value.dims[..] else {
        return Err("it takes a map of four axes".into());
    };
    let area = side.checked_mul(side).ok_or("its blocksize is too large")?;
    let channels = channels.checked_div(area).ok_or("its blocksize is 0")?;
    Ok(vec![batch, channels, height.saturating_mul(side), width.saturating_mul(side)])
}

pub(super) fn space_to_depth(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let side = whole(call.int("blocksize").ok_or("it has no blocksize")?)?;
    let [batch, channels, height, width] = value.dims[..] else {
        return Err("it takes a map of four axes".into());
    };
    let (rows, columns) =
        height.checked_div(side).zip(width.checked_div(side)).ok_or("its blocksize is 0")?;
    let area = side.checked_mul(side).ok_or("its blocksize is too large")?;
    Ok(vec![batch, channels.saturating_mul(area), rows, columns])
}

/// Blocks that lie side by side as columns, laid over each other as a map.
pub(super) fn columns_to_image(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let sizes = |index: usize, what: &str| -> Result<Vec<u64>, String> {
        call.known(call.input(index)?, what)?.into_iter().map(whole).collect()
    };
    let (image, block) = (sizes(1, "image_shape")?, sizes(2, "block_shape")?);
    let [batch, columns, _] = value.dims[..] else { return Err("it takes rows of columns".into()) };
    let area = block.iter().try_fold(1u64, |area, side| area.checked_mul(*side));
    let channels =
        area.filter(|area| *area > 0 && columns.is_multiple_of(*area)).map(|area| columns / area);
    let channels = channels.ok_or("its block_shape does not divide its columns")?;
    Ok([&[batch, channels], &image[..]].concat())
}
