//! The keys of a chart file that say how networks run: the device, the batch, the type of numbers.

use crate::counting::memory::Dtype;
use crate::error::Diagnostic;
use crate::families::declared::{Key, Takes};
use crate::families::device;
use crate::families::spec::LocatedText;
use crate::families::spec::reader::Reader;

/// A chart file's request for estimates.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRequest {
    /// The name of a bundled device, or the path of a device file.
    pub device: LocatedText,
    /// The type of weights and activations; without one, that of the device's measurements.
    pub dtype: Option<Dtype>,
    /// Whether elementwise layers run within the layer before them.
    pub compiled: bool,
    /// Images in a batch.
    pub batch: u32,
}

/// The keys that depend on the device.
const OTHERS: [&str; 3] = ["dtype", "compiled", "batch"];

impl RunRequest {
    pub(super) const KEYS: &[Key] = &[
        Key::new("device", Takes::Text, "A bundled device, or the path of a device file."),
        Key::new(
            OTHERS[0],
            Takes::Words(|| Dtype::ALL.map(Dtype::name).to_vec()),
            "The type of weights and activations (that of the device's measurements).",
        )
        .needs(&["device"]),
        Key::new(OTHERS[1], Takes::Flag, "Whether elementwise layers are fused (false).")
            .needs(&["device"]),
        Key::new(OTHERS[2], Takes::Whole(1), "Images in a batch (1).").needs(&["device"]),
    ];

    /// The request, if a device is named; `wants` is what needs one.
    pub(super) fn read(reader: &mut Reader, wants: Option<&str>) -> Option<Self> {
        let device = reader.text("device");
        let dtype = reader.text("dtype");
        let dtype = dtype.and_then(|word| reader.choice("dtype", word, &Dtype::ALL)).copied();
        let compiled = reader.flag("compiled").unwrap_or_default();
        let batch = batch(reader);
        let Some(device) = device else {
            for key in OTHERS {
                reader.refuse(key, &format!("`{key}` has no effect without `device`"));
            }
            if let Some(what) = wants {
                let problem = Diagnostic::new(format!("{what} needs a device: add `device`"));
                let problem = problem.at(reader.span, "here");
                let help = format!("bundled devices: {}", device::names().join(", "));
                reader.problems.add(problem.help(help));
            }
            return None;
        };
        Some(RunRequest { device: device.into(), dtype, compiled, batch: batch.unwrap_or(1) })
    }
}

fn batch(reader: &mut Reader) -> Option<u32> {
    let batch = reader.integer("batch")?;
    let images = u32::try_from(batch.value).ok();
    if images.is_none() {
        let message = format!("`batch` must be at most {}, not {}", u32::MAX, batch.value);
        reader.problem(message, batch.span, "here");
    }
    images
}
