//! What is found of a graph: its values, layers and memory.

use std::collections::HashMap;

use crate::onnx::file::model::Node;
use crate::onnx::graph::liveness::Usage;
use crate::onnx::graph::stored::tensor::Doubt;
use crate::onnx::graph::trained::Trained;
use crate::onnx::operators::Operator;
use crate::onnx::operators::inference::LayerCost;
use crate::onnx::value::Value;

/// The kind of a layer whose cost is unknown, because its operator or its input is.
pub(crate) const UNKNOWN: &str = "unknown";

/// A node as a layer.
#[derive(Debug)]
pub(crate) struct GraphLayer<'m> {
    pub(crate) node: &'m Node,
    pub(crate) operator: Option<Operator>,
    /// Without events where the layer is part of a later one.
    pub(crate) cost: LayerCost,
    /// The index of its node's memory usage.
    pub(super) usage: usize,
}

/// The values of a graph by name; `None` for an unknown value.
pub(crate) type Values<'m> = HashMap<&'m str, Option<Value>>;

/// The layers and the memory of a graph.
#[derive(Debug, Default)]
pub(crate) struct Inferred<'m> {
    pub(crate) values: Values<'m>,
    pub(crate) layers: Vec<GraphLayer<'m>>,
    /// The memory of the inputs, of every node and of the outputs, in this order.
    pub(crate) usages: Vec<Usage>,
    /// Values whose shape differs from the file's, with both shapes.
    pub(crate) mismatches: Vec<String>,
    /// Second names of initializers.
    pub(crate) duplicates: Vec<String>,
    /// Tensors that may be trained or not.
    pub(crate) doubts: Vec<Doubt>,
    /// Nodes of unknown cost, each with the reason; not those that only read an unknown value.
    pub(crate) unknown: Vec<Unknown>,
}

/// What the user decides about a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    pub(crate) trained: Trained,
    /// Whether a node whose operator is unknown, or whose output sizes are only known when the network runs, is a layer
    /// of unknown cost.
    pub(crate) allows_unknown: bool,
}

/// A node in a message: "node 3 `/conv1/Conv` (Conv)".
pub(crate) fn label(node: &Node, index: usize) -> String {
    let name = if node.name.is_empty() { String::new() } else { format!(" `{}`", node.name) };
    format!("node {}{name} ({})", index + 1, node.op_type)
}

/// A node whose cost is unknown.
#[derive(Debug)]
pub(crate) struct Unknown {
    /// Its operator, or what is unknown about it.
    pub(crate) what: String,
    pub(crate) label: String,
}

impl Unknown {
    /// A node of an unknown operator, or an `If` that may take either branch.
    pub(crate) fn of(node: &Node, index: usize) -> Option<Self> {
        if Operator::of(node).is_some() {
            return None;
        }
        let what = match node.branches() {
            Some(_) => "the condition of `If` is only known when the network runs".into(),
            None => node.operator().into_owned(),
        };
        Some(Unknown { what, label: label(node, index) })
    }
}
