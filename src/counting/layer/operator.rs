//! An operator of an imported graph: what it records is known, and no rule scales it.

use crate::counting::layer::{FootprintOf, Layer, Primitive, ShapeError, beside};
use crate::counting::ledger::{Event, Ledger, Part, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// A layer that was counted where it was read.
#[derive(Clone, Debug)]
pub struct Operator<S> {
    /// The kind of layer that it is.
    pub kind: &'static str,
    /// The shape of what it puts out.
    pub output: Shape<S>,
    /// What happens in it, and what it stores.
    pub events: Vec<(Event, S)>,
}

impl Operator<u64> {
    /// What another layer records between two shapes.
    #[must_use]
    pub fn of(layer: &Layer<u64>, input: &Shape<u64>, output: &Shape<u64>) -> Self {
        let mut cost = Ledger::zero();
        layer.record(input, output, &mut Tally::new(&mut cost, &1, Part::Main));
        let amounts = Event::ALL.iter().map(|event| (*event, cost.amount(*event)));
        let events = amounts.filter(|(_, amount)| *amount > 0).collect();
        Operator { kind: layer.kind(), output: output.clone(), events }
    }
}

impl<S> Operator<S> {
    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }
}

impl<S: Scalar> Primitive<S> for Operator<S> {
    const FOOTPRINT: FootprintOf<Self, S> = beside;

    fn output(&self, _input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        Ok(self.output.clone())
    }

    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, tally: &mut Tally<S>) {
        for (event, amount) in &self.events {
            tally.add(*event, &[amount]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Linear, counted};

    #[test]
    fn an_operator_records_what_the_layer_does_that_it_was_made_of() {
        let linear = Layer::Linear(Linear { input: 1280, output: 1000, bias: true });
        let (input, output) = (Shape::single(1280), Shape::single(1000));
        let operator = Layer::Operator(Operator::of(&linear, &input, &output));
        assert_eq!(operator.kind(), "linear");
        assert_eq!(counted(&operator, [1280, 1, 1]), counted(&linear, [1280, 1, 1]));
    }
}
