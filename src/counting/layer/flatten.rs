//! A map laid out as one vector.

use crate::counting::layer::step::{FromSpec, Key, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, SavedOf, Settings, ShapeError, TrafficOf, in_place, is_view,
    view,
};
use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Turns c channels of h × w into c·h·w features at one position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flatten;

impl<S: Scalar> FromSpec<S> for Flatten {
    const STEP: Step = Step { key: Key::bare("flatten"), options: &[] };

    fn from_values(_values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        Ok(Some(Layer::Flatten(Flatten)))
    }
}

impl<S: Scalar> Primitive<S> for Flatten {
    const FOOTPRINT: FootprintOf<Self, S> = in_place;
    const TRAFFIC: TrafficOf<Self, S> = view;
    const SAVED: SavedOf<Self, S> = is_view;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        Ok(Shape::single(S::product(&[&input.channels, &input.height, &input.width])))
    }

    /// Costs nothing: the values keep their place in memory.
    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, _tally: &mut Tally<S>) {}

    fn settings(&self) -> Settings {
        Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    #[test]
    fn a_map_becomes_features() {
        let (output, cost) = counted(&Layer::Flatten(Flatten), [512, 7, 7]);
        assert_eq!(output, "25088×1×1");
        assert_eq!(cost, crate::counting::ledger::Ledger::zero());
    }
}
