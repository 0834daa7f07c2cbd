//! The operators that are known, and what each of them is.

use crate::layer::Activation;
use crate::onnx::model::Operation;

/// What an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// Convolution, quantised or not.
    Conv,
    /// The same with a scale and a zero point behind every input.
    QuantizedConv,
    /// Its transpose.
    ConvTranspose,
    /// A pool with a window.
    Pool(Pooling),
    /// A pool over the whole map.
    GlobalPool(Pooling),
    /// A product of matrices, with a bias.
    Gemm,
    /// A product of matrices.
    MatMul,
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
    Concat,
    Gather,
    GatherNd,
    ScatterNd,
    Resize,
    DepthToSpace,
    SpaceToDepth,
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

/// Every operator by the name that ONNX has for it.
#[rustfmt::skip]
const OPERATORS: &[(&str, Operator)] = {
    use Operator::{Arrange, Binary, GlobalPool, Make, Norm, Pool, Reduce, Unary};
    const OTHER: Operator = Unary(None);
    &[
        ("Abs", OTHER),
        ("Acos", OTHER),
        ("Add", Binary(Arithmetic::Add)),
        ("And", Binary(Arithmetic::Other)),
        ("Asin", OTHER),
        ("Atan", OTHER),
        ("AveragePool", Pool(Pooling::Average)),
        ("BatchNormalization", Norm(Normalizing::Batch)),
        ("Cast", Operator::Cast),
        ("CastLike", Operator::Cast),
        ("Ceil", OTHER),
        ("Celu", OTHER),
        ("Clip", Unary(Some(Activation::Relu6))),
        ("Concat", Arrange(Arrangement::Concat)),
        ("Constant", Make(Making::Constant)),
        ("ConstantOfShape", Make(Making::ConstantOfShape)),
        ("Conv", Operator::Conv),
        ("ConvTranspose", Operator::ConvTranspose),
        ("Cos", OTHER),
        ("DepthToSpace", Arrange(Arrangement::DepthToSpace)),
        ("DequantizeLinear", Operator::Quantize),
        ("Div", Binary(Arithmetic::Divide)),
        ("Dropout", Operator::Same),
        ("Einsum", Operator::Einsum),
        ("Elu", OTHER),
        ("Equal", Binary(Arithmetic::Equal)),
        ("Erf", OTHER),
        ("Exp", OTHER),
        ("Expand", Arrange(Arrangement::Expand)),
        ("Flatten", Arrange(Arrangement::Flatten)),
        ("Floor", OTHER),
        ("Gather", Arrange(Arrangement::Gather)),
        ("GatherND", Arrange(Arrangement::GatherNd)),
        ("Gelu", Unary(Some(Activation::Gelu))),
        ("Gemm", Operator::Gemm),
        ("GlobalAveragePool", GlobalPool(Pooling::Average)),
        ("GlobalMaxPool", GlobalPool(Pooling::Max)),
        ("Greater", Binary(Arithmetic::Greater)),
        ("GreaterOrEqual", Binary(Arithmetic::Other)),
        ("GroupNormalization", Norm(Normalizing::Group)),
        ("HardSigmoid", Unary(Some(Activation::HardSigmoid))),
        ("HardSwish", Unary(Some(Activation::HardSwish))),
        ("Identity", Operator::Same),
        ("InstanceNormalization", Norm(Normalizing::Instance)),
        ("IsInf", OTHER),
        ("IsNaN", OTHER),
        ("LayerNormalization", Norm(Normalizing::Layer)),
        ("LeakyRelu", OTHER),
        ("Less", Binary(Arithmetic::Less)),
        ("LessOrEqual", Binary(Arithmetic::Other)),
        ("Log", OTHER),
        ("LogSoftmax", Operator::Softmax),
        ("MatMul", Operator::MatMul),
        ("Max", Binary(Arithmetic::Maximum)),
        ("MaxPool", Pool(Pooling::Max)),
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
        ("QLinearConv", Operator::QuantizedConv),
        ("QuantizeLinear", Operator::Quantize),
        ("RMSNormalization", Norm(Normalizing::Layer)),
        ("Range", Make(Making::Range)),
        ("Reciprocal", OTHER),
        ("ReduceL1", Reduce(Reduction::Other)),
        ("ReduceL2", Reduce(Reduction::Other)),
        ("ReduceMax", Reduce(Reduction::Maximum)),
        ("ReduceMean", Reduce(Reduction::Mean)),
        ("ReduceMin", Reduce(Reduction::Minimum)),
        ("ReduceProd", Reduce(Reduction::Product)),
        ("ReduceSum", Reduce(Reduction::Sum)),
        ("ReduceSumSquare", Reduce(Reduction::Other)),
        ("Relu", Unary(Some(Activation::Relu))),
        ("Reshape", Arrange(Arrangement::Reshape)),
        ("Resize", Arrange(Arrangement::Resize)),
        ("Round", OTHER),
        ("ScatterND", Arrange(Arrangement::ScatterNd)),
        ("Selu", OTHER),
        ("Shape", Make(Making::Shape)),
        ("Sigmoid", Unary(Some(Activation::Sigmoid))),
        ("Sign", OTHER),
        ("Sin", OTHER),
        ("Size", Make(Making::Size)),
        ("Slice", Arrange(Arrangement::Slice)),
        ("Softmax", Operator::Softmax),
        ("Softplus", OTHER),
        ("Softsign", OTHER),
        ("SpaceToDepth", Arrange(Arrangement::SpaceToDepth)),
        ("Split", Arrange(Arrangement::Split)),
        ("Sqrt", OTHER),
        ("Squeeze", Arrange(Arrangement::Squeeze)),
        ("Sub", Binary(Arithmetic::Subtract)),
        ("Sum", Binary(Arithmetic::Add)),
        ("Swish", Unary(Some(Activation::Silu))),
        ("Tan", OTHER),
        ("Tanh", OTHER),
        ("Tile", Arrange(Arrangement::Tile)),
        ("Transpose", Arrange(Arrangement::Transpose)),
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
