//! Every known operator and the function that computes its shapes and costs, by ONNX's Operators.md.

mod arithmetic;
mod attention;
pub(crate) mod call;
mod constants;
mod convolution;
mod einsum;
mod elementwise;
mod fusion;
mod gathering;
mod identity;
pub(crate) mod inference;
mod matmul;
mod normalisation;
mod pooling;
mod rearranging;
mod reduction;
mod reshaping;
mod resizing;
mod slicing;
mod window;

use crate::counting::layer::{Activation, PoolKind};
use crate::onnx::file::model::Node;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::Inference;

/// Declares the operators by the names that ONNX gives them, each with the function of a call that implements it.
macro_rules! operators {
    ($($name:ident => $module:ident::$function:ident($($argument:expr),*),)*) => {
        #[allow(clippy::upper_case_acronyms)] // ONNX's names
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Operator { $($name),* }

        const OPERATORS: &[(&str, Operator)] = &[$((stringify!($name), Operator::$name)),*];

        impl Operator {
            /// The shapes and the cost of a node with this operator.
            pub(crate) fn infer(self, call: &Call) -> Result<Inference, String> {
                match self { $(Operator::$name => $module::$function(call $(, $argument)*)),* }
            }

            /// The operator's name in ONNX.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Operator::$name => stringify!($name)),* }
            }
        }
    };
}

// In the order of their names, so that one is found by halving.
operators! {
    Abs => elementwise::unary(),
    Acos => elementwise::unary(),
    Acosh => elementwise::unary(),
    Add => elementwise::pairwise(),
    And => elementwise::pairwise(),
    ArgMax => reduction::arg(),
    ArgMin => reduction::arg(),
    Asin => elementwise::unary(),
    Asinh => elementwise::unary(),
    Atan => elementwise::unary(),
    Atanh => elementwise::unary(),
    Attention => attention::attention(),
    AveragePool => pooling::pool(PoolKind::Average),
    BatchNormalization => normalisation::batch_norm(),
    Cast => identity::cast(),
    CastLike => identity::cast_like(),
    Ceil => elementwise::unary(),
    Celu => elementwise::unary(),
    Clip => elementwise::clip(),
    Col2Im => rearranging::copy(resizing::columns_to_image),
    Concat => rearranging::select(slicing::concat),
    Constant => constants::constant(),
    ConstantOfShape => constants::constant_of_shape(),
    Conv => convolution::conv([0, 1, 2]),
    ConvInteger => convolution::conv([0, 1, NO_INPUT]),
    ConvTranspose => convolution::conv_transpose(),
    Cos => elementwise::unary(),
    Cosh => elementwise::unary(),
    CumSum => elementwise::unary(),
    DepthToSpace => rearranging::copy(resizing::depth_to_space),
    DequantizeLinear => identity::quantize(),
    Div => elementwise::pairwise(),
    Dropout => identity::identity(),
    DynamicQuantizeLinear => identity::quantize(),
    Einsum => einsum::einsum(),
    Elu => elementwise::unary(),
    Equal => elementwise::pairwise(),
    Erf => elementwise::unary(),
    Exp => elementwise::unary(),
    Expand => rearranging::select(reshaping::expand),
    Flatten => rearranging::view(reshaping::flatten),
    Floor => elementwise::unary(),
    Gather => rearranging::select(gathering::gather),
    GatherElements => rearranging::select(gathering::gather_elements),
    GatherND => rearranging::select(gathering::gather_nd),
    Gelu => elementwise::activation(Activation::Gelu),
    Gemm => matmul::gemm(),
    GlobalAveragePool => pooling::global_average_pool(),
    GlobalMaxPool => pooling::global_max_pool(),
    Greater => elementwise::pairwise(),
    GreaterOrEqual => elementwise::pairwise(),
    GridSample => resizing::grid_sample(),
    GroupNormalization => normalisation::group_norm(),
    HardSigmoid => elementwise::activation(Activation::HardSigmoid),
    HardSwish => elementwise::activation(Activation::HardSwish),
    Hardmax => elementwise::unary(),
    Identity => identity::identity(),
    InstanceNormalization => normalisation::instance_norm(),
    IsInf => elementwise::unary(),
    IsNaN => elementwise::unary(),
    LRN => elementwise::unary(),
    LayerNormalization => normalisation::layer_norm(),
    LeakyRelu => elementwise::unary(),
    Less => elementwise::pairwise(),
    LessOrEqual => elementwise::pairwise(),
    Log => elementwise::unary(),
    LogSoftmax => normalisation::softmax(),
    LpNormalization => elementwise::unary(),
    MatMul => matmul::matmul([0, 1]),
    MatMulInteger => matmul::matmul([0, 1]),
    Max => elementwise::pairwise(),
    MaxPool => pooling::pool(PoolKind::Max),
    MeanVarianceNormalization => elementwise::unary(),
    Min => elementwise::pairwise(),
    Mish => elementwise::unary(),
    Mod => elementwise::pairwise(),
    Mul => elementwise::pairwise(),
    Neg => elementwise::unary(),
    Not => elementwise::unary(),
    Or => elementwise::pairwise(),
    PRelu => elementwise::pairwise(),
    Pad => rearranging::copy(resizing::pad),
    Pow => elementwise::pairwise(),
    QLinearConv => convolution::conv([0, 3, 8]),
    QLinearMatMul => matmul::matmul([0, 3]),
    QuantizeLinear => identity::quantize(),
    RMSNormalization => normalisation::layer_norm(),
    Range => constants::range(),
    Reciprocal => elementwise::unary(),
    ReduceL1 => reduction::reduce(None),
    ReduceL2 => reduction::reduce(None),
    ReduceLogSum => reduction::reduce(None),
    ReduceLogSumExp => reduction::reduce(None),
    ReduceMax => reduction::reduce(Some(Operator::Max)),
    ReduceMean => reduction::reduce(None),
    ReduceMin => reduction::reduce(Some(Operator::Min)),
    ReduceProd => reduction::reduce(Some(Operator::Mul)),
    ReduceSum => reduction::reduce(Some(Operator::Add)),
    ReduceSumSquare => reduction::reduce(None),
    Relu => elementwise::activation(Activation::Relu),
    Reshape => rearranging::view(reshaping::reshape),
    Resize => rearranging::copy(resizing::resize),
    RotaryEmbedding => elementwise::unary(),
    Round => elementwise::unary(),
    ScatterElements => rearranging::select(gathering::scatter),
    ScatterND => rearranging::select(gathering::scatter),
    Selu => elementwise::unary(),
    SequenceAt => rearranging::select(slicing::sequence_at),
    Shape => constants::shape_of(),
    Shrink => elementwise::unary(),
    Sigmoid => elementwise::activation(Activation::Sigmoid),
    Sign => elementwise::unary(),
    Sin => elementwise::unary(),
    Sinh => elementwise::unary(),
    Size => constants::size_of(),
    Slice => rearranging::select(slicing::slice),
    Softmax => normalisation::softmax(),
    Softplus => elementwise::unary(),
    Softsign => elementwise::unary(),
    SpaceToDepth => rearranging::copy(resizing::space_to_depth),
    Split => rearranging::select(slicing::split),
    SplitToSequence => rearranging::select(slicing::split_to_sequence),
    Sqrt => elementwise::unary(),
    Squeeze => rearranging::view(reshaping::squeeze),
    Sub => elementwise::pairwise(),
    Sum => elementwise::pairwise(),
    Swish => elementwise::activation(Activation::Silu),
    Tan => elementwise::unary(),
    Tanh => elementwise::unary(),
    ThresholdedRelu => elementwise::unary(),
    Tile => rearranging::copy(resizing::tile),
    TopK => rearranging::select(gathering::top_k),
    Transpose => rearranging::select(reshaping::transpose),
    Trilu => rearranging::copy(reshaping::same),
    Unsqueeze => rearranging::view(reshaping::unsqueeze),
    Upsample => rearranging::copy(resizing::resize),
    Where => elementwise::choose(),
    Xor => elementwise::pairwise(),
}

/// The index of an input that an operator does not have.
const NO_INPUT: usize = usize::MAX;

/// The names of all known operators.
pub fn operators() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|(name, _)| *name)
}

impl Operator {
    /// A node's operator, if it is in ONNX's own operator set and known.
    pub(crate) fn of(node: &Node) -> Option<Operator> {
        matches!(node.domain.as_str(), "" | "ai.onnx").then(|| Operator::named(&node.op_type))?
    }

    fn named(name: &str) -> Option<Operator> {
        let index = OPERATORS.binary_search_by_key(&name, |(known, _)| known).ok()?;
        OPERATORS.get(index).map(|(_, operator)| *operator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_found_by_its_name() {
        for (name, operator) in OPERATORS {
            assert_eq!((Operator::named(name), operator.name()), (Some(*operator), *name));
        }
        assert_eq!(Operator::named("Con"), None);
    }
}
