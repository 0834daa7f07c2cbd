//! Scaled dot-product attention over the positions of a map.

use crate::cost::{Event, Tally};
use crate::layer::ShapeError;
use crate::scalar::Scalar;
use crate::shape::Shape;

/// Attention between all positions. Its input holds queries, keys and values side by side, so that a
/// linear layer to three times the channels comes before it, and usually one after it.
///
/// With n positions of c channels: n²·c multiply-adds for the scores and n²·c for the weighted sums
/// (Vaswani et al. 2017, arXiv:1706.03762, equation 1).
#[derive(Clone, Debug)]
pub struct Attention<S> {
    /// Channels of the queries, and of the output.
    channels: S,
    /// Heads, which share the channels among them.
    heads: u64,
}

impl<S: Scalar> Attention<S> {
    /// Attention over an input of `input` channels, which must be a multiple of 3 × `heads`.
    pub fn new(input: &S, heads: u64) -> Result<Self, ShapeError> {
        let three_heads = S::whole(3).exact().saturating_mul(heads);
        let refused = || ShapeError::Attention { heads, channels: input.exact() };
        input.divided(&S::whole(three_heads)).ok_or_else(refused)?;
        let channels = input.divided(&S::whole(3)).ok_or_else(refused)?;
        Ok(Attention { channels, heads })
    }

    pub(super) fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let expected = S::product(&[&self.channels, &S::whole(3)]).exact();
        let found = input.channels.exact();
        if expected != found {
            return Err(ShapeError::Channels { expected, found });
        }
        Ok(input.with_channels(self.channels.clone()))
    }

    #[inline]
    pub(super) fn record(&self, out: &Shape<S>, tally: &mut Tally<S>) {
        let positions = S::product(&[&out.height, &out.width]);
        let heads = S::whole(self.heads);
        tally.add(Event::MatmulMacs, &[&S::whole(2), &positions, &positions, &self.channels]);
        tally.add(Event::SoftmaxElements, &[&heads, &positions, &positions]);
        tally.add(Event::MatmulOutputs, &[&heads, &positions, &positions]);
        tally.add(Event::MatmulOutputs, &[&positions, &self.channels]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::{Layer, counted};

    #[test]
    fn the_attention_of_one_vit_b_16_block() {
        let layer = Layer::Attention(Attention::new(&2304u64, 12).expect("three parts"));
        let (output, cost) = counted(&layer, [2304, 197, 1]);
        assert_eq!(output, "768×197×1");
        assert_eq!(cost.total(Event::MACS), 2 * 197 * 197 * 768);
        assert_eq!(*cost.amount(Event::SoftmaxElements), 12 * 197 * 197);
        assert_eq!(cost.total(Event::PARAMS), 0);
    }

    #[test]
    fn three_parts_that_heads_divide() {
        assert!(Attention::new(&100u64, 4).is_err());
        assert!(Attention::new(&12u64, 0).is_err());
    }
}
