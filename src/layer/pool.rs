//! Pooling: with a window, or over the whole map.

use crate::cost::{Event, Tally};
use crate::layer::{ShapeError, Window};
use crate::scalar::Scalar;
use crate::shape::Shape;

/// What a pool makes of the elements under its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolKind {
    /// Their maximum.
    Max,
    /// Their mean.
    Average,
}

/// Pooling with a sliding window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Maximum or mean.
    pub kind: PoolKind,
    /// Kernel, stride and padding.
    pub window: Window,
}

/// The mean over the whole map: what is left is one value per channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalPool;

impl Pool {
    pub(super) fn output<S: Scalar>(self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let [height, width] = self.window.output(input)?;
        Ok(Shape { channels: input.channels.clone(), height, width })
    }

    #[inline]
    pub(super) fn record<S: Scalar>(self, input: &Shape<S>, out: &Shape<S>, tally: &mut Tally<S>) {
        let [inputs, outputs, windows] = match self.kind {
            PoolKind::Max => [Event::MaxPoolInputs, Event::MaxPoolOutputs, Event::MaxPoolWindows],
            PoolKind::Average => {
                [Event::AveragePoolInputs, Event::AveragePoolOutputs, Event::AveragePoolWindows]
            }
        };
        let area = S::whole(self.window.area());
        tally.add(inputs, &[&input.channels, &input.height, &input.width]);
        tally.add(outputs, &[&out.channels, &out.height, &out.width]);
        tally.add(windows, &[&out.channels, &out.height, &out.width, &area]);
    }
}

impl GlobalPool {
    pub(super) fn output<S: Scalar>(self, input: &Shape<S>) -> Shape<S> {
        Shape::single(input.channels.clone())
    }

    #[inline]
    pub(super) fn record<S: Scalar>(self, input: &Shape<S>, tally: &mut Tally<S>) {
        tally.add(Event::GlobalPoolInputs, &[&input.channels, &input.height, &input.width]);
        tally.add(Event::GlobalPoolOutputs, &[&input.channels]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{Layer, Padding, counted};

    #[test]
    fn a_window_pool_counts_inputs_outputs_and_comparisons() {
        let window = Window {
            kernel: [3; 2],
            stride: [2; 2],
            dilation: [1; 2],
            padding: Padding::Fixed([1; 2]),
            ceil: false,
        };
        let layer = Layer::Pool(Pool { kind: PoolKind::Max, window });
        let (output, cost) = counted(&layer, [64, 112, 112]);
        assert_eq!(output, "64×56×56");
        assert_eq!(*cost.amount(Event::MaxPoolInputs), 64 * 112 * 112);
        assert_eq!(*cost.amount(Event::MaxPoolOutputs), 64 * 56 * 56);
        assert_eq!(*cost.amount(Event::MaxPoolWindows), 64 * 56 * 56 * 9);
    }

    #[test]
    fn global_pooling_leaves_one_position() {
        let (output, cost) = counted(&Layer::GlobalPool(GlobalPool), [1280, 7, 7]);
        assert_eq!(output, "1280×1×1");
        assert_eq!(*cost.amount(Event::GlobalPoolInputs), 1280 * 49);
        assert_eq!(cost.total(Event::PARAMS), 0);
    }
}
