//! A graph, node by node in order: every value's shape, and which nodes run.

use std::collections::HashMap;

use crate::onnx::evaluation;
use crate::onnx::file::model::{Graph, Model, Node, Tensor, ValueInfo};
use crate::onnx::graph::batch::Batch;
use crate::onnx::graph::inferred::{Choices, Inferred, Unknown, label};
use crate::onnx::graph::inputs::Inputs;
use crate::onnx::graph::liveness::Usage;
use crate::onnx::graph::reads::Reads;
use crate::onnx::graph::stored::StoredTensors;
use crate::onnx::operators::Operator;
use crate::onnx::operators::call::{Call, Effort};
use crate::onnx::value::Value;

pub(super) struct GraphInference<'m> {
    /// The names of the values so far, in order.
    pub(super) names: Vec<&'m str>,
    /// The file's shapes and types of values.
    pub(super) infos: HashMap<&'m str, &'m ValueInfo>,
    /// Whether any input size differs from the file's.
    pub(super) is_resized: bool,
    pub(super) stored: StoredTensors,
    pub(super) last_id: usize,
    pub(super) effort: Effort,
    pub(super) allows_unknown: bool,
    /// What is found so far, with the values so far.
    pub(super) found: Inferred<'m>,
}

impl<'m> GraphInference<'m> {
    pub(super) fn new(
        model: &'m Model,
        inputs: &Inputs,
        choices: &Choices,
    ) -> Result<Self, String> {
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
        // Inputs are in the order of the file, so each is found after the one before it.
        let mut infos = graph.inputs.iter();
        for input in &inputs.all {
            let name = infos.find(|info| info.name == input.name);
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
    pub(super) fn run(
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
    pub(super) fn keep(
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
}

/// The branch of an `If` whose condition is known before the network runs.
fn branch<'m>(node: &'m Node, inputs: &[Option<&Value>]) -> Option<&'m Graph> {
    let [then_branch, else_branch] = node.branches()?;
    let condition = inputs.first().copied().flatten()?.single()?;
    Some(if condition == 0.0 { else_branch } else { then_branch })
}
