//! A network of a space with its costs.

use crate::counting::ledger::{Event, Ledger};

/// A network of a space.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CountedNetwork {
    /// Its number among the distinct networks, in the order in which they were counted.
    pub(super) index: usize,
    /// The alternatives that gave it first; others may give an equal network.
    pub picks: Vec<usize>,
    /// Event counts for one image.
    pub cost: Ledger<u64>,
    /// Height and width of its input, in pixels.
    pub input: [u64; 2],
    /// Estimated seconds for one image, where times are estimated.
    pub seconds: Option<f64>,
}

impl CountedNetwork {
    /// MACs of one image.
    #[must_use]
    pub fn macs(&self) -> u128 {
        self.cost.total(Event::MACS)
    }

    /// Trained params.
    #[must_use]
    pub fn params(&self) -> u128 {
        self.cost.total(Event::PARAMS)
    }
}
