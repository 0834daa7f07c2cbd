//! The result of an operator: its output values, and the layer it counts as.

use crate::counting::layer::{Layer, Operator as Counted, Settings};
use crate::counting::ledger::Event;
use crate::counting::shape::Shape;
use crate::onnx::value::{Extendable, Origin, Value, shape};

#[derive(Debug)]
pub(crate) struct Inference {
    pub(crate) outputs: Vec<Value>,
    /// `None` where the node costs nothing.
    pub(crate) cost: Option<LayerCost>,
    /// Whether the output may be written over the input.
    pub(crate) in_place: bool,
    /// Earlier layers that this one computes too, as one activation or norm.
    pub(crate) replaces: Vec<usize>,
}

/// A node as a layer.
#[derive(Debug)]
pub(crate) struct LayerCost {
    pub(crate) kind: &'static str,
    pub(crate) input: Shape<u64>,
    pub(crate) output: Shape<u64>,
    /// Events, without those of stored values.
    pub(crate) events: Vec<(Event, u64)>,
    /// Where stored values that it reads come from, each with the event that their elements count as.
    pub(crate) parameters: Vec<(Origin, Event)>,
    /// The earlier layer that it is part of, as a bias or a scale is.
    pub(crate) extends: Option<usize>,
    pub(crate) extendable: Option<Extendable>,
    /// How the layer is set, besides its shapes.
    pub(crate) settings: Settings,
}

impl Inference {
    pub(crate) fn free(outputs: Vec<Value>) -> Self {
        Inference { outputs, cost: None, in_place: false, replaces: Vec::new() }
    }

    pub(crate) fn layer(output: Value, cost: LayerCost) -> Self {
        Inference { cost: Some(cost), ..Inference::free(vec![output]) }
    }

    pub(crate) fn in_place(output: Value, cost: LayerCost) -> Self {
        Inference { in_place: true, ..Inference::layer(output, cost) }
    }
}

impl LayerCost {
    /// A layer that specs have too, without its stored values: the file lists those tensor by tensor.
    pub(crate) fn of(layer: &Layer<u64>, input: Shape<u64>, output: Shape<u64>) -> Self {
        let Counted { kind, events, settings, .. } = Counted::of(layer, &input, &output);
        let events = events.into_iter().filter(|(event, _)| !event.is_stored()).collect();
        let (parameters, extends, extendable) = (Vec::new(), None, None);
        LayerCost { kind, input, output, events, parameters, extends, extendable, settings }
    }

    /// A layer that keeps its shape and that specs have too.
    pub(crate) fn elementwise(layer: &Layer<u64>, dims: &[u64]) -> Self {
        LayerCost::of(layer, shape(dims), shape(dims))
    }

    /// A layer with these events, between the shapes of its input and its output.
    pub(crate) fn events(
        kind: &'static str,
        input: &[u64],
        output: &[u64],
        events: Vec<(Event, u64)>,
    ) -> Self {
        let (input, output) = (shape(input), shape(output));
        let (parameters, extends, extendable) = (Vec::new(), None, None);
        let settings = Settings::default();
        LayerCost { kind, input, output, events, parameters, extends, extendable, settings }
    }

    /// The same layer with the events and the stored values of another one that runs in it.
    pub(crate) fn and(mut self, other: LayerCost) -> Self {
        self.events.extend(other.events);
        self.parameters.extend(other.parameters);
        self
    }

    /// Makes another layer part of this one, as a bias or a scale is. Equal events add up, so that a layer that many
    /// extend has as few as one that none does.
    pub(crate) fn extend(&mut self, other: LayerCost) {
        self.settings = std::mem::take(&mut self.settings).and(other.settings);
        for (event, _) in &mut self.events {
            if *event == Event::PlainLayerNormElements {
                *event = Event::LayerNormElements;
            }
        }
        for (event, amount) in other.events {
            match self.events.iter_mut().find(|(known, _)| *known == event) {
                Some((_, sum)) => *sum = sum.saturating_add(amount),
                None => self.events.push((event, amount)),
            }
        }
    }

    /// The same layer with these settings besides its own, or instead of them.
    pub(crate) fn set(mut self, settings: Settings) -> Self {
        self.settings = self.settings.and(settings);
        self
    }

    /// Counts the tensors that a value is computed from as stored values.
    pub(crate) fn storing(mut self, value: Option<&Value>, event: Event) -> Self {
        let origin = value.and_then(|value| value.origin);
        self.parameters.extend(origin.map(|origin| (origin, event)));
        self
    }
}
