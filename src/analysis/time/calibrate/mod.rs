//! Fitting a device's efficiencies to measured speeds, and how far off they are for families that were not fitted.

mod agreement;
mod fit;
mod plausible;
mod sample;

use std::collections::BTreeMap;

use crate::analysis::time::Rates;
use crate::error::Error;
use crate::families::device::{Calibration, Device, Efficiency, Mode};

pub use agreement::{Agreement, median};
pub use plausible::{Implausible, implausible};
pub use sample::{Form, Sample};

use fit::Fit;

/// A fitted device.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Calibrated {
    /// The efficiencies, and how far off they are.
    pub calibration: Calibration,
    /// The predicted time of each sample, in their order: from the other families, if there are any.
    pub predicted: Vec<f64>,
    /// The times that the data sheet alone gives.
    pub data_sheet: Vec<f64>,
    /// How well predicted and measured times of an image agree.
    pub agreement: Agreement,
}

impl Calibrated {
    /// Whether each family was predicted from the others; false where there is one family.
    #[must_use]
    pub fn is_held_out(&self) -> bool {
        self.calibration.families > 1
    }
}

/// A form is preferred to simpler ones where it lowers the error by more than this share.
const WORTH: f64 = 0.05;

/// Fits the efficiencies of a mode to at least one sample. Of all [`Form`]s it takes the simplest one whose median error,
/// each family predicted from the others, is within 5 % of the least (of a median of 10 %: within 0.5 %).
pub fn calibrate(
    samples: &[Sample],
    device: &Device,
    mode: Mode,
    source: &str,
) -> Result<Calibrated, Error> {
    let peak = device.peak(mode.dtype)?;
    let families = families(samples);
    let forms = if families.len() > 1 { &Form::ALL[..] } else { &[Form::USUAL] };
    let fitted = forms.iter().map(|form| {
        let (efficiency, predicted) = held_out(samples, device, mode, *form)?;
        let agreement = Agreement::of(&pairs(&predicted, samples));
        Ok((efficiency, predicted, agreement))
    });
    let fitted: Vec<_> = fitted.collect::<Result<_, Error>>()?;
    let least = fitted.iter().map(|(_, _, agreement)| agreement.error).fold(f64::MAX, f64::min);
    let is_good = |agreement: &Agreement| agreement.error <= least * (1.0 + WORTH);
    let best = fitted.into_iter().find(|(_, _, agreement)| is_good(agreement));
    let (efficiency, predicted, agreement) = best.ok_or_else(|| Error::new("no measurements"))?;
    let rates = Rates::new(device, peak, Efficiency::DATA_SHEET);
    let data_sheet: Vec<f64> = samples.iter().map(|sample| sample.seconds(&rates)).collect();
    let data_sheet_error = Agreement::of(&pairs(&data_sheet, samples)).error;
    let batches = || samples.iter().map(|sample| sample.batch);
    let calibration = Calibration {
        mode,
        batches: [batches().min().unwrap_or(1), batches().max().unwrap_or(1)],
        efficiency,
        networks: samples.len(),
        families: families.len(),
        error: agreement.error,
        within_20: agreement.within_20,
        data_sheet_error,
        source: source.into(),
    };
    Ok(Calibrated { calibration, predicted, data_sheet, agreement })
}

/// The efficiencies fitted to all samples, and the time of each sample as predicted from the other families; with one
/// family, from all samples.
pub fn held_out(
    samples: &[Sample],
    device: &Device,
    mode: Mode,
    form: Form,
) -> Result<(Efficiency, Vec<f64>), Error> {
    let peak = device.peak(mode.dtype)?;
    let fit = Fit::new(samples, device, peak, form);
    let all = fit.best(fit.start(), |_| true);
    let families = families(samples);
    let mut predicted = vec![0.0; samples.len()];
    for family in families.values() {
        let is_kept = |index: usize| families.len() < 2 || !family.contains(&index);
        let rates = fit.rates(&fit.best(all, is_kept));
        for index in family {
            predicted[*index] = samples[*index].seconds(&rates);
        }
    }
    Ok((fit.efficiency(&all), predicted))
}

/// The samples of each family, by their indices.
fn families(samples: &[Sample]) -> BTreeMap<&str, Vec<usize>> {
    let mut families: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, sample) in samples.iter().enumerate() {
        families.entry(&sample.family).or_default().push(index);
    }
    families
}

/// Predicted and measured times of an image.
fn pairs(predicted: &[f64], samples: &[Sample]) -> Vec<(f64, f64)> {
    let pair = |(predicted, sample): (&f64, &Sample)| {
        let images = f64::from(sample.batch);
        (predicted / images, sample.seconds / images)
    };
    predicted.iter().zip(samples).map(pair).collect()
}
