//! Convolution: dense, grouped or depthwise.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, Saved, SavedOf, Setting, Settings, ShapeError, TrafficOf,
    Window, beside, once,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// A two-dimensional convolution.
#[derive(Clone, Debug)]
pub struct Conv<S> {
    /// Output channels.
    pub output: S,
    /// Input channels of one group: 1 in a depthwise convolution.
    pub fan_in: S,
    /// Groups: as many as input channels in a depthwise convolution.
    pub groups: S,
    /// Kernel, stride, dilation and padding.
    pub window: Window,
    /// Whether each output channel has a bias.
    pub bias: bool,
    /// Whether a program copies the map with its padding where the stride is above 1, as for one-sided padding in
    /// PyTorch. It changes what training keeps, not the result.
    pub padded_copy: bool,
}

impl<S: Scalar> Conv<S> {
    /// A convolution from `input` to `output` channels in `groups`, which must divide both.
    pub fn new(
        input: &S,
        output: S,
        groups: S,
        window: Window,
        bias: bool,
    ) -> Result<Self, ShapeError> {
        let undivided = |side, channels: &S| ShapeError::Groups {
            groups: groups.exact(),
            channels: channels.exact(),
            side,
        };
        if output.exact() == 0 {
            return Err(ShapeError::Zero("the number of output channels"));
        }
        let fan_in = input.divided(&groups).ok_or_else(|| undivided("input", input))?;
        output.divided(&groups).ok_or_else(|| undivided("output", &output))?;
        Ok(Conv { output, fan_in, groups, window, bias, padded_copy: false })
    }

    /// Fails if the input has other channels than the layer was built for.
    pub(super) fn check_channels(&self, input: &Shape<S>) -> Result<(), ShapeError> {
        let expected = S::product(&[&self.fan_in, &self.groups]).exact();
        let found = input.channels.exact();
        if expected == found { Ok(()) } else { Err(ShapeError::Channels { expected, found }) }
    }

    /// The input, or its padded copy.
    fn saved(&self, input: &Shape<S>, output: &Shape<S>) -> Saved<S> {
        let [height, width] = self.window.covered(output);
        let is_padded = height > input.height.exact() || width > input.width.exact();
        if !self.padded_copy || !is_padded || self.window.stride == [1, 1] {
            return Saved::input();
        }
        let copies = S::product(&[&input.channels, &S::whole(height), &S::whole(width)]);
        Saved { copies, ..Saved::nothing() }
    }

    /// The number of weights, without biases.
    #[inline]
    pub(super) fn weights(&self) -> S {
        S::product(&[&self.fan_in, &self.output, &S::whole(self.window.area())])
    }

    /// Records everything but multiply-adds; `positions` are the output's.
    #[inline]
    pub(super) fn record_params_and_outputs(
        &self,
        weights: &S,
        positions: &S,
        tally: &mut Tally<S>,
    ) {
        tally.add(Event::ConvWeights, &[weights]);
        tally.add(Event::ConvOutputs, &[&self.output, positions]);
        if self.bias {
            tally.add(Event::ConvBiasAdds, &[&self.output, positions]);
            tally.add(Event::ConvBiases, &[&self.output]);
        }
    }
}

impl<S: Scalar> FromSpec<S> for Conv<S> {
    const STEP: Step = Step {
        key: Key::required("conv", KeyKind::Channels, "the number of output channels"),
        options: &[
            &Window::KEYS,
            &[
                Key::required("groups", KeyKind::Amount, "the number of groups").or(1.0),
                Key::flag("bias", false),
                Key::flag("padded_copy", false),
            ],
        ],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let (output, groups) = (values.amount("conv")?, values.amount("groups")?);
        let (window, bias) = (Window::from_values(values)?, values.flag("bias")?);
        let conv = Conv::new(&values.input.channels, output, groups, window, bias)?;
        Ok(Some(Layer::Conv(Conv { padded_copy: values.flag("padded_copy")?, ..conv })))
    }
}

impl<S: Scalar> Primitive<S> for Conv<S> {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    const SAVED: SavedOf<Self, S> = Conv::saved;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        self.check_channels(input)?;
        let [height, width] = self.window.output(input)?;
        Ok(Shape { channels: self.output.clone(), height, width })
    }

    #[inline]
    fn record(&self, _input: &Shape<S>, out: &Shape<S>, tally: &mut Tally<S>) {
        let (weights, positions) = (self.weights(), S::product(&[&out.height, &out.width]));
        tally.add(Event::ConvMacs, &[&positions, &weights]);
        self.record_params_and_outputs(&weights, &positions, tally);
    }

    fn settings(&self) -> Settings {
        let own =
            [("groups", Setting::Number(self.groups.exact())), ("bias", Setting::Flag(self.bias))];
        self.window.settings().and(Settings::new(own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Padding, counted};

    fn conv(input: u64, output: u64, groups: u64, kernel: u64, bias: bool) -> Layer<u64> {
        let window = Window {
            kernel: [kernel; 2],
            stride: [1; 2],
            dilation: [1; 2],
            padding: Padding::Same,
            ceil: false,
        };
        Layer::Conv(Conv::new(&input, output, groups, window, bias).expect("groups divide"))
    }

    #[test]
    fn macs_are_positions_times_output_times_fan_in_times_area() {
        let (output, cost) = counted(&conv(24, 40, 1, 3, true), [24, 56, 56]);
        assert_eq!(output, "40×56×56");
        assert_eq!(cost.amount(Event::ConvMacs), 56 * 56 * 40 * 24 * 9);
        assert_eq!(cost.total(Event::PARAMS), 40 * 24 * 9 + 40);
        assert_eq!(cost.amount(Event::ConvBiasAdds), 40 * 56 * 56);
    }

    #[test]
    fn a_depthwise_convolution_has_a_fan_in_of_one() {
        let (_, cost) = counted(&conv(144, 144, 144, 5, false), [144, 28, 28]);
        assert_eq!(cost.amount(Event::ConvMacs), 28 * 28 * 144 * 25);
        assert_eq!(cost.total(Event::PARAMS), 144 * 25);
        assert_eq!(cost.total(Event::ACTIVATIONS), 144 * 28 * 28);
    }

    #[test]
    fn groups_must_divide_both_sides() {
        let Layer::Conv(Conv { window, .. }) = conv(8, 8, 1, 3, false) else {
            return;
        };
        assert!(Conv::new(&10u64, 8, 4, window, false).is_err());
        assert!(Conv::new(&8u64, 10, 4, window, false).is_err());
        assert!(Conv::new(&8u64, 0, 1, window, false).is_err());
        assert!(Conv::new(&8u64, 8, 0, window, false).is_err());
    }
}
