//! The operators that are known, and what each of them is.

use crate::counting::layer::Activation;
use crate::onnx::model::Operation;

/// What an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// Convolution, by the places of map, weights and bias among the inputs: quantised ones have scales between.
    Conv([usize; 3]),
    /// Its transpose.
    ConvTranspose,
    /// Scaled dot-product attention.
    Attention,
    /// A map read at places that a second one says.
    GridSample,
    /// A pool with a window.
    Pool(Pooling),
    /// A pool over the whole map.
    GlobalPool(Pooling),
    /// A product of matrices, with a bias.
    Gemm,
    /// A product of matrices, by the places of its factors.
    MatMul([usize; 2]),
    /// A sum of products, by a formula.
    Einsum,
    /// A norm with learned values.
    Norm(Normalizing),
    /// A softmax.
    Softmax,
    /// One function of each element: an activation, or one that is no layer.
    Unary(Option<Activation>),
    /// One function of each pair, or three, of elements.
    Binary(Arithmetic),
    /// A choice between two values by a third.
    Where,
    /// A mean, sum or extreme over some axes.
    Reduce(Reduction),
    /// The same value under another name.
    Same,
    /// The same numbers as numbers of another type.
    Cast,
    /// Other types for the same numbers, with scales that are no params.
    Quantize,
    /// The same numbers in another arrangement, or some of them.
    Arrange(Arrangement),
    /// Numbers that shapes are made of.
    Make(Making),
}

/// What a pool takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pooling {
    Max,
    Average,
}

/// Over what a norm goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Normalizing {
    Batch,
    Layer,
    Group,
    Instance,
}

/// What is done to pairs of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Minimum,
    Maximum,
    Modulo,
    Power,
    Equal,
    Greater,
    Less,
    /// A function of pairs that no shape is made by.
    Other,
}

/// What is left of the elements along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reduction {
    Mean,
    Sum,
    Product,
    Minimum,
    Maximum,
    /// Where the extreme is.
    Place,
    Other,
}

/// How elements are rearranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrangement {
    Reshape,
    Flatten,
    Transpose,
    Squeeze,
    Unsqueeze,
    Expand,
    Tile,
    Pad,
    Slice,
    Split,
    /// Into a row of values, which is one value itself.
    SplitToSequence,
    /// One of a row of values.
    SequenceAt,
    Concat,
    Gather,
    GatherElements,
    GatherNd,
    ScatterNd,
    TopK,
    /// Some of them made 0.
    Keep,
    Resize,
    DepthToSpace,
    SpaceToDepth,
    ColumnsToImage,
}

/// How numbers come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Making {
    Constant,
    ConstantOfShape,
    Shape,
    Size,
    Range,
}

/// The place of an input that an operator does not have.
const NOWHERE: usize = usize::MAX;

/// Every operator by the name that ONNX has for it.
#[rustfmt::skip]
const OPERATORS: &[(&str, Operator)] = {
    use Operator::{Arrange, Binary, GlobalPool, Make, Norm, Pool, Reduce, Unary};
    const OTHER: Operator = Unary(None);
    &[
        ("Abs", OTHER),
        ("Acos", OTHER),
        ("Acosh", OTHER),
        ("Add", Binary(Arithmetic::Add)),
        ("And", Binary(Arithmetic::Other)),
        ("ArgMax", Reduce(Reduction::Place)),
        ("ArgMin", Reduce(Reduction::Place)),
        ("Asin", OTHER),
        ("Asinh", OTHER),
        ("Atan", OTHER),
        ("Atanh", OTHER),
        ("Attention", Operator::Attention),
        ("AveragePool", Pool(Pooling::Average)),
        ("BatchNormalization", Norm(Normalizing::Batch)),
        ("Cast", Operator::Cast),
        ("CastLike", Operator::Cast),
        ("Ceil", OTHER),
        ("Celu", OTHER),
        ("Clip", Unary(Some(Activation::Relu6))),
        ("Col2Im", Arrange(Arrangement::ColumnsToImage)),
        ("Concat", Arrange(Arrangement::Concat)),
        ("Constant", Make(Making::Constant)),
        ("ConstantOfShape", Make(Making::ConstantOfShape)),
        ("Conv", Operator::Conv([0, 1, 2])),
        ("ConvInteger", Operator::Conv([0, 1, NOWHERE])),
        ("ConvTranspose", Operator::ConvTranspose),
        ("Cos", OTHER),
        ("Cosh", OTHER),
        ("CumSum", OTHER),
        ("DepthToSpace", Arrange(Arrangement::DepthToSpace)),
        ("DequantizeLinear", Operator::Quantize),
        ("Div", Binary(Arithmetic::Divide)),
        ("Dropout", Operator::Same),
        ("DynamicQuantizeLinear", Operator::Quantize),
        ("Einsum", Operator::Einsum),
        ("Elu", OTHER),
        ("Equal", Binary(Arithmetic::Equal)),
        ("Erf", OTHER),
        ("Exp", OTHER),
        ("Expand", Arrange(Arrangement::Expand)),
        ("Flatten", Arrange(Arrangement::Flatten)),
        ("Floor", OTHER),
        ("Gather", Arrange(Arrangement::Gather)),
        ("GatherElements", Arrange(Arrangement::GatherElements)),
        ("GatherND", Arrange(Arrangement::GatherNd)),
        ("Gelu", Unary(Some(Activation::Gelu))),
        ("Gemm", Operator::Gemm),
        ("GlobalAveragePool", GlobalPool(Pooling::Average)),
        ("GlobalMaxPool", GlobalPool(Pooling::Max)),
        ("Greater", Binary(Arithmetic::Greater)),
        ("GreaterOrEqual", Binary(Arithmetic::Other)),
        ("GridSample", Operator::GridSample),
        ("GroupNormalization", Norm(Normalizing::Group)),
        ("HardSigmoid", Unary(Some(Activation::HardSigmoid))),
        ("HardSwish", Unary(Some(Activation::HardSwish))),
        ("Hardmax", OTHER),
        ("Identity", Operator::Same),
        ("InstanceNormalization", Norm(Normalizing::Instance)),
        ("IsInf", OTHER),
        ("IsNaN", OTHER),
        ("LRN", OTHER),
        ("LayerNormalization", Norm(Normalizing::Layer)),
        ("LeakyRelu", OTHER),
        ("Less", Binary(Arithmetic::Less)),
        ("LessOrEqual", Binary(Arithmetic::Other)),
        ("Log", OTHER),
        ("LogSoftmax", Operator::Softmax),
        ("LpNormalization", OTHER),
        ("MatMul", Operator::MatMul([0, 1])),
        ("MatMulInteger", Operator::MatMul([0, 1])),
        ("Max", Binary(Arithmetic::Maximum)),
        ("MaxPool", Pool(Pooling::Max)),
        ("MeanVarianceNormalization", OTHER),
        ("Min", Binary(Arithmetic::Minimum)),
        ("Mish", OTHER),
        ("Mod", Binary(Arithmetic::Modulo)),
        ("Mul", Binary(Arithmetic::Multiply)),
        ("Neg", OTHER),
        ("Not", OTHER),
        ("Or", Binary(Arithmetic::Other)),
        ("PRelu", Binary(Arithmetic::Other)),
        ("Pad", Arrange(Arrangement::Pad)),
        ("Pow", Binary(Arithmetic::Power)),
        ("QLinearConv", Operator::Conv([0, 3, 8])),
        ("QLinearMatMul", Operator::MatMul([0, 3])),
        ("QuantizeLinear", Operator::Quantize),
        ("RMSNormalization", Norm(Normalizing::Layer)),
        ("Range", Make(Making::Range)),
        ("Reciprocal", OTHER),
        ("ReduceL1", Reduce(Reduction::Other)),
        ("ReduceL2", Reduce(Reduction::Other)),
        ("ReduceLogSum", Reduce(Reduction::Other)),
        ("ReduceLogSumExp", Reduce(Reduction::Other)),
        ("ReduceMax", Reduce(Reduction::Maximum)),
        ("ReduceMean", Reduce(Reduction::Mean)),
        ("ReduceMin", Reduce(Reduction::Minimum)),
        ("ReduceProd", Reduce(Reduction::Product)),
        ("ReduceSum", Reduce(Reduction::Sum)),
        ("ReduceSumSquare", Reduce(Reduction::Other)),
        ("Relu", Unary(Some(Activation::Relu))),
        ("Reshape", Arrange(Arrangement::Reshape)),
        ("Resize", Arrange(Arrangement::Resize)),
        ("RotaryEmbedding", OTHER),
        ("Round", OTHER),
        ("ScatterElements", Arrange(Arrangement::ScatterNd)),
        ("ScatterND", Arrange(Arrangement::ScatterNd)),
        ("Selu", OTHER),
        ("SequenceAt", Arrange(Arrangement::SequenceAt)),
        ("Shape", Make(Making::Shape)),
        ("Shrink", OTHER),
        ("Sigmoid", Unary(Some(Activation::Sigmoid))),
        ("Sign", OTHER),
        ("Sin", OTHER),
        ("Sinh", OTHER),
        ("Size", Make(Making::Size)),
        ("Slice", Arrange(Arrangement::Slice)),
        ("Softmax", Operator::Softmax),
        ("Softplus", OTHER),
        ("Softsign", OTHER),
        ("SpaceToDepth", Arrange(Arrangement::SpaceToDepth)),
        ("Split", Arrange(Arrangement::Split)),
        ("SplitToSequence", Arrange(Arrangement::SplitToSequence)),
        ("Sqrt", OTHER),
        ("Squeeze", Arrange(Arrangement::Squeeze)),
        ("Sub", Binary(Arithmetic::Subtract)),
        ("Sum", Binary(Arithmetic::Add)),
        ("Swish", Unary(Some(Activation::Silu))),
        ("Tan", OTHER),
        ("Tanh", OTHER),
        ("ThresholdedRelu", OTHER),
        ("Tile", Arrange(Arrangement::Tile)),
        ("TopK", Arrange(Arrangement::TopK)),
        ("Transpose", Arrange(Arrangement::Transpose)),
        ("Trilu", Arrange(Arrangement::Keep)),
        ("Unsqueeze", Arrange(Arrangement::Unsqueeze)),
        ("Upsample", Arrange(Arrangement::Resize)),
        ("Where", Operator::Where),
        ("Xor", Binary(Arithmetic::Other)),
    ]
};

/// The names of all operators that are known.
pub fn operators() -> impl Iterator<Item = &'static str> {
    OPERATORS.iter().map(|(name, _)| *name)
}

impl Operator {
    /// What a node is, and its name, where it is one of ONNX's own operators and known.
    pub(super) fn of(node: &Operation) -> Option<(&'static str, Operator)> {
        let is_own = matches!(node.domain.as_str(), "" | "ai.onnx");
        Operator::named(&node.operator).filter(|_| is_own)
    }

    /// The operator that ONNX calls so, and its name.
    fn named(name: &str) -> Option<(&'static str, Operator)> {
        let index = OPERATORS.binary_search_by_key(&name, |(known, _)| known).ok()?;
        OPERATORS.get(index).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_found_by_its_name() {
        for (name, operator) in OPERATORS {
            assert_eq!(Operator::named(name), Some((*name, *operator)));
        }
        assert_eq!(Operator::named("Con"), None);
    }
}
