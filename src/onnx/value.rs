//! What is known of a value on its way through a graph: its shape, and its numbers where shapes are made of them.

use std::rc::Rc;

use crate::onnx::numbers::Numbers;
use crate::onnx::trace::Trace;

/// More elements than this are taken for a mistake: no tensor that anybody runs has a thousandth of it.
const MAX_ELEMENTS: u64 = 1 << 48;

/// More dimensions than this are taken for a mistake.
pub(super) const MAX_RANK: usize = 32;

/// A value of a graph.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    /// Its dimensions, from the outermost; none is a single number.
    pub(super) dims: Vec<u64>,
    /// Its numbers, where they are known.
    pub(super) numbers: Option<Numbers>,
    /// The stored tensors that it is made of, where it is made of nothing that changes with the input.
    pub(super) stored: Option<Vec<usize>>,
    /// Whether it holds floating-point numbers.
    pub(super) is_float: bool,
    /// Which value it is: the same under another name has the same number.
    pub(super) id: usize,
    /// The memory that it lies in, by the value that was first in it.
    pub(super) memory: usize,
    /// The step that made it, where a bias or a scale that follows is a part of that.
    pub(super) made: Option<(usize, Made)>,
    /// The part of a longer formula that it is.
    pub(super) trace: Option<Trace>,
    /// The values that it is a row of, where it is none itself.
    pub(super) sequence: Option<Rc<[Value]>>,
}

/// What a bias or a scale may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// A convolution without a bias.
    Conv,
    /// A linear layer without a bias.
    Linear,
    /// A norm without a scale and a shift.
    Norm,
}

impl Value {
    /// A value of this shape, computed from what goes in.
    pub(super) fn map(dims: Vec<u64>) -> Self {
        Value { dims, is_float: true, ..Value::default() }
    }

    /// Numbers that are known.
    pub(super) fn known(dims: Vec<u64>, numbers: Numbers) -> Self {
        let is_float = matches!(numbers, Numbers::Real(_));
        Value {
            dims,
            numbers: Some(numbers),
            stored: Some(Vec::new()),
            is_float,
            ..Value::default()
        }
    }

    /// The same elements with other dimensions.
    pub(super) fn arranged(&self, dims: Vec<u64>) -> Self {
        Value {
            dims,
            numbers: self.numbers.clone(),
            id: 0,
            made: None,
            trace: None,
            ..self.clone()
        }
    }

    /// How many elements it has.
    pub(super) fn elements(&self) -> u64 {
        self.dims.iter().product()
    }

    /// Whether it does not change with what goes in.
    pub(super) fn is_constant(&self) -> bool {
        self.stored.is_some()
    }

    /// Whether it is made of stored tensors, and not only of numbers that are written out.
    pub(super) fn is_stored(&self) -> bool {
        self.stored.as_ref().is_some_and(|tensors| !tensors.is_empty())
    }

    /// The one number it is, where that is known.
    pub(super) fn single(&self) -> Option<f64> {
        self.numbers.as_ref().and_then(Numbers::single)
    }
}

/// A value of more stored tensors than this is taken for a mistake.
const MOST_STORED: usize = 256;

/// The stored tensors of values, where none of them changes with the input.
pub(super) fn all_stored(values: &[&Value]) -> Result<Option<Vec<usize>>, String> {
    let mut all = Vec::new();
    for value in values {
        let Some(stored) = &value.stored else { return Ok(None) };
        all.extend(stored);
    }
    all.sort_unstable();
    all.dedup();
    if all.len() > MOST_STORED {
        return Err(format!("it is made of {} stored tensors, more than {MOST_STORED}", all.len()));
    }
    Ok(Some(all))
}

/// The dimensions, if their product is a number of elements that can be counted.
pub(super) fn checked(dims: Vec<u64>) -> Result<Vec<u64>, String> {
    if dims.len() > MAX_RANK {
        return Err(format!("a value of {} axes has too many", dims.len()));
    }
    // Where a dimension is 0 the others still have to be sizes: parts of them are multiplied too.
    let product = dims.iter().try_fold(1u64, |product, dim| product.checked_mul((*dim).max(1)));
    match product {
        Some(elements) if elements <= MAX_ELEMENTS => Ok(dims),
        _ => Err(format!("a value of {} has too many elements", written(&dims))),
    }
}

/// The shape that two values take where one stands for each element of the other, as NumPy broadcasts.
pub(super) fn broadcast(one: &[u64], other: &[u64]) -> Result<Vec<u64>, String> {
    let rank = one.len().max(other.len());
    let from = |dims: &[u64], axis: usize| {
        (axis + dims.len()).checked_sub(rank).map_or(1, |index| dims[index])
    };
    let join = |axis| match (from(one, axis), from(other, axis)) {
        (a, b) if a == b || b == 1 => Ok(a),
        (1, b) => Ok(b),
        _ => Err(format!("{} and {} do not go together", written(one), written(other))),
    };
    checked((0..rank).map(join).collect::<Result<_, _>>()?)
}

/// An axis that may be counted from the end.
pub(super) fn axis(axis: i64, rank: usize) -> Result<usize, String> {
    let length = i64::try_from(rank).unwrap_or(i64::MAX);
    let from_front = if axis < 0 { axis.saturating_add(length) } else { axis };
    let found = usize::try_from(from_front).ok().filter(|axis| *axis < rank);
    found.ok_or_else(|| format!("there is no axis {axis} of {rank}"))
}

/// Dimensions as a person writes them.
pub(super) fn written(dims: &[u64]) -> String {
    match dims {
        [] => "a single number".into(),
        dims => dims.iter().map(u64::to_string).collect::<Vec<_>>().join("×"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_broadcast_as_in_numpy() {
        assert_eq!(broadcast(&[2, 1, 4], &[3, 1]), Ok(vec![2, 3, 4]));
        assert_eq!(broadcast(&[], &[5]), Ok(vec![5]));
        assert!(broadcast(&[2], &[3]).is_err());
        assert!(broadcast(&[1 << 40, 1], &[1, 1 << 40]).is_err());
    }

    #[test]
    fn axes_count_from_both_ends() {
        assert_eq!((axis(-1, 4), axis(1, 4)), (Ok(3), Ok(1)));
        assert!(axis(4, 4).is_err() && axis(-5, 4).is_err() && axis(i64::MIN, 4).is_err());
    }
}
