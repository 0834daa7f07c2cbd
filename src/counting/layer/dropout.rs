//! Dropout and stochastic depth.

use crate::counting::layer::step::{Key, KeyKind, Step, Values, Written};
use crate::counting::layer::{FootprintOf, Layer, Primitive, ShapeError, in_place};
use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Drops elements or branches while training. In the forward pass of a trained network it does nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    /// The share that is dropped, from 0 to 1.
    pub rate: f64,
}

impl<S: Scalar> Written<S> for Dropout {
    const STEP: Step = Step { key: Key::required("dropout", KeyKind::Share, ""), options: &[] };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        Ok(Some(Layer::Dropout(Dropout { rate: values.share("dropout")? })))
    }
}

impl<S: Scalar> Primitive<S> for Dropout {
    const FOOTPRINT: FootprintOf<Self, S> = in_place;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        Ok(input.clone())
    }

    /// Costs nothing: counted is the forward pass of a trained network, where no element is dropped.
    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, _tally: &mut Tally<S>) {}
}
