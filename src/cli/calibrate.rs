//! `phiscale time --calibrate`: efficiencies fitted to measured speeds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use phiscale::device::{Device, Mode};
use phiscale::onnx::Options;
use phiscale::reports::CalibratedDevice;
use phiscale::runs::{Run, Runs};
use phiscale::time::calibrate::{self, Calibrated, Implausible, Sample};
use phiscale::{Diagnostic, Error, Model, Request, grouped, reports, runs};
use rayon::prelude::*;

use super::files::{is_file, known, load_any, member_of, read, spec_of, taken_for};
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
    let (models, problems) = models(&runs, import, caller)?;
    let samples = samples(&runs, &models, mode, problems)?;
    let implausible = calibrate::implausible(&samples, device, mode)?;
    refuse(&implausible, &runs, device, mode)?;
    let calibrated = calibrate::calibrate(&samples, device, mode, &runs.source)?;
    let titles = models.values().map(|model| (model.name().into(), model.title().into()));
    let titles = titles.collect();
    let read = models.into_keys().filter(|spec| is_file(spec)).map(PathBuf::from).collect();
    Ok(Fitted { samples, calibrated, titles, read })
}

/// The families and graphs that the runs are of, by their specs, and what is wrong with others.
fn models(
    runs: &Runs,
    import: &Options,
    caller: &Caller,
) -> Result<(BTreeMap<String, Model>, Vec<Diagnostic>), Error> {
    let mut specs: BTreeMap<&str, &Run> = BTreeMap::new();
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for run in &runs.runs {
        let name = run.network.as_str();
        specs.entry(spec_of(name)).or_insert(run);
        if let Some(found) = known(name).filter(|_| !is_file(name) && names.insert(name)) {
            caller.say_all(taken_for(name, &found)?);
        }
    }
    let load = |(spec, run): (&str, &Run)| {
        let loaded = load_any(spec, import, caller).map(|(model, _)| (spec.to_string(), model));
        loaded.map_err(|error| at(error, run))
    };
    let loaded: Vec<_> = specs.into_par_iter().map(load).collect();
    let (models, problems) = apart(loaded);
    Ok((models.into_iter().collect(), problems))
}

/// Every run with what its layers ask of the device, or all that is wrong with the runs.
fn samples(
    runs: &Runs,
    models: &BTreeMap<String, Model>,
    mode: Mode,
    mut problems: Vec<Diagnostic>,
) -> Result<Vec<Sample>, Error> {
    let sample = |run: &Run| -> Option<Result<Sample, Error>> {
        let model = models.get(spec_of(&run.network))?;
        let counted = model.named(member_of(&run.network)).and_then(|member| {
            let request = Request { member, image: run.image, ..Request::BASELINE };
            let network = model.network(&request)?.network;
            let seconds = f64::from(run.batch) / run.images_per_second;
            let sample =
                Sample::new(&run.network, model.name(), &network, mode, run.batch, seconds);
            Ok(Sample { image: run.image, ..sample })
        });
        Some(counted.map_err(|error| at(error, run)))
    };
    let (samples, others) = apart(runs.runs.par_iter().filter_map(sample).collect());
    problems.extend(others);
    Error::check(problems).map(|()| samples)
}

/// Values and mistakes.
fn apart<T>(results: Vec<Result<T, Error>>) -> (Vec<T>, Vec<Diagnostic>) {
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(error) => problems.extend(error.into_problems()),
        }
    }
    (values, problems)
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
    let shown = if are_all { 1 } else { MOST_SHOWN };
    for Implausible { index, measured, possible: [least, most], .. } in found.iter().take(shown) {
        let run = &runs.runs[*index];
        let [measured, least, most] = [measured, least, most].map(|speed| rounded(*speed));
        let message =
            format!("{} cannot run at {measured} images a second on {}", run.network, device.title);
        let allowed = format!(
            "its data sheet allows {least} to {most} images a second, in {} and batches of {}",
            mode.dtype.name(),
            run.batch
        );
        problems.push(Diagnostic::new(message).at(&run.speed, "here").help(allowed));
    }
    if let Some(last) = problems.pop() {
        let last = match found.len() - problems.len() - 1 {
            0 => last,
            others if are_all => {
                last.help(format!("the other {others} measurements are as far off"))
            }
            others => last.help(format!("so are {others} other measurements")),
        };
        problems.push(last.help("check the unit, the batch, --dtype and the device"));
    }
    Error::check(problems)
}

/// A speed with as many digits as matter.
fn rounded(speed: f64) -> String {
    if speed < 10.0 {
        return format!("{speed:.3}");
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // rounded, and above 0
    grouped(speed.round() as u128)
}
