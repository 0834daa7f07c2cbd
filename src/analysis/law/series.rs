//! Networks of one kind that were trained in one way, with their costs and accuracies.

use crate::error::Span;

/// Networks that one law is fitted to.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name: `RegNetX`.
    pub name: String,
    /// Where its accuracies are from; empty if nobody says.
    pub source: String,
    /// Its networks, by cost.
    pub networks: Vec<MeasuredPoint>,
}

/// The cost and the accuracy of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredPoint {
    /// Its name or address.
    pub network: String,
    /// Its cost, such as its MACs for one image.
    pub cost: f64,
    /// Its accuracy in percent.
    pub accuracy: f64,
    /// Where it is written, if in a file.
    pub place: Option<Span>,
}

impl Series {
    /// A series of networks in any order.
    #[must_use]
    pub fn new(name: &str, source: &str, mut networks: Vec<MeasuredPoint>) -> Self {
        networks.sort_by(|one, other| one.cost.total_cmp(&other.cost));
        Series { name: name.into(), source: source.into(), networks }
    }

    /// The series without its `count` largest networks, and these.
    #[must_use]
    pub fn without_largest(&self, count: usize) -> (Series, Vec<MeasuredPoint>) {
        let mut rest = self.clone();
        let held_out = rest.networks.split_off(self.networks.len().saturating_sub(count));
        (rest, held_out)
    }

    /// How many costs differ.
    pub(super) fn different_costs(&self) -> usize {
        let costs = self.networks.iter().map(|network| network.cost.to_bits());
        costs.collect::<std::collections::BTreeSet<_>>().len()
    }
}
