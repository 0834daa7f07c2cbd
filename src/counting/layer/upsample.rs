//! Upsampling: a larger map by repeating or interpolating elements.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, SavedOf, Setting, Settings, ShapeError, TrafficOf, beside,
    keeps_nothing, once,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::counting::side::{Resize, SideError};

/// Resizes a map by factors or to a size; it learns nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Upsample {
    /// How an output element is computed.
    pub mode: UpsampleMode,
    /// How large the output is.
    pub to: UpsampleTo,
}

/// How upsampling computes an output element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpsampleMode {
    /// As the nearest element of the input.
    Nearest,
    /// As the weighted mean of the four elements around it.
    Bilinear,
}

/// The size of an upsampled map, as (rows, columns).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UpsampleTo {
    /// ⌊input × factor⌋ pixels, as PyTorch rounds.
    Factors([f64; 2]),
    /// This many pixels.
    Size([u64; 2]),
}

impl<S: Scalar> FromSpec<S> for Upsample {
    const STEP: Step = Step {
        key: Key::word("upsample", &["nearest", "bilinear"]),
        options: &[&[
            Key::optional("scale", KeyKind::Factors, "the scale"),
            Key::optional("size", KeyKind::Pair, "the size to upsample to"),
        ]],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let mode = match values.word("upsample")? {
            "nearest" => UpsampleMode::Nearest,
            _ => UpsampleMode::Bilinear,
        };
        let to = match (values.factors("scale"), values.pair("size")) {
            (Ok(factors), Err(_)) => UpsampleTo::Factors(factors),
            (Err(_), Ok(size)) => UpsampleTo::Size(size),
            (Ok(_), Ok(_)) | (Err(_), Err(_)) => return Err(ShapeError::OneOf("scale", "size")),
        };
        Ok(Some(Layer::Upsample(Upsample { mode, to })))
    }
}

impl<S: Scalar> Primitive<S> for Upsample {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    const SAVED: SavedOf<Self, S> = keeps_nothing;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let sides = [&input.height, &input.width];
        let side = |axis: usize| match self.to {
            UpsampleTo::Size(size) if size[axis] == 0 => {
                Err(SideError::Zero("the size to upsample to"))
            }
            UpsampleTo::Size(size) => Ok(S::whole(size[axis])),
            UpsampleTo::Factors(factors) => sides[axis].resized(Resize::Factor(factors[axis])),
        };
        Ok(Shape { channels: input.channels.clone(), height: side(0)?, width: side(1)? })
    }

    #[inline]
    fn record(&self, _input: &Shape<S>, out: &Shape<S>, tally: &mut Tally<S>) {
        let event = match self.mode {
            UpsampleMode::Nearest => Event::NearestUpsampleOutputs,
            UpsampleMode::Bilinear => Event::BilinearUpsampleOutputs,
        };
        tally.add(event, &[&out.channels, &out.height, &out.width]);
    }

    fn settings(&self) -> Settings {
        let variant = match self.mode {
            UpsampleMode::Nearest => "nearest",
            UpsampleMode::Bilinear => "bilinear",
        };
        Settings::new([("variant", Setting::word(variant))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    fn upsample(mode: UpsampleMode, to: UpsampleTo) -> Layer<u64> {
        Layer::Upsample(Upsample { mode, to })
    }

    #[test]
    fn factors_round_down_and_a_size_is_kept() {
        let double = upsample(UpsampleMode::Nearest, UpsampleTo::Factors([2.0, 1.5]));
        let (output, cost) = counted(&double, [64, 14, 7]);
        assert_eq!(output, "64×28×10");
        assert_eq!(cost.total(&[Event::NearestUpsampleOutputs]), 64 * 28 * 10);
        let to_size = upsample(UpsampleMode::Bilinear, UpsampleTo::Size([56, 40]));
        let (output, cost) = counted(&to_size, [64, 14, 7]);
        assert_eq!(output, "64×56×40");
        assert_eq!(cost.total(&[Event::BilinearUpsampleOutputs]), 64 * 56 * 40);
        assert_eq!(cost.total(Event::MACS) + cost.total(Event::PARAMS), 0);
    }

    #[test]
    fn an_output_must_be_neither_empty_nor_too_large() {
        let map = Shape { channels: 8u64, height: 4, width: 4 };
        for to in [
            UpsampleTo::Size([0, 4]),
            UpsampleTo::Factors([0.1, 1.0]),
            UpsampleTo::Factors([1e300, 1.0]),
        ] {
            assert!(upsample(UpsampleMode::Nearest, to).output(&map).is_err(), "{to:?}");
        }
    }
}
