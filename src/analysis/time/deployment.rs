//! A device, and how networks run on it.

use crate::analysis::time::{Expected, Rates, expected, loads};
use crate::counting::network::Network;
use crate::error::Error;
use crate::families::device::{Device, Mode};

/// A device, and how networks run on it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Deployment {
    /// The device.
    pub device: Device,
    /// How networks run.
    pub mode: Mode,
    /// The rates that the device reaches.
    pub rates: Rates,
}

impl Deployment {
    /// Fails if the device has no peak for the mode's type of numbers.
    pub fn new(device: Device, mode: Mode) -> Result<Self, Error> {
        let rates = Rates::of(&device, mode)?;
        Ok(Deployment { device, mode, rates })
    }

    /// How far off a time is to be expected.
    pub fn expected(&self) -> Result<Expected, Error> {
        expected(&self.device, self.mode)
    }

    /// Seconds for a batch.
    #[must_use]
    pub fn seconds(&self, network: &Network, batch: u32) -> f64 {
        let loads = loads(network, self.mode, batch);
        loads.iter().map(|(_, load)| self.rates.time(load).seconds).sum()
    }
}
