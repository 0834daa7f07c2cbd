//! Layers that only select or reorder values: taking channels, shuffles, pixels into channels.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, SavedOf, Setting, Settings, ShapeError, TrafficOf, beside,
    in_place, is_view, keeps_nothing, once, view,
};
use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Keeps some of the channels, one beside the other, and drops the others.
#[derive(Clone, Debug)]
pub struct Take<S> {
    /// Channels kept.
    pub channels: S,
    /// Channels dropped before them.
    pub from: u64,
}

/// Interleaves the channels of groups, which must divide the channels.
#[derive(Clone, Debug)]
pub struct Shuffle<S> {
    /// Groups.
    pub groups: S,
}

/// Turns the pixels of each `side` × `side` cell into channels (patch merging, strided slicing): c channels
/// become c·side², on 1/`side` of the height and width, which `side` must divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpaceToDepth {
    /// The side of a cell, in pixels.
    pub side: u64,
}

impl<S: Scalar> FromSpec<S> for SpaceToDepth {
    const STEP: Step = Step {
        key: Key::required("space_to_depth", KeyKind::Amount, "the side of a cell"),
        options: &[],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let side = values.amount("space_to_depth")?.exact();
        Ok(Some(Layer::SpaceToDepth(SpaceToDepth { side })))
    }
}

impl<S: Scalar> Primitive<S> for SpaceToDepth {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    const SAVED: SavedOf<Self, S> = keeps_nothing;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let side = S::whole(self.side);
        let divided = input.height.divided(&side).zip(input.width.divided(&side));
        let Some((height, width)) = divided else {
            return Err(ShapeError::Cells { what: "cells", side: self.side, map: input.exact() });
        };
        let channels = S::product(&[&input.channels, &side, &side]);
        Ok(Shape { channels, height, width })
    }

    /// Costs nothing: no value changes.
    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, _tally: &mut Tally<S>) {}

    fn settings(&self) -> Settings {
        Settings::default()
    }
}

impl<S: Scalar> FromSpec<S> for Take<S> {
    const STEP: Step = Step {
        key: Key::required("take", KeyKind::Channels, "the number of channels taken"),
        options: &[&[
            Key::required("from", KeyKind::Amount, "the channels before those taken").or(0.0)
        ]],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let from = values.amount("from")?.exact();
        Ok(Some(Layer::Take(Take { channels: values.amount("take")?, from })))
    }
}

impl<S: Scalar> Primitive<S> for Take<S> {
    const FOOTPRINT: FootprintOf<Self, S> = in_place;
    const TRAFFIC: TrafficOf<Self, S> = view;
    const SAVED: SavedOf<Self, S> = is_view;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let (wanted, found) = (self.channels.exact(), input.channels.exact());
        if wanted == 0 || wanted > found.saturating_sub(self.from) {
            return Err(ShapeError::Take { wanted, from: self.from, found });
        }
        Ok(input.with_channels(self.channels.clone()))
    }

    /// Costs nothing: no value changes.
    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, _tally: &mut Tally<S>) {}

    fn settings(&self) -> Settings {
        Settings::default()
    }
}

impl<S: Scalar> FromSpec<S> for Shuffle<S> {
    const STEP: Step = Step {
        key: Key::required("shuffle", KeyKind::Amount, "the number of groups"),
        options: &[],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        Ok(Some(Layer::Shuffle(Shuffle { groups: values.amount("shuffle")? })))
    }
}

impl<S: Scalar> Primitive<S> for Shuffle<S> {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    const SAVED: SavedOf<Self, S> = keeps_nothing;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let (groups, channels) = (self.groups.exact(), input.channels.exact());
        if channels.checked_rem(groups) != Some(0) {
            return Err(ShapeError::Groups { groups, channels, side: "input" });
        }
        Ok(input.clone())
    }

    /// Costs nothing: no value changes.
    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, _tally: &mut Tally<S>) {}

    fn settings(&self) -> Settings {
        Settings::new([("groups", Setting::Number(self.groups.exact()))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    #[test]
    fn taking_half_of_the_channels_costs_nothing() {
        let (output, cost) = counted(&Layer::Take(Take { channels: 58, from: 58 }), [116, 28, 28]);
        assert_eq!(output, "58×28×28");
        assert_eq!(cost, crate::counting::ledger::Ledger::zero());
    }

    #[test]
    fn takes_and_shuffles_must_fit_the_channels() {
        let map = Shape::<u64>::single(116);
        assert!(Take { channels: 117, from: 0 }.output(&map).is_err());
        assert!(Take { channels: 58, from: 59 }.output(&map).is_err());
        assert!(Take { channels: 58, from: u64::MAX }.output(&map).is_err());
        assert!(Take { channels: 0, from: 0 }.output(&map).is_err());
        assert!(Shuffle { groups: 3 }.output(&map).is_err());
        assert!(Shuffle { groups: 2 }.output(&map).is_ok());
    }

    #[test]
    fn cells_become_channels() {
        let (output, cost) = counted(&Layer::SpaceToDepth(SpaceToDepth { side: 2 }), [96, 56, 56]);
        assert_eq!(output, "384×28×28");
        assert_eq!(cost, crate::counting::ledger::Ledger::zero());
        for side in [0, 3] {
            let map = Shape { channels: 96u64, height: 56, width: 56 };
            assert!(SpaceToDepth { side }.output(&map).is_err());
        }
    }
}
