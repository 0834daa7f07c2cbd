//! The sum of the events of layers.

use crate::counting::ledger::{Ledger, Part, Tally};
use crate::counting::node::Node;
use crate::counting::scalar::Scalar;
use crate::counting::walk::{Placed, Visitor, walk};

/// The events of the layers so far.
pub(super) struct Sum<S> {
    ledger: Ledger<S>,
    /// What auxiliary parts do, of which only the stored values count.
    auxiliary: Option<Box<Ledger<S>>>,
}

impl<S: Scalar> Default for Sum<S> {
    fn default() -> Self {
        Sum { ledger: Ledger::zero(), auxiliary: None }
    }
}

impl<S: Scalar> Sum<S> {
    /// The ledger of the layers of a tree.
    pub(super) fn of(node: &Node<S>) -> Ledger<S> {
        let mut sum = Sum::default();
        walk(node, Part::Main, &S::whole(1), &mut sum);
        sum.ledger()
    }

    /// Writes the events of a layer in `part` that runs `times` times.
    pub(super) fn tally<'a>(&'a mut self, part: Part, times: &'a S) -> Tally<'a, S> {
        let ledger = match part {
            Part::Auxiliary => self.auxiliary.get_or_insert_with(|| Box::new(Ledger::zero())),
            Part::Main | Part::Function | Part::Fused => &mut self.ledger,
        };
        ledger.tally(part, times)
    }

    pub(super) fn ledger(mut self) -> Ledger<S> {
        if let Some(auxiliary) = self.auxiliary {
            self.ledger.increase_stored(&auxiliary);
        }
        self.ledger
    }
}

impl<S: Scalar> Visitor<S> for Sum<S> {
    #[inline]
    fn layer(&mut self, placed: &Placed<S>, part: Part, times: &S) {
        placed.record(&mut self.tally(part, times));
    }
}
