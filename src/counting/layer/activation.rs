//! Activation functions.

use crate::counting::layer::step::{FromSpec, Key, Step, Values};
use crate::counting::layer::{
    FootprintOf, Layer, Primitive, Saved, SavedOf, Setting, Settings, ShapeError, TrafficOf,
    elementwise, in_place,
};
use crate::counting::ledger::{Event, Tally};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// An activation function, applied to every element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// max(0, x)
    Relu,
    /// min(max(0, x), 6)
    Relu6,
    /// x · sigmoid(x), also called swish.
    Silu,
    /// 1 / (1 + e^-x)
    Sigmoid,
    /// x · relu6(x + 3) / 6
    HardSwish,
    /// relu6(x + 3) / 6
    HardSigmoid,
    /// x · Φ(x)
    Gelu,
}

impl Activation {
    /// Every function, by the name that specs use.
    pub const NAMES: &[(&str, Activation)] = &[
        ("relu", Activation::Relu),
        ("relu6", Activation::Relu6),
        ("silu", Activation::Silu),
        ("sigmoid", Activation::Sigmoid),
        ("hard_swish", Activation::HardSwish),
        ("hard_sigmoid", Activation::HardSigmoid),
        ("gelu", Activation::Gelu),
    ];

    /// Functions whose slope follows from their output keep that, others their input: written in place, they keep a
    /// copy of it.
    fn saved<S: Scalar>(self) -> Saved<S> {
        match self {
            Activation::Relu | Activation::Sigmoid => Saved::output(),
            Activation::Relu6
            | Activation::Silu
            | Activation::HardSwish
            | Activation::HardSigmoid
            | Activation::Gelu => Saved::input(),
        }
    }

    /// The names, and `none`.
    const WORDS: [&str; Self::NAMES.len() + 1] = {
        let mut words = ["none"; Self::NAMES.len() + 1];
        let mut index = 0;
        while index < Self::NAMES.len() {
            words[index] = Self::NAMES[index].0;
            index += 1;
        }
        words
    };
}

impl<S: Scalar> FromSpec<S> for Activation {
    const STEP: Step = Step { key: Key::word("activation", &Activation::WORDS), options: &[] };

    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError> {
        let word = values.word("activation")?;
        let function = Activation::NAMES.iter().find(|(name, _)| *name == word);
        Ok(function.map(|(_, function)| Layer::Activation(*function)))
    }
}

impl<S: Scalar> Primitive<S> for Activation {
    const FOOTPRINT: FootprintOf<Self, S> = in_place;
    const TRAFFIC: TrafficOf<Self, S> = elementwise;
    const SAVED: SavedOf<Self, S> = |activation, _, _| activation.saved();

    fn output(&self, input: &Shape<S>) -> Result<Shape<S>, ShapeError> {
        Ok(input.clone())
    }

    #[inline]
    fn record(&self, input: &Shape<S>, _output: &Shape<S>, tally: &mut Tally<S>) {
        let event = match self {
            Activation::Relu => Event::ReluElements,
            Activation::Relu6 => Event::Relu6Elements,
            Activation::Silu => Event::SiluElements,
            Activation::Sigmoid => Event::SigmoidElements,
            Activation::HardSwish => Event::HardSwishElements,
            Activation::HardSigmoid => Event::HardSigmoidElements,
            Activation::Gelu => Event::GeluElements,
        };
        tally.add(event, &[&input.channels, &input.height, &input.width]);
    }

    fn settings(&self) -> Settings {
        let named = Activation::NAMES.iter().filter(|(_, function)| function == self);
        Settings::new(named.map(|(name, _)| ("variant", Setting::word(name))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::layer::counted;

    #[test]
    fn each_function_counts_its_elements_under_its_own_event() {
        let mut seen = Vec::new();
        for (name, function) in Activation::NAMES {
            let (_, cost) = counted(&Layer::Activation(*function), [8, 4, 4]);
            let counted: Vec<_> =
                Event::ALL.iter().filter(|event| cost.amount(**event) != 0).collect();
            assert_eq!(counted.len(), 1, "{name}");
            assert_eq!(cost.amount(*counted[0]), 8 * 4 * 4, "{name}");
            assert!(!seen.contains(&counted[0]), "{name}");
            seen.push(counted[0]);
        }
    }
}
