//! The arguments that say in what networks of a search are equal.

use clap::Args;
use phiscale::memory::Dtype;
use phiscale::time::Deployment;
use phiscale::{Diagnostic, Error};

use super::arguments::choice;
use super::budget::DTYPES;
use super::device::{DeviceArguments, no_device};

/// What costs the same, and on which device.
#[derive(Args, Clone, Debug)]
pub(super) struct EqualCostArguments {
    /// The cost that is compared with the target.
    #[arg(long, value_parser = choice(&COSTS), value_name = "COST", default_value = "macs")]
    cost: EqualCost,
    #[command(flatten)]
    device: DeviceArguments,
    /// Type of weights and activations, instead of that of the device's measurements.
    #[arg(
        long,
        value_parser = choice(&DTYPES),
        value_name = "TYPE",
        requires = "device",
        help_heading = "Device"
    )]
    dtype: Option<Dtype>,
    /// Images in a batch on the device [default: 1].
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..),
        requires = "device",
        help_heading = "Device"
    )]
    batch: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EqualCost {
    Macs,
    Time,
}

const COSTS: [(&str, &str, EqualCost); 2] = [
    ("macs", "Counted MACs", EqualCost::Macs),
    ("time", "Estimated time on --device", EqualCost::Time),
];

impl EqualCostArguments {
    /// How networks run whose times are compared; `None` for MACs.
    pub(super) fn run(&self) -> Result<Option<Deployment>, Error> {
        let device = self.device.load(self.dtype)?;
        match (self.cost, device) {
            (EqualCost::Macs, None) => Ok(None),
            (EqualCost::Macs, Some(_)) => {
                let problem = Diagnostic::new("--device has no effect on counted MACs");
                Err(problem.help("to compare networks of equal time, add --cost time").into())
            }
            (EqualCost::Time, None) => Err(no_device("--cost time").into()),
            (EqualCost::Time, Some((device, mode))) => {
                Deployment::new(device, mode, self.batch.unwrap_or(1)).map(Some)
            }
        }
    }
}
