//! Measurements that no calibration can explain: a wrong unit, a wrong column, another device.

use crate::analysis::time::Rates;
use crate::analysis::time::calibrate::sample::Sample;
use crate::error::Error;
use crate::families::device::{Device, Efficiency, LayerTime, Mode};

/// How much faster than its data sheet a device may be: fused layers move less, and clocks may be higher.
const MOST_FASTER: f64 = 4.0;

/// How much slower than its data sheet a device may be, apart from launches.
const MOST_SLOWER: f64 = 100.0;

/// The most that a launch may take, in seconds.
const MOST_LAUNCH: f64 = 1e-3;

/// A measurement that no calibration can explain.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Implausible {
    /// Its index.
    pub index: usize,
    /// Images in a second, as measured.
    pub measured: f64,
    /// The images in a second that can be explained: the fewest and the most.
    pub possible: [f64; 2],
}

/// The samples that are more than 4 × as fast as the roofline of the data sheet (Williams et al. 2009,
/// doi:10.1145/1498765.1498785), or slower than 100 × the time of the data sheet and 1 ms for each launch.
pub fn implausible(
    samples: &[Sample],
    device: &Device,
    mode: Mode,
) -> Result<Vec<Implausible>, Error> {
    let peak = device.peak(mode.dtype)?;
    let rates =
        |layer_time| Rates::new(device, peak, Efficiency { layer_time, ..Efficiency::DATA_SHEET });
    let (roofline, sum) = (rates(LayerTime::Slower), rates(LayerTime::Sum));
    let found = samples.iter().enumerate().filter_map(|(index, sample)| {
        let launches: f64 = sample.loads.iter().map(|load| load.launches).sum();
        let least = sample.seconds(&roofline) / MOST_FASTER;
        let most = sample.seconds(&sum) * MOST_SLOWER + launches * MOST_LAUNCH;
        let speed = |seconds: f64| f64::from(sample.batch) / seconds;
        let possible = [speed(most), speed(least)];
        let is_possible = (least..=most).contains(&sample.seconds);
        (!is_possible).then(|| Implausible { index, measured: speed(sample.seconds), possible })
    });
    Ok(found.collect())
}
