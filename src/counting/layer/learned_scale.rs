//! A learned scale per channel (ConvNeXt's layer scale).

use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Multiplies each channel by a learned value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearnedScale;

impl LearnedScale {
    pub(super) fn output<S: Scalar>(self, input: &Shape<S>) -> Shape<S> {
        input.clone()
    }

    #[inline]
    pub(super) fn record<S: Scalar>(self, input: &Shape<S>, tally: &mut Tally<S>) {
        tally.add(Event::ScaleMultiplies, &[&input.channels, &input.height, &input.width]);
        tally.add(Event::Embeddings, &[&input.channels]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::{Layer, counted};

    #[test]
    fn one_parameter_a_channel_and_one_product_an_element() {
        let (_, cost) = counted(&Layer::LearnedScale(LearnedScale), [96, 56, 56]);
        assert_eq!(cost.total(Event::PARAMS), 96);
        assert_eq!(*cost.amount(Event::ScaleMultiplies), 96 * 56 * 56);
        assert_eq!(cost.total(Event::MACS), 0);
    }
}
