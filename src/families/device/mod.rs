//! Devices that networks run on: what a data sheet says of them, and what was measured.

mod quantity;
mod read;
mod write;

use crate::counting::memory::Dtype;
use crate::error::{Diagnostic, Error, Source};
use crate::families::spec::bundled;

pub(crate) use read::FILE;

/// A processor or an accelerator.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Device {
    /// The name to ask for it by: `rtx4090`, or the path of its file.
    pub name: String,
    /// The name in print.
    pub title: String,
    /// The data sheet.
    pub source: String,
    /// Its memory, in bytes.
    pub memory: f64,
    /// The peak rate of its memory, in bytes a second.
    pub bandwidth: f64,
    /// The peak rates of its arithmetic, at least one.
    pub peaks: Vec<Peak>,
    /// What measurements say; empty if nothing was measured.
    pub calibrations: Vec<Calibration>,
}

/// Peak rates of arithmetic, in FLOP/s: a multiply-add is two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// The type of the numbers.
    pub dtype: Dtype,
    /// Of products of matrices: convolutions, linear layers, attention.
    pub matrix: f64,
    /// Of everything else, depthwise convolutions above all.
    pub vector: f64,
}

/// How a network is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// The type of weights and activations.
    pub dtype: Dtype,
    /// Whether elementwise layers run within the layer before them.
    pub compiled: bool,
    /// Whether a step of training is run, not a forward pass alone.
    pub training: bool,
}

/// How the time of a layer follows from the time of its arithmetic and that of its memory traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerTime {
    /// Their sum: a layer reads, computes and writes.
    Sum,
    /// The slower of both, as in a roofline: one hides the other (Williams et al. 2009, doi:10.1145/1498765.1498785).
    Slower,
}

/// What share of the peak rates is reached, and what a layer costs besides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Efficiency {
    /// Of products of matrices.
    pub matrix: f64,
    /// Of other arithmetic.
    pub vector: f64,
    /// Of the memory.
    pub bandwidth: f64,
    /// Seconds for each layer, whatever its size.
    pub overhead: f64,
    /// How they add up.
    pub layer_time: LayerTime,
}

/// Efficiencies fitted to measurements.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// How the measured networks were run.
    pub mode: Mode,
    /// Images in a batch: the fewest and the most.
    pub batches: [u32; 2],
    /// The fitted efficiencies.
    pub efficiency: Efficiency,
    /// Measured networks.
    pub networks: usize,
    /// Families that they are of.
    pub families: usize,
    /// The median of |predicted / measured − 1| over all networks, each predicted without its family.
    pub error: f64,
    /// The share of networks that are predicted within 20 %.
    pub within_20: f64,
    /// The median error of the data sheet alone.
    pub data_sheet_error: f64,
    /// Where the measurements are from.
    pub source: String,
}

impl Efficiency {
    /// What a data sheet promises.
    pub const DATA_SHEET: Efficiency = Efficiency {
        matrix: 1.0,
        vector: 1.0,
        bandwidth: 1.0,
        overhead: 0.0,
        layer_time: LayerTime::Sum,
    };
}

impl LayerTime {
    /// Both, by the names in device files.
    pub const ALL: [(&str, LayerTime); 2] =
        [("sum", LayerTime::Sum), ("slower", LayerTime::Slower)];

    /// The name in device files.
    #[must_use]
    pub fn name(self) -> &'static str {
        LayerTime::ALL[usize::from(self == LayerTime::Slower)].0
    }
}

/// The names of the bundled devices, sorted.
#[must_use]
pub fn names() -> Vec<&'static str> {
    bundled::devices().iter().map(|(name, _)| *name).collect()
}

/// All bundled devices, sorted by name.
pub fn devices() -> Result<Vec<Device>, Error> {
    names().into_iter().map(device).collect()
}

/// The bundled device with this name, ignoring case.
pub fn device(name: &str) -> Result<Device, Error> {
    let (name, text) = file(name)?;
    Device::parse(name, &format!("specs/devices/{name}.toml"), text)
}

/// The name and the file of the bundled device with this name, ignoring case.
pub fn file(name: &str) -> Result<(&'static str, &'static str), Error> {
    let found = bundled::devices().iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.copied().ok_or_else(|| {
        let problem = Diagnostic::new(format!("unknown device `{name}`"));
        let problem = problem.known("bundled devices", name, &names());
        problem.help("a device of your own is given by its path: ./mine.toml").into()
    })
}

impl Device {
    /// Reads a device file; `name` is its path or the name of a bundled one.
    pub fn parse(name: &str, path: &str, text: &str) -> Result<Self, Error> {
        read::device(name, &Source::new(path, text))
    }

    /// The text of its file with this calibration instead of that of the same mode; `text` is what the file holds.
    pub fn recalibrated(&self, text: &str, calibration: &Calibration) -> Result<String, Error> {
        write::recalibrated(self, text, calibration)
    }

    /// Its memory, in whole bytes.
    #[must_use]
    pub fn bytes(&self) -> u128 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // above 0
        let bytes = self.memory as u128;
        bytes
    }

    /// The peaks of a number type; an error names those that the device has.
    pub fn peak(&self, dtype: Dtype) -> Result<Peak, Error> {
        let found = self.peaks.iter().find(|peak| peak.dtype == dtype);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = self.peaks.iter().map(|peak| peak.dtype.name()).collect();
            let message = format!("{} has no peak for {}", self.title, dtype.name());
            Diagnostic::new(message).help(format!("it has: {}", names.join(", "))).into()
        })
    }

    /// What was measured of a mode.
    #[must_use]
    pub fn calibration(&self, mode: Mode) -> Option<&Calibration> {
        self.calibrations.iter().find(|known| known.mode == mode)
    }
}
