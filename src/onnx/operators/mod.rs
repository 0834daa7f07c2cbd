//! Every known operator and the function that computes its shapes and costs, following ONNX's Operators.md.

mod attention;
pub(crate) mod call;
mod constants;
mod convolution;
mod einsum;
mod elementwise;
mod finding;
mod fusion;
mod gathering;
mod identity;
pub(crate) mod inference;
mod matmul;
mod normalisation;
mod pooling;
mod rearranging;
pub(crate) mod reduction;
pub(crate) mod reshaping;
pub(crate) mod resizing;
pub(crate) mod slicing;
mod window;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::counting::layer::{Activation, PoolKind};
use crate::onnx::file::model::Node;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::Inference;

/// Declares the operators by their ONNX names, each with the function that implements it.
macro_rules! operators {
    ($($($name:ident)+ => $module:ident::$function:ident($($argument:expr),*),)*) => {
        #[allow(clippy::upper_case_acronyms)] // ONNX's names
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Operator { $($($name),+),* }

        const OPERATORS: &[(&str, Operator)] = &[$($((stringify!($name), Operator::$name)),+),*];

        impl Operator {
            /// The shapes and the cost of a node with this operator.
            pub(crate) fn infer(self, call: &Call) -> Result<Inference, String> {
                match self {
                    $($(Operator::$name)|+ => $module::$function(call $(, $argument)*),)*
                }
            }

            /// The operator's name in ONNX.
            pub(crate) fn name(self) -> &'static str {
                match self { $($(Operator::$name => stringify!($name)),+),* }
            }
        }
    };
}

operators! {
    Abs Acos Acosh Asin Asinh Atan Atanh Ceil Celu Cos Cosh CumSum Elu Erf Exp Floor Hardmax IsInf IsNaN LRN LeakyRelu
    Log LpNormalization MeanVarianceNormalization Mish Neg Not Reciprocal RotaryEmbedding Round Selu Shrink Sign Sin
    Sinh Softplus Softsign Sqrt Tan Tanh ThresholdedRelu => elementwise::unary(),
    Gelu => elementwise::activation(Activation::Gelu),
    HardSigmoid => elementwise::activation(Activation::HardSigmoid),
    HardSwish => elementwise::activation(Activation::HardSwish),
    Relu => elementwise::activation(Activation::Relu),
    Sigmoid => elementwise::activation(Activation::Sigmoid),
    Swish => elementwise::activation(Activation::Silu),
    Clip => elementwise::clip(),
    Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Min Mod Mul Or PRelu Pow Sub Sum Xor
        => elementwise::pairwise(),
    Where => elementwise::choose(),

    Conv => convolution::conv([0, 1, 2]),
    ConvInteger => convolution::conv([0, 1, NO_INPUT]),
    QLinearConv => convolution::conv([0, 3, 8]),
    ConvTranspose => convolution::conv_transpose(),
    Gemm => matmul::gemm(),
    MatMul MatMulInteger => matmul::matmul([0, 1]),
    QLinearMatMul => matmul::matmul([0, 3]),
    Einsum => einsum::einsum(),
    Attention => attention::attention(),

    BatchNormalization => normalisation::batch_norm(),
    GroupNormalization => normalisation::group_norm(),
    InstanceNormalization => normalisation::instance_norm(),
    LayerNormalization RMSNormalization => normalisation::layer_norm(),
    LogSoftmax Softmax => normalisation::softmax(),

    AveragePool => pooling::pool(PoolKind::Average),
    MaxPool => pooling::pool(PoolKind::Max),
    GlobalAveragePool => pooling::global_average_pool(),
    GlobalMaxPool => pooling::global_max_pool(),

    ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare
        => reduction::reduce(),
    ArgMax ArgMin => reduction::arg(),

    Flatten => rearranging::view(reshaping::flatten),
    Reshape => rearranging::view(reshaping::reshape),
    Squeeze => rearranging::view(reshaping::squeeze),
    Unsqueeze => rearranging::view(reshaping::unsqueeze),
    Expand => rearranging::select(reshaping::expand),
    Transpose => rearranging::select(reshaping::transpose),
    Trilu => rearranging::mask(),

    Concat => rearranging::select(slicing::concat),
    SequenceAt => rearranging::select(slicing::sequence_at),
    Slice => rearranging::select(slicing::slice),
    Split => rearranging::select(slicing::split),
    SplitToSequence => rearranging::select(slicing::split_to_sequence),
    Gather => rearranging::select(gathering::gather),
    GatherElements => rearranging::select(gathering::gather_elements),
    GatherND => rearranging::select(gathering::gather_nd),
    ScatterElements ScatterND => rearranging::select(gathering::scatter),
    Compress NonZero => rearranging::select(finding::found),
    Unique => rearranging::select(finding::unique),
    TopK => rearranging::select(gathering::top_k),

    Col2Im => rearranging::copy(resizing::columns_to_image),
    DepthToSpace => rearranging::copy(resizing::depth_to_space),
    Pad => rearranging::copy(resizing::pad),
    Resize Upsample => resizing::upsample(),
    SpaceToDepth => rearranging::copy(resizing::space_to_depth),
    Tile => rearranging::copy(resizing::tile),
    GridSample => resizing::grid_sample(),

    Dropout Identity => identity::identity(),
    Cast => identity::cast(),
    CastLike => identity::cast_like(),
    DequantizeLinear DynamicQuantizeLinear QuantizeLinear => identity::quantize(),

    Constant => constants::constant(),
    ConstantOfShape => constants::constant_of_shape(),
    Range => constants::range(),
    Shape => constants::shape_of(),
    Size => constants::size_of(),
}

static BY_NAME: LazyLock<HashMap<&str, Operator>> =
    LazyLock::new(|| OPERATORS.iter().copied().collect());

/// The index of an input that an operator lacks.
const NO_INPUT: usize = usize::MAX;

/// The ONNX names of all known operators.
pub fn operators() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|(name, _)| *name)
}

impl Operator {
    /// A node's operator, if it is in ONNX's own operator set and known.
    pub(crate) fn of(node: &Node) -> Option<Operator> {
        matches!(node.domain.as_str(), "" | "ai.onnx").then(|| Operator::named(&node.op_type))?
    }

    fn named(name: &str) -> Option<Operator> {
        BY_NAME.get(name).copied()
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
