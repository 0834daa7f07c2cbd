//! Normalisation: batch, layer or group norm.

use crate::cost::{Event, Tally};
use crate::layer::ShapeError;
use crate::scalar::Scalar;
use crate::shape::Shape;

/// A norm with a learned scale and shift per channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// Over the batch; keeps a running mean and variance per channel, which are stored but not
    /// trained.
    Batch,
    /// Over the channels at each position.
    Layer,
    /// Over groups of channels, which must divide the channels.
    Group(u64),
}

impl Norm {
    pub(super) fn output<S: Scalar>(self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        match self {
            Norm::Group(groups) if input.channels.exact().checked_rem(groups) != Some(0) => {
                let channels = input.channels.exact();
                Err(ShapeError::Groups { groups, channels, side: "input" })
            }
            Norm::Batch | Norm::Layer | Norm::Group(_) => Ok(input.clone()),
        }
    }

    #[inline]
    pub(super) fn record<S: Scalar>(self, input: &Shape<S>, tally: &mut Tally<S>) {
        let elements = match self {
            Norm::Batch => Event::BatchNormElements,
            Norm::Layer => Event::LayerNormElements,
            Norm::Group(_) => Event::GroupNormElements,
        };
        // Scale and shift; mean and variance.
        let two_each = S::product(&[&input.channels, &S::whole(2)]);
        tally.add(elements, &[&input.channels, &input.height, &input.width]);
        tally.add(Event::NormAffine, &[&two_each]);
        if self == Norm::Batch {
            tally.add(Event::NormStatistics, &[&two_each]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{Layer, counted};

    #[test]
    fn every_norm_has_scale_and_shift_and_a_batch_norm_statistics_too() {
        for (norm, statistics) in [(Norm::Batch, 64), (Norm::Layer, 0), (Norm::Group(8), 0)] {
            let (output, cost) = counted(&Layer::Norm(norm), [32, 7, 7]);
            assert_eq!(output, "32×7×7");
            assert_eq!(cost.total(Event::PARAMS), 64);
            assert_eq!(cost.total(Event::STATISTICS), statistics);
            assert_eq!(cost.total(Event::MACS), 0);
        }
    }

    #[test]
    fn groups_must_divide_the_channels() {
        for groups in [0, 5] {
            assert!(Norm::Group(groups).output(&Shape::<u64>::single(32)).is_err());
        }
    }
}
