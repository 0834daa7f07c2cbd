//! Every known operator and the function that computes its shapes and costs, following ONNX's Operators.md and
//! ONNX Runtime's ContribOperators.md.

mod attention;
pub(crate) mod call;
mod constants;
mod convolution;
pub(crate) mod data;
mod einsum;
mod elementwise;
mod finding;
mod fused;
mod fusion;
mod gathering;
mod identity;
pub(crate) mod inference;
mod layout;
mod matmul;
mod normalisation;
mod pooling;
mod quantised;
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

/// Declares the operators by their domain and name, each with the function that implements it.
macro_rules! operators {
    ($($domain:literal {
        $($($name:ident)+ => $module:ident::$function:ident($($argument:expr),*),)*
    })*) => {
        #[allow(clippy::upper_case_acronyms)] // ONNX's names
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Operator { $($($($name,)+)*)* }

        const OPERATORS: &[(&str, Operator)] =
            &[$($($((concat!($domain, stringify!($name)), Operator::$name),)+)*)*];

        impl Operator {
            /// The shapes and the cost of a node with this operator.
            pub(crate) fn infer(self, call: &Call) -> Result<Inference, String> {
                match self {
                    $($($(Operator::$name)|+ => $module::$function(call $(, $argument)*),)*)*
                }
            }

            /// The operator's name in ONNX, after its domain if that is not ONNX's own.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $($($(Operator::$name => concat!($domain, stringify!($name)),)+)*)*
                }
            }
        }
    };
}

operators! {
    "" {
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
        Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or Pow Sub Sum Xor
            => elementwise::pairwise(),
        PRelu => elementwise::prelu(),
        Where => elementwise::choose(),

        Conv => convolution::conv([0, 1, 2]),
        ConvInteger => convolution::conv([0, 1, NO_INPUT]),
        QLinearConv => layout::either(&[0], |call| convolution::conv(call, [0, 3, 8])),
        ConvTranspose => convolution::conv_transpose(),
        DeformConv => convolution::deform_conv(),
        Gemm => matmul::gemm(),
        MatMul MatMulInteger => matmul::matmul([0, 1]),
        QLinearMatMul => matmul::matmul([0, 3]),
        Einsum => einsum::einsum(),
        Attention => attention::attention(),

        BatchNormalization => normalisation::batch_norm(),
        GroupNormalization => normalisation::group_norm(),
        InstanceNormalization => normalisation::instance_norm(),
        LayerNormalization RMSNormalization SimplifiedLayerNormalization => normalisation::layer_norm(),
        LogSoftmax Softmax => normalisation::softmax(),

        AveragePool => pooling::pool(PoolKind::Average),
        MaxPool => pooling::pool(PoolKind::Max),
        GlobalAveragePool => pooling::global_average_pool(),
        GlobalMaxPool => pooling::global_max_pool(),
        LpPool => pooling::lp_pool(),
        GlobalLpPool => pooling::global_lp_pool(),

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
        MaxUnpool => rearranging::copy(resizing::max_unpool),
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
        EyeLike => constants::identity_matrix(),
        ConstantOfShape => constants::constant_of_shape(),
        Range => constants::range(),
        Shape => constants::shape_of(),
        Size => constants::size_of(),
    }

    // Those of ONNX Runtime, in files that it has optimised or quantised.
    "com.microsoft." {
        FusedConv => fused::conv(),
        FusedGemm => fused::gemm(),
        FusedMatMul TransposeMatMul => matmul::transposed(),
        DynamicQuantizeMatMul => fused::matmul(4),
        MatMulIntegerToFloat => fused::matmul(6),
        BiasGelu FastGelu => fused::gelu(),
        QuickGelu => fused::quick_gelu(),
        SkipLayerNormalization => fused::skip_norm(&[0, 2, 3], 4),
        SkipSimplifiedLayerNormalization => fused::skip_norm(&[0, 2], 3),

        NhwcConv => layout::channels_last(&[0], |call| convolution::conv(call, [0, 1, 2])),
        NhwcFusedConv => layout::channels_last(&[0, 3], fused::conv),
        NhwcMaxPool => layout::channels_last(&[0], |call| pooling::pool(call, PoolKind::Max)),

        QGemm => quantised::dequantised(Operator::Gemm, &[0, 3, 6]),
        QLinearAdd => quantised::dequantised(Operator::Add, &[0, 3]),
        QLinearAveragePool => layout::either(&[0], |call| pooling::pool(call, PoolKind::Average)),
        QLinearConcat => quantised::concat(),
        QLinearGlobalAveragePool => layout::either(&[0], pooling::global_average_pool),
        QLinearLeakyRelu => quantised::dequantised(Operator::LeakyRelu, &[0]),
        QLinearMul => quantised::dequantised(Operator::Mul, &[0, 3]),
        QLinearReduceMean => quantised::dequantised(Operator::ReduceMean, &[0]),
        QLinearSigmoid => quantised::dequantised(Operator::Sigmoid, &[0]),
        QLinearSoftmax => quantised::dequantised(Operator::Softmax, &[0]),
        QLinearWhere => quantised::dequantised(Operator::Where, &[0, 1, 4]),
    }
}

/// Operators that ONNX Runtime has under its own domain too.
const ALSO: &[(&str, Operator)] = &[
    ("com.microsoft.DequantizeLinear", Operator::DequantizeLinear),
    ("com.microsoft.Gelu", Operator::Gelu),
    ("com.microsoft.QLinearConv", Operator::QLinearConv),
    ("com.microsoft.QuantizeLinear", Operator::QuantizeLinear),
];

static BY_NAME: LazyLock<HashMap<&str, Operator>> =
    LazyLock::new(|| OPERATORS.iter().chain(ALSO).copied().collect());

/// The index of an input that an operator lacks.
const NO_INPUT: usize = usize::MAX;

/// The names of all known operators; those outside ONNX's own set follow their domain: `com.microsoft.FusedConv`.
pub fn operators() -> impl Iterator<Item = &'static str> {
    // An `If` is known where its condition is: the graph then has the nodes of one branch.
    OPERATORS.iter().chain(ALSO).map(|(name, _)| *name).chain(["If"])
}

impl Operator {
    /// A node's operator, if it is known.
    pub(crate) fn of(node: &Node) -> Option<Operator> {
        Operator::named(&node.operator())
    }

    /// Whether its output has the elements of its first input in the same order.
    pub(crate) fn is_view(self) -> bool {
        use Operator::{Flatten, Reshape, Squeeze, Unsqueeze};
        matches!(self, Flatten | Reshape | Squeeze | Unsqueeze)
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
