//! Measured times beside predicted ones.

use std::collections::BTreeMap;

use crate::analysis::time::calibrate::{Agreement, Calibrated, Sample};
use crate::families::device::Device;

/// Measured networks on a device, and what is predicted for them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MeasuredTimes {
    /// The device.
    pub device: Device,
    /// What was fitted, and how far off it is.
    pub calibrated: Calibrated,
    /// The networks.
    pub networks: Vec<MeasuredTime>,
}

/// A network's measured and predicted time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MeasuredTime {
    /// The network's address.
    pub network: String,
    /// The name of its family in print.
    pub family: String,
    /// Height and width of the images in pixels, if they are not the network's own.
    pub image: Option<[u64; 2]>,
    /// Images in a batch.
    pub batch: u32,
    /// Predicted seconds for one image.
    pub predicted: f64,
    /// Measured seconds for one image.
    pub measured: f64,
}

impl MeasuredTimes {
    /// The samples of a fit; `titles` are the names of families in print.
    #[must_use]
    pub fn of(
        device: Device,
        samples: &[Sample],
        calibrated: Calibrated,
        titles: &BTreeMap<String, String>,
    ) -> Self {
        let network = |(sample, predicted): (&Sample, &f64)| {
            let images = f64::from(sample.batch);
            MeasuredTime {
                network: sample.network.clone(),
                family: titles.get(&sample.family).unwrap_or(&sample.family).clone(),
                image: sample.image,
                batch: sample.batch,
                predicted: predicted / images,
                measured: sample.seconds / images,
            }
        };
        let networks = samples.iter().zip(&calibrated.predicted).map(network).collect();
        MeasuredTimes { device, calibrated, networks }
    }

    /// How well they agree.
    #[must_use]
    pub fn agreement(&self) -> &Agreement {
        &self.calibrated.agreement
    }
}

impl MeasuredTime {
    /// Predicted / measured − 1.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.predicted / self.measured - 1.0
    }
}
