//! Functions that a file defines: each call is replaced by the nodes of the function, as ONNX describes it.

use std::collections::HashMap;
use std::mem::{size_of, take};

use crate::onnx::file::model::{
    Attribute, Function, Graph, Model, Node, Tensor, ValueInfo, own_domain,
};
use crate::onnx::numbers::Numbers;

/// Maximum functions that call each other: exporters make one for each level of modules.
const MAX_DEPTH: usize = 32;

/// Maximum nodes that all calls together are replaced by.
const MAX_NODES: usize = 1 << 18;

/// Maximum memory of these nodes, in bytes; those of the largest networks take a few megabytes.
const MAX_BYTES: usize = 1 << 28;

impl Model {
    /// Replaces every call of a function that the file defines.
    pub(crate) fn expand(&mut self) -> Result<(), String> {
        let functions = take(&mut self.functions);
        let mut expansion =
            Expansion { functions: HashMap::new(), stack: Vec::new(), nodes: 0, bytes: 0 };
        for function in &functions {
            let key = [own_domain(&function.domain), &function.name, &function.overload];
            if expansion.functions.insert(key, function).is_some() {
                return Err(format!("the function `{}` is defined twice", function.name));
            }
        }
        expansion.graph(&mut self.graph)
    }
}

struct Expansion<'f> {
    /// By domain, name and overload.
    functions: HashMap<[&'f str; 3], &'f Function>,
    /// The functions that the current nodes are in.
    stack: Vec<&'f Function>,
    nodes: usize,
    bytes: usize,
}

impl<'f> Expansion<'f> {
    fn graph(&mut self, graph: &mut Graph) -> Result<(), String> {
        let nodes = take(&mut graph.nodes);
        graph.nodes.reserve(nodes.len());
        nodes.into_iter().try_for_each(|node| self.node(node, &mut graph.nodes))
    }

    /// Adds a node, or the nodes of the function that it calls.
    fn node(&mut self, mut node: Node, into: &mut Vec<Node>) -> Result<(), String> {
        let key = [own_domain(&node.domain), &node.op_type, &node.overload];
        if let Some(function) = self.functions.get(&key).copied() {
            return self.call(&node, function, into);
        }
        let (name, operator) = (&node.name, &node.op_type);
        for (attribute, value) in &mut node.attributes {
            match value {
                Attribute::Graph(graph) => self.graph(graph)?,
                Attribute::Reference(of) => {
                    return Err(format!(
                        "node `{name}` ({operator}): `{attribute}` is the attribute `{of}` of a function, but the node \
                         is in none"
                    ));
                }
                _ => {}
            }
        }
        into.push(node);
        Ok(())
    }

    fn call(
        &mut self,
        call: &Node,
        function: &'f Function,
        into: &mut Vec<Node>,
    ) -> Result<(), String> {
        let name = &function.name;
        if self.stack.iter().any(|outer| std::ptr::eq(*outer, function)) {
            return Err(format!("the function `{name}` calls itself"));
        }
        if self.stack.len() == MAX_DEPTH {
            return Err(format!("functions call each other more than {MAX_DEPTH} deep"));
        }
        let too_many = |what, found: usize, allowed: usize| {
            format!("the function `{name}` has {allowed} {what}, but a call of it has {found}")
        };
        if call.inputs.len() > function.inputs.len() {
            return Err(too_many("inputs", call.inputs.len(), function.inputs.len()));
        }
        if call.outputs.len() > function.outputs.len() {
            return Err(too_many("outputs", call.outputs.len(), function.outputs.len()));
        }
        self.stack.push(function);
        let names = function.inputs.len() + function.outputs.len() + function.defaults.len();
        self.count(size_of::<Node>() + 64 * names)?;
        let (scope, passed) = Scope::of(call, function, self.nodes);
        for node in &function.nodes {
            let node = scope.node(node);
            self.count(bytes(&node))?;
            self.node(node, into)?;
        }
        into.extend(passed);
        self.stack.pop();
        Ok(())
    }

    /// Counts a call, or a node that a call is replaced by.
    fn count(&mut self, bytes: usize) -> Result<(), String> {
        self.nodes += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        if self.nodes <= MAX_NODES && self.bytes <= MAX_BYTES {
            return Ok(());
        }
        Err(format!(
            "the functions of the file make more than {MAX_NODES} nodes, or nodes of more than {MAX_BYTES} bytes"
        ))
    }
}

/// What the names in a function stand for in one call of it.
struct Scope<'c> {
    call: &'c Node,
    /// The number of the call, which keeps its values apart from those of other calls.
    number: usize,
    /// The values of the caller by the names that the function has for them; an input left out has no name.
    values: HashMap<&'c str, &'c str>,
    attributes: HashMap<&'c str, &'c Attribute>,
}

impl<'c> Scope<'c> {
    /// The scope, and a node for each output that is an input or another output under a second name.
    fn of(call: &'c Node, function: &'c Function, number: usize) -> (Self, Vec<Node>) {
        let given = call.inputs.iter().map(String::as_str).chain(std::iter::repeat(""));
        let values = function.inputs.iter().map(String::as_str).zip(given).collect();
        let attributes = function.defaults.iter().chain(&call.attributes);
        let attributes = attributes.map(|(name, value)| (name.as_str(), value)).collect();
        let mut scope = Scope { call, number, values, attributes };
        let mut passed = Vec::new();
        for (inner, outer) in function.outputs.iter().zip(&call.outputs) {
            if outer.is_empty() {
                continue;
            }
            if scope.values.contains_key(inner.as_str()) {
                let node = Node {
                    op_type: "Identity".into(),
                    inputs: vec![inner.clone()],
                    ..Node::default()
                };
                passed.push(Node { outputs: vec![outer.clone()], ..scope.node(&node) });
            } else {
                scope.values.insert(inner, outer);
            }
        }
        (scope, passed)
    }

    /// A node of the function as this call runs it.
    fn node(&self, node: &Node) -> Node {
        let path =
            |node: &Node| if node.name.is_empty() { &node.op_type } else { &node.name }.clone();
        let attributes = node.attributes.iter();
        let attributes =
            attributes.filter_map(|(name, value)| Some((name.clone(), self.attribute(value)?)));
        Node {
            name: format!("{}/{}", path(self.call), path(node).trim_start_matches('/')),
            id: self.call.id.clone(),
            inputs: node.inputs.iter().map(|name| self.value(name)).collect(),
            outputs: node.outputs.iter().map(|name| self.value(name)).collect(),
            attributes: attributes.collect(),
            scopes: self.call.scopes.clone().or_else(|| node.scopes.clone()),
            op_type: node.op_type.clone(),
            domain: node.domain.clone(),
            overload: node.overload.clone(),
        }
    }

    fn value(&self, name: &str) -> String {
        match self.values.get(name) {
            Some(outer) => (*outer).into(),
            None if name.is_empty() => String::new(),
            None => format!("{name}@{}", self.number),
        }
    }

    /// An attribute of a node in the function; `None` if it is one of the call that is left out and has no default.
    fn attribute(&self, value: &Attribute) -> Option<Attribute> {
        match value {
            Attribute::Reference(name) => {
                self.attributes.get(name.as_str()).map(|value| (*value).clone())
            }
            Attribute::Graph(graph) => Some(Attribute::Graph(Box::new(self.branch(graph)))),
            value => Some(value.clone()),
        }
    }

    fn branch(&self, graph: &Graph) -> Graph {
        let tensor = |tensor: &Tensor| Tensor { name: self.value(&tensor.name), ..tensor.clone() };
        let output =
            |info: &ValueInfo| ValueInfo { name: self.value(&info.name), ..ValueInfo::default() };
        Graph {
            nodes: graph.nodes.iter().map(|node| self.node(node)).collect(),
            initializers: graph.initializers.iter().map(tensor).collect(),
            outputs: graph.outputs.iter().map(output).collect(),
            ..Graph::default()
        }
    }
}

/// The memory of a node, roughly.
fn bytes(node: &Node) -> usize {
    let own = [&node.name, &node.op_type, &node.domain, &node.overload];
    let names = node.inputs.iter().chain(&node.outputs).chain(&node.scopes).chain(own);
    let names = names.map(|name| size_of::<String>() + name.len());
    let attributes = node.attributes.iter().map(|(name, value)| {
        size_of::<(String, Attribute)>() + name.len() + attribute_bytes(value)
    });
    size_of::<Node>() + names.chain(attributes).sum::<usize>()
}

fn attribute_bytes(attribute: &Attribute) -> usize {
    match attribute {
        Attribute::List(numbers) => 8 * numbers.len(),
        Attribute::Tensor(tensor) => tensor_bytes(tensor),
        Attribute::Text(text) => text.len(),
        Attribute::Graph(graph) => {
            let tensors = graph.initializers.iter().map(tensor_bytes);
            let outputs = graph.outputs.iter().map(|info| size_of::<ValueInfo>() + info.name.len());
            graph.nodes.iter().map(bytes).chain(tensors).chain(outputs).sum()
        }
        _ => 0,
    }
}

fn tensor_bytes(tensor: &Tensor) -> usize {
    let numbers = tensor.numbers.as_ref().map_or(0, Numbers::len);
    let location = tensor.external.as_ref().map_or(0, |external| external.location.len());
    size_of::<Tensor>() + tensor.name.len() + location + 8 * (tensor.dims.len() + numbers)
}
