//! A device, a mode and a batch: what a time is the time of.

use crate::analysis::time::{Expected, Load, Rates, Time, expected, loads, timed};
use crate::counting::network::Network;
use crate::error::Error;
use crate::families::device::{Device, Mode, Peak};

/// How networks run: on which device, in which mode, how many images at a time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Deployment {
    /// The device.
    pub device: Device,
    /// The mode.
    pub mode: Mode,
    /// Images in a batch.
    pub batch: u32,
    /// The peak rates of its arithmetic.
    pub peak: Peak,
    /// The rates that are reached.
    pub rates: Rates,
    /// How far off times are to be expected.
    pub expected: Expected,
}

impl Deployment {
    /// Fails if the device has no peak for the mode's type of numbers.
    pub fn new(device: Device, mode: Mode, batch: u32) -> Result<Self, Error> {
        let (peak, rates) = (device.peak(mode.dtype)?, Rates::of(&device, mode)?);
        let expected = expected(&device, mode)?;
        Ok(Deployment { device, mode, batch, peak, rates, expected })
    }

    /// The time of one batch, layer by layer.
    #[must_use]
    pub fn time<'n>(&self, network: &'n Network) -> Time<'n> {
        let loads = loads(network, self.mode, self.batch).into_iter();
        let layers = loads.map(|(kernel, load)| timed(kernel, &load, &self.rates)).collect();
        Time { batch: self.batch, layers, expected: self.expected }
    }

    /// Seconds for a batch.
    #[must_use]
    pub fn seconds(&self, network: &Network) -> f64 {
        let loads = loads(network, self.mode, self.batch);
        loads.iter().map(|(_, load)| self.rates.time(load).seconds).sum()
    }

    /// Seconds for one image: those of a batch over its images.
    #[must_use]
    pub fn seconds_per_image(&self, network: &Network) -> f64 {
        self.seconds(network) / f64::from(self.batch)
    }

    /// The FLOPs per byte at which, by the data sheet, products of matrices take as long as their memory traffic.
    #[must_use]
    pub fn ridge(&self) -> f64 {
        self.peak.matrix / self.device.bandwidth
    }

    /// FLOPs for each byte that is read or written.
    #[must_use]
    pub fn intensity(&self, network: &Network) -> f64 {
        let loads = loads(network, self.mode, self.batch);
        let sum = |part: fn(&Load) -> f64| loads.iter().map(|(_, load)| part(load)).sum::<f64>();
        sum(|load| load.flops) / sum(|load| load.bytes)
    }
}
