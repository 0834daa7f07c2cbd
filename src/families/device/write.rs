//! Writing device files.

use std::fmt::Write;

use crate::families::device::{Calibration, Device};
use crate::families::spec::toml_text::quoted;

pub(super) fn toml(device: &Device) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{words}");
    };
    line(format!("title = {}", quoted(&device.title)));
    line(format!("source = {}", quoted(&device.source)));
    line(format!("memory = \"{} GB\"", device.memory / 1e9));
    line(format!("bandwidth = \"{} GB/s\"", device.bandwidth / 1e9));
    line("\n[peak]".into());
    for peak in &device.peaks {
        let [matrix, vector] = [peak.matrix, peak.vector].map(|rate| rate / 1e9);
        let name = peak.dtype.name();
        line(format!(
            "{name} = {{ matrix = \"{matrix} GFLOP/s\", vector = \"{vector} GFLOP/s\" }}"
        ));
    }
    device.calibrations.iter().for_each(|calibration| line(calibrated(calibration)));
    text
}

fn calibrated(calibration: &Calibration) -> String {
    let Calibration { mode, batches: [least, most], efficiency, .. } = calibration;
    [
        "\n[[calibration]]".into(),
        format!("dtype = \"{}\"", mode.dtype.name()),
        format!("compiled = {}", mode.compiled),
        format!("training = {}", mode.training),
        format!("batches = [{least}, {most}]"),
        format!("layer_time = \"{}\"", efficiency.layer_time.name()),
        format!("matrix = {:.4}", efficiency.matrix),
        format!("vector = {:.4}", efficiency.vector),
        format!("bandwidth = {:.4}", efficiency.bandwidth),
        format!("overhead = \"{:.2} us\"", efficiency.overhead * 1e6),
        format!("networks = {}", calibration.networks),
        format!("families = {}", calibration.families),
        format!("error = {:.1}", calibration.error * 100.0),
        format!("within_20 = {:.0}", calibration.within_20 * 100.0),
        format!("data_sheet_error = {:.1}", calibration.data_sheet_error * 100.0),
        format!("source = {}", quoted(&calibration.source)),
    ]
    .join("\n")
}
