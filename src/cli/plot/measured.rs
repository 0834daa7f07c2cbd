//! The chart of predicted against measured times.

use std::path::Path;

use phiscale::device::{Device, Mode};
use phiscale::onnx::Options;
use phiscale::time::calibrate::MeasuredTimes;
use phiscale::{Error, charts};

use super::{Arguments, Plot, Shown};
use crate::cli::Caller;
use crate::cli::calibrate::{Fitted, fitted};

/// The chart that the arguments ask for.
pub(super) fn measured_times(arguments: &Arguments, caller: &Caller) -> Result<Plot, Error> {
    arguments.check_effects(false, false)?;
    let [path] = &arguments.names[..] else {
        return Err(Error::new("a chart of measured times shows one file: name it alone"));
    };
    let (device, mode) = arguments.run.measured()?;
    let path = Path::new(path);
    let plot = measured_plot(path, device, mode, &arguments.import(), caller)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Plot { name, ..plot })
}

/// The chart of the speeds in a file, each predicted by a fit to the other families.
pub(super) fn measured_plot(
    path: &Path,
    device: Device,
    mode: Mode,
    import: &Options,
    caller: &Caller,
) -> Result<Plot, Error> {
    let Fitted { samples, calibrated, titles, read } = fitted(path, &device, mode, import, caller)?;
    let times = MeasuredTimes::of(device, &samples, calibrated, &titles);
    let chart = charts::measured_times(&times);
    let read = read.into_iter().chain([path.to_path_buf()]).collect();
    Ok(Plot { read, ..Plot::new(chart, Shown::MeasuredTimes(Box::new(times))) })
}
