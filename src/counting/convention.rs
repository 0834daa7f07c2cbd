//! Counting conventions: rows of weights over the ledger.
//!
//! What one tool calls "FLOPs" another calls "MACs", and a third adds norms and activations to it. A
//! convention says which events count and how much; it is data, read from `specs/conventions`.

use crate::counting::ledger::{Cost, Event};
use crate::counting::polynomial::Polynomial;
use crate::counting::scalar::{Quantity, Scalar};

/// A named way to make one number of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convention {
    /// The name to ask for it by.
    pub name: String,
    /// Other names for the same rule.
    pub also: Vec<String>,
    /// What the number is called: MACs, FLOPs, params.
    pub quantity: String,
    /// What is counted, in one line.
    pub about: String,
    /// Where the rule was read.
    pub source: String,
    /// The weight of each event that counts; all others weigh 0.
    pub weights: Vec<(Event, u16)>,
}

impl Convention {
    /// The name to ask for it by, and its others.
    pub fn names(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.name).chain(&self.also).cloned()
    }

    /// Whether this is a name of the convention, whatever its case.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.names().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// The number for `batch` images. Stored values (weights, statistics) do not grow with the batch.
    ///
    /// This cannot overflow: 2^64 events × 2^32 images × a weight below 2^16 × 64 kinds < 2^128.
    #[must_use]
    pub fn value(&self, cost: &Cost<u64>, batch: u32) -> u128 {
        let weigh = |(event, weight): &(Event, u16)| {
            let images = if event.is_stored() { 1 } else { batch };
            u128::from(*cost.amount(*event)) * u128::from(*weight) * u128::from(images)
        };
        self.weights.iter().map(weigh).sum()
    }

    /// What an event weighs; 0 where it does not count.
    #[must_use]
    pub fn weight(&self, event: Event) -> u16 {
        let found = self.weights.iter().find(|(weighed, _)| *weighed == event);
        found.map_or(0, |(_, weight)| *weight)
    }

    /// The number for one image as a polynomial in depth, width and resolution.
    #[must_use]
    pub fn closed_form(&self, cost: &Cost<Polynomial>) -> Polynomial {
        self.weights.iter().fold(Polynomial::default(), |mut sum, (event, weight)| {
            let weight = Polynomial::constant(f64::from(*weight));
            sum.increase(&Polynomial::product(&[cost.amount(*event), &weight]));
            sum
        })
    }

    /// The rule in one line: `conv_macs + 2·batch_norm_elements`.
    #[must_use]
    pub fn formula(&self) -> String {
        let term = |(event, weight): &(Event, u16)| match weight {
            1 => event.name().to_string(),
            weight => format!("{weight}·{}", event.name()),
        };
        self.weights.iter().map(term).collect::<Vec<_>>().join(" + ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counting::ledger::{Part, Tally};

    #[test]
    fn events_grow_with_the_batch_and_stored_values_do_not() {
        let mut cost = Cost::<u64>::zero();
        let once = 1;
        let mut tally = Tally::new(&mut cost, &once, Part::Main);
        tally.add(Event::ConvMacs, &[&100]);
        tally.add(Event::ConvWeights, &[&7]);
        let convention = Convention {
            name: "both".into(),
            also: Vec::new(),
            quantity: "things".into(),
            about: String::new(),
            source: String::new(),
            weights: vec![(Event::ConvMacs, 2), (Event::ConvWeights, 1)],
        };
        assert_eq!(convention.value(&cost, 1), 207);
        assert_eq!(convention.value(&cost, 8), 1607);
        assert_eq!(convention.formula(), "2·conv_macs + conv_weights");
    }
}
