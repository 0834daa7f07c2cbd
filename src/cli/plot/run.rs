//! The arguments that say what kind of chart is drawn besides charts of axes, and how networks run in it.

use clap::Args;
use phiscale::device::{Device, Mode};
use phiscale::time::Deployment;
use phiscale::{Diagnostic, Error};

use crate::cli::device::{DeploymentArguments, no_device};

/// A kind of chart that has no axis to choose.
#[derive(Args, Debug)]
pub(super) struct KindArguments {
    /// Show the cost of networks by stage.
    #[arg(long, conflicts_with_all = ["x", "y", "accuracy"], help_heading = "Chart")]
    pub(super) stages: bool,
    /// Show the layers of a network under the roof of --device.
    #[arg(long, conflicts_with_all = ["x", "y", "accuracy", "stages"], help_heading = "Chart")]
    pub(super) roofline: bool,
    /// Show predicted against measured times: the speeds in a CSV, as for `time --calibrate`, on --device.
    #[arg(
        long,
        conflicts_with_all = ["x", "y", "accuracy", "stages", "roofline", "batch"],
        help_heading = "Chart"
    )]
    pub(super) measured: bool,
}

/// How networks run in a chart of estimates.
#[derive(Args, Debug)]
pub(super) struct RunArguments {
    #[command(flatten)]
    deployment: DeploymentArguments,
    /// The measured speeds are of steps of training.
    #[arg(long, requires = "measured", help_heading = "Device")]
    training: bool,
}

impl RunArguments {
    /// The device that is named, if any.
    pub(super) fn device(&self) -> Option<&str> {
        self.deployment.device.device.as_deref()
    }

    /// How networks run, for a chart that needs a device.
    pub(super) fn run(&self, what: &str) -> Result<Deployment, Error> {
        self.deployment.deployment(what)
    }

    /// The device whose speeds are measured, and how its networks ran.
    pub(super) fn measured(&self) -> Result<(Device, Mode), Error> {
        let found = self.deployment.load()?;
        let (device, mode) = found.ok_or_else(|| no_device("a chart of measured times"))?;
        Ok((device, Mode { training: self.training, ..mode }))
    }

    /// Refuses a device that no chart uses.
    pub(super) fn check(&self, has_estimates: bool) -> Result<(), Error> {
        if self.device().is_none() || has_estimates {
            return Ok(());
        }
        let problem = Diagnostic::new("--device has no effect on this chart");
        Err(problem.help("it belongs to a chart of estimates: --x time").into())
    }
}
