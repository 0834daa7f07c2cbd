//! Plans: a family compiled to the arithmetic of its totals, for callers that ask for many networks.

use crate::counting::ledger::Event;
use crate::error::Error;
use crate::families::family::{Family, Request};
use crate::families::scaling::Scale;

/// A family compiled to `N` totals of its networks, each the sum over a list of events.
#[derive(Clone, Debug)]
pub struct Plan<'f, const N: usize> {
    family: &'f Family,
    base: Request<'f>,
    totals: [&'static [Event]; N],
}

impl<'f, const N: usize> Plan<'f, N> {
    /// A plan for a family, or for the member of `base`, whose own scale and image are not used.
    #[must_use]
    pub fn new(family: &'f Family, base: Request<'f>, totals: [&'static [Event]; N]) -> Self {
        Plan { family, base, totals }
    }

    /// The totals of the network at `scale`, on an input of `image` pixels (height and width) instead of the scaled
    /// one. Fails where [`Family::network`] fails, with its message.
    pub fn totals(&mut self, scale: Scale, image: Option<[u64; 2]>) -> Result<[u64; N], Error> {
        let network = self.family.network(&Request { scale, image, ..self.base })?.network;
        let ledger = network.ledger();
        Ok(self.totals.map(|events| ledger.sum(events)))
    }
}
