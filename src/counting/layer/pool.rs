//! Pooling: with a window, or over the whole map.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, Saved, SavedOf, Setting, Settings, ShapeError, TrafficOf,
    Window, beside, once,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// How a pool reduces the elements under its window.
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

/// Average pooling of any map to a given size, such as 1 × 1 or 7 × 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdaptivePool {
    /// Rows and columns of the output.
    pub size: [u64; 2],
    /// How libraries write it, which decides what counters see.
    pub style: PoolStyle,
}

/// Three ways to write the same mean. Counters treat them differently: most count a pool, few a mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolStyle {
    /// A pool before the classifier.
    Pool,
    /// The pool of a gate, which some libraries write as a pool and some as a mean.
    Squeeze,
    /// A reduction over the rows and columns.
    Mean,
}

/// The words for pools with a window.
const WITH_WINDOW: &[&str] = &["max", "average"];

/// The word for a pool to a size.
const ADAPTIVE: &[&str] = &["adaptive"];

/// `pool = KIND`: with a window, to a size, or over the whole map.
impl<S: Scalar> FromSpec<S> for Pool {
    const STEP: Step = Step {
        key: Key::word("pool", &["global", "squeeze", "mean", "max", "average", "adaptive"]),
        options: &[
            &Window::keys_with(WITH_WINDOW),
            &[
                Key::flag("ceil", false).only_with(WITH_WINDOW),
                Key::optional("size", KeyKind::Pair, "the size to pool to").only_with(ADAPTIVE),
                Key::optional("at_least", KeyKind::Pair, "the least size").only_with(ADAPTIVE),
            ],
        ],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let with_window = |kind| {
            let window = Window { ceil: values.flag("ceil")?, ..Window::from_values(values)? };
            Ok(Some(Layer::Pool(Pool { kind, window })))
        };
        let to_size = |style, size| Ok(Some(Layer::AdaptivePool(AdaptivePool { size, style })));
        match values.word("pool")? {
            "max" => with_window(PoolKind::Max),
            "average" => with_window(PoolKind::Average),
            "adaptive" => match (values.pair("size"), values.pair("at_least")) {
                (Ok(size), Err(_)) => to_size(PoolStyle::Pool, size),
                (Err(_), Ok(least)) => Ok(at_least(least, values.input)),
                (Ok(_), Ok(_)) | (Err(_), Err(_)) => Err(ShapeError::OneOf("size", "at_least")),
            },
            "squeeze" => to_size(PoolStyle::Squeeze, [1; 2]),
            "mean" => to_size(PoolStyle::Mean, [1; 2]),
            _ => to_size(PoolStyle::Pool, [1; 2]),
        }
    }
}

impl Pool {
    /// The input; the maximum's place in it as well.
    fn saved<S: Scalar>(&self, _input: &Shape<S>, out: &Shape<S>) -> Saved<S> {
        match self.kind {
            PoolKind::Max => {
                let indices = S::product(&[&out.channels, &out.height, &out.width]);
                Saved { indices, ..Saved::input() }
            }
            PoolKind::Average => Saved::input(),
        }
    }
}

/// A pool to a map with no side below `least`; `None` for a map that has none.
fn at_least<S: Scalar>(least: [u64; 2], input: &Shape<S>) -> Option<Layer<S>> {
    let is_short = |side: &S, least: u64| side.compare(&S::whole(least)).is_lt();
    if !is_short(&input.height, least[0]) && !is_short(&input.width, least[1]) {
        return None;
    }
    let size = [input.height.exact().max(least[0]), input.width.exact().max(least[1])];
    Some(Layer::AdaptivePool(AdaptivePool { size, style: PoolStyle::Pool }))
}

impl<S: Scalar> Primitive<S> for Pool {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    const SAVED: SavedOf<Self, S> = Pool::saved;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let [height, width] = self.window.output(input)?;
        Ok(Shape { channels: input.channels.clone(), height, width })
    }

    #[inline]
    fn record(&self, input: &Shape<S>, out: &Shape<S>, tally: &mut Tally<S>) {
        let inputs = [&input.channels, &input.height, &input.width];
        let [input_event, output_event] = match self.kind {
            PoolKind::Max => [Event::MaxPoolInputs, Event::MaxPoolOutputs],
            PoolKind::Average => [Event::AveragePoolInputs, Event::AveragePoolOutputs],
        };
        tally.add(input_event, &inputs);
        tally.add(output_event, &[&out.channels, &out.height, &out.width]);
    }

    fn settings(&self) -> Settings {
        let variant = match self.kind {
            PoolKind::Max => "max",
            PoolKind::Average => "average",
        };
        Settings::new([("variant", Setting::word(variant))]).and(self.window.settings())
    }
}

impl AdaptivePool {
    /// A pool to one position is a mean, which keeps nothing.
    fn saved<S: Scalar>(&self, _input: &Shape<S>, _output: &Shape<S>) -> Saved<S> {
        if self.size == [1, 1] { Saved::nothing() } else { Saved::input() }
    }

    pub(super) fn kind(self) -> &'static str {
        match (self.style, self.size) {
            (PoolStyle::Pool, [1, 1]) => "global_pool",
            (PoolStyle::Pool, _) => "adaptive_pool",
            (PoolStyle::Squeeze, _) => "squeeze",
            (PoolStyle::Mean, _) => "mean",
        }
    }
}

impl<S: Scalar> Primitive<S> for AdaptivePool {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    const SAVED: SavedOf<Self, S> = AdaptivePool::saved;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let [height, width] = self.size;
        if height == 0 || width == 0 {
            return Err(ShapeError::Zero("the size to pool to"));
        }
        let (height, width) = (S::whole(height), S::whole(width));
        Ok(Shape { channels: input.channels.clone(), height, width })
    }

    #[inline]
    fn record(&self, input: &Shape<S>, out: &Shape<S>, tally: &mut Tally<S>) {
        let [inputs, outputs] = match self.style {
            PoolStyle::Pool => [Event::AdaptivePoolInputs, Event::AdaptivePoolOutputs],
            PoolStyle::Squeeze => [Event::SqueezeInputs, Event::SqueezeOutputs],
            PoolStyle::Mean => [Event::MeanInputs, Event::MeanOutputs],
        };
        tally.add(inputs, &[&input.channels, &input.height, &input.width]);
        tally.add(outputs, &[&out.channels, &out.height, &out.width]);
    }

    fn settings(&self) -> Settings {
        Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Padding, counted};

    fn pool_to(side: u64, style: PoolStyle) -> Layer<u64> {
        Layer::AdaptivePool(AdaptivePool { size: [side; 2], style })
    }

    #[test]
    fn a_window_pool_counts_inputs_and_outputs() {
        let window = Window {
            kernel: [3; 2],
            stride: [2; 2],
            dilation: [1; 2],
            padding: Padding::Fixed([1; 2]),
            ceil: false,
        };
        let of_kind = |kind| counted(&Layer::Pool(Pool { kind, window }), [64, 112, 112]);
        let (output, cost) = of_kind(PoolKind::Max);
        assert_eq!(output, "64×56×56");
        assert_eq!(cost.amount(Event::MaxPoolInputs), 64 * 112 * 112);
        assert_eq!(cost.amount(Event::MaxPoolOutputs), 64 * 56 * 56);
        let (_, cost) = of_kind(PoolKind::Average);
        assert_eq!(cost.amount(Event::AveragePoolInputs), 64 * 112 * 112);
        assert_eq!(cost.amount(Event::AveragePoolOutputs), 64 * 56 * 56);
    }

    #[test]
    fn global_pooling_leaves_one_position() {
        let (output, cost) = counted(&pool_to(1, PoolStyle::Pool), [1280, 7, 7]);
        assert_eq!(output, "1280×1×1");
        assert_eq!(cost.amount(Event::AdaptivePoolInputs), 1280 * 49);
        assert_eq!(cost.amount(Event::AdaptivePoolOutputs), 1280);
        assert_eq!(cost.total(Event::PARAMS), 0);
    }

    #[test]
    fn any_map_is_pooled_to_the_size() {
        assert_eq!(counted(&pool_to(7, PoolStyle::Pool), [512, 10, 8]).0, "512×7×7");
        let map = Shape::<u64>::single(8);
        assert!(AdaptivePool { size: [0, 1], style: PoolStyle::Pool }.output(&map).is_err());
    }

    #[test]
    fn a_squeeze_and_a_mean_are_counted_separately() {
        let (_, cost) = counted(&pool_to(1, PoolStyle::Squeeze), [8, 4, 4]);
        assert_eq!(cost.amount(Event::SqueezeInputs), 128);
        let (_, cost) = counted(&pool_to(1, PoolStyle::Mean), [8, 4, 4]);
        assert_eq!(cost.amount(Event::MeanInputs), 128);
        assert_eq!(cost.amount(Event::AdaptivePoolInputs), 0);
    }
}
