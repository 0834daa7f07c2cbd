//! An operator of an imported graph, which is counted on import and does not scale.

use crate::counting::layer::{
    FootprintOf, Layer, Primitive, SavedOf, Settings, ShapeError, TrafficOf, beside, keeps_nothing,
    once,
};
use crate::counting::ledger::{Event, Ledger, Part, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// A layer that was counted when it was imported.
#[derive(Clone, Debug)]
pub struct Operator<S> {
    /// The kind of layer, as reports name it.
    pub kind: &'static str,
    /// The shape of its output.
    pub output: Shape<S>,
    /// How often each event happens in it.
    pub events: Vec<(Event, S)>,
    /// How it is set.
    pub settings: Settings,
}

impl Operator<u64> {
    /// The operator with the events of `layer`.
    #[must_use]
    pub fn of(layer: &Layer<u64>, input: &Shape<u64>, output: &Shape<u64>) -> Self {
        let mut cost = Ledger::zero();
        layer.record(input, output, &mut cost.tally(Part::Main, &1));
        let amounts = Event::ALL.iter().map(|event| (*event, cost.amount(*event)));
        let events = amounts.filter(|(_, amount)| *amount > 0).collect();
        let (kind, settings) = (layer.kind(), layer.settings());
        Operator { kind, output: output.clone(), events, settings }
    }
}

impl<S> Operator<S> {
    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }
}

impl<S: Scalar> Operator<S> {
    /// Adds its events for one image to the ledger.
    #[inline]
    pub(in crate::counting) fn record_events(&self, tally: &mut Tally<S>) {
        for (event, amount) in &self.events {
            tally.add(*event, &[amount]);
        }
    }
}

impl<S: Scalar> Primitive<S> for Operator<S> {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    /// Unknown: a graph for inference does not say what training keeps.
    const SAVED: SavedOf<Self, S> = keeps_nothing;

    fn output(&self, _input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        Ok(self.output.clone())
    }

    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, tally: &mut Tally<S>) {
        self.record_events(tally);
    }

    fn settings(&self) -> Settings {
        self.settings.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Linear, counted};

    #[test]
    fn an_operator_records_the_events_of_its_layer() {
        let linear = Layer::Linear(Linear { input: 1280, output: 1000, bias: true });
        let (input, output) = (Shape::single(1280), Shape::single(1000));
        let operator = Layer::Operator(Operator::of(&linear, &input, &output));
        assert_eq!(operator.kind(), "linear");
        assert_eq!(counted(&operator, [1280, 1, 1]), counted(&linear, [1280, 1, 1]));
    }
}
