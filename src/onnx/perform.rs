//! From an operator and what goes in to what it does.

use crate::onnx::call::Call;
use crate::onnx::effect::Effect;
use crate::onnx::operator::Operator;
use crate::onnx::value::Value;
use crate::onnx::{arrange, attention, einsum, elementwise, make, norm_pool, product};

/// What a node does.
pub(super) fn perform(call: &Call, operator: Operator) -> Result<Effect, String> {
    match operator {
        Operator::Conv(places) => product::conv(call, places),
        Operator::ConvTranspose => product::conv_transpose(call),
        Operator::Gemm => product::gemm(call),
        Operator::MatMul(places) => product::matmul(call, places),
        Operator::Attention => attention::attention(call),
        Operator::GridSample => elementwise::grid_sample(call),
        Operator::Einsum => einsum::einsum(call),
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
            let output = Value { is_float: true, numbers: None, ..value.clone() };
            let number = Value { stored: Some(Vec::new()), ..Value::map(Vec::new()) };
            Ok(Effect {
                outputs: vec![output, number.clone(), number],
                ..Effect::free(Value::default())
            })
        }
        Operator::Arrange(kind) => arrange::arrange(call, kind),
        Operator::Make(kind) => make::make(call, kind),
    }
}
