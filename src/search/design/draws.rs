//! The random numbers of a design.

use crate::analysis::random::{Draws, split_mix};

/// A stream for each kind of draw, so that one does not change the others.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    /// Networks from the whole space: the same for both methods, which therefore begin alike.
    Uniform,
    /// Parents and mutations.
    Evolution,
    /// Networks for an estimate of how many are within the constraints.
    Size,
}

impl Stream {
    /// Its draws for a seed.
    pub(super) fn draws(self, seed: u64) -> Draws {
        Draws::new(split_mix(seed, self as u64))
    }
}
