//! The parts of an ONNX model that counting needs, named as in onnx.proto.

use std::fmt;

use crate::onnx::numbers::{Numbers, Precision};

#[derive(Debug, Default)]
pub(crate) struct Model {
    /// The exporter and its version: "pytorch 2.5.1".
    pub(crate) producer: String,
    /// The version of ONNX's own operator set.
    pub(crate) opset: i64,
    pub(crate) graph: Graph,
}

#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// Every node after those whose outputs it reads.
    pub(crate) nodes: Vec<Node>,
    pub(crate) initializers: Vec<Tensor>,
    /// Older files list initializers here too.
    pub(crate) inputs: Vec<ValueInfo>,
    pub(crate) outputs: Vec<ValueInfo>,
    /// Shapes that the exporter stored for intermediate values.
    pub(crate) value_infos: Vec<ValueInfo>,
}

#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// The name of its operator: "Conv".
    pub(crate) op_type: String,
    /// The domain of its operator set; empty for ONNX's own.
    pub(crate) domain: String,
    /// Names of values; an empty name is an omitted optional input.
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) attributes: Vec<(String, Attribute)>,
    /// The modules it was exported from, outermost first, as PyTorch's dynamo exporter writes them.
    pub(crate) scopes: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum Attribute {
    Int(i64),
    Float(f64),
    List(Numbers),
    Tensor(Box<Tensor>),
    Text(String),
    /// Graphs and lists of texts, which counting does not need.
    #[default]
    Other,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) dims: Vec<i64>,
    /// Its elements, where they are few enough to be part of a shape.
    pub(crate) numbers: Option<Numbers>,
    /// Whether its elements are floating-point numbers, of any width.
    pub(crate) is_float: bool,
}

/// A value's shape and type as the file states them.
#[derive(Debug, Default)]
pub(crate) struct ValueInfo {
    pub(crate) name: String,
    pub(crate) dims: Option<Vec<Dimension>>,
    pub(crate) is_float: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dimension {
    Known(i64),
    /// A size that is set when the network runs, by its name: "batch".
    Named(String),
    #[default]
    Unknown,
}

impl Attribute {
    /// The output of a Constant node with this attribute: a scalar for a number, a vector for a list.
    pub(crate) fn tensor(&self) -> Option<Tensor> {
        let (dims, numbers) = match self {
            Attribute::Tensor(tensor) => return Some((**tensor).clone()),
            Attribute::Int(value) => (Vec::new(), Numbers::of_ints(vec![*value])),
            Attribute::Float(value) => {
                (Vec::new(), Numbers::of_floats(vec![*value], Precision::Single))
            }
            Attribute::List(list) => (vec![i64::try_from(list.len()).ok()?], list.clone()),
            Attribute::Text(_) | Attribute::Other => return None,
        };
        let is_float = matches!(numbers, Numbers::Floats(..));
        Some(Tensor { name: String::new(), dims, numbers: Some(numbers), is_float })
    }
}

impl Dimension {
    /// The size, if the file states it.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Dimension::Known(size) => u64::try_from(*size).ok(),
            Dimension::Named(_) | Dimension::Unknown => None,
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dimension::Known(size) => write!(formatter, "{size}"),
            Dimension::Named(name) => formatter.write_str(name),
            Dimension::Unknown => formatter.write_str("?"),
        }
    }
}

/// Formats dimensions as `batch×3×224×224`.
pub(crate) fn format_dims(dims: &[Dimension]) -> String {
    dims.iter().map(ToString::to_string).collect::<Vec<_>>().join("×")
}

/// Whether a `TensorProto.DataType` is FLOAT, FLOAT16, DOUBLE, BFLOAT16 or an 8-bit float.
pub(crate) fn is_float(data_type: i64) -> bool {
    matches!(data_type, 1 | 10 | 11 | 16..=20)
}
