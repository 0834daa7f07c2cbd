//! Joins: sums of branches, and maps times their gates.

use crate::counting::layer::{
    FootprintOf, Primitive, Saved, SavedOf, Settings, ShapeError, TrafficOf, elementwise, in_place,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Joins two maps of the same shape, element by element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// A residual branch and its shortcut, added.
    Add,
    /// A map and its gate (squeeze-and-excitation), multiplied.
    Multiply,
}

impl Join {
    /// A product keeps both of its factors; the walk through the tree adds the gate.
    fn saved<S: Scalar>(self) -> Saved<S> {
        match self {
            Join::Add => Saved::nothing(),
            Join::Multiply => Saved::input(),
        }
    }

    pub(in crate::counting) fn kind(self) -> &'static str {
        match self {
            Join::Add => "add",
            Join::Multiply => "multiply",
        }
    }
}

impl<S: Scalar> Primitive<S> for Join {
    const FOOTPRINT: FootprintOf<Self, S> = in_place;
    const TRAFFIC: TrafficOf<Self, S> = elementwise;
    const SAVED: SavedOf<Self, S> = |join, _, _| join.saved();

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        Ok(input.clone())
    }

    #[inline]
    fn record(&self, input: &Shape<S>, _output: &Shape<S>, tally: &mut Tally<S>) {
        let event = match self {
            Join::Add => Event::ResidualAdds,
            Join::Multiply => Event::GateMultiplies,
        };
        tally.add(event, &[&input.channels, &input.height, &input.width]);
    }

    fn settings(&self) -> Settings {
        Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Layer, counted};

    #[test]
    fn a_join_costs_one_operation_per_element() {
        for (join, event) in
            [(Join::Add, Event::ResidualAdds), (Join::Multiply, Event::GateMultiplies)]
        {
            let (output, cost) = counted(&Layer::Join(join), [24, 56, 56]);
            assert_eq!(output, "24×56×56");
            assert_eq!(cost.amount(event), 24 * 56 * 56);
        }
    }
}
