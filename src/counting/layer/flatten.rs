//! A map laid out as one vector.

use crate::counting::ledger::Tally;
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Turns c channels of h × w into c·h·w features at one position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flatten;

impl Flatten {
    pub(super) fn output<S: Scalar>(self, input: &Shape<S>) -> Shape<S> {
        Shape::single(S::product(&[&input.channels, &input.height, &input.width]))
    }

    /// Costs nothing: the values keep their place in memory.
    #[inline]
    pub(super) fn record<S: Scalar>(self, _tally: &mut Tally<S>) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Layer, counted};

    #[test]
    fn a_map_becomes_features() {
        let (output, cost) = counted(&Layer::Flatten(Flatten), [512, 7, 7]);
        assert_eq!(output, "25088×1×1");
        assert_eq!(cost, crate::counting::ledger::Cost::zero());
    }
}
