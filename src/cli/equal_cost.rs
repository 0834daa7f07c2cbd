//! The arguments that say in what networks of a search are equal.

use clap::Args;
use phiscale::time::Deployment;
use phiscale::{Diagnostic, Error};

use super::arguments::choice;
use super::device::{COSTS, Cost, DeploymentArguments};

/// What costs the same, and on which device.
#[derive(Args, Clone, Debug)]
pub(super) struct EqualCostArguments {
    /// The cost that is compared with the target.
    #[arg(long, value_parser = choice(&COSTS), value_name = "COST", default_value = "macs")]
    cost: Cost,
    #[command(flatten)]
    deployment: DeploymentArguments,
}

impl EqualCostArguments {
    /// How networks run whose times are compared; `None` for MACs.
    pub(super) fn run(&self) -> Result<Option<Deployment>, Error> {
        match (self.cost, &self.deployment.device.device) {
            (Cost::Macs, None) => Ok(None),
            (Cost::Macs, Some(_)) => {
                let problem = Diagnostic::new("--device has no effect on counted MACs");
                Err(problem.help("to compare networks of equal time, add --cost time").into())
            }
            (Cost::Time, _) => self.deployment.deployment("--cost time").map(Some),
        }
    }
}
