//! Numbers that are known before a graph runs, computed as ONNX defines each operator.
//!
//! Exporters write the arithmetic of shapes as nodes. Where all inputs of a node are known, so are its outputs.

mod arithmetic;
mod elementwise;
mod indexing;
mod layout;
mod reduction;
mod selection;

use crate::onnx::numbers::{MAX_KNOWN, Numbers, Precision};
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::value::Value;

/// Fills in the numbers of a node's outputs, where they follow from those of its inputs; they stay unknown where a
/// graph has too many.
pub(crate) fn fill(call: &Call, outputs: &mut [Value]) {
    if outputs.iter().all(|output| output.numbers.is_some()) {
        return;
    }
    let is_small = work(call, outputs).is_some_and(|work| call.spend(work).is_ok());
    let found = if is_small { numbers(call, outputs) } else { None };
    for (output, numbers) in outputs.iter_mut().zip(found.unwrap_or_default()) {
        if numbers.len() as u64 == output.elements() {
            output.numbers = Some(numbers);
        }
    }
}

/// The numbers that are read and written; `None` where an input is unknown or an output too large.
fn work(call: &Call, outputs: &[Value]) -> Option<usize> {
    let mut work = 1;
    for (index, value) in call.inputs.iter().enumerate() {
        let Some(value) = value else { continue };
        match &value.numbers {
            Some(numbers) => work += numbers.len(),
            // Only the type of this input matters.
            None if call.operator == Operator::CastLike && index == 1 => {}
            None => return None,
        }
    }
    for output in outputs {
        work += usize::try_from(output.elements()).ok().filter(|count| *count <= MAX_KNOWN)?;
    }
    Some(work)
}

fn numbers(call: &Call, outputs: &[Value]) -> Option<Vec<Numbers>> {
    let dims = &outputs.first()?.dims[..];
    if let Some(value) = call.optional(0) {
        match call.operator {
            Operator::Split => return selection::split(call, value, outputs),
            Operator::TopK => return reduction::top_k(call, dims),
            Operator::Unique => return indexing::unique(call, value),
            _ => {}
        }
    }
    elementwise_numbers(call, dims).or_else(|| rearranged_numbers(call, dims)).map(|one| vec![one])
}

fn elementwise_numbers(call: &Call, dims: &[u64]) -> Option<Numbers> {
    use Operator::{Abs, Ceil, Exp, Floor, Log, Neg, Not, Reciprocal, Round, Sign, Sqrt};
    use Operator::{Add, And, Div, Max, Mean, Min, Mod, Mul, Or, Pow, Sub, Sum, Xor};
    use Operator::{
        Cast, CastLike, Clip, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Where,
    };
    match call.operator {
        Abs | Ceil | Exp | Floor | Log | Neg | Not | Reciprocal | Round | Sign | Sqrt => {
            elementwise::unary(call)
        }
        Add | And | Div | Equal | Greater | GreaterOrEqual | Less | LessOrEqual | Max | Mean
        | Min | Mod | Mul | Or | Pow | Sub | Sum | Xor => elementwise::pairwise(call, dims),
        Clip => elementwise::clip(call, dims),
        Where => elementwise::choose(call, dims),
        Cast | CastLike => elementwise::typed(call),
        _ => None,
    }
}

fn rearranged_numbers(call: &Call, dims: &[u64]) -> Option<Numbers> {
    use Operator::{ArgMax, ArgMin, CumSum, ReduceL1, ReduceL2, ReduceLogSum, ReduceMax};
    use Operator::{Compress, Concat, ConstantOfShape, Expand, Gather, GatherElements, GatherND};
    use Operator::{
        NonZero, Pad, Range, ScatterElements, ScatterND, Slice, Tile, Transpose, Trilu,
    };
    use Operator::{ReduceMean, ReduceMin, ReduceProd, ReduceSum, ReduceSumSquare};
    let value = call.optional(0)?;
    match call.operator {
        ReduceL1 | ReduceL2 | ReduceLogSum | ReduceMax | ReduceMean | ReduceMin | ReduceProd
        | ReduceSum | ReduceSumSquare => reduction::reduce(call),
        ArgMax | ArgMin => reduction::arg(call),
        CumSum => reduction::running_sum(call),
        Transpose => selection::transpose(call, value, dims),
        Slice => selection::slice(call, value, dims),
        Concat => selection::concat(call, dims),
        Expand => layout::expanded(value, dims),
        Tile => selection::tile(value, dims),
        Pad => selection::pad(call, value, dims),
        Trilu => selection::triangle(call, value),
        Gather => indexing::gather(call, value, dims),
        GatherElements => indexing::gather_elements(call, value),
        GatherND => indexing::gather_nd(call, value, dims),
        ScatterElements | ScatterND => indexing::scatter(call, value),
        NonZero => indexing::non_zero(value),
        Compress => indexing::compress(call, value),
        ConstantOfShape => constant(call, dims),
        Range => range(call, dims),
        _ => None,
    }
}

/// One number for every element: that of `value`, or 0.0.
fn constant(call: &Call, dims: &[u64]) -> Option<Numbers> {
    let numbers = match call.tensor("value") {
        Some(tensor) => tensor.numbers?,
        None => Numbers::of_floats(vec![0.0], Precision::Single),
    };
    numbers.select(&layout::strided(dims, 0, &vec![0; dims.len()])?)
}

/// Numbers from the first input in steps of the third.
fn range(call: &Call, dims: &[u64]) -> Option<Numbers> {
    let [start, delta] = [0, 2].map(|index| call.optional(index)?.numbers.as_ref());
    let (start, delta) = (start?, delta?);
    let count = *dims.first()?;
    if let (Numbers::Ints(start), Numbers::Ints(delta)) = (start, delta) {
        let (start, delta) = (*start.first()?, *delta.first()?);
        let at = |index: u64| start.checked_add(delta.checked_mul(index.cast_signed())?);
        return (0..count).map(at).collect::<Option<_>>().map(Numbers::Ints);
    }
    let Numbers::Floats(_, precision) = start else { return None };
    let (first, step) = (start.single()?, delta.single()?);
    // Each step is multiplied and rounded before it is added.
    let at = |index: u64| first + precision.round(step * index as f64);
    Some(Numbers::of_floats((0..count).map(at).collect(), *precision))
}
