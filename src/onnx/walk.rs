//! The walk through a graph, node by node: what each makes of shapes, what it costs, and what it keeps in memory.

use std::collections::HashMap;

use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::call::Call;
use crate::onnx::effect::{Counted, Effect, shape};
use crate::onnx::inputs::Start;
use crate::onnx::life::Life;
use crate::onnx::model::{Described, Dimension, Model, Operation};
use crate::onnx::numbers::Numbers;
use crate::onnx::operator::Operator;
use crate::onnx::perform::perform;
use crate::onnx::stored::Tensors;
use crate::onnx::trace::Trace;
use crate::onnx::value::{Made, Value, checked, written};

/// A node as a layer.
#[derive(Debug)]
pub(super) struct Step {
    /// The index of the node.
    pub(super) node: usize,
    /// The kind of layer.
    pub(super) kind: &'static str,
    /// What goes in.
    pub(super) input: Shape<u64>,
    /// What comes out.
    pub(super) output: Shape<u64>,
    /// What happens and what is stored.
    pub(super) events: Vec<(Event, u64)>,
    /// The index of what its node reads and keeps.
    life: usize,
}

/// What a walk has found.
#[derive(Debug)]
pub(super) struct Walked {
    /// The layers, in the order of the graph.
    pub(super) steps: Vec<Step>,
    /// What each node reads and keeps, in the order of the graph.
    pub(super) lives: Vec<Life>,
    /// Values whose written shape is another than the one found.
    pub(super) disagreements: Vec<String>,
    /// Stored tensors that stand under further names.
    pub(super) shared: usize,
}

/// Walks a graph from what goes in.
pub(super) fn walk(model: &Model, start: &Start) -> Result<Walked, String> {
    let mut walk = Walk::new(model, start)?;
    for (index, node) in model.graph.nodes.iter().enumerate() {
        walk.node(index, node).map_err(|what| format!("{}: {what}", named(node, index)))?;
    }
    for output in &model.graph.outputs {
        let value = walk.values.get(output.name.as_str());
        let missing = || format!("the output `{}` is made by no node", output.name);
        let memory = match value {
            Some(Some(value)) => value.memory,
            Some(None) => continue,
            None => return Err(missing()),
        };
        walk.found.lives.push(Life { reads: vec![memory], ..Life::default() });
    }
    Ok(walk.found)
}

/// A node as a message names it.
pub(super) fn named(node: &Operation, index: usize) -> String {
    let name = if node.name.is_empty() { String::new() } else { format!(" `{}`", node.name) };
    format!("node {}{name} ({})", index + 1, node.operator)
}

struct Walk<'m> {
    /// The values so far; none where nothing is known of one.
    values: HashMap<&'m str, Option<Value>>,
    /// Shapes that the file itself gives.
    described: HashMap<&'m str, &'m Described>,
    /// Whether what goes in has other sizes than the file says.
    is_resized: bool,
    tensors: Tensors,
    ids: usize,
    /// How many numbers are known of all values together.
    numbers: usize,
    found: Walked,
}

/// All shapes of a network together are made of fewer numbers than this; what is beyond is not computed.
const MOST_NUMBERS: usize = 1 << 22;

impl<'m> Walk<'m> {
    fn new(model: &'m Model, start: &'m Start) -> Result<Self, String> {
        let graph = &model.graph;
        let described = graph.described.iter().chain(&graph.outputs);
        let found =
            Walked { steps: Vec::new(), lives: Vec::new(), disagreements: Vec::new(), shared: 0 };
        let mut walk = Walk {
            values: HashMap::with_capacity(2 * graph.nodes.len()),
            described: described.map(|value| (value.name.as_str(), value)).collect(),
            is_resized: start.is_resized,
            tensors: Tensors::default(),
            ids: 0,
            numbers: 0,
            found,
        };
        for tensor in &graph.tensors {
            let value = walk.tensors.add(tensor)?;
            walk.keep(&tensor.name, Some(value))?;
        }
        let mut life = Life::default();
        for input in &start.inputs {
            let value = Value { is_float: input.is_float, ..Value::map(input.dims.clone()) };
            let elements = value.elements();
            let kept = walk.keep(input.name.as_str(), Some(value))?;
            life.makes.extend(kept.map(|memory| (memory, elements)));
        }
        walk.found.lives.push(life);
        Ok(walk)
    }

    /// Keeps a value under its name and returns the memory that it takes, if it is new.
    fn keep<'n: 'm>(
        &mut self,
        name: &'n str,
        value: Option<Value>,
    ) -> Result<Option<usize>, String> {
        self.ids += 1;
        let mut fresh = None;
        let value = value.map(|mut value| {
            if value.id == 0 {
                value.id = self.ids;
            }
            self.numbers += value.numbers.as_ref().map_or(0, Numbers::len);
            if self.numbers > MOST_NUMBERS {
                value.numbers = None;
            }
            if value.memory == 0 {
                value.memory = value.id;
                fresh = (!value.is_constant() && value.is_float).then_some(value.memory);
            }
            value
        });
        match self.values.insert(name, value) {
            None => Ok(fresh),
            Some(_) => Err(format!("there are two values of the name `{name}`")),
        }
    }

    fn node(&mut self, index: usize, node: &'m Operation) -> Result<(), String> {
        let mut inputs = Vec::with_capacity(node.inputs.len());
        let mut is_lost = false;
        for name in &node.inputs {
            match self.values.get(name.as_str()) {
                Some(value) => {
                    is_lost |= value.is_none();
                    inputs.push(value.as_ref());
                }
                None if name.is_empty() => inputs.push(None),
                None => return Err(format!("nothing before it makes its input `{name}`")),
            }
        }
        let operator = Operator::of(node).filter(|_| !is_lost);
        let Some((name, operator)) = operator else { return self.unknown(index, node) };
        let call = Call { node, inputs };
        let mut effect = perform(&call, operator)?;
        if let Some(counted) = &mut effect.counted {
            counted.kind.get_or_insert(name);
        }
        let reads =
            call.given().filter(|value| !value.is_constant()).map(|value| value.memory).collect();
        self.apply(index, node, effect, reads)
    }

    fn apply(
        &mut self,
        index: usize,
        node: &'m Operation,
        effect: Effect,
        reads: Vec<usize>,
    ) -> Result<(), String> {
        let Effect { mut outputs, counted, in_place, found } = effect;
        let step = counted.map(|counted| self.count(index, counted));
        if let (Some((step, made)), Some(value)) = (step, outputs.first_mut()) {
            if let Some(found) = found {
                if found.whole.is_some() {
                    self.merge(&found.steps);
                }
                let steps = [&found.steps[..], &[step]].concat();
                value.trace = found.part.map(|form| Trace { form, of: found.of, steps });
            }
            value.made = value.made.or(made.map(|made| (step, made)));
        }
        if let Some(value) = outputs.first_mut() {
            self.store(&node.operator, value);
        }
        let mut outputs = outputs.into_iter();
        let makes = self.keep_all(node, |_| outputs.next())?;
        self.found.lives.push(Life { reads, makes, in_place, step: step.map(|(step, _)| step) });
        Ok(())
    }

    /// Keeps what a node puts out and returns the memory that is new, with its elements.
    fn keep_all(
        &mut self,
        node: &'m Operation,
        mut output: impl FnMut(Option<&Described>) -> Option<Value>,
    ) -> Result<Vec<(usize, u64)>, String> {
        let mut makes = Vec::new();
        for name in &node.outputs {
            let value = output(self.described.get(name.as_str()).copied());
            if name.is_empty() {
                continue;
            }
            if let Some(value) = &value {
                self.compare(name, value);
            }
            let elements = value.as_ref().map_or(0, Value::elements);
            makes.extend(self.keep(name, value)?.map(|memory| (memory, elements)));
        }
        Ok(makes)
    }

    /// Counts a node as a step, or as part of an earlier one.
    fn count(&mut self, node: usize, counted: Counted) -> (usize, Option<Made>) {
        let Counted { kind, input, output, mut events, learns, into, made } = counted;
        for (tensors, event) in learns {
            let counted = tensors.iter().filter_map(|tensor| self.tensors.count(*tensor, event));
            events.extend(counted.map(|elements| (event, elements)));
        }
        let Some(step) = into else {
            let kind = kind.unwrap_or("operator");
            let life = self.found.lives.len();
            self.found.steps.push(Step { node, kind, input, output, events, life });
            return (self.found.steps.len() - 1, made);
        };
        for (event, _) in &mut self.found.steps[step].events {
            if *event == Event::PlainLayerNormElements {
                *event = Event::LayerNormElements;
            }
        }
        self.found.steps[step].events.extend(events);
        (step, made)
    }

    /// Takes away steps that are part of a formula that is one function, and what they keep in memory.
    fn merge(&mut self, steps: &[usize]) {
        for step in steps {
            let Step { events, life, .. } = &mut self.found.steps[*step];
            events.clear();
            self.found.lives[*life].makes.clear();
        }
    }

    /// Notes which stored tensors a value is made of, where a node gives them a name.
    fn store(&mut self, operator: &str, value: &mut Value) {
        match (operator, &mut value.stored) {
            ("Identity", Some(tensors)) => {
                for tensor in tensors {
                    *tensor = self.tensors.again(*tensor);
                    self.found.shared += 1;
                }
            }
            ("Constant", stored) if value.is_float && value.dims.iter().any(|size| *size > 1) => {
                *stored = Some(vec![self.tensors.constant(value.dims.iter().product())]);
            }
            _ => {}
        }
    }

    /// Notes where the file gives a value another shape.
    fn compare(&mut self, name: &str, value: &Value) {
        let described = self.described.get(name).and_then(|described| described.dims.as_ref());
        let Some(dims) = described.filter(|_| !self.is_resized) else { return };
        let agrees = |(known, dim): (&u64, &Dimension)| match dim {
            Dimension::Known(size) => u64::try_from(*size) == Ok(*known),
            Dimension::Named(_) | Dimension::Unknown => true,
        };
        if dims.len() != value.dims.len() || !value.dims.iter().zip(dims).all(agrees) {
            let described: Vec<String> = dims.iter().map(ToString::to_string).collect();
            let (found, said) = (written(&value.dims), described.join("×"));
            self.found.disagreements.push(format!("`{name}` is {found}, and the file says {said}"));
        }
    }

    /// A node that is left out: its outputs are what the file says of them, and what it stores is known.
    fn unknown(&mut self, index: usize, node: &'m Operation) -> Result<(), String> {
        let inputs = node.inputs.iter().filter_map(|name| self.values.get(name.as_str())?.as_ref());
        let (stored, maps): (Vec<&Value>, Vec<&Value>) =
            inputs.partition(|value| value.is_constant());
        let input = maps.first().map_or(NO_SHAPE, |value| shape(&value.dims));
        let reads = maps.iter().map(|value| value.memory).collect();
        let learned = stored.into_iter().filter(|value| value.is_float);
        let learned: Vec<usize> =
            learned.flat_map(|value| value.stored.clone().unwrap_or_default()).collect();
        let mut output = NO_SHAPE;
        let makes = self.keep_all(node, |described| {
            let value = described.and_then(said);
            output = value.as_ref().map_or(output.clone(), |value| shape(&value.dims));
            value
        })?;
        let counted = Counted::events(input, output, vec![(Event::UnknownOperators, 1)]);
        let mut counted = counted.kind("unknown");
        counted.learns.push((learned, Event::Embeddings));
        let step = Some(self.count(index, counted).0);
        self.found.lives.push(Life { reads, makes, in_place: false, step });
        Ok(())
    }
}

/// The shape of what is not known.
const NO_SHAPE: Shape<u64> = Shape { channels: 0, height: 0, width: 0 };

/// A value as the file says it is, where it says all of it.
fn said(described: &Described) -> Option<Value> {
    let dims = described.dims.as_ref()?.iter().map(Dimension::size).collect::<Option<_>>()?;
    Some(Value { is_float: described.is_float, ..Value::map(checked(dims).ok()?) })
}
