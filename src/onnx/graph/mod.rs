//! From a model to layers: every node in order, with its output shapes, its events and its memory.

pub(crate) mod batch;
pub(crate) mod fixed;
pub(crate) mod inputs;
pub(crate) mod liveness;
pub(crate) mod names;
pub(crate) mod notes;
mod reads;
pub(crate) mod stored;
pub(crate) mod trained;

use std::collections::HashMap;

use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::evaluation;
use crate::onnx::file::model::{self, Dimension, Graph, Model, Node, Tensor, ValueInfo};
use crate::onnx::graph::batch::Batch;
use crate::onnx::graph::inputs::Inputs;
use crate::onnx::graph::liveness::Usage;
use crate::onnx::graph::notes::Unknown;
use crate::onnx::graph::reads::Reads;
use crate::onnx::graph::stored::{Doubt, StoredTensors};
use crate::onnx::graph::trained::Trained;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::{Call, Effort};
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Extendable, Value, checked, shape, shape_text};

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
    usage: usize,
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
    /// How many initializers have a second name.
    pub(crate) duplicates: usize,
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

/// Infers every shape and every layer of a graph from its inputs.
pub(crate) fn infer<'m>(
    model: &'m Model,
    inputs: &Inputs,
    choices: &Choices,
) -> Result<Inferred<'m>, String> {
    GraphInference::new(model, inputs, choices)?.run(model, &mut None)
}

/// A node in a message: "node 3 `/conv1/Conv` (Conv)".
pub(crate) fn label(node: &Node, index: usize) -> String {
    let name = if node.name.is_empty() { String::new() } else { format!(" `{}`", node.name) };
    format!("node {}{name} ({})", index + 1, node.op_type)
}

struct GraphInference<'m> {
    /// The names of the values so far, in order.
    names: Vec<&'m str>,
    /// The file's shapes and types of values.
    infos: HashMap<&'m str, &'m ValueInfo>,
    /// Whether any input size differs from the file's.
    is_resized: bool,
    stored: StoredTensors,
    last_id: usize,
    effort: Effort,
    allows_unknown: bool,
    /// What is found so far, with the values so far.
    found: Inferred<'m>,
}

impl<'m> GraphInference<'m> {
    fn new(model: &'m Model, inputs: &Inputs, choices: &Choices) -> Result<Self, String> {
        let graph = &model.graph;
        let infos = graph.value_infos.iter().chain(&graph.outputs);
        let values = graph.nodes.len() + graph.initializers.len();
        let mut inference = GraphInference {
            names: Vec::with_capacity(values),
            infos: infos.map(|info| (info.name.as_str(), info)).collect(),
            is_resized: inputs.is_resized,
            stored: StoredTensors::new(choices.trained.clone()),
            last_id: 0,
            effort: Effort::default(),
            allows_unknown: choices.allows_unknown,
            found: Inferred { values: HashMap::with_capacity(values), ..Inferred::default() },
        };
        inference.store(&graph.initializers)?;
        let mut usage = Usage::default();
        for input in &inputs.all {
            let name = graph.inputs.iter().find(|info| info.name == input.name);
            let name = name.map_or("", |info| info.name.as_str());
            let value = Value { is_float: input.is_float, ..Value::map(input.dims.clone()) };
            usage.allocates.extend(inference.keep(name, Some(value))?);
        }
        inference.found.usages.push(usage);
        Ok(inference)
    }

    /// Adds the initializers of a graph.
    fn store(&mut self, tensors: &'m [Tensor]) -> Result<(), String> {
        for tensor in tensors {
            let value = self.stored.add(tensor)?;
            self.keep(&tensor.name, Some(value))?;
        }
        Ok(())
    }

    /// Infers every node in order; `batch` tells where the images are, if one image of a batch is inferred.
    fn run(
        mut self,
        model: &'m Model,
        batch: &mut Option<Batch<'m, '_>>,
    ) -> Result<Inferred<'m>, String> {
        self.nodes(&model.graph, batch)?;
        for output in &model.graph.outputs {
            match self.found.values.get(output.name.as_str()) {
                Some(Some(value)) => {
                    let usage = Usage { reads: vec![value.memory], ..Usage::default() };
                    self.found.usages.push(usage);
                }
                Some(None) => {}
                None => return Err(format!("no node computes the output `{}`", output.name)),
            }
        }
        Ok(Inferred { doubts: self.stored.doubts, ..self.found })
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
                let takes_memory = !value.is_constant && value.is_float;
                allocated = takes_memory.then(|| (value.memory, value.elements()));
            }
        }
        self.names.push(name);
        match self.found.values.insert(name, value) {
            None => Ok(allocated),
            Some(_) => Err(format!("two values have the name `{name}`")),
        }
    }

    fn nodes(&mut self, graph: &'m Graph, batch: &mut Option<Batch<'m, '_>>) -> Result<(), String> {
        for (index, node) in graph.nodes.iter().enumerate() {
            self.node(index, node, batch)
                .map_err(|what| format!("{}: {what}", label(node, index)))?;
        }
        Ok(())
    }

    fn node(
        &mut self,
        index: usize,
        node: &'m Node,
        batch: &mut Option<Batch<'m, '_>>,
    ) -> Result<(), String> {
        let mut inputs = Vec::with_capacity(node.inputs.len());
        let mut is_known = true;
        for name in &node.inputs {
            match self.found.values.get(name.as_str()) {
                Some(value) => {
                    is_known &= value.is_some();
                    inputs.push(value.as_ref());
                }
                None if name.is_empty() => inputs.push(None),
                None => return Err(format!("no earlier node computes its input `{name}`")),
            }
        }
        if let Some(branch) = branch(node, &inputs) {
            return self.inline(node, branch, batch);
        }
        let known = Operator::of(node);
        let Some(operator) = known.filter(|_| is_known) else {
            if let Some(unknown) = Unknown::of(node, index).filter(|_| is_known) {
                self.found.unknown.push(unknown);
            }
            return self.unknown(node, known);
        };
        let mut call = Call { operator, node, inputs, effort: &self.effort };
        let of_one = batch.as_ref().map(|batch| batch.inputs_of_one(&call)).transpose()?;
        for (input, value) in of_one.iter().flatten() {
            call.inputs[*input] = Some(value);
        }
        self.effort.lacks_numbers.set(false);
        let inferred = operator.infer(&call);
        if inferred.is_err() && self.allows_unknown && self.effort.lacks_numbers.get() {
            return self.unknown(node, known);
        }
        let mut inference = inferred?;
        evaluation::fill(&call, &mut inference.outputs);
        let reads = Reads::of(&call);
        for (_, value) in of_one.iter().flatten() {
            self.stored.divide(value, batch.as_ref().map_or(1, Batch::size));
        }
        self.apply((node, operator), inference, reads)?;
        batch.as_mut().map_or(Ok(()), |batch| batch.track(node, operator, &self.found.values))
    }

    /// Puts the nodes of a branch in the place of its `If`: their values are seen in the branch alone.
    fn inline(
        &mut self,
        node: &'m Node,
        branch: &'m Graph,
        batch: &mut Option<Batch<'m, '_>>,
    ) -> Result<(), String> {
        let (found, expected) = (branch.outputs.len(), node.outputs.len());
        if found != expected {
            return Err(format!("the branch has {found} outputs, but the node has {expected}"));
        }
        let outer = self.names.len();
        self.store(&branch.initializers)?;
        self.nodes(branch, batch)?;
        let output = |output: &ValueInfo| {
            let value = self.found.values.get(output.name.as_str()).cloned();
            value.ok_or_else(|| format!("no node computes the output `{}`", output.name))
        };
        let outputs = branch.outputs.iter().map(output).collect::<Result<Vec<_>, _>>()?;
        for name in self.names.drain(outer..) {
            self.found.values.remove(name);
        }
        let mut outputs = outputs.into_iter();
        self.keep_outputs(node, |_| outputs.next().flatten()).map(|_| ())
    }

    fn apply(
        &mut self,
        (node, operator): (&'m Node, Operator),
        inference: Inference,
        reads: Reads,
    ) -> Result<(), String> {
        let Inference { mut outputs, cost, in_place, replaces } = inference;
        let cost = reads.cost(cost, &outputs);
        if reads.is_constant && cost.is_none() {
            let origins = if reads.is_quantisation { Vec::new() } else { reads.origins };
            let origin = self.stored.join(origins);
            for output in &mut outputs {
                (output.is_constant, output.origin) = (true, origin);
                output.is_quantisation |= reads.is_quantisation;
            }
        }
        let layer = cost.map(|cost| self.count(node, Some(operator), cost, reads.is_constant));
        self.replace(&replaces);
        if let Some(output) = outputs.first_mut() {
            if let Some((layer, extendable)) = layer {
                if let Some(partial) = &mut output.partial {
                    partial.layers.push(layer);
                }
                output.extendable = output.extendable.or(extendable.map(|kind| (layer, kind)));
            }
            self.name_stored(node, operator, output);
        }
        let mut outputs = outputs.into_iter();
        let allocates = self.keep_outputs(node, |_| outputs.next())?;
        let layer = layer.map(|(layer, _)| layer);
        self.found.usages.push(Usage { reads: reads.memory, allocates, in_place, layer });
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
        node: &'m Node,
        operator: Option<Operator>,
        mut cost: LayerCost,
        is_among_stored: bool,
    ) -> (usize, Option<Extendable>) {
        for (origin, event) in std::mem::take(&mut cost.parameters) {
            let elements = self.stored.count(origin, event, is_among_stored);
            cost.events.extend((elements > 0).then_some((event, elements)));
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

    /// Stores the tensor of a Constant node, and an initializer once more under its second name.
    fn name_stored(&mut self, node: &Node, operator: Operator, value: &mut Value) {
        match (operator, value.origin) {
            (Operator::Identity, Some(origin)) => {
                if let Some(duplicate) = self.stored.duplicate(origin) {
                    value.origin = Some(duplicate);
                    self.found.duplicates += 1;
                }
            }
            (Operator::Constant, None) => {
                let tensor = node.attributes.iter().find_map(|(_, attribute)| attribute.tensor());
                let name = node.outputs.first().map_or("", String::as_str);
                value.origin = tensor.and_then(|tensor| self.stored.add_literal(name, &tensor));
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
    fn unknown(&mut self, node: &'m Node, operator: Option<Operator>) -> Result<(), String> {
        let inputs =
            node.inputs.iter().filter_map(|name| self.found.values.get(name.as_str())?.as_ref());
        let (constants, maps): (Vec<&Value>, Vec<&Value>) =
            inputs.partition(|value| value.is_constant);
        let input = maps.first().map_or(NO_SHAPE, |value| shape(&value.dims));
        let reads = maps.iter().map(|value| value.memory).collect();
        let origins = constants.into_iter().filter_map(|value| value.origin);
        let parameters = origins.map(|origin| (origin, Event::Embeddings)).collect();
        let mut output = NO_SHAPE;
        let allocates = self.keep_outputs(node, |info| {
            let value = info.and_then(stated);
            output = value.as_ref().map_or(output.clone(), |value| shape(&value.dims));
            value
        })?;
        let events = vec![(Event::UnknownOperators, 1)];
        let cost = LayerCost::events(UNKNOWN, &[], &[], events);
        let cost = LayerCost { input, output, parameters, ..cost };
        let layer = Some(self.count(node, operator, cost, false).0);
        self.found.usages.push(Usage { reads, allocates, in_place: false, layer });
        Ok(())
    }
}

/// The branch of an `If` whose condition is known before the network runs.
fn branch<'m>(node: &'m Node, inputs: &[Option<&Value>]) -> Option<&'m Graph> {
    let [then_branch, else_branch] = node.branches()?;
    let condition = inputs.first().copied().flatten()?.single()?;
    Some(if condition == 0.0 { else_branch } else { then_branch })
}

/// The shape of an unknown value.
const NO_SHAPE: Shape<u64> = Shape { channels: 0, height: 0, width: 0 };

/// A value as the file states it, if it states every size.
fn stated(info: &ValueInfo) -> Option<Value> {
    let dims = info.dims.as_ref()?.iter().map(Dimension::size).collect::<Option<_>>()?;
    Some(Value { is_float: info.is_float, ..Value::map(checked(dims).ok()?) })
}
