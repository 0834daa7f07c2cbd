//! How many networks of a sweep have which two costs, and the front of both: taken in one by one, in memory that grows
//! with the front alone.

use std::sync::Arc;

use crate::analysis::sweep::bins::{Bins, Cells};
use crate::analysis::sweep::front::Front;
use crate::analysis::sweep::totals::{Total, Totals};
use crate::counting::measure::Measure;
use crate::error::{Diagnostic, Error};
use crate::families::scaling::{Scale, is_one};

/// A network of a sweep, as a table of the sweep has it.
#[derive(Clone, Debug, PartialEq)]
pub struct CountedPoint {
    /// Its name, where there are several.
    pub name: Option<Arc<str>>,
    /// Its multipliers.
    pub scale: Scale,
    /// Its totals.
    pub totals: Totals,
}

/// The networks of a sweep by two costs.
#[derive(Clone, Debug)]
pub struct Density {
    costs: [(Measure, Total); 2],
    bins: Bins,
    networks: u64,
    front: Front<CountedPoint>,
    baseline: Option<CountedPoint>,
}

impl Density {
    /// A density of two costs, without networks. Fails for costs that a sweep does not count, and for two of one order.
    pub fn new(costs: [Measure; 2]) -> Result<Self, Error> {
        let [x, y] = costs.map(|cost| Total::of(cost).map(|(total, _)| (cost, total)));
        let costs = [x?, y?];
        if costs[0].1 == costs[1].1 {
            let [x, y] = costs.map(|(cost, _)| cost.key());
            let message = format!("{x} against {y} would be a line: both order networks alike");
            let help = "take two of macs, params and activations";
            return Err(Diagnostic::new(message).help(help).into());
        }
        let (bins, front) = (Bins::default(), Front::default());
        Ok(Density { costs, bins, networks: 0, front, baseline: None })
    }

    /// Takes in a network, whose totals are above zero.
    pub fn add(&mut self, point: &CountedPoint) {
        let index = self.networks;
        self.networks += 1;
        self.bins.add(self.amounts(point));
        let costs = self.costs.map(|(_, total)| total.in_totals(&point.totals));
        self.front.offer(costs, index, || point.clone());
        let Scale { depth, width, resolution } = point.scale;
        if point.name.is_none() && [depth, width, resolution].into_iter().all(is_one) {
            self.baseline.get_or_insert_with(|| point.clone());
        }
    }

    /// The costs on the x and the y axis.
    #[must_use]
    pub fn costs(&self) -> [Measure; 2] {
        self.costs.map(|(cost, _)| cost)
    }

    /// The two costs of a network.
    #[must_use]
    pub fn amounts(&self, point: &CountedPoint) -> [f64; 2] {
        self.costs.map(|(cost, total)| {
            let each = if cost == Measure::Flops { 2.0 } else { 1.0 };
            each * total.in_totals(&point.totals) as f64
        })
    }

    /// How many networks it has.
    #[must_use]
    pub fn networks(&self) -> u64 {
        self.networks
    }

    /// How many networks have nearly equal costs; `None` without networks.
    #[must_use]
    pub fn cells(&self) -> Option<Cells> {
        self.bins.cells()
    }

    /// The networks that no other undercuts in one cost without exceeding it in the other, in rising order of the first
    /// cost. Of networks of equal costs, the first.
    #[must_use]
    pub fn front(&self) -> &Front<CountedPoint> {
        &self.front
    }

    /// The network whose multipliers are all 1, if all networks are scaled from one and it is among them.
    #[must_use]
    pub fn baseline(&self) -> Option<&CountedPoint> {
        self.baseline.as_ref()
    }

    /// The second cost of a network over the least that a network of the sweep has with no more of the first; `None` if
    /// all have more of the first.
    #[must_use]
    pub fn excess(&self, point: &CountedPoint) -> Option<f64> {
        let [x, y] = self.amounts(point);
        let best = self.front.points().map(|point| self.amounts(point)).take_while(|at| at[0] <= x);
        best.last().map(|[_, least]| y / least)
    }
}
