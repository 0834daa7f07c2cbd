//! Reading device files.

use crate::counting::memory::Dtype;
use crate::error::{Error, Source};
use crate::families::declared::{Key, Table, Takes};
use crate::families::device::quantity::{
    BYTES, BYTES_PER_SECOND, OPERATIONS_PER_SECOND, Quantity, SECONDS,
};
use crate::families::device::{Calibration, Device, Efficiency, LayerTime, Mode, Peak};
use crate::families::spec::reader::{self, Reader};

/// A device file.
pub(crate) const FILE: Table = Table::new(&[&[
    Key::required("title", Takes::Text, "The device's name in print."),
    Key::required("source", Takes::Text, "The data sheet."),
    Key::required("memory", Takes::Text, "Its memory: \"24 GiB\", \"8 GB\"."),
    Key::required("bandwidth", Takes::Text, "The peak rate of its memory: \"1008 GB/s\"."),
    Key::required("peak", Takes::Table(&PEAKS), "Peak rates of arithmetic by number type."),
    Key::new("calibration", Takes::Rows(&CALIBRATION), "Efficiencies fitted to measurements."),
]]);

/// The largest error in %.
const MOST_PERCENT: f64 = 10_000.0;

const PEAKS: Table = Table {
    one_of: &[&["fp32", "fp16", "bf16", "int8"]],
    ..Table::new(&[&[
        Key::new("fp32", Takes::Table(&PEAK), "Of numbers of 4 bytes."),
        Key::new("fp16", Takes::Table(&PEAK), "Of numbers of 2 bytes."),
        Key::new("bf16", Takes::Table(&PEAK), "Of numbers of 2 bytes."),
        Key::new("int8", Takes::Table(&PEAK), "Of numbers of 1 byte."),
    ]])
};

const PEAK: Table = Table::new(&[&[
    Key::required("matrix", Takes::Text, "Of products of matrices: \"165.2 TFLOP/s\"."),
    Key::required("vector", Takes::Text, "Of other arithmetic, such as depthwise convolutions."),
]]);

const CALIBRATION: Table = Table::new(&[&[
    Key::required("dtype", Takes::Words(dtypes), "The number type of the measured networks."),
    Key::required("compiled", Takes::Flag, "Whether elementwise layers were fused."),
    Key::required("training", Takes::Flag, "Whether steps of training were measured."),
    Key::required("batches", Takes::Two(&Takes::Whole(1)), "The least and the largest batch."),
    Key::required("layer_time", Takes::Words(layer_times), "How arithmetic and memory add up."),
    Key::required("matrix", Takes::Positive, "The share of the matrix peak that is reached."),
    Key::required("vector", Takes::Positive, "The share of the vector peak that is reached."),
    Key::required("bandwidth", Takes::Positive, "The share of the bandwidth that is reached."),
    Key::required("overhead", Takes::Text, "The time of a layer besides: \"5 us\"."),
    Key::required("networks", Takes::Whole(1), "How many networks were measured."),
    Key::required("families", Takes::Whole(1), "How many families they are of."),
    Key::required(
        "error",
        Takes::NotNegative,
        "The median error in %, each family predicted from the others.",
    ),
    Key::required(
        "within_20",
        Takes::NotNegative,
        "The share of networks predicted within 20 %, in %.",
    ),
    Key::required(
        "data_sheet_error",
        Takes::NotNegative,
        "The median error of the data sheet alone, in %.",
    ),
    Key::required("source", Takes::Text, "Where the measurements are from."),
]]);

fn dtypes() -> Vec<&'static str> {
    Dtype::ALL.iter().map(|dtype| dtype.name()).collect()
}

fn layer_times() -> Vec<&'static str> {
    LayerTime::ALL.iter().map(|(name, _)| *name).collect()
}

pub(super) fn device(name: &str, source: &Source) -> Result<Device, Error> {
    reader::read(source, "the device", &FILE, |mut reader| {
        let title = reader.required_text("title").map(|text| text.value.to_string());
        let origin = reader.required_text("source").map(|text| text.value.to_string());
        let memory = quantity(&mut reader, "memory", BYTES);
        let bandwidth = quantity(&mut reader, "bandwidth", BYTES_PER_SECOND);
        let peaks = peaks(&mut reader);
        let calibrations = calibrations(&mut reader);
        reader.finish(&[]);
        Some(Device {
            name: name.into(),
            title: title?,
            source: origin?,
            memory: memory?,
            bandwidth: bandwidth?,
            peaks: peaks?,
            calibrations,
        })
    })
}

/// A quantity above 0.
fn quantity(reader: &mut Reader, key: &str, kind: Quantity) -> Option<f64> {
    measured(reader, key, kind, |text| kind.parse_positive(text))
}

fn measured(
    reader: &mut Reader,
    key: &str,
    kind: Quantity,
    parse: impl Fn(&str) -> Result<f64, String>,
) -> Option<f64> {
    let text = reader.required_text(key)?;
    match parse(text.value) {
        Ok(value) => Some(value),
        Err(label) => {
            let message = format!("`{key}` of {} must be like \"{}\"", reader.what, kind.example);
            reader.problem(message, text.span, &label);
            None
        }
    }
}

fn peaks(reader: &mut Reader) -> Option<Vec<Peak>> {
    let item = reader.required("peak")?;
    let mut table = reader.reader("peak", item, "`peak`")?;
    let mut peaks = Vec::new();
    for dtype in Dtype::ALL {
        let Some(mut rates) = table.table(dtype.name(), format!("`peak.{}`", dtype.name())) else {
            continue;
        };
        let matrix = quantity(&mut rates, "matrix", OPERATIONS_PER_SECOND);
        let vector = quantity(&mut rates, "vector", OPERATIONS_PER_SECOND);
        rates.finish(&[]);
        if let Some((matrix, vector)) = matrix.zip(vector) {
            peaks.push(Peak { dtype, matrix, vector });
        }
    }
    table.finish(&[]);
    if !Dtype::ALL.iter().any(|dtype| table.has(dtype.name())) {
        let label = format!("needs one of {}", dtypes().join(", "));
        reader.problem("the device has no peak", item.span, &label);
    }
    Some(peaks)
}

fn calibrations(reader: &mut Reader) -> Vec<Calibration> {
    let items = reader.list("calibration").unwrap_or_default();
    let read = items.into_iter().filter_map(|item| {
        let mut reader = reader.reader("calibration", item, "`calibration`")?;
        let read = calibration(&mut reader);
        reader.finish(&[]);
        read
    });
    read.collect()
}

fn calibration(reader: &mut Reader) -> Option<Calibration> {
    let dtype = word(reader, "dtype", &Dtype::ALL);
    let (compiled, training) = (flag(reader, "compiled"), flag(reader, "training"));
    reader.required("batches");
    let batches = reader.pair("batches", "two whole numbers of at least 1", |pair| {
        let [least, most] = pair.map(|item| item.integer().and_then(|n| u32::try_from(n).ok()));
        Some([least?, most?]).filter(|[least, most]| (1..=*most).contains(least))
    });
    let layer_time = word(reader, "layer_time", &LayerTime::ALL).map(|(_, time)| time);
    let [matrix, vector, bandwidth] = ["matrix", "vector", "bandwidth"].map(|key| {
        reader.required(key);
        reader.positive(key).map(|value| value.value)
    });
    let overhead = measured(reader, "overhead", SECONDS, |text| SECONDS.parse(text));
    let [networks, families] = ["networks", "families"].map(|key| {
        reader.required(key);
        reader.integer(key).and_then(|count| usize::try_from(count.value).ok())
    });
    let [error, within_20, data_sheet_error] =
        ["error", "within_20", "data_sheet_error"].map(|key| {
            let item = reader.required(key)?;
            let percent = item.number().filter(|percent| (0.0..=MOST_PERCENT).contains(percent));
            let expected = format!("a percentage from 0 to {MOST_PERCENT}");
            reader.numeric(key, item, expected, percent).map(|percent| percent.value / 100.0)
        });
    let source = reader.required_text("source").map(|text| text.value.to_string());
    Some(Calibration {
        mode: Mode { dtype: dtype?, compiled: compiled?, training: training? },
        batches: batches?,
        efficiency: Efficiency {
            matrix: matrix?,
            vector: vector?,
            bandwidth: bandwidth?,
            overhead: overhead?,
            layer_time: layer_time?,
        },
        networks: networks?,
        families: families?,
        error: error?,
        within_20: within_20?,
        data_sheet_error: data_sheet_error?,
        source: source?,
    })
}

fn word<T: Copy>(reader: &mut Reader, key: &str, all: &[T]) -> Option<T> {
    let word = reader.required_text(key)?;
    reader.choice(key, word, all).copied()
}

fn flag(reader: &mut Reader, key: &str) -> Option<bool> {
    reader.required(key)?;
    reader.flag(key)
}
