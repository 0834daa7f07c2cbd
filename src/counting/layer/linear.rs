//! Linear layer over the channels, at every position of the map.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, SavedOf, Setting, Settings, ShapeError, TrafficOf, beside,
    keeps_input, once,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// A linear (fully connected) layer. On a pooled map it is the classifier; on a larger map or a
/// sequence of tokens it acts on every position.
#[derive(Clone, Debug)]
pub struct Linear<S> {
    /// Input features.
    pub input: S,
    /// Output features.
    pub output: S,
    /// Whether each output feature has a bias.
    pub bias: bool,
}

impl<S: Scalar> FromSpec<S> for Linear<S> {
    const STEP: Step = Step {
        key: Key::required("linear", KeyKind::Channels, "the number of output features"),
        options: &[&[Key::flag("bias", true)]],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let (output, bias) = (values.amount("linear")?, values.flag("bias")?);
        Ok(Some(Layer::Linear(Linear { input: values.input.channels.clone(), output, bias })))
    }
}

impl<S: Scalar> Primitive<S> for Linear<S> {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    const SAVED: SavedOf<Self, S> = keeps_input;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let (expected, found) = (self.input.exact(), input.channels.exact());
        if expected != found {
            return Err(ShapeError::Channels { expected, found });
        }
        if self.output.exact() == 0 {
            return Err(ShapeError::Zero("the number of output features"));
        }
        Ok(input.with_channels(self.output.clone()))
    }

    #[inline]
    fn record(&self, _input: &Shape<S>, out: &Shape<S>, tally: &mut Tally<S>) {
        tally.add(Event::LinearMacs, &[&out.height, &out.width, &self.input, &self.output]);
        tally.add(Event::LinearWeights, &[&self.input, &self.output]);
        tally.add(Event::LinearOutputs, &[&out.channels, &out.height, &out.width]);
        tally.add(Event::LinearParamUses, &[&self.input, &self.output]);
        if self.bias {
            tally.add(Event::LinearParamUses, &[&self.output]);
            tally.add(Event::LinearBiasAdds, &[&out.channels, &out.height, &out.width]);
            tally.add(Event::LinearBiases, &[&self.output]);
        }
    }

    fn settings(&self) -> Settings {
        Settings::new([("bias", Setting::Flag(self.bias))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    #[test]
    fn a_classifier_and_a_layer_over_positions() {
        let layer = Layer::Linear(Linear { input: 1280, output: 1000, bias: true });
        let (output, cost) = counted(&layer, [1280, 1, 1]);
        assert_eq!(output, "1000×1×1");
        assert_eq!(cost.total(Event::MACS), 1_280_000);
        assert_eq!(cost.total(Event::PARAMS), 1_281_000);
        let (_, cost) = counted(&layer, [1280, 7, 7]);
        assert_eq!(cost.total(Event::MACS), 49 * 1_280_000);
        assert_eq!(cost.amount(Event::LinearBiasAdds), 49_000);
    }
}
