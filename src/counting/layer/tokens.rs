//! Sequences of tokens: how a vision transformer lays out a map and reads out its result.

use crate::counting::layer::step::{FromSpec, Key, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, SavedOf, Setting, Settings, ShapeError, Traffic, TrafficOf,
    beside, in_place, is_view, keeps_nothing, view,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// Lays a map of h × w positions out as h·w tokens, optionally with a class token in front and learned
/// positions added (Dosovitskiy et al. 2020, arXiv:2010.11929, equation 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Whether a learned class token comes first.
    pub class_token: bool,
    /// Whether a learned position is added to every token.
    pub positions: bool,
}

/// Keeps the first token of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassToken;

impl Tokens {
    /// A class token makes a copy, and so do positions.
    #[allow(clippy::trivially_copy_pass_by_ref)] // as every layer's
    fn traffic<S>(&self, _output: &Shape<S>) -> Traffic<S> {
        if self.class_token || self.positions { Traffic::Once } else { Traffic::View }
    }
}

impl<S: Scalar> FromSpec<S> for Tokens {
    const STEP: Step = Step {
        key: Key::bare("tokens"),
        options: &[&[Key::flag("class", false), Key::flag("positions", false)]],
    };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let (class_token, positions) = (values.flag("class")?, values.flag("positions")?);
        Ok(Some(Layer::Tokens(Tokens { class_token, positions })))
    }
}

impl<S: Scalar> Primitive<S> for Tokens {
    const FOOTPRINT: FootprintOf<Self, S> = beside;
    const TRAFFIC: TrafficOf<Self, S> = Tokens::traffic;
    const SAVED: SavedOf<Self, S> = keeps_nothing;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        let mut tokens = S::product(&[&input.height, &input.width]);
        if self.class_token {
            tokens.increase(&S::whole(1));
        }
        Ok(Shape { channels: input.channels.clone(), height: tokens, width: S::whole(1) })
    }

    #[inline]
    fn record(&self, _input: &Shape<S>, out: &Shape<S>, tally: &mut Tally<S>) {
        if self.class_token {
            tally.add(Event::Embeddings, &[&out.channels]);
        }
        if self.positions {
            tally.add(Event::Embeddings, &[&out.channels, &out.height]);
            tally.add(Event::EmbeddingAdds, &[&out.channels, &out.height]);
        }
    }

    fn settings(&self) -> Settings {
        Settings::new([
            ("class", Setting::Flag(self.class_token)),
            ("positions", Setting::Flag(self.positions)),
        ])
    }
}

impl<S: Scalar> FromSpec<S> for ClassToken {
    const STEP: Step = Step { key: Key::bare("class_token"), options: &[] };

    fn from_values(_values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        Ok(Some(Layer::ClassToken(ClassToken)))
    }
}

impl<S: Scalar> Primitive<S> for ClassToken {
    const FOOTPRINT: FootprintOf<Self, S> = in_place;
    const TRAFFIC: TrafficOf<Self, S> = view;
    const SAVED: SavedOf<Self, S> = is_view;

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        Ok(Shape::single(input.channels.clone()))
    }

    /// Costs nothing: no value changes.
    #[inline]
    fn record(&self, _input: &Shape<S>, _output: &Shape<S>, _tally: &mut Tally<S>) {}

    fn settings(&self) -> Settings {
        Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    #[test]
    fn the_tokens_of_vit_b_16() {
        let layer = Layer::Tokens(Tokens { class_token: true, positions: true });
        let (output, cost) = counted(&layer, [768, 14, 14]);
        assert_eq!(output, "768×197×1");
        assert_eq!(cost.total(Event::PARAMS), 768 + 768 * 197);
        let (output, _) = counted(&Layer::ClassToken(ClassToken), [768, 197, 1]);
        assert_eq!(output, "768×1×1");
    }
}
