//! A learned scale per channel (ConvNeXt's layer scale).

use crate::counting::layer::step::{FromSpec, Key, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, SavedOf, Settings, ShapeError, TrafficOf, elementwise, in_place,
    keeps_input,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Multiplies each channel by a learned value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearnedScale;

impl<S: Scalar> FromSpec<S> for LearnedScale {
    const STEP: Step = Step { key: Key::bare("learned_scale"), options: &[] };

    fn from_values(_values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        Ok(Some(Layer::LearnedScale(LearnedScale)))
    }
}

impl<S: Scalar> Primitive<S> for LearnedScale {
    const FOOTPRINT: FootprintOf<Self, S> = in_place;
    const TRAFFIC: TrafficOf<Self, S> = elementwise;
    const SAVED: SavedOf<Self, S> = keeps_input;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        Ok(input.clone())
    }

    #[inline]
    fn record(&self, input: &Shape<S>, _output: &Shape<S>, tally: &mut Tally<S>) {
        tally.add(Event::ScaleMultiplies, &[&input.channels, &input.height, &input.width]);
        tally.add(Event::Embeddings, &[&input.channels]);
    }

    fn settings(&self) -> Settings {
        Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    #[test]
    fn one_parameter_per_channel_and_one_product_per_element() {
        let (_, cost) = counted(&Layer::LearnedScale(LearnedScale), [96, 56, 56]);
        assert_eq!(cost.total(Event::PARAMS), 96);
        assert_eq!(cost.amount(Event::ScaleMultiplies), 96 * 56 * 56);
        assert_eq!(cost.total(Event::MACS), 0);
    }
}
