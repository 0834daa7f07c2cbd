//! The report on a calibrated device.

use std::collections::BTreeMap;

use crate::analysis::time::calibrate::{Calibrated, Sample, median};
use crate::families::device::Device;
use crate::reports::declared::CALIBRATION;
use crate::reports::{Cell, Column, Report, Section, column, hidden};

/// The most networks that text formats show, those with the largest errors.
const WORST: usize = 5;

/// A device, the measured networks, and what was fitted to them.
#[derive(Clone, Copy, Debug)]
pub struct CalibratedDevice<'a> {
    /// The device.
    pub device: &'a Device,
    /// The measured networks.
    pub samples: &'a [Sample],
    /// What was fitted to them.
    pub calibrated: &'a Calibrated,
    /// The device's file with it.
    pub file: &'a str,
}

/// The report of `phiscale time --calibrate`.
#[must_use]
pub fn calibration(device: &CalibratedDevice) -> Report {
    let sections = vec![Section::record(None, fitted(device)), networks(device), families(device)];
    Report::new(&CALIBRATION, sections, notes(device))
}

fn fitted(calibrated: &CalibratedDevice) -> Vec<(Column, Cell)> {
    let CalibratedDevice { device, calibrated, file, .. } = calibrated;
    let (known, agreement) = (&calibrated.calibration, &calibrated.agreement);
    let efficiency = &known.efficiency;
    let measure = |value: Option<f64>| {
        value.map_or(Cell::Missing, |value| Cell::Real { value, decimals: 3, unit: "" })
    };
    vec![
        (hidden("device"), Cell::text(&device.name)),
        (column("device_title", "device"), Cell::text(&device.title)),
        (column("dtype", "type of numbers"), Cell::text(known.mode.dtype.name())),
        (column("compiled", "elementwise layers fused"), Cell::Bool(known.mode.compiled)),
        (column("training", "step of training"), Cell::Bool(known.mode.training)),
        (column("measured_networks", "networks"), Cell::integer(known.networks as u64)),
        (column("measured_families", "families"), Cell::integer(known.families as u64)),
        (column("layer_time", "arithmetic and traffic"), Cell::text(efficiency.layer_time.name())),
        (column("matrix", "of the matrix peak"), Cell::share(efficiency.matrix)),
        (column("vector", "of the vector peak"), Cell::share(efficiency.vector)),
        (column("bandwidth", "of the bandwidth"), Cell::share(efficiency.bandwidth)),
        (
            column("overhead_seconds", "overhead of a layer (µs)"),
            Cell::Amount { value: efficiency.overhead, unit: 1e-6 },
        ),
        (hidden("held_out"), Cell::Bool(calibrated.is_held_out())),
        (column("rho", "rank correlation ρ"), measure(agreement.rho)),
        (column("r_squared", "R² in logarithms"), measure(agreement.r_squared)),
        (column("error", "error (median)"), Cell::share(agreement.error)),
        (column("within_20", "within 20 %"), Cell::share(agreement.within_20)),
        (
            column("data_sheet_error", "error of the data sheet (median)"),
            Cell::share(known.data_sheet_error),
        ),
        (hidden("source"), Cell::text(&known.source)),
        (hidden("device_file"), Cell::text(*file)),
    ]
}

fn networks(device: &CalibratedDevice) -> Section {
    let columns = vec![
        column("network", "largest errors"),
        hidden("family"),
        column("batch", "batch"),
        column("measured_seconds", "measured (ms)"),
        column("predicted_seconds", "predicted (ms)"),
        column("ratio", "predicted / measured"),
        hidden("data_sheet_seconds"),
    ];
    let Calibrated { predicted, data_sheet, .. } = device.calibrated;
    let times = predicted.iter().zip(data_sheet);
    let row = |(sample, (predicted, data_sheet)): (&Sample, (&f64, &f64))| {
        vec![
            Cell::text(&sample.network),
            Cell::text(&sample.family),
            Cell::integer(sample.batch),
            Cell::milliseconds(sample.seconds),
            Cell::milliseconds(*predicted),
            Cell::ratio(predicted / sample.seconds),
            Cell::milliseconds(*data_sheet),
        ]
    };
    let rows: Vec<_> = device.samples.iter().zip(times).map(row).collect();
    let miss = |index: &usize| (predicted[*index] / device.samples[*index].seconds).ln().abs();
    let mut worst: Vec<usize> = (0..rows.len()).collect();
    worst.sort_by(|one, other| miss(other).total_cmp(&miss(one)));
    let folded = worst.into_iter().take(WORST).map(|index| rows[index].clone()).collect();
    Section { folded: Some(folded), ..Section::rows("networks", columns, rows) }
}

fn families(device: &CalibratedDevice) -> Section {
    let columns = vec![
        column("family", "family"),
        column("networks", "networks"),
        column("error", "error (median)"),
        column("ratio", "predicted / measured (median)"),
    ];
    let mut families: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (sample, predicted) in device.samples.iter().zip(&device.calibrated.predicted) {
        families.entry(&sample.family).or_default().push(predicted / sample.seconds);
    }
    let row = |(family, ratios): (&str, Vec<f64>)| {
        vec![
            Cell::text(family),
            Cell::integer(ratios.len() as u64),
            Cell::share(median(ratios.iter().map(|ratio| (ratio - 1.0).abs()).collect())),
            Cell::ratio(median(ratios)),
        ]
    };
    Section::rows("families", columns, families.into_iter().map(row).collect())
}

fn notes(device: &CalibratedDevice) -> Vec<String> {
    let calibration = &device.calibrated.calibration;
    let mut notes = vec![if device.calibrated.is_held_out() {
        "Each family was predicted from the other families: the errors are those to expect of a new family.".into()
    } else {
        format!(
            "All networks are of one family, so the errors are those of the networks that were fitted{}. Measure other \
             families to know how far off they are.",
            if calibration.networks < 2 { ", here a single one" } else { "" }
        )
    }];
    notes.push(format!("Measurements: {}.", calibration.source.trim_end_matches('.')));
    notes
}
