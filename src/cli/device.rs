//! The arguments that name a device, and how a network runs on it.

use clap::Args;
use phiscale::device::{self, Device, Mode};
use phiscale::memory::Dtype;
use phiscale::time::Deployment;
use phiscale::{Diagnostic, Error};

use super::arguments::choice;
use super::files::{is_path, read};

/// Maximum size of a device file, in bytes.
const MAX_DEVICE_BYTES: u64 = 1 << 16;

/// The number types: name, help and value.
pub const DTYPES: [(&str, &str, Dtype); 4] = [
    ("fp32", "4 bytes", Dtype::Fp32),
    ("fp16", "2 bytes", Dtype::Fp16),
    ("bf16", "2 bytes", Dtype::Bf16),
    ("int8", "1 byte", Dtype::Int8),
];

/// A device, and how networks run on it.
#[derive(Args, Clone, Debug)]
pub(super) struct DeviceArguments {
    /// The device: the name of a bundled one (`phiscale list --devices`), or the path of a device file.
    #[arg(long, value_name = "DEVICE", help_heading = "Device")]
    pub(super) device: Option<String>,
    /// Run elementwise layers within the layer before them, as engines that compile networks do.
    #[arg(long, requires = "device", help_heading = "Device")]
    pub(super) compiled: bool,
}

/// A device, and what runs on it at a time.
#[derive(Args, Clone, Debug)]
pub(super) struct DeploymentArguments {
    #[command(flatten)]
    pub(super) device: DeviceArguments,
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

impl DeploymentArguments {
    /// The device and the mode, if a device is given.
    pub(super) fn load(&self) -> Result<Option<(Device, Mode)>, Error> {
        self.device.load(self.dtype)
    }

    /// How networks run, if a device is given.
    pub(super) fn optional(&self) -> Result<Option<Deployment>, Error> {
        let run = |(device, mode)| Deployment::new(device, mode, self.batch.unwrap_or(1));
        self.load()?.map(run).transpose()
    }

    /// How networks run; without a device, `what` needs one.
    pub(super) fn deployment(&self, what: &str) -> Result<Deployment, Error> {
        self.optional()?.ok_or_else(|| no_device(what).into())
    }
}

/// A cost that grows with φ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cost {
    Macs,
    Time,
}

pub(super) const COSTS: [(&str, &str, Cost); 2] = [
    ("macs", "MACs, or what a convention counts", Cost::Macs),
    ("time", "The time of a batch on a device", Cost::Time),
];

impl DeviceArguments {
    /// The device, and the mode for numbers of this type; `None` if no device is given.
    pub(super) fn load(&self, dtype: Option<Dtype>) -> Result<Option<(Device, Mode)>, Error> {
        let Some(name) = &self.device else { return Ok(None) };
        let device = load(name)?;
        let mode = mode(&device, dtype, self.compiled);
        device.peak(mode.dtype)?;
        Ok(Some((device, mode)))
    }
}

/// The device that a name or a path stands for.
pub(super) fn load(name: &str) -> Result<Device, Error> {
    if !is_path(name) {
        return device::device(name);
    }
    Device::parse(name, name, &text(name)?)
}

/// The text of the file that a name or a path stands for.
pub(super) fn text(name: &str) -> Result<String, Error> {
    if !is_path(name) {
        return Ok(device::file(name)?.1.into());
    }
    read(name, MAX_DEVICE_BYTES, "a device file")
}

/// The mode of a forward pass, with the device's usual type of numbers unless another is given.
pub(super) fn mode(device: &Device, dtype: Option<Dtype>, compiled: bool) -> Mode {
    Mode { dtype: dtype.unwrap_or_else(|| usual(device)), compiled, training: false }
}

/// The type of numbers of a device's measurements; without any, that of its first peak.
fn usual(device: &Device) -> Dtype {
    let measured = device.calibrations.first().map(|known| known.mode.dtype);
    measured.or(device.peaks.first().map(|peak| peak.dtype)).unwrap_or_default()
}

/// The problem of a command that needs a device and has none.
pub(super) fn no_device(what: &str) -> Diagnostic {
    let names = device::names().join(", ");
    Diagnostic::new(format!("{what} needs a device: add --device"))
        .help(format!("bundled devices: {names}"))
        .help("a device of your own is given by its path: ./mine.toml")
}
