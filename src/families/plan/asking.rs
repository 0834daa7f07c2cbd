//! A reading that writes down what it was asked.

use std::cell::RefCell;

use crate::counting::scalar::Scalar;
use crate::counting::sides::SidePolynomial;
use crate::error::Diagnostic;
use crate::families::scaling::{AtScale, Reading};

/// Channels before scaling, and after; both by their bits.
pub(super) type Answer = [u64; 2];

/// Whole numbers at one scale on a map of any size. It keeps every number of channels that it scales: where a block asks
/// for the same numbers and gets the same answers, it is the same block.
pub(super) struct Asking {
    reading: AtScale,
    answers: RefCell<Vec<Answer>>,
}

impl Asking {
    pub(super) fn new(reading: AtScale) -> Self {
        Asking { reading, answers: RefCell::default() }
    }

    /// Every answer, without those to `known`.
    pub(super) fn answers(self, known: Option<f64>) -> Vec<Answer> {
        let mut answers = self.answers.into_inner();
        answers.sort_unstable();
        answers.dedup();
        answers.retain(|[asked, _]| known.is_none_or(|known| known.to_bits() != *asked));
        answers
    }
}

/// Whether an answer is the same in another reading.
pub(super) fn is_same(reading: &AtScale, [asked, answer]: Answer) -> bool {
    reading.scaled(f64::from_bits(asked)).to_bits() == answer
}

impl Reading for Asking {
    type Scalar = SidePolynomial;

    fn channels(&self, base: u64) -> Result<SidePolynomial, Diagnostic> {
        self.scaled(base as f64);
        self.reading.channels(base).map(SidePolynomial::whole)
    }

    fn repeats(&self, base: u64) -> Result<SidePolynomial, Diagnostic> {
        self.reading.repeats(base).map(SidePolynomial::whole)
    }

    fn side(&self, base: u64) -> Result<SidePolynomial, Diagnostic> {
        self.reading.side(base).map(SidePolynomial::whole)
    }

    fn scaled(&self, quantity: f64) -> f64 {
        let answer = self.reading.scaled(quantity);
        self.answers.borrow_mut().push([quantity.to_bits(), answer.to_bits()]);
        answer
    }
}
