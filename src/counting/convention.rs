//! Counting conventions: weights for the events of a ledger.
//!
//! One tool's "FLOPs" are another's "MACs", and a third adds norms and activations to them. A convention says which
//! events count and how much; it is data, read from `specs/conventions`.

use crate::counting::ledger::{Event, Ledger, Part};
use crate::counting::polynomial::Polynomial;
use crate::counting::scalar::{Quantity, Scalar};

/// A named rule that turns a ledger into one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Convention {
    /// The main name.
    pub name: String,
    /// Other names for the same rule.
    pub also: Vec<String>,
    /// What the number is called: MACs, FLOPs, params.
    pub quantity: String,
    /// What is counted, in one line.
    pub about: String,
    /// Where the rule was read.
    pub source: String,
    /// The weights of what counts, in ledger order; all else weighs 0.
    pub terms: Vec<Term>,
}

/// What an event weighs in one part of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The event.
    pub event: Event,
    /// The part in which it happens.
    pub part: Part,
    /// The number that one event adds, at least 1.
    pub weight: u16,
}

impl Convention {
    /// The main name and all others.
    pub fn names(&self) -> impl Iterator<Item = String> {
        std::iter::once(&self.name).chain(&self.also).cloned()
    }

    /// Whether this is a name of the convention, ignoring case.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.names().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The number for `batch` images. Stored values (weights, statistics) do not grow with the batch.
    #[must_use]
    pub fn value(&self, ledger: &Ledger, batch: u32) -> u128 {
        self.terms.iter().map(|term| term.value(ledger, batch)).sum()
    }

    /// What an event weighs in a part; 0 if it does not count.
    #[must_use]
    pub fn weight(&self, event: Event, part: Part) -> u16 {
        let found = self.terms.iter().find(|term| (term.event, term.part) == (event, part));
        found.map_or(0, |term| term.weight)
    }

    /// The number for one image as a polynomial in depth, width and resolution.
    #[must_use]
    pub fn closed_form(&self, ledger: &Ledger<Polynomial>) -> Polynomial {
        self.terms.iter().fold(Polynomial::default(), |mut sum, Term { event, part, weight }| {
            let weight = Polynomial::constant(f64::from(*weight));
            sum.increase(&Polynomial::product(&[ledger.entry(*event, *part), &weight]));
            sum
        })
    }

    /// The rule in one line, such as `conv_macs + 2·relu_elements`. Parts with other weights follow after
    /// semicolons: `; function: relu_elements; fused: 0`.
    #[must_use]
    pub fn formula(&self) -> String {
        let sum = |part: Part, is_written: &dyn Fn(u16, u16) -> bool| {
            let term = |event: &Event| {
                let [weight, main] = [part, Part::Main].map(|part| self.weight(*event, part));
                let factor = if weight == 1 { String::new() } else { format!("{weight}·") };
                is_written(weight, main).then(|| format!("{factor}{}", event.name()))
            };
            Event::ALL.iter().filter_map(term).collect::<Vec<_>>().join(" + ")
        };
        let other = |part: Part| {
            let is_seen = self.terms.iter().any(|term| term.part == part);
            let others = sum(part, &|weight, main| weight != main);
            let others = if is_seen { others } else { "0".into() };
            (!others.is_empty()).then(|| format!("; {}: {others}", part.name()))
        };
        sum(Part::Main, &|weight, _| weight > 0)
            + &Part::ALL.into_iter().filter_map(other).collect::<String>()
    }
}

impl Term {
    /// What the term adds to the number for `batch` images.
    ///
    /// No sum of terms overflows: 2^64 events × 2^32 images × a weight below 2^16 × 2^8 terms < 2^128.
    #[must_use]
    pub fn value(&self, ledger: &Ledger, batch: u32) -> u128 {
        let images = if self.event.is_stored() { 1 } else { batch };
        let amount = u128::from(*ledger.entry(self.event, self.part));
        amount * u128::from(images) * u128::from(self.weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convention(terms: &[(Event, Part, u16)]) -> Convention {
        Convention {
            name: "both".into(),
            also: Vec::new(),
            quantity: "things".into(),
            about: String::new(),
            source: String::new(),
            terms: terms
                .iter()
                .map(|&(event, part, weight)| Term { event, part, weight })
                .collect(),
        }
    }

    #[test]
    fn events_grow_with_the_batch_and_stored_values_do_not() {
        let mut ledger = Ledger::<u64>::zero();
        let mut tally = ledger.tally(Part::Main, &1);
        tally.add(Event::ConvMacs, &[&100]);
        tally.add(Event::ConvWeights, &[&7]);
        let convention =
            convention(&[(Event::ConvMacs, Part::Main, 2), (Event::ConvWeights, Part::Main, 1)]);
        assert_eq!(convention.value(&ledger, 1), 207);
        assert_eq!(convention.value(&ledger, 8), 1607);
    }

    #[test]
    fn a_formula_names_the_parts_with_other_weights() {
        let all = |event, weight| Part::ALL.map(|part| (event, part, weight)).to_vec();
        let mut terms = all(Event::ConvMacs, 1);
        assert_eq!(convention(&terms).formula(), "conv_macs");
        terms.extend(all(Event::ReluElements, 2));
        terms.retain(|(_, part, _)| *part != Part::Fused);
        assert_eq!(convention(&terms).formula(), "conv_macs + 2·relu_elements; fused: 0");
        terms.retain(|(event, part, _)| *event != Event::ConvMacs || *part != Part::Function);
        let formula = "conv_macs + 2·relu_elements; function: 0·conv_macs; fused: 0";
        assert_eq!(convention(&terms).formula(), formula);
    }
}
