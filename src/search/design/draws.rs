//! Random numbers that are the same on every machine.

use crate::analysis::sweep::{drawn, split_mix};

/// Draws from one stream of a seed: SplitMix64.
pub(super) struct Draws {
    seed: u64,
    index: u64,
}

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

impl Draws {
    pub(super) fn new(seed: u64, stream: Stream) -> Draws {
        Draws { seed: split_mix(seed, stream as u64), index: 0 }
    }

    /// A number below `bound`, which is above 0.
    #[allow(clippy::cast_possible_truncation)] // below `bound`
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let number = drawn(self.seed, self.index, bound as u64);
        self.index += 1;
        number as usize
    }
}
