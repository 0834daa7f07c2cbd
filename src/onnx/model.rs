//! The parts of an ONNX file that counting needs.

use std::fmt;

use crate::onnx::numbers::Numbers;

/// A model.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// Who wrote it: "pytorch 2.5.1".
    pub(super) producer: String,
    /// The version of the operators.
    pub(super) opset: i64,
    /// The network.
    pub(super) graph: Graph,
}

/// A network: nodes in an order in which they can run.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// The operators.
    pub(super) nodes: Vec<Operation>,
    /// Stored tensors.
    pub(super) tensors: Vec<Tensor>,
    /// What goes in; older files name stored tensors here too.
    pub(super) inputs: Vec<Described>,
    /// What comes out.
    pub(super) outputs: Vec<Described>,
    /// Shapes that the exporter wrote down on the way.
    pub(super) described: Vec<Described>,
}

/// One operator at its place.
#[derive(Debug, Default)]
pub(super) struct Operation {
    /// The node's name.
    pub(super) name: String,
    /// The operator's name: "Conv".
    pub(super) operator: String,
    /// Whose operator it is; ONNX's own have none.
    pub(super) domain: String,
    /// Names of what goes in; an empty one is left out.
    pub(super) inputs: Vec<String>,
    /// Names of what comes out.
    pub(super) outputs: Vec<String>,
    /// Settings.
    pub(super) attributes: Vec<(String, Attribute)>,
    /// The modules it is in, where the exporter says so, from the outermost.
    pub(super) scopes: Option<String>,
}

/// The value of a setting.
#[derive(Clone, Debug, Default)]
pub(super) enum Attribute {
    /// A whole number.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A text.
    Text(String),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Floating-point numbers.
    Reals(Vec<f64>),
    /// A tensor.
    Tensor(Tensor),
    /// What no counting needs: graphs, lists of texts.
    #[default]
    Other,
}

/// A stored tensor.
#[derive(Clone, Debug, Default)]
pub(super) struct Tensor {
    /// Its name.
    pub(super) name: String,
    /// Its dimensions.
    pub(super) dims: Vec<i64>,
    /// Its numbers, where they are few.
    pub(super) numbers: Option<Numbers>,
    /// Whether its numbers are floating-point, of any width.
    pub(super) is_float: bool,
}

/// A value whose shape is written down.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// Its name.
    pub(super) name: String,
    /// Its dimensions; none where no shape is given.
    pub(super) dims: Option<Vec<Dimension>>,
    /// Whether it is a floating-point tensor.
    pub(super) is_float: bool,
}

/// One dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Dimension {
    /// Its size.
    Known(i64),
    /// A name for a size that is known when it runs.
    Named(String),
    /// Nothing.
    #[default]
    Unknown,
}

impl Dimension {
    /// Its size, where the file says it.
    pub(super) fn size(&self) -> Option<u64> {
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
