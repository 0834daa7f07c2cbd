//! Normalisation: batch, layer or group norm, or by constants of the data set.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, Saved, SavedOf, Setting, Settings, ShapeError, Traffic,
    TrafficOf, in_place,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// A norm, with what it learns for each channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Norm {
    /// What the mean and variance are taken over.
    pub kind: NormKind,
    /// Whether each channel has a learned scale.
    pub scale: bool,
    /// Whether each channel has a learned shift.
    pub shift: bool,
}

/// What a norm takes its mean and variance over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormKind {
    /// Over the batch; a running mean and variance per channel are stored but not trained.
    Batch,
    /// Over the channels at each position.
    Layer,
    /// Over groups of channels, which must divide the channels.
    Group(u64),
    /// Over the data set: a mean and variance per channel and the number of images are stored (Keras'
    /// `Normalization`). Nothing is learned.
    Input,
}

impl Norm {
    /// A norm whose mean and variance are known is a product and a sum; others read their input to find them.
    fn traffic<S>(&self, _output: &Shape<S>) -> Traffic<S> {
        match self.kind {
            NormKind::Batch | NormKind::Input => Traffic::Elementwise,
            NormKind::Layer | NormKind::Group(_) => Traffic::Once,
        }
    }

    /// The input, and a mean and a deviation for everything that is normalised together.
    fn saved<S: Scalar>(&self, input: &Shape<S>, _output: &Shape<S>) -> Saved<S> {
        let two = S::whole(2);
        match self.kind {
            NormKind::Batch => {
                let batch_statistics = S::product(&[&two, &input.channels]);
                Saved { batch_statistics, ..Saved::input() }
            }
            NormKind::Layer => {
                let statistics = S::product(&[&two, &input.height, &input.width]);
                Saved { statistics, ..Saved::input() }
            }
            NormKind::Group(groups) => {
                let statistics = S::product(&[&two, &S::whole(groups)]);
                Saved { statistics, ..Saved::input() }
            }
            NormKind::Input => Saved::nothing(),
        }
    }
}

impl<S: Scalar> FromSpec<S> for Norm {
    const STEP: Step = Step {
        key: Key::word("norm", &["batch", "layer", "group", "input", "none"]),
        options: &[&[
            Key::required("groups", KeyKind::Amount, "the number of groups")
                .or(1.0)
                .only_with(&["group"]),
            Key::flag("scale", true).only_with(&["batch", "layer", "group"]),
            Key::flag("shift", true).only_with(&["batch", "layer", "group"]),
        ]],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let kind = match values.word("norm")? {
            "batch" => NormKind::Batch,
            "layer" => NormKind::Layer,
            "group" => NormKind::Group(values.amount("groups")?.exact()),
            "input" => {
                let norm = Norm { kind: NormKind::Input, scale: false, shift: false };
                return Ok(Some(Layer::Norm(norm)));
            }
            _ => return Ok(None),
        };
        let (scale, shift) = (values.flag("scale")?, values.flag("shift")?);
        Ok(Some(Layer::Norm(Norm { kind, scale, shift })))
    }
}

impl<S: Scalar> Primitive<S> for Norm {
    const FOOTPRINT: FootprintOf<Self, S> = in_place;
    const TRAFFIC: TrafficOf<Self, S> = Norm::traffic;
    const SAVED: SavedOf<Self, S> = Norm::saved;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        match self.kind {
            NormKind::Group(groups) if input.channels.exact().checked_rem(groups) != Some(0) => {
                let channels = input.channels.exact();
                Err(ShapeError::Groups { groups, channels, side: "input" })
            }
            NormKind::Batch | NormKind::Layer | NormKind::Group(_) | NormKind::Input => {
                Ok(input.clone())
            }
        }
    }

    #[inline]
    fn record(&self, input: &Shape<S>, _output: &Shape<S>, tally: &mut Tally<S>) {
        let is_plain = !self.scale && !self.shift;
        let elements = match self.kind {
            NormKind::Batch if is_plain => Event::PlainBatchNormElements,
            NormKind::Batch => Event::BatchNormElements,
            NormKind::Layer if is_plain => Event::PlainLayerNormElements,
            NormKind::Layer => Event::LayerNormElements,
            NormKind::Group(_) => Event::GroupNormElements,
            NormKind::Input => Event::InputNormElements,
        };
        let mean_and_variance = S::product(&[&input.channels, &S::whole(2)]);
        tally.add(elements, &[&input.channels, &input.height, &input.width]);
        match self.kind {
            NormKind::Batch => tally.add(Event::NormStatistics, &[&mean_and_variance]),
            NormKind::Layer | NormKind::Group(_) => {}
            NormKind::Input => {
                let mut stored = mean_and_variance;
                stored.increase(&S::whole(1));
                return tally.add(Event::NormStatistics, &[&stored]);
            }
        }
        let learned = S::whole(u64::from(self.scale) + u64::from(self.shift));
        tally.add(Event::NormAffine, &[&input.channels, &learned]);
        tally.add(Event::NormParamUses, &[&input.channels, &learned]);
    }

    fn settings(&self) -> Settings {
        let (variant, groups) = match self.kind {
            NormKind::Batch => ("batch", None),
            NormKind::Layer => ("layer", None),
            NormKind::Group(groups) => ("group", Some(("groups", Setting::Number(groups)))),
            NormKind::Input => ("input", None),
        };
        let own = [
            ("variant", Setting::word(variant)),
            ("scale", Setting::Flag(self.scale)),
            ("shift", Setting::Flag(self.shift)),
        ];
        Settings::new(own.into_iter().chain(groups))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    fn norm(kind: NormKind) -> Norm {
        Norm { kind, scale: true, shift: true }
    }

    #[test]
    fn scale_and_shift_are_learned_and_statistics_are_stored() {
        for (kind, params, statistics) in [
            (NormKind::Batch, 64, 64),
            (NormKind::Layer, 64, 0),
            (NormKind::Group(8), 64, 0),
            (NormKind::Input, 0, 65),
        ] {
            let (output, cost) = counted(&Layer::Norm(norm(kind)), [32, 7, 7]);
            assert_eq!(output, "32×7×7");
            assert_eq!(cost.total(Event::PARAMS), params, "{kind:?}");
            assert_eq!(cost.total(Event::STATISTICS), statistics, "{kind:?}");
            assert_eq!(cost.total(Event::MACS), 0);
        }
    }

    #[test]
    fn only_learned_values_are_params() {
        let shifted = Norm { scale: false, ..norm(NormKind::Batch) };
        let (_, cost) = counted(&Layer::Norm(shifted), [32, 7, 7]);
        assert_eq!((cost.total(Event::PARAMS), cost.total(Event::STATISTICS)), (32, 64));
    }

    #[test]
    fn groups_must_divide_the_channels() {
        for groups in [0, 5] {
            assert!(norm(NormKind::Group(groups)).output(&Shape::<u64>::single(32)).is_err());
        }
    }
}
