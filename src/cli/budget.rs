//! The arguments that set budgets.

use std::str::FromStr;

use clap::Args;
use phiscale::budget::{self, Budgets, TimeLimit, parse_count};
use phiscale::memory::Dtype;
use phiscale::time::Deployment;
use phiscale::{Diagnostic, Error, Measure};

use super::arguments::choice;
use super::device::{DTYPES, DeviceArguments, no_device};

/// The most MACs, FLOPs, params and activations.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_field_names)] // the names of the options
pub(super) struct MostArguments {
    /// At most this many MACs for one image: 600M, 0.6B, 600_000_000.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_macs: Option<Amount>,
    /// At most this many FLOPs (2 × MACs) for one image.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_flops: Option<Amount>,
    /// At most this many trained params: 5.3M.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_params: Option<Amount>,
    /// At most this many activations for one image: output elements of convolutions, linear layers and
    /// products of maps.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    max_activations: Option<Amount>,
}

impl MostArguments {
    /// Each limited measure and its limit.
    pub(super) fn limits(&self) -> impl Iterator<Item = (Measure, u128)> + use<> {
        limits([self.max_macs, self.max_flops, self.max_params, self.max_activations])
    }
}

/// The least MACs, FLOPs, params and activations.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_field_names)] // the names of the options
pub(super) struct LeastArguments {
    /// At least this many MACs for one image.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    min_macs: Option<Amount>,
    /// At least this many FLOPs (2 × MACs) for one image.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    min_flops: Option<Amount>,
    /// At least this many trained params.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    min_params: Option<Amount>,
    /// At least this many activations for one image.
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Budgets")]
    min_activations: Option<Amount>,
}

impl LeastArguments {
    /// Each limited measure and its limit.
    pub(super) fn limits(&self) -> impl Iterator<Item = (Measure, u128)> + use<> {
        limits([self.min_macs, self.min_flops, self.min_params, self.min_activations])
    }
}

/// The amounts given of MACs, FLOPs, params and activations.
fn limits(amounts: [Option<Amount>; 4]) -> impl Iterator<Item = (Measure, u128)> {
    let measures = [Measure::Macs, Measure::Flops, Measure::Params, Measure::Activations];
    measures.into_iter().zip(amounts).filter_map(|(measure, limit)| Some((measure, limit?.0)))
}

/// Limits on MACs, FLOPs, params, activations, memory and time.
#[derive(Args, Clone, Debug)]
pub(super) struct BudgetArguments {
    #[command(flatten)]
    counts: MostArguments,
    /// At most this much memory for the weights and the activations alive at once: 10MB, 10MiB, or `device` for what
    /// the device has.
    #[arg(long, value_name = "BYTES", allow_hyphen_values = true, help_heading = "Budgets")]
    max_memory: Option<Memory>,
    /// At most this much time for a batch on the device: 10ms, 0.5s.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = "Budgets")]
    max_time: Option<Nanoseconds>,
    /// Type of the weights and activations [default: for time that of the device's measurements, else fp32].
    #[arg(long, value_parser = choice(&DTYPES), value_name = "TYPE", help_heading = "Budgets")]
    dtype: Option<Dtype>,
    #[command(flatten)]
    device: DeviceArguments,
}

impl BudgetArguments {
    /// Whether there is a budget.
    pub(super) fn are_given(&self) -> bool {
        self.counts.limits().next().is_some() || self.depend_on_batch()
    }

    /// Whether a budget depends on the images in a batch.
    pub(super) fn depend_on_batch(&self) -> bool {
        self.max_memory.is_some() || self.max_time.is_some()
    }

    /// The limits, for a forward pass of `batch` images in memory.
    pub(super) fn budgets(&self, batch: u32) -> Result<Budgets, Error> {
        self.check_device()?;
        let mut limits: Vec<(Measure, u128)> = self.counts.limits().collect();
        let memory = self.max_memory.map(|memory| self.bytes(memory)).transpose()?;
        limits.extend(memory.map(|bytes| (Measure::Memory, bytes)));
        let limit = |Nanoseconds(allowed)| {
            Ok::<_, Error>(TimeLimit { allowed, deployment: self.deployment(batch)? })
        };
        let time = self.max_time.map(limit).transpose()?;
        let of_device = time.as_ref().map(|limit| limit.deployment.mode.dtype);
        let dtype = self.dtype.or(of_device).unwrap_or_default();
        Ok(Budgets { limits, dtype, batch, training: None, time })
    }

    /// The device, and how networks run on it; an error without one.
    pub(super) fn deployment(&self, batch: u32) -> Result<Deployment, Error> {
        let (device, mode) = self.device.load(self.dtype)?.ok_or_else(|| no_device("a time"))?;
        Deployment::new(device, mode, batch)
    }

    /// The first option given about how networks run.
    pub(super) fn first_about_running(&self) -> Option<&'static str> {
        let device = self.device.device.as_ref().map(|_| "--device");
        device.or(self.dtype.map(|_| "--dtype"))
    }

    /// Whether the type of numbers in memory is given.
    pub(super) fn has_dtype(&self) -> bool {
        self.dtype.is_some()
    }

    fn bytes(&self, memory: Memory) -> Result<u128, Error> {
        match (memory, self.device.load(self.dtype)?) {
            (Memory::Bytes(bytes), _) => Ok(bytes),
            (Memory::OfDevice, Some((device, _))) => Ok(device.bytes()),
            (Memory::OfDevice, None) => Err(no_device("--max-memory device").into()),
        }
    }

    /// Fails where a device or a type of numbers has no effect.
    fn check_device(&self) -> Result<(), Error> {
        let uses_device =
            self.max_time.is_some() || matches!(self.max_memory, Some(Memory::OfDevice));
        let problem = match (&self.device.device, self.dtype) {
            (Some(_), _) if !uses_device => {
                Diagnostic::new("--device has no effect on these budgets")
                    .help("it is for --max-time 10ms and --max-memory device")
            }
            (_, Some(dtype)) if !self.depend_on_batch() => {
                let message = format!("--dtype {} has no effect on these budgets", dtype.name());
                Diagnostic::new(message).help("it is for --max-memory and --max-time")
            }
            _ => return Ok(()),
        };
        Err(problem.into())
    }
}

/// A budget for a count.
#[derive(Clone, Copy, Debug)]
struct Amount(u128);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse_count(text).map(Amount)
    }
}

/// A budget in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes(pub(super) u128);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        budget::parse_bytes(text).map(Bytes)
    }
}

/// A budget for memory.
#[derive(Clone, Copy, Debug)]
enum Memory {
    Bytes(u128),
    /// What the device has.
    OfDevice,
}

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "device" => Ok(Memory::OfDevice),
            _ => budget::parse_bytes(text).map(Memory::Bytes),
        }
    }
}

/// A budget for time.
#[derive(Clone, Copy, Debug)]
struct Nanoseconds(u128);

impl FromStr for Nanoseconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        budget::parse_time(text).map(Nanoseconds)
    }
}
