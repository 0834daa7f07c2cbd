//! What networks are compared by: an amount that is counted, or an estimate for a device.

use crate::analysis::time::Deployment;
use crate::counting::measure::Measure;
use crate::counting::network::Network;

/// A cost of a network.
#[derive(Clone, Debug, PartialEq)]
pub enum Cost {
    /// Counted.
    Counted(Measure),
    /// Estimated for networks that run like this.
    Estimated(Estimate, Box<Deployment>),
}

/// What is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Estimate {
    /// Milliseconds for one image: the time of a batch over its images.
    Time,
    /// Arithmetic intensity: FLOPs for each byte that is read or written.
    Intensity,
}

impl From<Measure> for Cost {
    fn from(measure: Measure) -> Self {
        Cost::Counted(measure)
    }
}

impl Estimate {
    /// Every estimate.
    pub const ALL: [Estimate; 2] = [Estimate::Time, Estimate::Intensity];

    /// The key in chart files and in the names of charts.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Estimate::Time => "time",
            Estimate::Intensity => "intensity",
        }
    }
}

impl Cost {
    /// The amount for one image; milliseconds of time.
    #[must_use]
    pub fn of(&self, network: &Network) -> f64 {
        match self {
            Cost::Counted(measure) => measure.of(network) as f64,
            Cost::Estimated(Estimate::Time, run) => run.seconds_per_image(network) * 1e3,
            Cost::Estimated(Estimate::Intensity, run) => run.intensity(network),
        }
    }

    /// The measure that is counted.
    #[must_use]
    pub fn measure(&self) -> Option<Measure> {
        match self {
            Cost::Counted(measure) => Some(*measure),
            Cost::Estimated(..) => None,
        }
    }

    /// What is estimated, and for what.
    #[must_use]
    pub fn estimate(&self) -> Option<(Estimate, &Deployment)> {
        match self {
            Cost::Counted(_) => None,
            Cost::Estimated(estimate, run) => Some((*estimate, run)),
        }
    }

    /// Whether less of it is better: of intensity, neither is.
    #[must_use]
    pub fn is_price(&self) -> bool {
        !matches!(self, Cost::Estimated(Estimate::Intensity, _))
    }

    /// The key in chart files and in the names of charts.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Cost::Counted(measure) => measure.key(),
            Cost::Estimated(estimate, _) => estimate.key(),
        }
    }

    /// The name in reports and charts.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Cost::Counted(measure) => measure.name(),
            Cost::Estimated(Estimate::Time, _) => "estimated time",
            Cost::Estimated(Estimate::Intensity, _) => "FLOPs per byte",
        }
    }

    /// The comparative for a smaller amount: fewer MACs, less time.
    #[must_use]
    pub fn less(&self) -> &'static str {
        match self {
            Cost::Counted(measure) => measure.less(),
            Cost::Estimated(..) => "less",
        }
    }

    /// The label of an axis.
    #[must_use]
    pub fn axis(&self) -> &'static str {
        match self {
            Cost::Counted(measure) => measure.axis(),
            Cost::Estimated(Estimate::Time, _) => "Estimated time per image",
            Cost::Estimated(Estimate::Intensity, _) => "FLOPs per byte",
        }
    }

    /// The label of an axis that has little room.
    #[must_use]
    pub fn in_short(&self) -> &'static str {
        match self {
            Cost::Counted(measure) => measure.in_short(),
            Cost::Estimated(Estimate::Time, _) => "Estimated ms per image",
            Cost::Estimated(Estimate::Intensity, _) => "FLOPs per byte",
        }
    }
}
