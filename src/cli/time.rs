//! `phiscale time`: the estimated time of a network on a device.

use std::path::{Path, PathBuf};

use clap::Args;
use phiscale::device::{Device, Mode};
use phiscale::memory::Dtype;
use phiscale::reports::{Per, TimedNetwork};
use phiscale::{Error, reports, time};

use super::arguments::{ImportArguments, InputArguments, Output, ScaleArguments, choice};
use super::calibrate::{Calibration, calibrate};
use super::device::{DTYPES, DeviceArguments, no_device};
use super::files::load;
use super::overwrite::refuse_read;
use super::{Answer, Caller, Ended, Outcome, output};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The network: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx.
    #[arg(value_name = "NETWORK", required_unless_present = "calibrate")]
    network: Option<String>,
    /// Fit the device's efficiencies to measured speeds: a CSV with the columns network, batch and images_per_second, and
    /// input where it is not the network's own. With -o FILE.toml, write the device with them to a file.
    #[arg(
        long,
        value_name = "FILE",
        requires = "device",
        conflicts_with_all = ["network", "input", "batch", "classes", "per", "depth", "width", "resolution"],
        help_heading = "Device"
    )]
    calibrate: Option<PathBuf>,
    #[command(flatten)]
    device: DeviceArguments,
    /// Type of weights and activations, instead of that of the device's measurements.
    #[arg(long, value_parser = choice(&DTYPES), value_name = "TYPE", help_heading = "Device")]
    dtype: Option<Dtype>,
    /// Estimate a step of training (forward pass, backward pass, update) instead of a forward pass.
    #[arg(long, help_heading = "Device")]
    training: bool,
    /// The rows of the table.
    #[arg(long, value_parser = choice(&BREAKDOWNS), default_value = "stage", help_heading = "Breakdown")]
    per: Per,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    import: ImportArguments,
    #[command(flatten)]
    pub(super) output: Output,
}

const BREAKDOWNS: [(&str, &str, Per); 2] = [
    ("stage", "One row for each stage; JSON and CSV have every layer", Per::Stage),
    ("layer", "One row for each layer; equal repeats share one", Per::Layer),
];

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    match &arguments.calibrate {
        Some(path) => Ok(calibrated(arguments, path, caller)?.answer),
        None => timed(arguments, caller),
    }
}

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    let Some(path) = &arguments.calibrate else {
        return timed(arguments, caller)?.written(&arguments.output);
    };
    let Calibration { answer, file, read } = calibrated(arguments, path, caller)?;
    refuse_read(arguments.output.output.iter(), &read)?;
    match &arguments.output.output {
        Some(path) if path.extension().is_some_and(|suffix| suffix == "toml") => {
            let format = arguments.output.format;
            answer.written(&Output { format, output: None })?;
            output::file(path, file.as_bytes())?;
            Ok(Outcome::Passed)
        }
        _ => answer.written(&arguments.output),
    }
}

fn calibrated(arguments: &Arguments, path: &Path, caller: &Caller) -> Result<Calibration, Error> {
    let (device, mode) = device_and_mode(arguments)?;
    calibrate(path, &device, mode, &arguments.import.import(None), caller)
}

fn device_and_mode(arguments: &Arguments) -> Result<(Device, Mode), Error> {
    let found = arguments.device.load(arguments.dtype)?;
    let (device, mode) = found.ok_or_else(|| no_device("a time"))?;
    Ok((device, Mode { training: arguments.training, ..mode }))
}

fn timed(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    let (device, mode) = device_and_mode(arguments)?;
    let import = arguments.import.import(arguments.input.image.input);
    let network = arguments.network.as_deref().unwrap_or_default();
    let (model, member) = load(network, &import, caller)?;
    let member = model.named(member)?;
    let request = arguments.input.request(member, arguments.scale.resolve(true)?);
    let scaled = model.network(&request)?;
    let time = time::of(&scaled.network, &device, mode, arguments.input.batch)?;
    Ok(Answer::of(reports::time(&TimedNetwork {
        name: &model.address(member),
        title: model.title(),
        network: &scaled.network,
        device: &device,
        mode,
        time: &time,
        per: arguments.per,
        notes: &scaled.notes,
    })))
}
