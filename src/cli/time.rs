//! `phiscale time`: the estimated time of a network on a device.

use clap::Args;
use phiscale::device::Mode;
use phiscale::memory::Dtype;
use phiscale::reports::{Per, TimedNetwork};
use phiscale::{Error, reports, time};

use super::arguments::{ImportArguments, InputArguments, Output, ScaleArguments, choice};
use super::budget::DTYPES;
use super::device::{DeviceArguments, no_device};
use super::files::load;
use super::{Answer, Caller};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The network: SPEC[:MEMBER], LIBRARY/NETWORK or FILE.onnx.
    #[arg(value_name = "NETWORK")]
    network: String,
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
    let (device, mode) =
        arguments.device.load(arguments.dtype)?.ok_or_else(|| no_device("a time"))?;
    let mode = Mode { training: arguments.training, ..mode };
    let import = arguments.import.import(arguments.input.input);
    let (model, member) = load(&arguments.network, &import, caller)?;
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
