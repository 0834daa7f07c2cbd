//! Dropout and stochastic depth.

use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Drops elements or branches while training. In a forward pass of a trained network it is nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    /// The share that is dropped, from 0 to 1.
    pub rate: f64,
}

impl Dropout {
    pub(super) fn output<S: Scalar>(self, input: &Shape<S>) -> Shape<S> {
        input.clone()
    }

    /// Costs nothing: counted is the forward pass of a trained network, where no element is dropped.
    #[inline]
    pub(super) fn record<S: Scalar>(self, _tally: &mut Tally<S>) {}
}
