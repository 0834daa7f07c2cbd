//! What charts say of estimates: what they are for, how they are made, and how far off they are.

use crate::analysis::time::{Deployment, Expected};
use crate::families::device::LayerTime;

/// The device, the type of numbers and the batch: `NVIDIA T4, fp16, batches of 32`.
pub(super) fn run(run: &Deployment) -> String {
    let compiled = if run.mode.compiled { ", compiled" } else { "" };
    let batch = match run.batch {
        1 => "one image at a time".into(),
        batch => format!("batches of {batch}"),
    };
    format!("{}, {}{compiled}, {batch}", run.device.title, run.mode.dtype.name())
}

/// How times are estimated, and what error is to be expected.
pub(super) fn method(run: &Deployment) -> String {
    let layer = match run.rates.layer_time {
        LayerTime::Sum => "plus memory traffic",
        LayerTime::Slower => "or memory traffic, whichever takes longer",
    };
    format!("Times are estimated: in each layer, arithmetic {layer}. {}", error(run))
}

/// What error is to be expected.
pub(super) fn error(run: &Deployment) -> String {
    match run.expected {
        Expected::Measured { error, networks, batches: [least, most], .. } => {
            let known = format!(
                "Half of {networks} measured networks were within {}, each predicted without its family",
                percent(error)
            );
            if (least..=most).contains(&run.batch) {
                return format!("{known}.");
            }
            let batches = if most == 1 { "1".into() } else { format!("{least} to {most}") };
            format!("{known}, in batches of {batches}: this batch was not measured.")
        }
        Expected::DataSheet { error: Some(error), .. } => format!(
            "Nothing was measured in this mode; on measured devices the data sheet alone was off by up to {} (median).",
            percent(error)
        ),
        Expected::DataSheet { error: None, .. } => {
            "Nothing was measured in this mode: the data sheet alone.".into()
        }
    }
}

/// A share as a percentage, with at most one decimal.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}
