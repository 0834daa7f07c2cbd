//! A reading that writes down what it is asked.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::marker::PhantomData;

use crate::counting::scalar::Scalar;
use crate::error::Diagnostic;
use crate::families::scaling::{AtScale, Reading};

/// A dimension of the baseline; fractions by their bits, so that a set can hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dimension {
    Repeats(u64),
    Side(u64),
    Scaled(u64),
}

/// Whole numbers at one scale. What is built with the same answers is the same.
pub(crate) struct Recording<S> {
    reading: AtScale,
    asked: RefCell<BTreeSet<Dimension>>,
    scalar: PhantomData<S>,
}

impl<S> Recording<S> {
    pub(crate) fn new(reading: AtScale) -> Self {
        Recording { reading, asked: RefCell::default(), scalar: PhantomData }
    }

    /// The dimensions that were asked for.
    pub(crate) fn asked(self) -> BTreeSet<Dimension> {
        self.asked.into_inner()
    }

    fn record(&self, dimension: Dimension) {
        self.asked.borrow_mut().insert(dimension);
    }
}

impl<S: Scalar<Quantity = f64>> Reading for Recording<S> {
    type Scalar = S;

    fn channels(&self, base: u64) -> Result<S, Diagnostic> {
        self.record(Dimension::Scaled((base as f64).to_bits()));
        self.reading.channels(base).map(S::whole)
    }

    fn repeats(&self, base: u64) -> Result<S, Diagnostic> {
        self.record(Dimension::Repeats(base));
        self.reading.repeats(base).map(S::whole)
    }

    fn side(&self, base: u64) -> Result<S, Diagnostic> {
        self.record(Dimension::Side(base));
        self.reading.side(base).map(S::whole)
    }

    fn scaled(&self, quantity: f64) -> f64 {
        self.record(Dimension::Scaled(quantity.to_bits()));
        self.reading.scaled(quantity)
    }
}
