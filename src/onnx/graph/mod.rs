//! From a model to layers: every node in order, with its output shapes, its events and its memory.

mod initializers;
pub(crate) mod inputs;
pub(crate) mod liveness;
pub(crate) mod names;
pub(crate) mod notes;

use std::cell::Cell;
use std::collections::HashMap;

use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::evaluation;
use crate::onnx::file::model::{self, Dimension, Model, Node, ValueInfo};
use crate::onnx::graph::initializers::Initializers;
use crate::onnx::graph::inputs::Inputs;
use crate::onnx::graph::liveness::Usage;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::Call;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Extendable, Value, checked, shape, shape_text};

/// The kind of a layer whose cost is unknown, because its operator or its input is.
pub(crate) const UNKNOWN: &str = "unknown";

/// A node as a layer.
#[derive(Debug)]
pub(crate) struct GraphLayer {
    /// The index of its node.
    pub(crate) node: usize,
    pub(crate) operator: Option<Operator>,
    /// Without events where the layer is part of a later one.
    pub(crate) cost: LayerCost,
    /// The index of its node's memory usage.
    usage: usize,
}

/// The layers and the memory of a graph.
#[derive(Debug, Default)]
pub(crate) struct Inferred {
    pub(crate) layers: Vec<GraphLayer>,
    /// The memory of the inputs, of every node and of the outputs, in this order.
    pub(crate) usages: Vec<Usage>,
    /// Values whose shape differs from the file's, with both shapes.
    pub(crate) mismatches: Vec<String>,
    /// How many initializers have a second name.
    pub(crate) duplicates: usize,
}

/// Infers every shape and every layer of a graph from its inputs.
///
/// With `allows_unknown`, a node whose output sizes are only known when the network runs is a layer of unknown cost.
pub(crate) fn infer(
    model: &Model,
    inputs: &Inputs,
    allows_unknown: bool,
) -> Result<Inferred, String> {
    let mut inference = GraphInference::new(model, inputs, allows_unknown)?;
    for (index, node) in model.graph.nodes.iter().enumerate() {
        inference.node(index, node).map_err(|what| format!("{}: {what}", label(node, index)))?;
    }
    for output in &model.graph.outputs {
        match inference.values.get(output.name.as_str()) {
            Some(Some(value)) => {
                let usage = Usage { reads: vec![value.memory], ..Usage::default() };
                inference.found.usages.push(usage);
            }
            Some(None) => {}
            None => return Err(format!("no node computes the output `{}`", output.name)),
        }
    }
    Ok(inference.found)
}

/// A node in a message: "node 3 `/conv1/Conv` (Conv)".
pub(crate) fn label(node: &Node, index: usize) -> String {
    let name = if node.name.is_empty() { String::new() } else { format!(" `{}`", node.name) };
    format!("node {}{name} ({})", index + 1, node.op_type)
}

struct GraphInference<'m> {
    /// The values so far, by name; `None` for an unknown value.
    values: HashMap<&'m str, Option<Value>>,
    /// The file's shapes and types of values.
    infos: HashMap<&'m str, &'m ValueInfo>,
    /// Whether any input size differs from the file's.
    is_resized: bool,
    initializers: Initializers,
    last_id: usize,
    /// Numbers that nodes have read and written so far.
    work: Cell<usize>,
    allows_unknown: bool,
    found: Inferred,
}

impl<'m> GraphInference<'m> {
    fn new(model: &'m Model, inputs: &'m Inputs, allows_unknown: bool) -> Result<Self, String> {
        let graph = &model.graph;
        let infos = graph.value_infos.iter().chain(&graph.outputs);
        let mut inference = GraphInference {
            values: HashMap::with_capacity(graph.nodes.len() + graph.initializers.len()),
            infos: infos.map(|info| (info.name.as_str(), info)).collect(),
            is_resized: inputs.is_resized,
            initializers: Initializers::default(),
            last_id: 0,
            work: Cell::new(0),
            allows_unknown,
            found: Inferred::default(),
        };
        for tensor in &graph.initializers {
            let value = inference.initializers.add(tensor)?;
            inference.keep(&tensor.name, Some(value))?;
        }
        let mut usage = Usage::default();
        for input in &inputs.all {
            let value = Value { is_float: input.is_float, ..Value::map(input.dims.clone()) };
            usage.allocates.extend(inference.keep(&input.name, Some(value))?);
        }
        inference.found.usages.push(usage);
        Ok(inference)
    }

    /// Keeps a value under its name; returns the memory that it allocates, with its elements.
    fn keep(
        &mut self,
        name: &'m str,
        mut value: Option<Value>,
    ) -> Result<Option<(usize, u64)>, String> {
        self.last_id += 1;
        let mut allocated = None;
        if let Some(value) = &mut value {
            if value.id == 0 {
                value.id = self.last_id;
            }
            if value.memory == 0 {
                value.memory = value.id;
                let takes_memory = !value.is_constant() && value.is_float;
                allocated = takes_memory.then(|| (value.memory, value.elements()));
            }
        }
        match self.values.insert(name, value) {
            None => Ok(allocated),
            Some(_) => Err(format!("two values have the name `{name}`")),
        }
    }

    fn node(&mut self, index: usize, node: &'m Node) -> Result<(), String> {
        let mut inputs = Vec::with_capacity(node.inputs.len());
        let mut is_known = true;
        for name in &node.inputs {
            match self.values.get(name.as_str()) {
                Some(value) => {
                    is_known &= value.is_some();
                    inputs.push(value.as_ref());
                }
                None if name.is_empty() => inputs.push(None),
                None => return Err(format!("no earlier node computes its input `{name}`")),
            }
        }
        let known = Operator::of(node);
        let Some(operator) = known.filter(|_| is_known) else {
            return self.unknown(index, node, known);
        };
        let call =
            Call { operator, node, inputs, lacks_numbers: Cell::new(false), work: &self.work };
        let inferred = operator.infer(&call);
        if inferred.is_err() && self.allows_unknown && call.lacks_numbers.get() {
            return self.unknown(index, node, known);
        }
        let mut inference = inferred?;
        evaluation::fill(&call, &mut inference.outputs);
        let maps = call.given().into_iter().filter(|value| !value.is_constant());
        let reads = maps.map(|value| value.memory).collect();
        self.apply(index, (node, operator), inference, reads)
    }

    fn apply(
        &mut self,
        index: usize,
        (node, operator): (&'m Node, Operator),
        inference: Inference,
        reads: Vec<usize>,
    ) -> Result<(), String> {
        let Inference { mut outputs, cost, in_place, replaces } = inference;
        let layer = cost.map(|cost| self.count(index, Some(operator), cost));
        self.replace(&replaces);
        if let Some(output) = outputs.first_mut() {
            if let Some((layer, extendable)) = layer {
                if let Some(partial) = &mut output.partial {
                    partial.layers.push(layer);
                }
                output.extendable = output.extendable.or(extendable.map(|kind| (layer, kind)));
            }
            self.name_initializers(operator, output);
        }
        let mut outputs = outputs.into_iter();
        let allocates = self.keep_outputs(node, |_| outputs.next())?;
        let layer = layer.map(|(layer, _)| layer);
        self.found.usages.push(Usage { reads, allocates, in_place, layer });
        Ok(())
    }

    /// Keeps the outputs of a node and returns the memory that they allocate.
    fn keep_outputs(
        &mut self,
        node: &'m Node,
        mut output: impl FnMut(Option<&ValueInfo>) -> Option<Value>,
    ) -> Result<Vec<(usize, u64)>, String> {
        let mut allocates = Vec::new();
        for name in &node.outputs {
            let info = self.infos.get(name.as_str()).copied();
            let value = output(info);
            if name.is_empty() {
                continue;
            }
            if let (Some(value), Some(info)) = (&value, info) {
                self.compare(value, info);
            }
            allocates.extend(self.keep(name, value)?);
        }
        Ok(allocates)
    }

    /// Counts a node as a layer, or as part of an earlier one; returns that layer and what may extend it.
    fn count(
        &mut self,
        node: usize,
        operator: Option<Operator>,
        mut cost: LayerCost,
    ) -> (usize, Option<Extendable>) {
        for (indices, event) in std::mem::take(&mut cost.parameters) {
            let counted = indices.iter().filter_map(|index| self.initializers.count(*index, event));
            cost.events.extend(counted.map(|elements| (event, elements)));
        }
        let (layers, extendable) = (&mut self.found.layers, cost.extendable);
        let Some(layer) = cost.extends else {
            layers.push(GraphLayer { node, operator, cost, usage: self.found.usages.len() });
            return (layers.len() - 1, extendable);
        };
        let events = &mut layers[layer].cost.events;
        for (event, _) in events.iter_mut() {
            if *event == Event::PlainLayerNormElements {
                *event = Event::LayerNormElements;
            }
        }
        events.extend(cost.events);
        (layer, extendable)
    }

    /// Removes the events of layers that are part of one activation or norm, and the memory of their outputs.
    fn replace(&mut self, layers: &[usize]) {
        for layer in layers {
            let GraphLayer { cost, usage, .. } = &mut self.found.layers[*layer];
            cost.events.clear();
            self.found.usages[*usage].allocates.clear();
        }
    }

    /// Adds an initializer for the output of a Constant, and one for an initializer's second name.
    fn name_initializers(&mut self, operator: Operator, value: &mut Value) {
        match (operator, &mut value.initializers) {
            (Operator::Identity, Some(initializers)) => {
                for index in initializers {
                    *index = self.initializers.duplicate(*index);
                    self.found.duplicates += 1;
                }
            }
            (Operator::Constant, initializers)
                if value.is_float && value.dims.iter().any(|size| *size > 1) =>
            {
                let elements = value.dims.iter().product();
                *initializers = Some(vec![self.initializers.add_constant(elements)]);
            }
            _ => {}
        }
    }

    /// Records a value whose shape differs from the file's.
    fn compare(&mut self, value: &Value, info: &ValueInfo) {
        let Some(dims) = info.dims.as_ref().filter(|_| !self.is_resized) else { return };
        let agrees = |(known, dim): (&u64, &Dimension)| match dim {
            Dimension::Known(size) => u64::try_from(*size) == Ok(*known),
            Dimension::Named(_) | Dimension::Unknown => true,
        };
        if dims.len() != value.dims.len() || !value.dims.iter().zip(dims).all(agrees) {
            let (name, found, stated) =
                (&info.name, shape_text(&value.dims), model::format_dims(dims));
            self.found.mismatches.push(format!("`{name}` is {found}, the file says {stated}"));
        }
    }

    /// Adds a node of unknown cost: its outputs have the shapes that the file states, and the initializers that it
    /// reads are counted.
    fn unknown(
        &mut self,
        index: usize,
        node: &'m Node,
        operator: Option<Operator>,
    ) -> Result<(), String> {
        let inputs = node.inputs.iter().filter_map(|name| self.values.get(name.as_str())?.as_ref());
        let (constants, maps): (Vec<&Value>, Vec<&Value>) =
            inputs.partition(|value| value.is_constant());
        let input = maps.first().map_or(NO_SHAPE, |value| shape(&value.dims));
        let reads = maps.iter().map(|value| value.memory).collect();
        let floats = constants.into_iter().filter(|value| value.is_float);
        let read = floats.flat_map(|value| value.initializers.clone().unwrap_or_default());
        let parameters = vec![(read.collect(), Event::Embeddings)];
        let mut output = NO_SHAPE;
        let allocates = self.keep_outputs(node, |info| {
            let value = info.and_then(stated);
            output = value.as_ref().map_or(output.clone(), |value| shape(&value.dims));
            value
        })?;
        let events = vec![(Event::UnknownOperators, 1)];
        let cost = LayerCost::events(UNKNOWN, &[], &[], events);
        let cost = LayerCost { input, output, parameters, ..cost };
        let layer = Some(self.count(index, operator, cost).0);
        self.found.usages.push(Usage { reads, allocates, in_place: false, layer });
        Ok(())
    }
}

/// The shape of an unknown value.
const NO_SHAPE: Shape<u64> = Shape { channels: 0, height: 0, width: 0 };

/// A value as the file states it, if it states every size.
fn stated(info: &ValueInfo) -> Option<Value> {
    let dims = info.dims.as_ref()?.iter().map(Dimension::size).collect::<Option<_>>()?;
    Some(Value { is_float: info.is_float, ..Value::map(checked(dims).ok()?) })
}
