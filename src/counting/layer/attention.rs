//! Scaled dot-product attention over the positions of a map, all of them or those in a window.

use crate::counting::layer::step::{FromSpec, Key, KeyKind, Step, Values};
use crate::counting::layer::{
    Footprint, FootprintOf, Layer, Primitive, Saved, SavedOf, Setting, Settings, ShapeError,
    Traffic, TrafficOf,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Attention between positions. Its input has queries, keys and values stacked along the channels, usually
/// from a linear layer; another usually follows it.
///
/// n positions of c channels that each attend to m positions cost n·m·c multiply-adds for the scores and
/// n·m·c for the weighted sums (Vaswani et al. 2017, arXiv:1706.03762, equation 1). m is n, or the area of a
/// window; windows tile the map side by side (Liu et al. 2021, arXiv:2103.14030, equation 2) or as an
/// interleaved grid (Tu et al. 2022, arXiv:2204.01697), at the same cost.
#[derive(Clone, Debug)]
pub struct Attention<S> {
    /// Channels of the queries, and of the output.
    channels: S,
    /// Heads, which split the channels.
    heads: u64,
    /// The side of a window in pixels, which must divide the map's; `None` is the whole map.
    window: Option<u64>,
    /// Whether each head learns a bias for each offset within a window (Liu et al. 2021, equation 4).
    relative_bias: bool,
}

impl<S: Scalar> Attention<S> {
    /// Attention over an input of `input` channels, which must be a multiple of 3 × `heads`.
    pub fn new(
        input: &S,
        heads: u64,
        window: Option<u64>,
        relative_bias: bool,
    ) -> Result<Self, ShapeError> {
        let three_heads = S::whole(3).exact().saturating_mul(heads);
        let error = || ShapeError::Attention { heads, channels: input.exact() };
        input.divided(&S::whole(three_heads)).ok_or_else(error)?;
        let channels = input.divided(&S::whole(3)).ok_or_else(error)?;
        if relative_bias && window.is_none() {
            return Err(ShapeError::BiasWithoutWindow);
        }
        Ok(Attention { channels, heads, window, relative_bias })
    }

    /// The scores in memory: one per head, position and position attended to.
    fn scores(&self, output: &Shape<S>) -> Footprint<S> {
        let positions = S::product(&[&output.height, &output.width]);
        let scores = S::product(&[&S::whole(self.heads), &positions, &self.attended(&positions)]);
        Footprint::BesideUnlessFused(scores)
    }

    /// Scores are written by their product, read and written by the softmax, and read by the weighted sum. Windows are
    /// cut out of the map before, and put together after.
    fn traffic(&self, output: &Shape<S>) -> Traffic<S> {
        let positions = S::product(&[&output.height, &output.width]);
        let attended = self.attended(&positions);
        let between = S::product(&[&S::whole(2), &S::whole(self.heads), &positions, &attended]);
        let parts = S::whole(if self.window.is_some() { 4 } else { 0 });
        Traffic::Through { copies: S::product(&[&parts, &positions, &self.channels]), between }
    }

    /// Queries and keys, both scaled, the values and the scores after softmax.
    fn saved(&self, _input: &Shape<S>, output: &Shape<S>) -> Saved<S> {
        let positions = S::product(&[&output.height, &output.width]);
        let mut copies =
            S::product(&[&S::whole(self.heads), &positions, &self.attended(&positions)]);
        copies.increase(&S::product(&[&S::whole(3), &positions, &self.channels]));
        Saved { copies, ..Saved::nothing() }
    }

    /// How many positions each position attends to.
    fn attended(&self, positions: &S) -> S {
        match self.window {
            Some(side) => S::whole(side.saturating_mul(side)),
            None => positions.clone(),
        }
    }
}

impl<S: Scalar> FromSpec<S> for Attention<S> {
    const STEP: Step = Step {
        key: Key::required("attention", KeyKind::Amount, "the number of heads"),
        options: &[&[
            Key::optional("window", KeyKind::Amount, "the side of a window"),
            Key::flag("relative_bias", false),
        ]],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let heads = values.amount("attention")?.exact();
        let window = values.amount("window").ok().map(|side| side.exact());
        let relative_bias = values.flag("relative_bias")?;
        let attention = Attention::new(&values.input.channels, heads, window, relative_bias);
        attention.map(|attention| Some(Layer::Attention(attention)))
    }
}

impl<S: Scalar> Primitive<S> for Attention<S> {
    const FOOTPRINT: FootprintOf<Self, S> = Attention::scores;
    const TRAFFIC: TrafficOf<Self, S> = Attention::traffic;
    const SAVED: SavedOf<Self, S> = Attention::saved;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let expected = S::product(&[&self.channels, &S::whole(3)]).exact();
        let found = input.channels.exact();
        if expected != found {
            return Err(ShapeError::Channels { expected, found });
        }
        if let Some(window) = self.window {
            let side = S::whole(window);
            if input.height.divided(&side).is_none() || input.width.divided(&side).is_none() {
                return Err(ShapeError::Cells {
                    what: "windows",
                    side: window,
                    map: input.exact(),
                });
            }
        }
        Ok(input.with_channels(self.channels.clone()))
    }

    #[inline]
    fn record(&self, _input: &Shape<S>, out: &Shape<S>, tally: &mut Tally<S>) {
        let positions = S::product(&[&out.height, &out.width]);
        let attended = self.attended(&positions);
        let heads = S::whole(self.heads);
        tally.add(Event::MatmulMacs, &[&S::whole(2), &positions, &attended, &self.channels]);
        tally.add(Event::QueryScales, &[&positions, &self.channels]);
        tally.add(Event::SoftmaxElements, &[&heads, &positions, &attended]);
        tally.add(Event::MatmulOutputs, &[&heads, &positions, &attended]);
        tally.add(Event::MatmulOutputs, &[&positions, &self.channels]);
        if let (true, Some(side)) = (self.relative_bias, self.window) {
            let offsets = S::whole(side.saturating_mul(2).saturating_sub(1));
            tally.add(Event::Embeddings, &[&heads, &offsets, &offsets]);
            tally.add(Event::EmbeddingAdds, &[&heads, &positions, &attended]);
        }
    }

    fn settings(&self) -> Settings {
        let window = self.window.map(|side| ("window", Setting::Number(side)));
        let heads = ("heads", Setting::Number(self.heads));
        let relative_bias = ("relative_bias", Setting::Flag(self.relative_bias));
        Settings::new([heads, relative_bias].into_iter().chain(window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    #[test]
    fn the_attention_of_one_vit_b_16_block() {
        let attention = Attention::new(&2304u64, 12, None, false).expect("three parts");
        let (output, cost) = counted(&Layer::Attention(attention), [2304, 197, 1]);
        assert_eq!(output, "768×197×1");
        assert_eq!(cost.total(Event::MACS), 2 * 197 * 197 * 768);
        assert_eq!(cost.amount(Event::SoftmaxElements), 12 * 197 * 197);
        assert_eq!(cost.total(Event::PARAMS), 0);
    }

    #[test]
    fn the_attention_of_the_first_swin_t_block() {
        let attention = Attention::new(&288u64, 3, Some(7), true).expect("three parts");
        let (output, cost) = counted(&Layer::Attention(attention), [288, 56, 56]);
        assert_eq!(output, "96×56×56");
        assert_eq!(cost.total(Event::MACS), 2 * 56 * 56 * 49 * 96);
        assert_eq!(cost.total(Event::PARAMS), 3 * 13 * 13);
    }

    #[test]
    fn windows_must_divide_the_map() {
        let attention = Attention::new(&288u64, 3, Some(7), true).expect("three parts");
        let map = Shape { channels: 288, height: 56, width: 57 };
        assert!(attention.output(&map).is_err());
    }

    #[test]
    fn heads_must_divide_each_of_three_parts() {
        assert!(Attention::new(&100u64, 4, None, false).is_err());
        assert!(Attention::new(&12u64, 0, None, false).is_err());
        assert!(Attention::new(&12u64, 4, None, true).is_err());
    }
}
