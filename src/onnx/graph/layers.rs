//! Nodes as layers: what each costs, stores and keeps in memory.

use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::file::model::{self, Dimension, Node, ValueInfo};
use crate::onnx::graph::inference::GraphInference;
use crate::onnx::graph::inferred::{GraphLayer, UNKNOWN};
use crate::onnx::graph::liveness::Usage;
use crate::onnx::graph::reads::Reads;
use crate::onnx::operators::Operator;
use crate::onnx::operators::inference::{Inference, LayerCost};
use crate::onnx::value::{Extendable, Value, checked, shape, shape_text};

impl<'m> GraphInference<'m> {
    pub(super) fn apply(
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
    pub(super) fn keep_outputs(
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
        layers[layer].cost.extend(cost);
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
                    let name = node.outputs.first().map_or("", String::as_str);
                    self.found.duplicates.push(format!("`{name}`"));
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
    pub(super) fn unknown(
        &mut self,
        node: &'m Node,
        operator: Option<Operator>,
    ) -> Result<(), String> {
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

/// The shape of an unknown value.
const NO_SHAPE: Shape<u64> = Shape { channels: 0, height: 0, width: 0 };

/// A value as the file states it, if it states every size.
fn stated(info: &ValueInfo) -> Option<Value> {
    let dims = info.dims.as_ref()?.iter().map(Dimension::size).collect::<Option<_>>()?;
    Some(Value { is_float: info.is_float, ..Value::map(checked(dims).ok()?) })
}
