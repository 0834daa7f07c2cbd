//! How large a space is, and how much of it is within the constraints.

use std::collections::HashSet;
use std::sync::Arc;

use crate::error::{Diagnostic, Error};
use crate::search::design::draws::Stream;
use crate::search::design::{CountedNetwork, Design};

/// The most combinations that are counted one by one.
pub(super) const LISTED: u128 = 20_000;

/// How many combinations of a larger space are drawn.
const DRAWN: usize = 2_000;

/// The 97.5 % quantile of the normal distribution.
const NORMAL: f64 = 1.96;

/// How large a space is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SpaceSize {
    /// Combinations of alternatives.
    pub combinations: u128,
    /// What of it is within the constraints.
    pub within: WithinConstraints,
    /// The least and the highest cost of a network that was counted, within the constraints or not.
    pub costs: Option<[f64; 2]>,
}

/// How much of a space is within the constraints.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WithinConstraints {
    /// Every combination was counted.
    Counted {
        /// Distinct networks.
        networks: usize,
        /// Distinct networks within the constraints.
        within: usize,
        /// Combinations that give no network.
        invalid: usize,
    },
    /// Combinations were drawn.
    Drawn {
        /// How many.
        drawn: usize,
        /// How many of these are within the constraints.
        within: usize,
        /// How many give no network.
        invalid: usize,
        /// The share within the constraints is between these, with 95 % confidence (Wilson 1927, J. Am. Stat. Assoc. 22,
        /// 209–212).
        share: [f64; 2],
    },
}

impl Design<'_> {
    /// The size of the space: exact up to 20,000 combinations, estimated from 2,000 draws beyond. Fails if no network is
    /// within the constraints.
    pub fn size(&self) -> Result<SpaceSize, Error> {
        let combinations = self.networks.space.combinations();
        let all = self.combinations_or_draws(combinations);
        let counted: Vec<_> = all.iter().map(|picks| self.networks.network(picks)).collect();
        let invalid = counted.iter().filter(|one| one.is_none()).count();
        let networks: Vec<&Arc<CountedNetwork>> = counted.iter().flatten().collect();
        let allowed = networks.iter().filter(|one| self.objective.allows(one));
        let costs = networks.iter().map(|one| self.objective.cost(one));
        let costs = costs.fold(None, |range: Option<[f64; 2]>, cost| {
            let [low, high] = range.unwrap_or([cost, cost]);
            Some([low.min(cost), high.max(cost)])
        });
        let distinct = |found: &mut dyn Iterator<Item = usize>| found.collect::<HashSet<_>>().len();
        let within = if combinations <= LISTED {
            WithinConstraints::Counted {
                networks: distinct(&mut networks.iter().map(|one| one.index)),
                within: distinct(&mut allowed.map(|one| one.index)),
                invalid,
            }
        } else {
            let (within, drawn) = (allowed.count(), counted.len());
            WithinConstraints::Drawn { drawn, within, invalid, share: wilson(within, drawn) }
        };
        let size = SpaceSize { combinations, within, costs };
        if size.is_empty() { Err(self.nothing_within(&size)) } else { Ok(size) }
    }

    /// Every combination of a small space, in order; draws from a large one.
    fn combinations_or_draws(&self, combinations: u128) -> Vec<Vec<usize>> {
        let choices = &self.networks.space.choices;
        let lengths = choices.iter().map(|choice| choice.alternatives.len());
        if combinations <= LISTED {
            return lengths.fold(vec![Vec::new()], |before, length| {
                let longer = |picks: &Vec<usize>| {
                    let picks = picks.clone();
                    (0..length).map(move |pick| [&picks[..], &[pick]].concat())
                };
                before.iter().flat_map(longer).collect()
            });
        }
        let lengths: Vec<usize> = lengths.collect();
        let mut draws = Stream::Size.draws(self.seed);
        let mut draw = || lengths.iter().map(|length| draws.below(*length)).collect();
        (0..DRAWN).map(|_| draw()).collect()
    }

    fn nothing_within(&self, size: &SpaceSize) -> Error {
        let name = &self.networks.space.name;
        let message = match size.within {
            WithinConstraints::Counted { .. } => {
                format!("no network of the space {name} is within its constraints")
            }
            WithinConstraints::Drawn { drawn, .. } => format!(
                "none of {drawn} networks drawn from the space {name} is within its constraints"
            ),
        };
        let problem = Diagnostic::new(message);
        let costs = size.costs.map(|[low, high]| {
            let (low, high) = (self.objective.shown(low), self.objective.shown(high));
            format!(
                "its networks cost from {low} to {high}; the constraints: {}",
                self.constraints()
            )
        });
        costs.into_iter().fold(problem, Diagnostic::help).into()
    }

    /// What a network must keep to, in words; empty if there is nothing.
    #[must_use]
    pub fn constraints(&self) -> String {
        self.objective.constraints().join(", ")
    }
}

impl SpaceSize {
    fn is_empty(&self) -> bool {
        match self.within {
            WithinConstraints::Counted { within, .. } | WithinConstraints::Drawn { within, .. } => {
                within == 0
            }
        }
    }
}

/// Every distinct network within the constraints, in the order of their alternatives. Fails if there are none, or too many
/// combinations to list.
pub(super) fn all(design: &Design) -> Result<Vec<Arc<CountedNetwork>>, Error> {
    let combinations = design.networks.space.combinations();
    if combinations > LISTED {
        let message = format!(
            "the space {} has {combinations} combinations, and a whole one may have {LISTED}",
            design.networks.space.name
        );
        return Err(Error::new(message));
    }
    design.size()?;
    let all = design.combinations_or_draws(combinations);
    let mut seen = HashSet::new();
    let networks = all.iter().filter_map(|picks| design.networks.network(picks));
    let new = networks.filter(|one| design.objective.allows(one) && seen.insert(one.index));
    Ok(new.collect())
}

/// Wilson's interval for a share, at 95 %.
fn wilson(hits: usize, of: usize) -> [f64; 2] {
    let (hits, of) = (hits as f64, (of as f64).max(1.0));
    let (share, square) = (hits / of, NORMAL * NORMAL);
    let middle = share + square / (2.0 * of);
    let half = NORMAL * (share * (1.0 - share) / of + square / (4.0 * of * of)).sqrt();
    let scaled = |value: f64| (value / (1.0 + square / of)).clamp(0.0, 1.0);
    [scaled(middle - half), scaled(middle + half)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wilson's interval of 10 of 100 is 5.5 to 17.4 %; of none of 100, 0 to 3.7 %.
    #[test]
    fn shares_have_the_interval_of_wilson() {
        let near = |found: [f64; 2], expected: [f64; 2]| {
            found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 5e-4)
        };
        assert!(near(wilson(10, 100), [0.0552, 0.1744]));
        assert!(near(wilson(0, 100), [0.0, 0.037]));
        assert!(near(wilson(100, 100), [0.963, 1.0]));
    }
}
