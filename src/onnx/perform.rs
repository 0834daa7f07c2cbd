//! From an operator and what goes in to what it does.

use crate::onnx::call::Call;
use crate::onnx::effect::Effect;
use crate::onnx::operator::Operator;
use crate::onnx::value::Value;
use crate::onnx::{arrange, elementwise, make, norm_pool, product};

/// What a node does.
pub(super) fn perform(call: &Call, operator: Operator) -> Result<Effect, String> {
    match operator {
        Operator::Conv => product::conv(call, [0, 1, 2]),
        Operator::QuantizedConv => product::conv(call, [0, 3, 8]),
        Operator::ConvTranspose => product::conv_transpose(call),
        Operator::Gemm => product::gemm(call),
        Operator::MatMul => product::matmul(call),
        Operator::Einsum => product::einsum(call),
        Operator::Pool(kind) => norm_pool::pool(call, kind),
        Operator::GlobalPool(kind) => norm_pool::global_pool(call, kind),
        Operator::Norm(over) => norm_pool::norm(call, over),
        Operator::Softmax => norm_pool::softmax(call),
        Operator::Unary(activation) => elementwise::unary(call, activation),
        Operator::Binary(by) => elementwise::pairwise(call, by),
        Operator::Where => elementwise::choice(call),
        Operator::Reduce(by) => elementwise::reduce(call, by),
        Operator::Cast => elementwise::cast(call),
        Operator::Same => {
            let value = call.input(0)?.clone();
            Ok(Effect {
                outputs: vec![value.clone(), value.arranged(value.dims.clone())],
                ..Effect::free(value)
            })
        }
        Operator::Quantize => {
            let value = call.input(0)?;
            Ok(Effect::free(Value { is_float: true, numbers: None, ..value.clone() }))
        }
        Operator::Arrange(kind) => arrange::arrange(call, kind),
        Operator::Make(kind) => make::make(call, kind),
    }
}
