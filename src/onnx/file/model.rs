//! The parts of an ONNX model that counting needs, named as in onnx.proto.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::onnx::file::pattern::Pattern;
use crate::onnx::numbers::{Numbers, Precision};

#[derive(Debug, Default)]
pub(crate) struct Model {
    /// The exporter and its version: "pytorch 2.5.1".
    pub(crate) producer: String,
    /// The version of ONNX's own operator set.
    pub(crate) opset: i64,
    pub(crate) graph: Graph,
    /// Operators that the file defines by nodes.
    pub(crate) functions: Vec<Function>,
}

#[derive(Debug, Default)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) domain: String,
    /// Distinguishes functions of one name.
    pub(crate) overload: String,
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    /// Attributes that a call may leave out, with the values that they have then.
    pub(crate) defaults: Vec<(String, Attribute)>,
    pub(crate) nodes: Vec<Node>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    pub(crate) name: Option<String>,
    /// Every node after those whose outputs it reads.
    pub(crate) nodes: Vec<Node>,
    pub(crate) initializers: Vec<Tensor>,
    /// Older files list initializers here too.
    pub(crate) inputs: Vec<ValueInfo>,
    pub(crate) outputs: Vec<ValueInfo>,
    /// Shapes that the exporter stored for intermediate values.
    pub(crate) value_infos: Vec<ValueInfo>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// The node that Model Explorer shows for it: in a function, the outermost call.
    pub(crate) id: Arc<str>,
    /// The name of its operator: "Conv".
    pub(crate) op_type: String,
    /// The domain of its operator set; empty for ONNX's own.
    pub(crate) domain: String,
    /// Which of the file's functions of one name it calls.
    pub(crate) overload: String,
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
    /// A branch of an `If`.
    Graph(Box<Graph>),
    /// The attribute of this name of the function that the node is in.
    Reference(String),
    /// Other graphs and lists of texts, which counting does not need.
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
    /// Whether its elements are integers of 16 bits or fewer, which trained tensors are quantised to.
    pub(crate) is_quantised: bool,
    /// Bytes of an element, where its elements may have been trained; 0 otherwise.
    pub(crate) width: usize,
    pub(crate) pattern: Pattern,
    /// Where its elements lie, if not in this file.
    pub(crate) external: Option<External>,
}

/// Where the elements of a tensor lie in another file.
#[derive(Clone, Debug, Default)]
pub(crate) struct External {
    pub(crate) location: String,
    pub(crate) offset: u64,
}

/// A value's shape and type as the file states them.
#[derive(Clone, Debug, Default)]
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

impl Node {
    /// Its operator's name, after the domain unless that is ONNX's own: "Conv", "com.microsoft.FusedConv".
    pub(crate) fn operator(&self) -> Cow<'_, str> {
        match own_domain(&self.domain) {
            "" => Cow::Borrowed(&self.op_type),
            domain => Cow::Owned(format!("{domain}.{}", self.op_type)),
        }
    }

    /// The graphs of an `If`: where its condition holds, and where it does not.
    pub(crate) fn branches(&self) -> Option<[&Graph; 2]> {
        if self.operator() != "If" {
            return None;
        }
        let branch = |name: &str| {
            let attribute = self.attributes.iter().find(|(known, _)| known == name);
            attribute.and_then(|(_, value)| match value {
                Attribute::Graph(graph) => Some(&**graph),
                _ => None,
            })
        };
        Some([branch("then_branch")?, branch("else_branch")?])
    }
}

/// A domain of operators; ONNX's own has two names.
pub(crate) fn own_domain(domain: &str) -> &str {
    if domain == "ai.onnx" { "" } else { domain }
}

impl Model {
    /// The graph, and then all branches in it.
    pub(crate) fn graphs(&self) -> Vec<&Graph> {
        let mut found = vec![&self.graph];
        let mut next = 0;
        while let Some(graph) = found.get(next).copied() {
            found.extend(graph.nodes.iter().filter_map(Node::branches).flatten());
            next += 1;
        }
        found
    }
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
            Attribute::Text(_)
            | Attribute::Graph(_)
            | Attribute::Reference(_)
            | Attribute::Other => return None,
        };
        let mut tensor = Tensor { dims, ..Tensor::default() };
        if let Numbers::Floats(values, _) = &numbers {
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            tensor.pattern = Pattern::of(&bytes, 8, &tensor.dims);
            tensor.is_float = true;
        }
        Some(Tensor { numbers: Some(numbers), ..tensor })
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

/// Whether a `TensorProto.DataType` is UINT8, INT8, UINT16, INT16, UINT4 or INT4.
pub(crate) fn is_quantised(data_type: i64) -> bool {
    matches!(data_type, 2..=5 | 21 | 22)
}
