//! Dropout and stochastic depth.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, Saved, SavedOf, Settings, ShapeError, TrafficOf, in_place, view,
};
use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Drops elements or branches in training only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    /// The share that is dropped, from 0 to 1.
    pub rate: f64,
    /// Whether the whole map of an image is dropped or kept: stochastic depth.
    pub per_image: bool,
}

impl Dropout {
    /// On a processor, the noise that the input is multiplied by.
    fn saved<S: Scalar>(&self, input: &Shape<S>, _output: &Shape<S>) -> Saved<S> {
        if self.rate <= 0.0 {
            return Saved { is_view: true, ..Saved::nothing() };
        }
        let copies = if self.per_image {
            S::whole(1)
        } else {
            S::product(&[&input.channels, &input.height, &input.width])
        };
        Saved { copies, ..Saved::nothing() }
    }
}

impl<S: Scalar> FromSpec<S> for Dropout {
    const STEP: Step = Step {
        key: Key::required("dropout", KeyKind::Share, ""),
        options: &[&[Key::flag("per_image", false)]],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        Ok(Some(Layer::Dropout(Dropout {
            rate: values.share("dropout")?,
            per_image: values.flag("per_image")?,
        })))
    }
}

impl<S: Scalar> Primitive<S> for Dropout {
    const FOOTPRINT: FootprintOf<Self, S> = in_place;
    const TRAFFIC: TrafficOf<Self, S> = view;
    const SAVED: SavedOf<Self, S> = Dropout::saved;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        Ok(input.clone())
    }

    /// Costs nothing: a forward pass of a trained network drops no element.
    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, _tally: &mut Tally<S>) {}

    /// The rate is left out: a forward pass of a trained network drops nothing.
    fn settings(&self) -> Settings {
        Settings::default()
    }
}
