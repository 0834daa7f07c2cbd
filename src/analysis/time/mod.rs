//! The time of a network on a device, layer by layer: arithmetic over its peak rate and bytes over the bandwidth, each
//! times the share of the peak that is reached.

pub mod calibrate;
mod costs;
mod deployment;
mod doubling;
mod growth;
mod load;
mod roofline;
mod training;

use std::borrow::Cow;

use crate::counting::kernels::Kernel;
use crate::counting::network::Network;
use crate::error::Error;
use crate::families::device::{self, Device, Efficiency, LayerTime, Mode, Peak};

pub use costs::{CostGrowth, Costs};
pub use deployment::Deployment;
pub use doubling::{Doubling, Exponents, doubling, exponents};
pub use growth::{Causes, Spent, TimeGrowth, TimeStep, TimedMember, Work};
pub use load::{Load, loads};
pub use roofline::{Roofline, RooflineLayer};

/// A network's time for one batch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Time<'n> {
    /// Images in the batch.
    pub batch: u32,
    /// Every layer, in the order of the forward pass; equal repeats share one entry.
    pub layers: Vec<TimedLayer<'n>>,
    /// How far off it is to be expected.
    pub expected: Expected,
}

/// A layer's time for one batch, all its repeats together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TimedLayer<'n> {
    /// The index of its stage.
    pub stage: usize,
    /// Its path.
    pub path: Cow<'n, str>,
    /// The kind of layer.
    pub kind: &'n str,
    /// How many repeats it stands for.
    pub times: u64,
    /// Multiply-adds.
    pub macs: f64,
    /// Bytes read and written.
    pub bytes: f64,
    /// Its time.
    pub parts: Parts,
    /// Whether it runs within the layer before it.
    pub is_fused: bool,
}

/// What a time is made of, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Parts {
    /// The time of its arithmetic.
    pub compute: f64,
    /// The time of its memory traffic.
    pub memory: f64,
    /// What is spent for each layer besides.
    pub overhead: f64,
    /// All together: where arithmetic and memory overlap, less than the sum.
    pub seconds: f64,
}

/// What limits a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Arithmetic.
    Compute,
    /// Memory traffic.
    Memory,
    /// What is spent for each layer, whatever its size.
    Overhead,
}

/// How far off a time is to be expected.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Expected {
    /// As far as networks that were measured on the device, each predicted without its family: the median of
    /// |predicted / measured − 1|, and how many networks there were.
    Measured {
        /// The median error.
        error: f64,
        /// Measured networks.
        networks: usize,
        /// Images in a measured batch: the fewest and the most.
        batches: [u32; 2],
    },
    /// As far as data sheets alone on the bundled devices that were measured with this type of numbers: the largest
    /// median error, and how many devices there are.
    DataSheet {
        /// The largest median error; `None` without such devices.
        error: Option<f64>,
        /// Such devices.
        devices: usize,
    },
}

/// The rates that a device reaches in a mode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Bytes of a number.
    pub element: f64,
    /// Products of matrices, in FLOP/s.
    pub matrix: f64,
    /// Other arithmetic, in FLOP/s.
    pub vector: f64,
    /// Memory, in bytes a second.
    pub bandwidth: f64,
    /// Seconds for each layer.
    pub overhead: f64,
    /// How arithmetic and memory add up.
    pub layer_time: LayerTime,
}

impl Rates {
    /// The rates that these efficiencies give.
    #[must_use]
    pub fn new(device: &Device, peak: Peak, efficiency: Efficiency) -> Self {
        Rates {
            element: peak.dtype.bytes() as f64,
            matrix: peak.matrix * efficiency.matrix,
            vector: peak.vector * efficiency.vector,
            bandwidth: device.bandwidth * efficiency.bandwidth,
            overhead: efficiency.overhead,
            layer_time: efficiency.layer_time,
        }
    }

    /// Those of a device in a mode: calibrated if the mode was measured, else the data sheet's.
    pub fn of(device: &Device, mode: Mode) -> Result<Self, Error> {
        let calibration = device.calibration(mode);
        let efficiency = calibration.map_or(Efficiency::DATA_SHEET, |known| known.efficiency);
        Ok(Rates::new(device, device.peak(mode.dtype)?, efficiency))
    }

    /// The time of a load.
    #[must_use]
    pub fn time(&self, load: &Load) -> Parts {
        let rate = if load.is_vector { self.vector } else { self.matrix };
        let (compute, memory) = (load.flops / rate, load.bytes / self.bandwidth);
        let overhead = load.launches * self.overhead;
        let both = match self.layer_time {
            LayerTime::Sum => compute + memory,
            LayerTime::Slower => compute.max(memory),
        };
        Parts { compute, memory, overhead, seconds: both + overhead }
    }
}

/// The time of one batch.
pub fn of<'n>(
    network: &'n Network,
    device: &Device,
    mode: Mode,
    batch: u32,
) -> Result<Time<'n>, Error> {
    Ok(Deployment::new(device.clone(), mode, batch)?.time(network))
}

/// How far off the times of a device in a mode are to be expected.
pub fn expected(device: &Device, mode: Mode) -> Result<Expected, Error> {
    match device.calibration(mode) {
        Some(known) => {
            let (error, networks, batches) = (known.error, known.networks, known.batches);
            Ok(Expected::Measured { error, networks, batches })
        }
        None => of_data_sheets(mode),
    }
}

/// How far off data sheets are on the bundled devices that were measured with numbers of this type.
fn of_data_sheets(mode: Mode) -> Result<Expected, Error> {
    let (mut error, mut devices) = (None, 0);
    for device in device::devices()? {
        let measured = device.calibrations.iter().filter(|known| known.mode.dtype == mode.dtype);
        let largest = measured.map(|known| known.data_sheet_error).max_by(f64::total_cmp);
        devices += usize::from(largest.is_some());
        error = error.into_iter().chain(largest).max_by(f64::total_cmp);
    }
    Ok(Expected::DataSheet { error, devices })
}

fn timed<'n>(kernel: Kernel<'n>, load: &Load, rates: &Rates) -> TimedLayer<'n> {
    TimedLayer {
        stage: kernel.stage,
        path: kernel.path,
        kind: kernel.kind,
        times: kernel.times,
        macs: load.flops / 2.0,
        bytes: load.bytes,
        parts: rates.time(load),
        is_fused: load.launches == 0.0,
    }
}

impl Time<'_> {
    /// The whole batch.
    #[must_use]
    pub fn parts(&self) -> Parts {
        let mut sum = Parts::default();
        self.layers.iter().for_each(|layer| sum.add(&layer.parts));
        sum
    }

    /// Seconds for the batch.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.parts().seconds
    }

    /// Images in a second.
    #[must_use]
    pub fn images_per_second(&self) -> f64 {
        f64::from(self.batch) / self.seconds()
    }

    /// Bytes read and written for the batch.
    #[must_use]
    pub fn bytes(&self) -> f64 {
        self.layers.iter().map(|layer| layer.bytes).sum()
    }
}

impl Parts {
    /// Adds the time of another layer.
    pub fn add(&mut self, other: &Parts) {
        self.compute += other.compute;
        self.memory += other.memory;
        self.overhead += other.overhead;
        self.seconds += other.seconds;
    }

    /// The largest part.
    #[must_use]
    pub fn bound(&self) -> Bound {
        if self.overhead > self.compute.max(self.memory) {
            Bound::Overhead
        } else if self.compute > self.memory {
            Bound::Compute
        } else {
            Bound::Memory
        }
    }
}

impl Bound {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Bound::Compute => "compute",
            Bound::Memory => "memory",
            Bound::Overhead => "overhead",
        }
    }
}
