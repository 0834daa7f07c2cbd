//! Operators that rearrange elements or choose among them: what they make of shapes, and of the numbers that shapes
//! are made of.

use crate::counting::ledger::Event;
use crate::onnx::call::{Call, whole};
use crate::onnx::effect::{Counted, Effect, shape};
use crate::onnx::numbers::{MOST_KNOWN, Numbers};
use crate::onnx::operator::Arrangement;
use crate::onnx::value::{Value, axis, broadcast, checked, written};
use crate::onnx::{grow, pick};

/// What comes out, and what learned values go in beside a map.
pub(super) fn arrange(call: &Call, kind: Arrangement) -> Result<Effect, String> {
    let outputs = arranged(call, kind)?;
    let mut effect = Effect { outputs, ..Effect::free(Value::default()) };
    let Some(output) = effect.outputs.first().filter(|output| !output.is_constant()) else {
        return Ok(effect);
    };
    let (from, to) = (shape(&call.input(0)?.dims), shape(&output.dims));
    let nothing = Counted::events(from, to, Vec::new()).kind("embedding");
    let learned = |index: usize| match kind {
        Arrangement::Concat => true,
        Arrangement::ScatterNd => index != 1,
        _ => index == 0,
    };
    let values = call.inputs.iter().enumerate().filter(|(index, _)| learned(*index));
    let counted = values.fold(nothing, |counted, (_, value)| {
        counted.learning(value.filter(|value| value.is_float), Event::Embeddings)
    });
    effect.counted = Some(counted).filter(|counted| !counted.learns.is_empty());
    Ok(effect)
}

fn arranged(call: &Call, kind: Arrangement) -> Result<Vec<Value>, String> {
    let value = call.input(0)?;
    let moved = |dims: Result<Vec<u64>, String>| -> Result<Value, String> {
        Ok(Value { numbers: None, memory: 0, ..value.arranged(checked(dims?)?) })
    };
    let one = match kind {
        Arrangement::Split => return pick::split(call),
        Arrangement::TopK => return pick::top(call, value),
        Arrangement::Reshape => viewed(value, reshape(call, value)),
        Arrangement::Flatten => viewed(value, flatten(call, value)),
        Arrangement::Squeeze => viewed(value, squeeze(call, value)),
        Arrangement::Unsqueeze => viewed(value, unsqueeze(call, value)),
        Arrangement::Transpose => transpose(call, value),
        Arrangement::Expand => expand(call, value),
        Arrangement::Concat => pick::concat(call),
        Arrangement::SplitToSequence => pick::split_to_sequence(call),
        Arrangement::SequenceAt => pick::sequence_at(call),
        Arrangement::Slice => pick::slice(call, value),
        Arrangement::Gather => pick::gather(call, value),
        Arrangement::GatherElements => pick::gather_elements(call, value),
        Arrangement::GatherNd => pick::gather_nd(call, value),
        Arrangement::ScatterNd => pick::scatter_nd(call, value),
        Arrangement::Keep => moved(Ok(value.dims.clone())),
        Arrangement::Tile => moved(grow::tile(call, value)),
        Arrangement::Pad => moved(grow::pad(call, value)),
        Arrangement::Resize => moved(grow::resize(call, value)),
        Arrangement::DepthToSpace => moved(grow::depth_to_space(call, value)),
        Arrangement::SpaceToDepth => moved(grow::space_to_depth(call, value)),
        Arrangement::ColumnsToImage => moved(grow::columns_to_image(call, value)),
    };
    Ok(vec![one?])
}

/// The same elements in the same order, with other dimensions.
fn viewed(value: &Value, dims: Result<Vec<u64>, String>) -> Result<Value, String> {
    let dims = checked(dims?)?;
    if dims.iter().product::<u64>() != value.elements() {
        let (from, to) = (written(&value.dims), written(&dims));
        return Err(format!("{from} cannot be arranged as {to}"));
    }
    Ok(value.arranged(dims))
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

/// Known numbers in another arrangement: `source` says where each element of `to` comes from.
pub(super) fn rearranged(
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
