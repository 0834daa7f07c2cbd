//! Operators that rearrange elements or choose among them: what they make of shapes, and of the numbers that shapes
//! are made of.

use crate::cost::Event;
use crate::onnx::call::{Call, whole};
use crate::onnx::effect::{Counted, Effect, shape};
use crate::onnx::numbers::{MOST_KNOWN, Numbers};
use crate::onnx::operator::Arrangement;
use crate::onnx::value::{Value, axis, broadcast, checked, written};

/// What comes out, and what learned values go in beside a map.
pub(super) fn arrange(call: &Call, kind: Arrangement) -> Result<Effect, String> {
    let outputs = arranged(call, kind)?;
    let mut effect = Effect { outputs, ..Effect::free(Value::default()) };
    let Some(output) = effect.outputs.first().filter(|output| !output.is_constant()) else {
        return Ok(effect);
    };
    let (from, to) = (shape(&call.input(0)?.dims), shape(&output.dims));
    let nothing = Counted::events(from, to, Vec::new()).kind("embedding");
    // Numbers that only choose are whole ones; what is learned is not.
    let learned = call.given().filter(|value| value.is_float && value.numbers.is_none());
    let counted =
        learned.fold(nothing, |counted, value| counted.learning(Some(value), Event::Embeddings));
    effect.counted = Some(counted).filter(|counted| !counted.learns.is_empty());
    Ok(effect)
}

fn arranged(call: &Call, kind: Arrangement) -> Result<Vec<Value>, String> {
    match kind {
        Arrangement::Concat => return Ok(vec![concat(call)?]),
        Arrangement::Split => return split(call),
        _ => {}
    }
    let value = call.input(0)?;
    let moved = |dims: Vec<u64>| -> Result<Value, String> {
        Ok(Value { numbers: None, memory: 0, ..value.arranged(checked(dims)?) })
    };
    let dims = match kind {
        Arrangement::Reshape => reshape(call, value)?,
        Arrangement::Flatten => flatten(call, value)?,
        Arrangement::Squeeze => squeeze(call, value)?,
        Arrangement::Unsqueeze => unsqueeze(call, value)?,
        Arrangement::Transpose => return Ok(vec![transpose(call, value)?]),
        Arrangement::Slice => return Ok(vec![slice(call, value)?]),
        Arrangement::Gather => return Ok(vec![gather(call, value)?]),
        Arrangement::GatherNd => return Ok(vec![gather_nd(call, value)?]),
        Arrangement::ScatterNd => return Ok(vec![scatter_nd(call, value)?]),
        Arrangement::Expand => return Ok(vec![expand(call, value)?]),
        Arrangement::Tile => return Ok(vec![moved(tile(call, value)?)?]),
        Arrangement::Pad => return Ok(vec![moved(pad(call, value)?)?]),
        Arrangement::Resize => return Ok(vec![moved(resize(call, value)?)?]),
        Arrangement::DepthToSpace => return Ok(vec![moved(depth_to_space(call, value)?)?]),
        Arrangement::SpaceToDepth => return Ok(vec![moved(space_to_depth(call, value)?)?]),
        Arrangement::Concat | Arrangement::Split => Vec::new(),
    };
    let dims = checked(dims)?;
    if dims.iter().product::<u64>() != value.elements() {
        let (from, to) = (written(&value.dims), written(&dims));
        return Err(format!("{from} cannot be arranged as {to}"));
    }
    Ok(vec![value.arranged(dims)])
}

fn reshape(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let wanted = call.numbers("shape", 1)?.ok_or("it has no shape to take")?;
    let keeps_zero = call.int("allowzero") == Some(1);
    let mut dims = Vec::with_capacity(wanted.len());
    let mut free = None;
    for (index, size) in wanted.iter().enumerate() {
        dims.push(match *size {
            -1 if free.is_none() => {
                free = Some(index);
                1
            }
            0 if !keeps_zero => {
                *value.dims.get(index).ok_or("it copies a dimension that is not there")?
            }
            size => whole(size)?,
        });
    }
    let dims = checked(dims)?;
    let Some(free) = free else { return Ok(dims) };
    let others = dims.iter().product::<u64>();
    let rest =
        value.elements().checked_div(others).filter(|rest| rest * others == value.elements());
    let refused = || format!("{} cannot be arranged as {wanted:?}", written(&value.dims));
    let mut dims = dims;
    dims[free] = rest.ok_or_else(refused)?;
    Ok(dims)
}

fn flatten(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let rank = value.dims.len();
    let at = call.int("axis").unwrap_or(1);
    let at = if at == i64::try_from(rank).unwrap_or(-1) { rank } else { axis(at, rank)? };
    let (front, back) = value.dims.split_at(at);
    Ok(vec![front.iter().product(), back.iter().product()])
}

fn squeeze(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let rank = value.dims.len();
    let Some(axes) = call.numbers("axes", 1)? else {
        return Ok(value.dims.iter().copied().filter(|size| *size != 1).collect());
    };
    let axes = axes.into_iter().map(|at| axis(at, rank)).collect::<Result<Vec<_>, _>>()?;
    let kept = value.dims.iter().enumerate().filter(|(index, _)| !axes.contains(index));
    Ok(kept.map(|(_, size)| *size).collect())
}

fn unsqueeze(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let axes = call.numbers("axes", 1)?.ok_or("it has no axes")?;
    let rank = value.dims.len() + axes.len();
    let axes = axes.into_iter().map(|at| axis(at, rank)).collect::<Result<Vec<_>, _>>()?;
    let mut sizes = value.dims.iter();
    let size = |index| if axes.contains(&index) { Some(1) } else { sizes.next().copied() };
    (0..rank).map(size).collect::<Option<_>>().ok_or_else(|| "its axes are not distinct".into())
}

fn transpose(call: &Call, value: &Value) -> Result<Value, String> {
    let rank = value.dims.len();
    let reversed = || (0..rank).rev().collect();
    let order: Vec<usize> = match call.ints("perm") {
        Some(order) => order.into_iter().map(|at| axis(at, rank)).collect::<Result<_, _>>()?,
        None => reversed(),
    };
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if sorted.into_iter().ne(0..rank) {
        return Err(format!("its perm is no order of {rank} axes"));
    }
    let dims: Vec<u64> = order.iter().map(|at| value.dims[*at]).collect();
    let numbers = value.numbers.as_ref().and_then(|numbers| {
        rearranged(numbers, &value.dims, &dims, |at| {
            let mut from = vec![0; rank];
            order.iter().zip(at).for_each(|(axis, place)| from[*axis] = *place);
            Some(from)
        })
    });
    Ok(Value { numbers, memory: 0, ..value.arranged(dims) })
}

fn expand(call: &Call, value: &Value) -> Result<Value, String> {
    let to = call.known(call.input(1)?, "shape")?;
    let to = to.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?;
    let dims = broadcast(&value.dims, &to)?;
    let count =
        usize::try_from(dims.iter().product::<u64>()).ok().filter(|count| *count <= MOST_KNOWN);
    let numbers = match (&value.numbers, count) {
        (Some(numbers), Some(count)) if numbers.len() == 1 => numbers.pick(&vec![0; count]),
        (Some(numbers), Some(count)) if numbers.len() == count => Some(numbers.clone()),
        _ => None,
    };
    Ok(Value { numbers, memory: 0, ..value.arranged(dims) })
}

fn tile(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let times = call.known(call.input(1)?, "repeats")?;
    if times.len() != value.dims.len() {
        return Err("its repeats do not fit its input".into());
    }
    let product = |(size, times): (&u64, i64)| {
        size.checked_mul(whole(times)?).ok_or_else(|| "its output is too large".to_string())
    };
    value.dims.iter().zip(times).map(product).collect()
}

fn pad(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
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

fn slice(call: &Call, value: &Value) -> Result<Value, String> {
    let rank = value.dims.len();
    let starts = call.numbers("starts", 1)?.ok_or("it has no starts")?;
    let ends = call.numbers("ends", 2)?.ok_or("it has no ends")?;
    let axes = call.numbers("axes", 3)?;
    let axes = axes.unwrap_or_else(|| (0i64..).take(starts.len()).collect());
    let steps = match call.optional(4) {
        Some(steps) => call.known(steps, "steps")?,
        None => vec![1; starts.len()],
    };
    if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
        return Err("its starts, ends, axes and steps are not as many".into());
    }
    let mut dims = value.dims.clone();
    let mut numbers = value.numbers.clone();
    for (index, at) in axes.iter().enumerate() {
        let (at, step) = (axis(*at, rank)?, steps[index]);
        let (start, count) = chosen(dims[at], starts[index], ends[index], step)?;
        let from = std::mem::replace(&mut dims[at], count);
        let whole = [&dims[..at], &[from], &dims[at + 1..]].concat();
        numbers = numbers.and_then(|numbers| {
            rearranged(&numbers, &whole, &dims, |place| {
                let mut place = place.to_vec();
                let along = step.checked_mul(place[at].cast_signed())?.checked_add(start)?;
                place[at] = u64::try_from(along).ok()?;
                Some(place)
            })
        });
    }
    Ok(Value { numbers, memory: 0, ..value.arranged(checked(dims)?) })
}

/// Known numbers in another arrangement: `source` says where each element of `to` comes from.
fn rearranged(
    numbers: &Numbers,
    from: &[u64],
    to: &[u64],
    source: impl Fn(&[u64]) -> Option<Vec<u64>>,
) -> Option<Numbers> {
    let count = to.iter().try_fold(1u64, |count, size| count.checked_mul(*size))?;
    if count > MOST_KNOWN as u64 {
        return None;
    }
    let place = |flat: u64| {
        let mut rest = flat;
        let mut at = vec![0; to.len()];
        for (axis, size) in to.iter().enumerate().rev() {
            (at[axis], rest) = (rest % size, rest / size);
        }
        let at = source(&at)?;
        let flat = at
            .iter()
            .zip(from)
            .fold(0u64, |flat, (place, size)| flat.saturating_mul(*size).saturating_add(*place));
        usize::try_from(flat).ok()
    };
    numbers.pick(&(0..count).map(place).collect::<Option<Vec<_>>>()?)
}

/// Where a slice of an axis begins, and how many elements it takes.
fn chosen(size: u64, start: i64, end: i64, step: i64) -> Result<(i64, u64), String> {
    let size = i64::try_from(size).map_err(|_| "its input is too large")?;
    let from_front = |at: i64| if at < 0 { at.saturating_add(size) } else { at };
    let (low, high) = match step {
        1.. => (0, size),
        0 => return Err("its step is 0".into()),
        _ => (-1, size - 1),
    };
    let start = from_front(start).clamp(low.max(0), high.max(0));
    // Whatever lies before the first element ends a slice that runs backwards.
    let end = if step < 0 && end < -size { -1 } else { from_front(end).clamp(low, high) };
    let span = if step > 0 { end - start } else { start - end };
    let count = span.max(0).unsigned_abs().div_ceil(step.unsigned_abs());
    Ok((start, count))
}

fn split(call: &Call) -> Result<Vec<Value>, String> {
    let value = call.input(0)?;
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len())?;
    let outputs = call.node.outputs.len() as u64;
    let parts = match call.numbers("split", 1)? {
        Some(parts) => parts.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?,
        None => {
            let size = value.dims[at].div_ceil(outputs.max(1));
            let part =
                |index: u64| size.min(value.dims[at].saturating_sub(index.saturating_mul(size)));
            (0..outputs).map(part).collect()
        }
    };
    let sum = parts.iter().fold(0u64, |sum, part| sum.saturating_add(*part));
    if parts.len() as u64 != outputs || sum != value.dims[at] {
        return Err(format!("its parts {parts:?} do not make up {}", written(&value.dims)));
    }
    let part = |size: &u64| {
        let mut dims = value.dims.clone();
        dims[at] = *size;
        Value { numbers: None, memory: 0, ..value.arranged(dims) }
    };
    Ok(parts.iter().map(part).collect())
}

fn concat(call: &Call) -> Result<Value, String> {
    let first = call.input(0)?;
    let at = axis(call.int("axis").unwrap_or(1), first.dims.len())?;
    let mut whole = Value { memory: 0, ..first.arranged(first.dims.clone()) };
    for value in call.given().skip(1) {
        let mut expected = value.dims.clone();
        let size = *expected.get(at).ok_or("its inputs have different numbers of axes")?;
        expected[at] = first.dims[at];
        if expected != first.dims {
            let (one, other) = (written(&first.dims), written(&value.dims));
            return Err(format!("{one} and {other} cannot be joined along axis {at}"));
        }
        whole.dims[at] = whole.dims[at].saturating_add(size);
        let is_row = first.dims.len() == 1;
        let other = value.numbers.as_ref().filter(|_| is_row);
        whole.numbers = whole.numbers.zip(other).and_then(|(one, other)| one.joined(other));
        whole.stored = whole.stored.zip(value.stored.clone()).map(|(a, b)| [a, b].concat());
    }
    whole.dims = checked(whole.dims)?;
    Ok(whole)
}

fn gather(call: &Call, value: &Value) -> Result<Value, String> {
    let indices = call.input(1)?;
    let at = axis(call.int("axis").unwrap_or(0), value.dims.len())?;
    let (front, back) = value.dims.split_at(at);
    let dims = [front, &indices.dims, &back[1..]].concat();
    let places =
        indices.numbers.as_ref().and_then(Numbers::whole).filter(|_| value.dims.len() == 1);
    let numbers = value.numbers.as_ref().zip(places).and_then(|(numbers, places)| {
        let at = |place: &i64| axis(*place, numbers.len()).ok();
        numbers.pick(&places.iter().map(at).collect::<Option<Vec<_>>>()?)
    });
    let stored = value.stored.clone().filter(|_| indices.is_constant());
    Ok(Value { numbers, stored, memory: 0, ..value.arranged(checked(dims)?) })
}

fn gather_nd(call: &Call, value: &Value) -> Result<Value, String> {
    let indices = call.input(1)?;
    let batch = usize::try_from(call.int("batch_dims").unwrap_or(0))
        .map_err(|_| "its batch_dims are negative")?;
    let (depth, places) = indices.dims.split_last().ok_or("its indices have no axes")?;
    let depth = usize::try_from(*depth).unwrap_or(usize::MAX);
    let rest = value
        .dims
        .get(batch.saturating_add(depth)..)
        .ok_or("its indices have more axes than its input")?;
    let dims = checked([places, rest].concat())?;
    let stored = value.stored.clone().filter(|_| indices.is_constant());
    Ok(Value { numbers: None, stored, memory: 0, ..value.arranged(dims) })
}

/// The first input with some elements in the place of others.
fn scatter_nd(call: &Call, value: &Value) -> Result<Value, String> {
    let stored = [value, call.input(1)?, call.input(2)?].map(|value| value.stored.clone());
    let stored = stored.into_iter().collect::<Option<Vec<_>>>().map(|all| all.concat());
    Ok(Value { numbers: None, stored, ..value.arranged(value.dims.clone()) })
}

fn resize(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let has_two = call.node.inputs.len() <= 2;
    let sizes = call.optional(3).filter(|_| !has_two);
    if let Some(sizes) = sizes {
        let sizes = call.known(sizes, "sizes")?;
        let sizes = sizes.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?;
        return if sizes.len() == value.dims.len() {
            Ok(sizes)
        } else {
            Err("its sizes do not fit its input".into())
        };
    }
    // Before version 11 scales were the second input and there was no third.
    let scales =
        call.optional(if has_two { 1 } else { 2 }).ok_or("it has neither sizes nor scales")?;
    let scales = scales.numbers.as_ref().map(Numbers::real);
    let scales = scales.ok_or("its scales are only known when the network runs")?;
    if scales.len() != value.dims.len() {
        return Err("its scales do not fit its input".into());
    }
    value.dims.iter().zip(scales).map(|(size, scale)| stretched(*size, scale)).collect()
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

fn depth_to_space(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let side = whole(call.int("blocksize").ok_or("it has no blocksize")?)?;
    let [batch, channels, height, width] = value.dims[..] else {
        return Err("it takes a map of four axes".into());
    };
    let area = side.checked_mul(side).ok_or("its blocksize is too large")?;
    let channels = channels.checked_div(area).ok_or("its blocksize is 0")?;
    Ok(vec![batch, channels, height.saturating_mul(side), width.saturating_mul(side)])
}

fn space_to_depth(call: &Call, value: &Value) -> Result<Vec<u64>, String> {
    let side = whole(call.int("blocksize").ok_or("it has no blocksize")?)?;
    let [batch, channels, height, width] = value.dims[..] else {
        return Err("it takes a map of four axes".into());
    };
    let (rows, columns) =
        height.checked_div(side).zip(width.checked_div(side)).ok_or("its blocksize is 0")?;
    let area = side.checked_mul(side).ok_or("its blocksize is too large")?;
    Ok(vec![batch, channels.saturating_mul(area), rows, columns])
}
