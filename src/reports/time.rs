//! The estimated time of a network on a device.

use crate::analysis::budget::TimeLimit;
use crate::analysis::time::{Deployment, Expected, Parts, Time, TimedLayer};
use crate::counting::memory;
use crate::counting::network::Network;
use crate::counting::training::{self, Optimizer, Precision, Settings};
use crate::families::device::{Device, LayerTime, Mode};
use crate::reports::count::Per;
use crate::reports::declared::TIME;
use crate::reports::devices::mode_name;
use crate::reports::{Cell, Column, Report, Section, column, hidden};

/// A network on a device, and its time.
#[derive(Clone, Copy, Debug)]
pub struct TimedNetwork<'a> {
    /// The network's address.
    pub name: &'a str,
    /// The family's title.
    pub title: &'a str,
    /// The network.
    pub network: &'a Network,
    /// The device.
    pub device: &'a Device,
    /// How it is run.
    pub mode: Mode,
    /// Its time.
    pub time: &'a Time<'a>,
    /// What text formats have a row for; JSON and CSV have every layer.
    pub per: Per,
    /// Notes about an imported network.
    pub notes: &'a [String],
}

/// The report of `phiscale time`.
#[must_use]
pub fn time(timed: &TimedNetwork) -> Report {
    let memory = Needs::of(timed);
    let sections = vec![Section::record(None, totals(timed, memory)), layers(timed)];
    Report::new(&TIME, sections, notes(timed, memory))
}

/// The memory that a batch needs.
#[derive(Clone, Copy)]
struct Needs {
    /// In bytes; `None` for training of an imported graph, which does not say what is kept.
    bytes: Option<f64>,
    /// The largest batch that the device holds.
    largest_batch: Option<u128>,
}

impl Needs {
    /// Of a forward pass, or of a step of training with momentum, as `time` estimates it.
    fn of(timed: &TimedNetwork) -> Self {
        let TimedNetwork { network, device, mode, time, .. } = timed;
        if !mode.training {
            let bytes = memory::of(network, mode.dtype, time.batch).total() as f64;
            let largest = memory::largest_batch(network, mode.dtype, device.bytes());
            return Needs { bytes: Some(bytes), largest_batch: Some(largest) };
        }
        let precision = if mode.dtype.bytes() < 4 { Precision::Mixed } else { Precision::Full };
        let settings =
            Settings { optimizer: Optimizer::Momentum, precision, ..Settings::default() };
        let kept = training::of(network);
        let step = training::memory(network, &kept, settings, time.batch);
        let largest = training::largest_batch(network, &kept, settings, device.bytes());
        Needs {
            bytes: step.map(|step| step.peak as f64),
            largest_batch: step.map(|_| largest.unwrap_or(0).into()),
        }
    }
}

fn totals(timed: &TimedNetwork, memory: Needs) -> Vec<(Column, Cell)> {
    let TimedNetwork { device, mode, time, .. } = timed;
    let mut fields = vec![
        (column("network", "network"), Cell::text(timed.name)),
        (column("title", "family"), Cell::text(timed.title)),
        (column("input", "input"), Cell::Shape(timed.network.input().clone())),
        (hidden("device"), Cell::text(&device.name)),
        (column("device_title", "device"), Cell::text(&device.title)),
        (column("batch", "images in a batch"), Cell::integer(time.batch)),
        (column("dtype", "type of numbers"), Cell::text(mode.dtype.name())),
        (flag("compiled", "elementwise layers fused", mode.compiled), Cell::Bool(mode.compiled)),
        (flag("training", "step of training", mode.training), Cell::Bool(mode.training)),
        (column("seconds", "time of a batch (ms)"), Cell::milliseconds(time.seconds())),
        (
            column("images_per_second", "images a second"),
            Cell::Amount { value: time.images_per_second(), unit: 1.0 },
        ),
    ];
    fields.extend(expected_fields(time.expected));
    let bytes = memory.bytes.map_or(Cell::Missing, Cell::millions);
    let largest = memory.largest_batch.map_or(Cell::Missing, Cell::integer);
    fields.extend([
        (column("memory_bytes", "memory (MB)"), bytes),
        (column("largest_batch", "largest batch that fits"), largest),
    ]);
    let macs = time.layers.iter().map(|layer| layer.macs).sum();
    fields.extend(work_columns().into_iter().zip(work(macs, time.bytes(), &time.parts())));
    fields
}

/// How far off a time may be.
pub(super) fn expected_fields(expected: Expected) -> [(Column, Cell); 2] {
    let (error, from) = match expected {
        Expected::Measured { error, .. } => (Some(error), "measured"),
        Expected::DataSheet { error, .. } => (error, "data sheet"),
    };
    let shown = error.map_or(Cell::Missing, Cell::share);
    [
        (column("expected_error", "error to expect (median)"), shown),
        (hidden("expected_from"), Cell::text(from)),
    ]
}

/// A field that text formats show only where it is true.
fn flag(key: &'static str, header: &'static str, is_shown: bool) -> Column {
    if is_shown { column(key, header) } else { hidden(key) }
}

fn work_columns() -> Vec<Column> {
    vec![
        column("macs", "MACs (M)"),
        column("bytes", "traffic (MB)"),
        column("intensity", "FLOPs per byte"),
        column("bound", "bound by"),
        hidden("compute_seconds"),
        hidden("memory_seconds"),
        hidden("overhead_seconds"),
    ]
}

fn work(macs: f64, bytes: f64, parts: &Parts) -> Vec<Cell> {
    let intensity = 2.0 * macs / bytes;
    let intensity = Cell::Real { value: intensity, decimals: 1, unit: "" };
    vec![
        Cell::millions(macs),
        Cell::millions(bytes),
        if bytes > 0.0 { intensity } else { Cell::Missing },
        Cell::text(parts.bound().name()),
        Cell::milliseconds(parts.compute),
        Cell::milliseconds(parts.memory),
        Cell::milliseconds(parts.overhead),
    ]
}

fn layers(timed: &TimedNetwork) -> Section {
    let is_by_layer = timed.per == Per::Layer;
    let mut columns = vec![
        hidden("stage"),
        column("name", if is_by_layer { "layer" } else { "stage" }),
        if is_by_layer { column("kind", "kind") } else { hidden("kind") },
        column("repeats", if is_by_layer { "repeats" } else { "layers" }),
    ];
    columns.extend(work_columns());
    columns.extend([column("seconds", "time (ms)"), column("share", "share"), hidden("fused")]);
    let whole = timed.time.seconds();
    let stages = timed.network.stages();
    let name = |layer: &TimedLayer| stages.get(layer.stage).map_or("", |stage| &stage.name);
    let rows = timed.time.layers.iter().map(|layer| row(name(layer), layer, whole)).collect();
    let mut section = Section::rows("layers", columns, rows);
    if !is_by_layer {
        let of = |index| timed.time.layers.iter().filter(move |layer| layer.stage == index);
        let stages = stages.iter().enumerate();
        let stages = stages.filter_map(|(index, stage)| stage_row(&stage.name, of(index), whole));
        section.folded = Some(stages.collect());
    }
    section
}

fn row(stage: &str, layer: &TimedLayer, whole: f64) -> Vec<Cell> {
    let mut row = vec![
        Cell::text(stage),
        Cell::text(layer.path.as_ref()),
        Cell::text(layer.kind),
        Cell::integer(layer.times),
    ];
    row.extend(work(layer.macs, layer.bytes, &layer.parts));
    row.extend([
        Cell::milliseconds(layer.parts.seconds),
        Cell::share(layer.parts.seconds / whole),
        Cell::Bool(layer.is_fused),
    ]);
    row
}

/// A stage as one row; `None` if nothing in it takes time.
fn stage_row<'t>(
    stage: &str,
    layers: impl Iterator<Item = &'t TimedLayer<'t>>,
    whole: f64,
) -> Option<Vec<Cell>> {
    let mut sum: Option<TimedLayer> = None;
    for layer in layers {
        match &mut sum {
            None => sum = Some(TimedLayer { path: stage.into(), ..layer.clone() }),
            Some(sum) => {
                sum.times += layer.times;
                sum.macs += layer.macs;
                sum.bytes += layer.bytes;
                sum.parts.add(&layer.parts);
            }
        }
    }
    Some(row(stage, &sum?, whole))
}

fn notes(timed: &TimedNetwork, memory: Needs) -> Vec<String> {
    let TimedNetwork { device, mode, time, .. } = timed;
    let mut notes = timed.notes.to_vec();
    notes.extend(certainty(device, *mode, time.batch, time.expected));
    notes.extend(memory.bytes.and_then(|bytes| memory_note(device, bytes)));
    notes
}

/// Notes on how a time was estimated, and how far off it may be.
pub(super) fn certainty(
    device: &Device,
    mode: Mode,
    batch: u32,
    expected: Expected,
) -> Vec<String> {
    let mut notes = vec![match expected {
        Expected::Measured { error, networks, families, batches: [least, most] } => {
            let median = error * 100.0;
            let how = if families > 1 { "each predicted without its family" } else { "all fitted" };
            let images =
                if most == 1 { "one image".into() } else { format!("{least} to {most} images") };
            format!(
                "The error is that of {networks} networks measured on this device, {how}: half of them are within \
                 {median:.1} %. Their batches had {images}."
            )
        }
        Expected::DataSheet { error, devices } => data_sheet_note(device, error, devices),
    }];
    let rates = device.calibration(mode).map(|known| known.efficiency.layer_time);
    notes.push(match rates.unwrap_or(LayerTime::Sum) {
        LayerTime::Sum => {
            "A layer's time is that of its arithmetic plus that of its traffic.".into()
        }
        LayerTime::Slower => {
            "A layer's time is that of its arithmetic or of its traffic, whichever is longer."
                .into()
        }
    });
    if let Expected::Measured { batches: [least, most], .. } = expected
        && !(least..=most).contains(&batch)
    {
        notes.push(format!(
            "A batch of {batch} was not measured: the error may be larger. In small batches on a GPU, launches take \
             most of the time."
        ));
    }
    notes
}

/// A note if a batch needs more bytes than the device has.
pub(super) fn memory_note(device: &Device, memory: f64) -> Option<String> {
    (memory > device.memory).then(|| {
        format!(
            "This batch does not fit: it needs {:.1} GB of memory, and {} has {:.1} GB.",
            memory / 1e9,
            device.title,
            device.memory / 1e9
        )
    })
}

/// Notes on networks, by name, whose time is limited.
#[must_use]
pub fn time_limit_notes<'a>(
    limit: &TimeLimit,
    networks: impl Iterator<Item = (&'a str, &'a Network)>,
    batch: u32,
) -> Vec<String> {
    let Deployment { device, mode, expected, .. } = &limit.deployment;
    let certainty = certainty(device, *mode, batch, *expected);
    let of_memory = networks.filter_map(|(name, network)| {
        let memory = memory::of(network, mode.dtype, batch).total() as f64;
        memory_note(device, memory).map(|note| format!("{name}: {note}"))
    });
    certainty.into_iter().chain(of_memory).collect()
}

fn data_sheet_note(device: &Device, error: Option<f64>, devices: usize) -> String {
    let mut note = "Nothing was measured on this device in this mode: the time follows from its data sheet alone."
        .to_string();
    if let Some(error) = error {
        let off = error * 100.0;
        let those = if devices == 1 {
            "On the one measured device with this type of numbers, it".to_string()
        } else {
            format!("On the {devices} measured devices with this type of numbers, it")
        };
        note.extend([
            " ",
            &those,
            &format!(" was off by up to {off:.0} % (median over networks)."),
        ]);
    }
    let modes: Vec<String> =
        device.calibrations.iter().map(|known| mode_name(known.mode)).collect();
    if !modes.is_empty() {
        note.extend([" Measured on this device: ", &modes.join(", "), "."]);
    }
    note
}
