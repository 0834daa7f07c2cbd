//! Layers that only choose or reorder channels, as in ShuffleNet.

use crate::cost::Tally;
use crate::layer::ShapeError;
use crate::scalar::Scalar;
use crate::shape::Shape;

/// Takes a part of the channels and leaves the rest.
#[derive(Clone, Debug)]
pub struct Take<S> {
    /// Channels taken.
    pub channels: S,
}

/// Mixes the channels of groups: the groups must divide the channels.
#[derive(Clone, Debug)]
pub struct Shuffle<S> {
    /// Groups.
    pub groups: S,
}

impl<S: Scalar> Take<S> {
    pub(super) fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let (asked, found) = (self.channels.exact(), input.channels.exact());
        if asked == 0 || asked > found {
            return Err(ShapeError::Take { asked, found });
        }
        Ok(input.with_channels(self.channels.clone()))
    }

    /// Costs nothing: no value changes.
    #[inline]
    pub(super) fn record(&self, _tally: &mut Tally<S>) {}
}

impl<S: Scalar> Shuffle<S> {
    pub(super) fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let (groups, channels) = (self.groups.exact(), input.channels.exact());
        if channels.checked_rem(groups) != Some(0) {
            return Err(ShapeError::Groups { groups, channels, side: "input" });
        }
        Ok(input.clone())
    }

    /// Costs nothing: no value changes.
    #[inline]
    pub(super) fn record(&self, _tally: &mut Tally<S>) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{Layer, counted};

    #[test]
    fn half_of_the_channels_for_nothing() {
        let (output, cost) = counted(&Layer::Take(Take { channels: 58 }), [116, 28, 28]);
        assert_eq!(output, "58×28×28");
        assert_eq!(cost, crate::cost::Cost::zero());
    }

    #[test]
    fn what_is_not_there_cannot_be_taken_or_shuffled() {
        let map = Shape::<u64>::single(116);
        assert!(Take { channels: 117 }.output(&map).is_err());
        assert!(Take { channels: 0 }.output(&map).is_err());
        assert!(Shuffle { groups: 3 }.output(&map).is_err());
        assert!(Shuffle { groups: 2 }.output(&map).is_ok());
    }
}
