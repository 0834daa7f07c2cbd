//! Transposed convolution: a larger map, each input element spread over a kernel.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    Conv, FootprintOf, Layer, Primitive, SavedOf, Setting, Settings, ShapeError, TrafficOf, Window,
    beside, keeps_input, once,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::counting::side::Resize;

/// A two-dimensional transposed convolution: a convolution run from outputs back to inputs.
///
/// A side of i pixels becomes (i − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1
/// (Dumoulin & Visin 2016, arXiv:1603.07285, section 4, with dilation as in section 5.1), and i·stride with SAME
/// padding. Each input position costs one multiply-add per weight.
#[derive(Clone, Debug)]
pub struct TransposedConv<S> {
    /// Channels, kernel, stride, dilation, padding and bias, as a convolution has them.
    pub conv: Conv<S>,
    /// Rows and columns added at the end of the output.
    pub output_padding: [u64; 2],
}

impl<S: Scalar> FromSpec<S> for TransposedConv<S> {
    const STEP: Step = Step {
        key: Key::required("transposed_conv", KeyKind::Channels, "the number of output channels"),
        options: &[&[
            Key::required("kernel", KeyKind::Pair, "the kernel"),
            Key::required("stride", KeyKind::Pair, "the stride").or(1.0),
            Key::required("dilation", KeyKind::Pair, "the dilation").or(1.0),
            Key::required("padding", KeyKind::Padding, "the padding").or(0.0),
            Key::required("output_padding", KeyKind::Pair, "the output padding").or(0.0),
            Key::required("groups", KeyKind::Amount, "the number of groups").or(1.0),
            Key::flag("bias", false),
        ]],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let (output, groups) = (values.amount("transposed_conv")?, values.amount("groups")?);
        let (window, bias) = (Window::from_values(values)?, values.flag("bias")?);
        let conv = Conv::new(&values.input.channels, output, groups, window, bias)?;
        let output_padding = values.pair("output_padding")?;
        Ok(Some(Layer::TransposedConv(TransposedConv { conv, output_padding })))
    }
}

impl<S: Scalar> Primitive<S> for TransposedConv<S> {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    const SAVED: SavedOf<Self, S> = keeps_input;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        self.conv.check_channels(input)?;
        let height = input.height.resized(self.along(0))?;
        let width = input.width.resized(self.along(1))?;
        Ok(Shape { channels: self.conv.output.clone(), height, width })
    }

    #[inline]
    fn record(&self, input: &Shape<S>, out: &Shape<S>, tally: &mut Tally<S>) {
        let (weights, positions) = (self.conv.weights(), S::product(&[&out.height, &out.width]));
        tally.add(Event::TransposedConvMacs, &[&input.height, &input.width, &weights]);
        tally.add(Event::TransposedConvOutputMacs, &[&positions, &weights]);
        self.conv.record_params_and_outputs(&weights, &positions, tally);
    }

    fn settings(&self) -> Settings {
        let extra = ("output_padding", Setting::sides(self.output_padding));
        self.conv.settings().and(Settings::new([extra]))
    }
}

impl<S: Scalar> TransposedConv<S> {
    /// What it does to the rows (0) or the columns (1).
    fn along(&self, axis: usize) -> Resize {
        let windows = self.conv.window.along(axis);
        Resize::Spread { windows, output_padding: self.output_padding[axis] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Padding, counted};

    fn layer(groups: u64, numbers: [u64; 4], output_padding: u64) -> TransposedConv<u64> {
        let [kernel, stride, padding, dilation] = numbers.map(|number| [number; 2]);
        let padding = Padding::Fixed(padding);
        let window = Window { kernel, stride, dilation, padding, ceil: false };
        let conv = Conv::new(&64, 32, groups, window, true).expect("groups divide");
        TransposedConv { conv, output_padding: [output_padding; 2] }
    }

    #[test]
    fn a_decoder_doubles_the_map_at_one_product_per_weight_and_input_position() {
        let (output, cost) =
            counted(&Layer::TransposedConv(layer(1, [2, 2, 0, 1], 0)), [64, 28, 28]);
        assert_eq!(output, "32×56×56");
        assert_eq!(cost.total(Event::MACS), 28 * 28 * 64 * 32 * 4);
        assert_eq!(cost.total(&[Event::TransposedConvOutputMacs]), 4 * 28 * 28 * 64 * 32 * 4);
        assert_eq!(cost.total(Event::PARAMS), 64 * 32 * 4 + 32);
        assert_eq!(cost.total(Event::ACTIVATIONS), 32 * 56 * 56);
        assert_eq!(cost.total(&[Event::ConvBiasAdds]), 32 * 56 * 56);
    }

    #[test]
    fn sizes_match_pytorch_conv_transpose_2d() {
        for (numbers, output_padding, side) in [
            ([3, 2, 1, 1], 1, 14),
            ([3, 2, 1, 1], 0, 13),
            ([4, 2, 1, 1], 0, 14),
            ([3, 1, 0, 2], 0, 11),
        ] {
            let (output, cost) =
                counted(&Layer::TransposedConv(layer(4, numbers, output_padding)), [64, 7, 7]);
            assert_eq!(output, format!("32×{side}×{side}"));
            let weights = 64 * 32 / 4 * numbers[0] * numbers[0];
            assert_eq!(cost.total(Event::MACS), u128::from(49 * weights));
        }
    }

    #[test]
    fn an_empty_output_a_large_output_padding_and_a_stride_of_zero_are_errors() {
        let map = Shape { channels: 64u64, height: 1, width: 1 };
        assert!(layer(1, [2, 2, 1, 1], 0).output(&map).is_err());
        assert!(layer(1, [2, 2, 0, 1], 2).output(&map).is_err());
        assert!(layer(1, [2, 0, 0, 1], 0).output(&map).is_err());
    }
}
