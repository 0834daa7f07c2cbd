//! Zeros around a map that cells or windows do not divide, and the cut back to its size.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, SavedOf, Settings, ShapeError, TrafficOf, beside, keeps_nothing,
    once, view,
};
use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::counting::side::Resize;

/// Adds zeros below and to the right, up to the next multiples of `cell` (Liu et al. 2021, arXiv:2103.14030,
/// footnote to section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pad {
    /// Rows and columns of a cell.
    pub cell: [u64; 2],
}

/// Keeps the first rows and columns of a map.
#[derive(Clone, Debug)]
pub struct Crop<S> {
    /// Rows kept.
    pub height: S,
    /// Columns kept.
    pub width: S,
}

impl<S: Scalar> FromSpec<S> for Pad {
    const STEP: Step =
        Step { key: Key::required("pad", KeyKind::Pair, "the multiple to pad to"), options: &[] };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let (pad, input) = (Pad { cell: values.pair("pad")? }, values.input);
        let fits = pad.output(input)?.same(input);
        Ok((!fits).then_some(Layer::Pad(pad)))
    }
}

impl<S: Scalar> Primitive<S> for Pad {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = once;
    const SAVED: SavedOf<Self, S> = keeps_nothing;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let [rows, columns] = self.cell;
        let height = input.height.resized(Resize::Multiple(rows))?;
        let width = input.width.resized(Resize::Multiple(columns))?;
        Ok(Shape { channels: input.channels.clone(), height, width })
    }

    /// Costs nothing: no value changes.
    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, _tally: &mut Tally<S>) {}

    fn settings(&self) -> Settings {
        Settings::default()
    }
}

impl<S> Crop<S> {
    #[allow(clippy::unused_self)] // as every kind of layer that no step names
    pub(super) fn kind(&self) -> &'static str {
        "crop"
    }
}

impl<S: Scalar> Primitive<S> for Crop<S> {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = view;
    const SAVED: SavedOf<Self, S> = keeps_nothing;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let (height, width) = (self.height.clone(), self.width.clone());
        let output = Shape { channels: input.channels.clone(), height, width };
        let is_larger = |to: &S, from: &S| to.compare(from).is_gt();
        if is_larger(&output.height, &input.height) || is_larger(&output.width, &input.width) {
            return Err(ShapeError::Crop { from: input.exact(), to: output.exact() });
        }
        Ok(output)
    }

    /// Costs nothing: no value changes.
    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, _tally: &mut Tally<S>) {}

    fn settings(&self) -> Settings {
        Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    #[test]
    fn a_map_is_padded_to_whole_windows_and_cut_back_at_no_cost() {
        let (output, cost) = counted(&Layer::Pad(Pad { cell: [7, 7] }), [96, 48, 64]);
        assert_eq!(output, "96×49×70");
        assert_eq!(cost, crate::counting::ledger::Ledger::zero());
        let crop = Layer::Crop(Crop { height: 48, width: 64 });
        assert_eq!(counted(&crop, [96, 49, 70]).0, "96×48×64");
        assert_eq!(counted(&Layer::Pad(Pad { cell: [7, 2] }), [8, 1, 5]).0, "8×7×6");
    }

    #[test]
    fn cells_of_no_pixels_sides_beyond_64_bits_and_cuts_to_a_larger_map_are_errors() {
        let map = Shape { channels: 8u64, height: u64::MAX, width: 4 };
        assert!(Pad { cell: [0, 7] }.output(&map).is_err());
        assert!(Pad { cell: [7, 7] }.output(&map).is_err());
        assert!(Crop { height: 4, width: 5 }.output(&map).is_err());
    }
}
