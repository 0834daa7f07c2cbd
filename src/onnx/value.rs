//! A value of a graph: its shape, and its numbers where shapes are computed from them.

use std::rc::Rc;

use crate::counting::shape::Shape;
use crate::onnx::numbers::Numbers;

/// Over a thousand times the elements of any real tensor.
const MAX_ELEMENTS: u64 = 1 << 48;

pub(crate) const MAX_RANK: usize = 32;

#[derive(Clone, Debug, Default)]
pub(crate) struct Value {
    /// Its shape, outermost axis first; empty for a scalar.
    pub(crate) dims: Vec<u64>,
    /// Its elements, if they are known before the graph runs.
    pub(crate) numbers: Option<Numbers>,
    /// Whether it is the same for every input of the graph.
    pub(crate) is_constant: bool,
    /// The stored tensors it is computed from, where it is constant and there are any.
    pub(crate) origin: Option<Origin>,
    /// Whether it is a scale or zero point that quantisation computes when the network runs.
    pub(crate) is_quantisation: bool,
    pub(crate) is_float: bool,
    /// The same value under another name has the same id.
    pub(crate) id: usize,
    /// The id of the value whose memory it shares.
    pub(crate) memory: usize,
    /// The layer that computed it, where a bias or a scale that follows belongs to that layer.
    pub(crate) extendable: Option<(usize, Extendable)>,
    /// The activation or norm that it is an intermediate result of.
    pub(crate) partial: Option<Partial>,
    /// The elements of an ONNX sequence.
    pub(crate) sequence: Option<Rc<[Value]>>,
}

/// Where a value comes from: the index of one of the graph's stored tensors, or of a combination of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin(pub(crate) usize);

/// A layer whose bias, or scale and shift, may be a separate node after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extendable {
    ConvWithoutBias,
    LinearWithoutBias,
    NormWithoutScale,
}

/// An intermediate result of a formula that an exporter wrote out operator by operator.
#[derive(Clone, Debug)]
pub(crate) struct Partial {
    pub(crate) form: Form,
    /// The id of the value x that the formula is a function of.
    pub(crate) of: usize,
    /// The layers that computed it so far.
    pub(crate) layers: Vec<usize>,
}

/// The part of a formula that is computed, as a function of x.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// x times a number, or divided by one.
    Scaled,
    /// σ(x).
    Sigmoid,
    /// clip(x + 3, 0, 6)/6.
    HardSigmoid,
    /// erf(x/√2).
    Erf,
    /// 1 + erf(x/√2).
    ErfPlusOne,
    /// x·(1 + erf(x/√2)).
    TwiceGelu,
    /// x + 3.
    Shifted,
    /// clip(x + 3, 0, 6).
    Clipped,
    /// x·clip(x + 3, 0, 6).
    SixHardSwish,
    /// mean(x).
    Mean,
    /// x − mean(x).
    Centred,
    /// (x − mean(x))².
    Squared,
    /// The mean of (x − mean(x))², with or without ε.
    Variance,
    /// √(variance + ε).
    Deviation,
}

impl Value {
    /// A floating-point value that depends on the graph's input.
    pub(crate) fn map(dims: Vec<u64>) -> Self {
        Value { dims, is_float: true, ..Value::default() }
    }

    /// A value that depends on no input and no stored tensor.
    pub(crate) fn constant(dims: Vec<u64>, numbers: Option<Numbers>, is_float: bool) -> Self {
        Value { dims, numbers, is_constant: true, is_float, ..Value::default() }
    }

    /// The same elements in the same memory under another shape.
    pub(crate) fn viewed(&self, dims: Vec<u64>) -> Self {
        let (numbers, sequence) = (self.numbers.clone(), self.sequence.clone());
        let Value { is_float, memory, .. } = *self;
        Value { dims, numbers, is_float, memory, sequence, ..Value::default() }
    }

    /// Elements of this value in new memory, with unknown numbers. The result is a tensor, so it drops any sequence.
    pub(crate) fn copied(&self, dims: Vec<u64>) -> Self {
        Value { numbers: None, memory: 0, sequence: None, ..self.viewed(dims) }
    }

    pub(crate) fn elements(&self) -> u64 {
        elements(&self.dims)
    }

    /// Whether it is constant and computed from stored tensors, not from literal numbers alone.
    pub(crate) fn is_stored(&self) -> bool {
        self.origin.is_some()
    }

    /// The number, if it is a single known one.
    pub(crate) fn single(&self) -> Option<f64> {
        self.numbers.as_ref().and_then(Numbers::single)
    }
}

pub(crate) fn elements(dims: &[u64]) -> u64 {
    dims.iter().product()
}

/// The shape, if its elements can be counted.
pub(crate) fn checked(dims: Vec<u64>) -> Result<Vec<u64>, String> {
    if dims.len() > MAX_RANK {
        return Err(format!("a value has {} axes; at most {MAX_RANK} are allowed", dims.len()));
    }
    // Where a dimension is 0 the others still have to be sizes: parts of them are multiplied too.
    let product = dims.iter().try_fold(1u64, |product, dim| product.checked_mul((*dim).max(1)));
    match product {
        Some(elements) if elements <= MAX_ELEMENTS => Ok(dims),
        _ => Err(format!(
            "a value of shape {} has too many elements; at most {MAX_ELEMENTS} are allowed",
            shape_text(&dims)
        )),
    }
}

/// An integer as a size.
pub(crate) fn size(value: i64) -> Result<u64, String> {
    u64::try_from(value).map_err(|_| format!("a size cannot be negative, found {value}"))
}

/// Integers as sizes.
pub(crate) fn sizes(values: &[i64]) -> Result<Vec<u64>, String> {
    values.iter().map(|value| size(*value)).collect()
}

/// The shape that two values are broadcast to, by NumPy's rule.
pub(crate) fn broadcast(one: &[u64], other: &[u64]) -> Result<Vec<u64>, String> {
    let rank = one.len().max(other.len());
    let from = |dims: &[u64], axis: usize| {
        (axis + dims.len()).checked_sub(rank).map_or(1, |index| dims[index])
    };
    let join = |axis| match (from(one, axis), from(other, axis)) {
        (a, b) if a == b || b == 1 => Ok(a),
        (1, b) => Ok(b),
        _ => Err(format!(
            "{} and {} cannot be broadcast together",
            shape_text(one),
            shape_text(other)
        )),
    };
    checked((0..rank).map(join).collect::<Result<_, _>>()?)
}

/// The index of an axis; a negative one counts from the end.
pub(crate) fn axis(axis: i64, rank: usize) -> Result<usize, String> {
    let length = i64::try_from(rank).unwrap_or(i64::MAX);
    let from_front = if axis < 0 { axis.saturating_add(length) } else { axis };
    let found = usize::try_from(from_front).ok().filter(|axis| *axis < rank);
    found.ok_or_else(|| format!("axis {axis} is out of range for a value with {rank} axes"))
}

/// The indices of axes that are given once each.
pub(crate) fn distinct_axes(all: &[i64], rank: usize) -> Result<Vec<usize>, String> {
    let mut is_given = vec![false; rank.min(MAX_RANK)];
    let one = |at: &i64| {
        let index = axis(*at, rank)?;
        match is_given.get_mut(index) {
            Some(is_given) if !*is_given => *is_given = true,
            _ => return Err(format!("axis {at} is given twice")),
        }
        Ok(index)
    };
    all.iter().map(one).collect()
}

/// The indices of axes.
pub(crate) fn axes(axes: &[i64], rank: usize) -> Result<Vec<usize>, String> {
    axes.iter().map(|at| axis(*at, rank)).collect()
}

/// Formats a shape as `1×3×224×224`.
pub(crate) fn shape_text(dims: &[u64]) -> String {
    match dims {
        [] => "a scalar".into(),
        dims => dims.iter().map(u64::to_string).collect::<Vec<_>>().join("×"),
    }
}

/// Channels, height and width of a value N×C×…×W; a value of fewer than four axes is rows of features.
pub(crate) fn shape(dims: &[u64]) -> Shape<u64> {
    match dims {
        [batch, channels, middle @ .., width] if !middle.is_empty() => {
            let height = elements(middle).saturating_mul(*batch);
            Shape { channels: *channels, height, width: *width }
        }
        dims => rows(dims),
    }
}

/// Rows of features: channels are the last axis.
pub(crate) fn rows(dims: &[u64]) -> Shape<u64> {
    let (channels, rest) = dims.split_last().map_or((1, dims), |(last, rest)| (*last, rest));
    match rest {
        [batch, height, width] => {
            Shape { channels, height: batch.saturating_mul(*height), width: *width }
        }
        rest => Shape { channels, height: elements(rest), width: 1 },
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
