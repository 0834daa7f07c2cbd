//! Products of matrices.

use crate::counting::layer::{Layer, Linear};
use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Extendable, Value, broadcast, checked, elements, rows, shape_text};

/// α·A·B + β·C; A and B may be transposed.
pub(crate) fn gemm(call: &Call) -> Result<Inference, String> {
    let (one, other, bias) = (call.input(0)?, call.input(1)?, call.bias(2));
    let sides = |value: &Value, name: &str| match (&value.dims[..], call.int(name)) {
        (&[rows, columns], Some(1)) => Ok([columns, rows]),
        (&[rows, columns], _) => Ok([rows, columns]),
        _ => Err(misfit(one, other)),
    };
    let ([height, inner], [other_inner, width]) = (sides(one, "transA")?, sides(other, "transB")?);
    if inner != other_inner {
        return Err(misfit(one, other));
    }
    let dims = checked(vec![height, width])?;
    let bias = bias.filter(|bias| bias.elements() > 0);
    let product = Product { one, other, inner, dims: &dims, width, bias };
    let mut cost = product.cost();
    if let (Some(bias), false) = (bias, product.is_linear()) {
        broadcast(&dims, &bias.dims)?;
        cost.events.push((Event::ResidualAdds, elements(&dims)));
    }
    Ok(Inference::layer(Value::map(dims), cost))
}

/// A product of matrices, or of a batch of them; `inputs` are the indices of the factors.
pub(crate) fn matmul(call: &Call, inputs: [usize; 2]) -> Result<Inference, String> {
    let (one, other) = (call.input(inputs[0])?, call.input(inputs[1])?);
    let (Some((inner, rest)), false) = (one.dims.split_last(), other.dims.is_empty()) else {
        return Err(misfit(one, other));
    };
    // A vector is a matrix of one row or one column, and the output lacks that axis.
    let (height, outer) =
        rest.split_last().map_or((None, rest), |(height, outer)| (Some(*height), outer));
    let (width, other_inner, other_outer) = match &other.dims[..] {
        [outer @ .., inner, width] => (Some(*width), *inner, outer),
        dims => (None, dims[0], &dims[..0]),
    };
    if *inner != other_inner {
        return Err(misfit(one, other));
    }
    let mut dims = broadcast(outer, other_outer).map_err(|_| misfit(one, other))?;
    dims.extend(height);
    dims.extend(width);
    let dims = checked(dims)?;
    // Features are the rows of the output where the weights are on the left, and its columns otherwise.
    let is_left = one.is_stored() && !other.is_stored();
    let width = if is_left { height } else { width }.unwrap_or(1);
    let product = Product { one, other, inner: *inner, dims: &dims, width, bias: None };
    let extendable = product.is_linear().then_some(Extendable::LinearWithoutBias);
    let cost = LayerCost { extendable, ..product.cost() };
    Ok(Inference::layer(Value::map(dims), cost))
}

/// A product of matrices or of batches of them, each of which may be transposed: in the last two axes, and before that
/// with the first axis moved behind the batch axes.
pub(crate) fn transposed(call: &Call) -> Result<Inference, String> {
    let turned = |index: usize, names: [&str; 2]| {
        let value = call.input(index)?;
        let [batch, last] = names.map(|name| call.int(name).is_some_and(|flag| flag != 0));
        let mut dims = value.dims.clone();
        if let (true, [outer @ .., _]) = (batch, &mut dims[..]) {
            outer.rotate_left(outer.len().min(1));
        }
        if let (true, [.., one, other]) = (last, &mut dims[..]) {
            std::mem::swap(one, other);
        }
        Ok::<Value, String>(Value { dims, ..value.clone() })
    };
    let one = turned(0, ["transBatchA", "transA"])?;
    let other = turned(1, ["transBatchB", "transB"])?;
    matmul(&Call { inputs: vec![Some(&one), Some(&other)], ..*call }, [0, 1])
}

/// The product of two values.
pub(crate) struct Product<'a> {
    pub(crate) one: &'a Value,
    pub(crate) other: &'a Value,
    /// Multiply-adds for each element of the output.
    pub(crate) inner: u64,
    /// The shape of the output.
    pub(crate) dims: &'a [u64],
    /// Features of the output, where one factor is weights.
    pub(crate) width: u64,
    pub(crate) bias: Option<&'a Value>,
}

impl Product<'_> {
    /// Whether it is a linear layer: one of its factors is weights.
    fn is_linear(&self) -> bool {
        self.one.is_stored() || self.other.is_stored()
    }

    pub(crate) fn cost(&self) -> LayerCost {
        let Product { one, other, inner, dims, width, bias } = *self;
        let elements = elements(dims);
        if !self.is_linear() {
            let macs = elements.saturating_mul(inner);
            let events = vec![(Event::MatmulMacs, macs), (Event::MatmulOutputs, elements)];
            return LayerCost::events("matmul", &one.dims, dims, events);
        }
        let (map, weights) = if other.is_stored() { (one, other) } else { (other, one) };
        let height = elements.checked_div(width).unwrap_or(0);
        let output = Shape { channels: width, height, width: 1 };
        let layer = Layer::Linear(Linear { input: inner, output: width, bias: bias.is_some() });
        let cost = LayerCost::of(&layer, rows(&map.dims), output)
            .storing(Some(weights), Event::LinearWeights)
            .storing(bias, Event::LinearBiases);
        LayerCost { output: rows(dims), ..cost }
    }
}

fn misfit(one: &Value, other: &Value) -> String {
    format!("{} and {} cannot be multiplied", shape_text(&one.dims), shape_text(&other.dims))
}
