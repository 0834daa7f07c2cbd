//! What a node does: the values it makes, and the layer it is counted as.

use crate::counting::layer::{Layer, Operator as Counts};
use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::trace::Found;
use crate::onnx::value::{Made, Value};

/// What a node does.
#[derive(Debug)]
pub(super) struct Effect {
    /// What comes out, as far as later nodes may ask for it.
    pub(super) outputs: Vec<Value>,
    /// What it is counted as; nothing where it costs nothing.
    pub(super) counted: Option<Counted>,
    /// Whether its output may lie where its input lay.
    pub(super) in_place: bool,
    /// The longer formula that it is part of.
    pub(super) found: Option<Found>,
}

/// A node as a layer.
#[derive(Debug)]
pub(super) struct Counted {
    /// The kind of layer; none where specs have none, and the operator's name stands for it.
    pub(super) kind: Option<&'static str>,
    /// What goes in.
    pub(super) input: Shape<u64>,
    /// What comes out.
    pub(super) output: Shape<u64>,
    /// What happens, without what is stored.
    pub(super) events: Vec<(Event, u64)>,
    /// Stored tensors that it reads, and what their values are.
    pub(super) learns: Vec<(Vec<usize>, Event)>,
    /// The earlier step that it is a part of: the product of a bias, the norm of a scale.
    pub(super) into: Option<usize>,
    /// What it is to a bias or a scale that follows and is a part of it.
    pub(super) made: Option<Made>,
}

impl Effect {
    /// A value that costs nothing.
    pub(super) fn free(value: Value) -> Self {
        Effect { outputs: vec![value], counted: None, in_place: false, found: None }
    }

    /// A value that a layer computes.
    pub(super) fn of(value: Value, counted: Counted) -> Self {
        Effect { outputs: vec![value], counted: Some(counted), in_place: false, found: None }
    }

    /// The same, written over what went in.
    pub(super) fn over(value: Value, counted: Counted) -> Self {
        Effect { in_place: true, ..Effect::of(value, counted) }
    }
}

impl Counted {
    /// What a layer of a spec records, without what it stores: a file says that tensor by tensor.
    pub(super) fn layer(layer: &Layer<u64>, input: Shape<u64>, output: Shape<u64>) -> Self {
        let counts = Counts::of(layer, &input, &output);
        let events = counts.events.into_iter().filter(|(event, _)| !event.is_stored()).collect();
        Counted { kind: Some(counts.kind), ..Counted::events(input, output, events) }
    }

    /// Events of no layer that specs have.
    pub(super) fn events(input: Shape<u64>, output: Shape<u64>, events: Vec<(Event, u64)>) -> Self {
        let (learns, into) = (Vec::new(), None);
        Counted { kind: None, input, output, events, learns, into, made: None }
    }

    pub(super) fn kind(self, kind: &'static str) -> Self {
        Counted { kind: Some(kind), ..self }
    }

    /// Adds the stored tensors that a value is made of.
    pub(super) fn learning(mut self, value: Option<&Value>, as_what: Event) -> Self {
        let tensors = value.and_then(|value| value.stored.clone()).unwrap_or_default();
        if !tensors.is_empty() {
            self.learns.push((tensors, as_what));
        }
        self
    }

    /// What a bias or a scale that follows is a part of.
    pub(super) fn made(self, made: Option<Made>) -> Self {
        Counted { made, ..self }
    }
}

/// A map: channels before height and width, axes of more than two laid side by side. What has fewer than four axes is
/// rows of features, the last axis.
pub(super) fn shape(dims: &[u64]) -> Shape<u64> {
    match dims {
        [batch, channels, middle @ .., width] if !middle.is_empty() => {
            let height = middle.iter().product::<u64>().saturating_mul(*batch);
            Shape { channels: *channels, height, width: *width }
        }
        dims => rows(dims),
    }
}

/// Rows of features: channels are the last axis.
pub(super) fn rows(dims: &[u64]) -> Shape<u64> {
    let (channels, rest) = dims.split_last().map_or((1, dims), |(last, rest)| (*last, rest));
    match rest {
        [batch, height, width] => {
            Shape { channels, height: batch.saturating_mul(*height), width: *width }
        }
        rest => Shape { channels, height: rest.iter().product(), width: 1 },
    }
}
