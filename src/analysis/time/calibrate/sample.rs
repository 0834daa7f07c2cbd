//! What is fitted, and to what.

use crate::analysis::time::{Load, Rates, loads};
use crate::counting::network::Network;
use crate::families::device::{LayerTime, Mode};

/// A measured network.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The network's address.
    pub network: String,
    /// The family that it is left out with.
    pub family: String,
    /// Height and width of the images in pixels, if they are not the network's own.
    pub image: Option<[u64; 2]>,
    /// Images in a batch.
    pub batch: u32,
    /// What its layers ask of the device, for a batch.
    pub loads: Vec<Load>,
    /// The measured time of a batch.
    pub seconds: f64,
}

/// What is fitted beside the efficiencies of matrix units, vector units and memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// How a layer's arithmetic and traffic add up.
    pub layer_time: LayerTime,
    /// Whether a layer costs some time whatever its size.
    pub has_overhead: bool,
}

impl Form {
    /// Those that are tried, the simplest first.
    pub const ALL: [Form; 4] = [
        Form { layer_time: LayerTime::Sum, has_overhead: false },
        Form { layer_time: LayerTime::Slower, has_overhead: false },
        Form { layer_time: LayerTime::Sum, has_overhead: true },
        Form { layer_time: LayerTime::Slower, has_overhead: true },
    ];

    /// The one that is fitted where nothing tells which is best.
    pub(super) const USUAL: Form = Form { layer_time: LayerTime::Sum, has_overhead: true };
}

impl Sample {
    /// A network whose batch took so many seconds.
    #[must_use]
    pub fn new(
        address: &str,
        family: &str,
        network: &Network,
        mode: Mode,
        batch: u32,
        seconds: f64,
    ) -> Self {
        let loads = loads(network, mode, batch).into_iter().map(|(_, load)| load).collect();
        let (network, family, image) = (address.into(), family.into(), None);
        Sample { network, family, image, batch, loads, seconds }
    }

    /// The time of a batch at these rates.
    #[must_use]
    pub fn seconds(&self, rates: &Rates) -> f64 {
        self.loads.iter().map(|load| rates.time(load).seconds).sum()
    }
}
