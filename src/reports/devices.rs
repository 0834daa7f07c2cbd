//! The bundled devices.

use crate::counting::memory::Dtype;
use crate::families::device::{Calibration, Device};
use crate::reports::declared::DEVICES;
use crate::reports::{Cell, Report, Section, column};

/// The report of `phiscale list --devices`.
#[must_use]
pub fn devices(devices: &[Device]) -> Report {
    let mut columns = vec![
        column("name", "name"),
        column("title", "device"),
        column("memory_bytes", "memory (GB)"),
        column("bandwidth", "bandwidth (GB/s)"),
    ];
    columns.extend(
        Dtype::ALL.map(|dtype| column(dtype.name(), format!("{} (TFLOP/s)", dtype.name()))),
    );
    columns.extend([column("measured", "measured"), column("source", "source")]);
    let in_unit = |value, unit| Cell::Amount { value, unit };
    let row = |device: &Device| {
        let mut row = vec![
            Cell::text(&device.name),
            Cell::text(&device.title),
            in_unit(device.memory, 1e9),
            in_unit(device.bandwidth, 1e9),
        ];
        row.extend(Dtype::ALL.map(|dtype| {
            device.peak(dtype).map_or(Cell::Missing, |peak| in_unit(peak.matrix, 1e12))
        }));
        let measured: Vec<String> = device.calibrations.iter().map(measured).collect();
        row.push(if measured.is_empty() { Cell::Missing } else { Cell::text(measured.join(", ")) });
        row.push(Cell::Source(device.source.clone()));
        row
    };
    let section = Section::rows("devices", columns, devices.iter().map(row).collect());
    let note = "Peak rates are those of products of matrices. Measured modes have their median error, each family \
                predicted from the others; other modes follow from the data sheet alone.";
    Report::new(&DEVICES, vec![section], vec![note.into()])
}

fn measured(calibration: &Calibration) -> String {
    let Calibration { mode, error, .. } = calibration;
    let compiled = if mode.compiled { " compiled" } else { "" };
    let training = if mode.training { " training" } else { "" };
    format!("{}{compiled}{training} ±{:.0} %", mode.dtype.name(), error * 100.0)
}
