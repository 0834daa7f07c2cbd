//! `phiscale time --calibrate`: efficiencies fitted to measured speeds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use phiscale::device::{Device, Mode};
use phiscale::onnx::Options;
use phiscale::reports::CalibratedDevice;
use phiscale::runs::{Run, Runs};
use phiscale::time::calibrate::{self, Calibrated, Implausible, Sample};
use phiscale::{Diagnostic, Error, Model, Request, find, grouped, reports, runs};
use rayon::prelude::*;

use super::files::{is_file, load_any, member_of, read, spec_of, taken_for};
use super::{Answer, Caller, device};

/// Maximum size of a CSV of measured speeds, in bytes.
const MAX_RUNS_BYTES: u64 = 8 << 20;

/// The most measurements that an error is about, where others are like them.
const MOST_SHOWN: usize = 3;

/// What a calibration says, and what it makes.
pub(super) struct Calibration {
    pub(super) answer: Answer,
    /// The device's file with the fitted efficiencies.
    pub(super) file: String,
    /// The files that were read.
    pub(super) read: Vec<PathBuf>,
}

/// Measured networks, and what was fitted to them.
pub(super) struct Fitted {
    pub(super) samples: Vec<Sample>,
    pub(super) calibrated: Calibrated,
    /// The names of families in print.
    pub(super) titles: BTreeMap<String, String>,
    /// The files that were read.
    pub(super) read: Vec<PathBuf>,
}

/// The device with the efficiencies that were fitted to the speeds in a file.
pub(super) fn calibrate(
    path: &Path,
    device: &Device,
    mode: Mode,
    import: &Options,
    caller: &Caller,
) -> Result<Calibration, Error> {
    let Fitted { samples, calibrated, read, .. } = fitted(path, device, mode, import, caller)?;
    let file = device.recalibrated(&device::text(&device.name)?, &calibrated.calibration)?;
    let report = reports::calibration(&CalibratedDevice {
        device,
        samples: &samples,
        calibrated: &calibrated,
        file: &file,
    });
    Ok(Calibration { answer: Answer::of(report), file, read })
}

/// Fits the efficiencies of a mode to the speeds in a file.
pub(super) fn fitted(
    path: &Path,
    device: &Device,
    mode: Mode,
    import: &Options,
    caller: &Caller,
) -> Result<Fitted, Error> {
    let name = path.to_string_lossy();
    let runs = runs::read(&name, &read(&name, MAX_RUNS_BYTES, "measured speeds")?)?;
    let models = models(&runs, import, caller)?;
    let samples = samples(&runs, &models, mode)?;
    let implausible = calibrate::implausible(&samples, device, mode)?;
    refuse(&implausible, &runs, device, mode)?;
    let calibrated = calibrate::calibrate(&samples, device, mode, &runs.source)?;
    let titles = models.values().map(|model| (model.name().into(), model.title().into()));
    let titles = titles.collect();
    let read = models.into_keys().filter(|spec| is_file(spec)).map(PathBuf::from).collect();
    Ok(Fitted { samples, calibrated, titles, read })
}

/// The families and graphs that the runs are of, by their specs.
fn models(
    runs: &Runs,
    import: &Options,
    caller: &Caller,
) -> Result<BTreeMap<String, Model>, Error> {
    let mut specs: BTreeMap<&str, &Run> = BTreeMap::new();
    for run in &runs.runs {
        specs.entry(spec_of(&run.network)).or_insert(run);
    }
    let load = |(spec, run): (&str, &Run)| {
        let loaded = load_any(spec, import, caller).map(|(model, _)| (spec.to_string(), model));
        loaded.map_err(|error| at(error, run))
    };
    let loaded: Vec<_> = specs.into_par_iter().map(load).collect();
    let models = together(loaded)?.into_iter().collect();
    let mut said: Vec<&str> = Vec::new();
    for run in &runs.runs {
        let name = run.network.as_str();
        if !is_file(name) && !said.contains(&name) {
            said.push(name);
            caller.say_all(taken_for(name, &find::address(name)?)?);
        }
    }
    Ok(models)
}

/// Every run with what its layers ask of the device.
fn samples(
    runs: &Runs,
    models: &BTreeMap<String, Model>,
    mode: Mode,
) -> Result<Vec<Sample>, Error> {
    let sample = |run: &Run| {
        let missing = || Error::new(format!("{} was not loaded", run.network));
        let model = models.get(spec_of(&run.network)).ok_or_else(missing)?;
        let member = model.named(member_of(&run.network))?;
        let request = Request { member, image: run.image, ..Request::BASELINE };
        let network = model.network(&request)?.network;
        let seconds = f64::from(run.batch) / run.images_per_second;
        let sample = Sample::new(&run.network, model.name(), &network, mode, run.batch, seconds);
        Ok(Sample { image: run.image, ..sample })
    };
    let samples = runs.runs.par_iter().map(|run| sample(run).map_err(|error| at(error, run)));
    together(samples.collect())
}

/// All values, or the mistakes of all.
fn together<T>(results: Vec<Result<T, Error>>) -> Result<Vec<T>, Error> {
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(error) => problems.extend(error.into_problems()),
        }
    }
    Error::check(problems).map(|()| values)
}

/// An error with its place in the table, unless it has a place in another text.
fn at(error: Error, run: &Run) -> Error {
    error.map(
        |problem| {
            if problem.labels.is_empty() { problem.at(&run.span, "named here") } else { problem }
        },
    )
}

/// Refuses measurements that no calibration explains.
fn refuse(found: &[Implausible], runs: &Runs, device: &Device, mode: Mode) -> Result<(), Error> {
    let are_all = found.len() == runs.runs.len() && found.len() > 1;
    let mut problems: Vec<Diagnostic> = Vec::new();
    for Implausible { index, measured, possible: [least, most], .. } in
        found.iter().take(if are_all { 1 } else { MOST_SHOWN })
    {
        let run = &runs.runs[*index];
        let (speed, least, most) = (rounded(*measured), rounded(*least), rounded(*most));
        let message =
            format!("{speed} images a second cannot be {} on {}", run.network, device.title);
        let network = format!("{} in batches of {}, {}", run.network, run.batch, mode.dtype.name());
        problems.push(Diagnostic::new(message).at(&run.speed, "here").help(format!(
            "from its data sheet, {network}, runs at {least} to {most} images a second"
        )));
    }
    if let Some(last) = problems.pop() {
        let last = match found.len() - problems.len() - 1 {
            0 => last,
            more if are_all => last.help(format!("the other {more} measurements are as far off")),
            more => last.help(format!("so are {more} other measurements")),
        };
        problems.push(last.help("check the unit, the batch, --dtype and the device"));
    }
    Error::check(problems)
}

/// A speed with as many digits as matter.
fn rounded(speed: f64) -> String {
    if speed < 10.0 { format!("{speed:.2}") } else { grouped(speed.round() as u128) }
}
