//! What the report of `phiscale time` holds.

use crate::families::declared::file::{
    INPUT, JsonFile, flag, number, number_or_null, rows, text, text_or_null, whole, whole_or_null,
};
use crate::families::declared::{Key, Table};
use crate::reports::declared::NOTES;

pub(in crate::reports) const TIME: JsonFile = JsonFile::report(
    "report-time",
    "phiscale.time/1",
    "`phiscale time`: the estimated time of a network on a device, in total and by layer",
    &[
        &[
            text("network", "The network's address."),
            text("title", "The family's name in print."),
            INPUT,
            text("device", "The device's name."),
            text("device_title", "The device's name in print."),
            whole("batch", "Images in a batch."),
            text("dtype", "The type of weights and activations."),
            flag("compiled", "Whether elementwise layers run within the layer before them."),
            flag("training", "Whether it is a step of training, not a forward pass alone."),
            number("seconds", "The time of a batch, in seconds."),
            number("images_per_second", "Images in a second."),
        ],
        &EXPECTED,
        &[
            number_or_null(
                "memory_bytes",
                "The memory of the batch in bytes: weights and the peak of live activations; of a step of training with \
                 momentum, its peak at most. Null for training of an ONNX file.",
            ),
            whole_or_null(
                "largest_batch",
                "The most images that fit into the device's memory; null for training of an ONNX file.",
            ),
        ],
        &WORK,
        &[
            rows(
                "layers",
                &LAYERS,
                "Every layer, all its repeats together; equal repeats share a row.",
            ),
            NOTES,
        ],
    ],
);

/// How far off a time may be.
pub(super) const EXPECTED: [Key; 2] = [
    number_or_null(
        "expected_error",
        "The error to expect, as a share of the time: the median over measured networks, each predicted \
         without its family; without measurements, that of data sheets on measured devices.",
    ),
    text("expected_from", "`measured` in this mode on this device, or its `data sheet` alone."),
];

/// A device, and how networks run on it.
pub(super) const RUNNING: [Key; 7] = [
    text("device", "The device's name."),
    text("device_title", "The device's name in print."),
    whole("batch", "Images in a batch."),
    text("dtype", "The type of weights and activations."),
    flag("compiled", "Whether elementwise layers run within the layer before them."),
    EXPECTED[0],
    EXPECTED[1],
];

/// What a network or a layer does with a batch.
const WORK: [Key; 7] = [
    number("macs", "Multiply-adds of the batch."),
    number("bytes", "Bytes read and written."),
    number_or_null("intensity", "Arithmetic intensity, in FLOPs per byte; FLOPs are 2 × MACs."),
    text("bound", "What most of the time goes to: compute, memory or overhead."),
    number("compute_seconds", "The time of arithmetic."),
    number("memory_seconds", "The time of memory traffic."),
    number("overhead_seconds", "What is spent for each layer besides."),
];

const LAYERS: Table = Table::new(&[
    &[
        text("stage", "The name of its stage."),
        text("name", "Its path."),
        text_or_null("kind", "The kind of layer."),
        whole("repeats", "How often it runs."),
    ],
    &WORK,
    &[
        number("seconds", "Its time."),
        number("share", "Its share of the whole time, from 0 to 1."),
        flag("fused", "Whether it runs within the layer before it."),
    ],
]);
