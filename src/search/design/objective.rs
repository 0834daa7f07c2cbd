//! What a network is to be: accurate, and near a cost.

use crate::counting::units::{four_digits, grouped, short};
use crate::families::spec::space::{SpaceSettings, TargetConstraint};
use crate::search::design::CountedNetwork;

/// The score of a network: accuracy · (cost ÷ target)^exponent, as in Tan & Le 2019 (arXiv:1905.11946v5), section 4.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// The cost that is aimed at.
    pub target: Target,
    /// The exponent; the paper's is −0.07.
    pub exponent: f64,
    /// Whether the target is a limit. Then the score is the accuracy alone.
    pub constraint: TargetConstraint,
    /// What networks may cost besides.
    pub limits: Limits,
}

/// A cost that is aimed at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// MACs for one image.
    Macs(f64),
    /// Estimated seconds for one image.
    Seconds(f64),
}

/// What the networks of a design may cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// The least MACs for one image.
    pub min_macs: Option<u64>,
    /// The most MACs for one image.
    pub max_macs: Option<u64>,
    /// The most trained params.
    pub max_params: Option<u64>,
}

/// The exponent of EfficientNet's and MnasNet's papers.
pub(super) const EXPONENT: f64 = -0.07;

impl Objective {
    /// The paper's objective for a target, with what a space says of it.
    #[must_use]
    pub fn of(target: Target, space: &SpaceSettings) -> Objective {
        let SpaceSettings { min_macs, max_macs, max_params, .. } = *space;
        Objective {
            target,
            exponent: space.exponent.unwrap_or(EXPONENT),
            constraint: space.constraint.unwrap_or(TargetConstraint::Soft),
            limits: Limits { min_macs, max_macs, max_params },
        }
    }

    /// The cost of a network, in the unit of the target.
    #[must_use]
    pub fn cost(&self, network: &CountedNetwork) -> f64 {
        match self.target {
            Target::Macs(_) => network.macs() as f64,
            Target::Seconds(_) => network.seconds.unwrap_or(f64::INFINITY),
        }
    }

    /// The cost of a network ÷ the target.
    #[must_use]
    pub fn cost_ratio(&self, network: &CountedNetwork) -> f64 {
        self.cost(network) / self.target.amount()
    }

    /// Whether a network is within the constraints.
    #[must_use]
    pub fn allows(&self, network: &CountedNetwork) -> bool {
        let Limits { min_macs, max_macs, max_params } = self.limits;
        let is_in_target =
            self.constraint == TargetConstraint::Soft || self.cost_ratio(network) <= 1.0;
        is_in_target
            && min_macs.is_none_or(|least| network.macs() >= u128::from(least))
            && max_macs.is_none_or(|most| network.macs() <= u128::from(most))
            && max_params.is_none_or(|most| network.params() <= u128::from(most))
    }

    /// The score of a network with this accuracy, in percent.
    #[must_use]
    pub fn score(&self, accuracy: f64, network: &CountedNetwork) -> f64 {
        match self.constraint {
            TargetConstraint::Hard => accuracy,
            TargetConstraint::Soft => accuracy * self.cost_ratio(network).powf(self.exponent),
        }
    }
}

impl Target {
    /// The amount, in MACs or seconds.
    #[must_use]
    pub fn amount(self) -> f64 {
        match self {
            Target::Macs(amount) | Target::Seconds(amount) => amount,
        }
    }
}

impl Objective {
    /// A cost in the unit of the target, with the unit.
    #[must_use]
    pub fn shown(&self, cost: f64) -> String {
        match self.target {
            Target::Macs(_) => format!("{} MACs", short(cost)),
            Target::Seconds(_) => format!("{} ms", four_digits(cost * 1e3)),
        }
    }

    /// Each condition that networks must keep to, in words.
    pub(super) fn constraints(&self) -> Vec<String> {
        let Limits { min_macs, max_macs, max_params } = self.limits;
        let limit = |what: &str, amount: Option<u64>, unit: &str| {
            amount.map(|amount| format!("{what} {} {unit}", grouped(amount.into())))
        };
        let hard = (self.constraint == TargetConstraint::Hard)
            .then(|| format!("at most {}", self.shown(self.target.amount())));
        let limits = [
            hard,
            limit("at least", min_macs, "MACs"),
            limit("at most", max_macs, "MACs"),
            limit("at most", max_params, "params"),
        ];
        limits.into_iter().flatten().collect()
    }
}
