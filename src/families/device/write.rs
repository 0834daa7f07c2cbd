//! Writing a calibration into a device file.

use crate::error::{Diagnostic, Error};
use crate::families::device::{Calibration, Device};
use crate::families::spec::toml_text::quoted;

const HEADER: &str = "[[calibration]]";

/// The text of a device's file with this calibration instead of that of the same mode; the rest stays as it was written.
pub(super) fn recalibrated(
    device: &Device,
    text: &str,
    calibration: &Calibration,
) -> Result<String, Error> {
    let is_header = |line: &&str| line.trim().starts_with(HEADER);
    if text.lines().filter(is_header).count() != device.calibrations.len() {
        let problem = Diagnostic::new(format!("{} has calibrations in another form", device.name));
        return Err(problem
            .help(format!("write each as a table with the heading {HEADER}"))
            .into());
    }
    let mut calibrations = device.calibrations.iter();
    let mut is_kept = true;
    let mut kept = String::new();
    for line in text.lines() {
        if line.trim().starts_with(HEADER) {
            is_kept = calibrations.next().is_none_or(|known| known.mode != calibration.mode);
        } else if line.trim().starts_with('[') {
            is_kept = true;
        }
        if is_kept {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    Ok(format!("{}\n\n{}", kept.trim_end(), written(calibration)))
}

fn written(calibration: &Calibration) -> String {
    let Calibration { mode, batches: [least, most], efficiency, .. } = calibration;
    [
        HEADER.into(),
        format!("dtype = \"{}\"", mode.dtype.name()),
        format!("compiled = {}", mode.compiled),
        format!("training = {}", mode.training),
        format!("batches = [{least}, {most}]"),
        format!("layer_time = \"{}\"", efficiency.layer_time.name()),
        format!("matrix = {:.4}", efficiency.matrix),
        format!("vector = {:.4}", efficiency.vector),
        format!("bandwidth = {:.4}", efficiency.bandwidth),
        format!("overhead = \"{:.3} us\"", efficiency.overhead * 1e6),
        format!("networks = {}", calibration.networks),
        format!("families = {}", calibration.families),
        format!("error = {:.1}", calibration.error * 100.0),
        format!("within_20 = {:.0}", calibration.within_20 * 100.0),
        format!("data_sheet_error = {:.1}", calibration.data_sheet_error * 100.0),
        format!("source = {}\n", quoted(&calibration.source)),
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::device::{Efficiency, Mode};

    const TEXT: &str = "title = \"Mine\" # of mine\nsource = \"a label\"\nmemory = \"8 GB\"\nbandwidth = \"50 GB/s\"\n\n\
                        [peak]\nfp32 = { matrix = \"1 TFLOP/s\", vector = \"0.5 TFLOP/s\" }\n";

    fn calibration(training: bool, matrix: f64) -> Calibration {
        Calibration {
            mode: Mode { training, ..Mode::default() },
            batches: [1, 8],
            efficiency: Efficiency { matrix, ..Efficiency::DATA_SHEET },
            networks: 3,
            families: 2,
            error: 0.125,
            within_20: 0.5,
            data_sheet_error: 0.25,
            source: "me".into(),
        }
    }

    fn device(text: &str) -> Device {
        Device::parse("mine", "mine.toml", text).expect("a device")
    }

    #[test]
    fn a_calibration_replaces_that_of_its_mode_and_leaves_the_rest() {
        let mut text = TEXT.to_string();
        for written in [calibration(false, 0.5), calibration(true, 0.25), calibration(false, 0.75)]
        {
            text = recalibrated(&device(&text), &text, &written).expect("it can be written");
        }
        assert!(text.starts_with(TEXT), "{text}");
        assert_eq!(device(&text).calibrations, [calibration(true, 0.25), calibration(false, 0.75)]);
    }

    #[test]
    fn calibrations_in_a_list_are_refused() {
        let text = recalibrated(&device(TEXT), TEXT, &calibration(true, 1.0)).expect("written");
        let other = text.replace(HEADER, "[calibration]");
        assert!(recalibrated(&device(&text), &other, &calibration(true, 1.0)).is_err());
    }
}
