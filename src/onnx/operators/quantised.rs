//! Operators on quantised maps: the same as on others, with a scale and a zero point after every map.

use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::Inference;
use crate::onnx::operators::{rearranging, slicing};

/// An operator on the inputs at the indices `maps`.
pub(crate) fn dequantised(
    call: &Call,
    operator: Operator,
    maps: &[usize],
) -> Result<Inference, String> {
    let inputs = maps.iter().map(|index| call.optional(*index)).collect();
    operator.infer(&Call { operator, inputs, ..*call })
}

/// Values joined along an axis; the scale and the zero point of the output come first.
pub(crate) fn concat(call: &Call) -> Result<Inference, String> {
    let inputs = call.inputs.iter().skip(2).step_by(3).copied().collect();
    let call = Call { operator: Operator::Concat, inputs, ..*call };
    rearranging::select(&call, slicing::concat)
}
