//! What the reports of `phiscale plot` hold.

use crate::families::declared::file::{
    JsonFile, flag, flag_or_null, number, number_or_null, rows, text, text_or_null, whole,
    whole_or_null,
};
use crate::families::declared::{Key, Table};
use crate::reports::declared::NOTES;
use crate::reports::declared::check::GROWTH_STEP;

pub(in crate::reports) const PLOT: JsonFile = JsonFile::report(
    "report-plot",
    "phiscale.plot/1",
    "`phiscale plot`: the numbers that charts show, one table for all charts of a kind",
    &[&[
        rows("points", &POINTS, "One row for each network in a chart of accuracy.").optional(),
        rows("growth", &GROWTH, "One row for each φ in a chart of growth.").optional(),
        rows("cost_growth", &COST_GROWTH, "One row for each φ in a chart of costs by φ.")
            .optional(),
        rows("shares", &SHARES, "One row for each part of a bar in a chart of stages.").optional(),
        rows("layers", &LAYERS, "One row for each layer under a roof.").optional(),
        rows(
            "measured",
            &MEASURED,
            "One row for each measured network, the worst prediction first.",
        )
        .optional(),
        rows("front", &FRONT, "One row for each network on the front of a sweep's two costs.")
            .optional(),
        NOTES,
    ]],
);

const CHART: Key = text_or_null("chart", "The name of the chart, among several.").optional();

const POINTS: Table = Table::new(&[
    &[
        CHART,
        text_or_null("panel", "The title of the panel."),
        text("series", "The name of the series."),
        text("network", "The network's name in the chart."),
        number_or_null("macs", "MACs per image.").optional(),
        number_or_null("flops", "FLOPs per image: 2 × MACs.").optional(),
        number_or_null("params", "Trained params.").optional(),
        number_or_null("activations", "Activations per image, in elements.").optional(),
        number_or_null("memory", "Memory in bytes.").optional(),
        number_or_null(
            "seconds_per_image",
            "Estimated time of a batch over its images, in seconds.",
        )
        .optional(),
        number_or_null("intensity", "FLOPs for each byte read or written.").optional(),
        flag("counted", "Whether the costs are counted; else they are as printed."),
        number_or_null("top1", "Top-1 accuracy, in percent.").optional(),
        number_or_null("top5", "Top-5 accuracy, in percent.").optional(),
        number_or_null(
            "standard_error",
            "The standard error of the accuracy, in percentage points.",
        )
        .optional(),
        whole_or_null("repeats", "How many repeats the accuracy is the mean of.").optional(),
        text("source", "Where the accuracy is from."),
    ],
    &RUN,
]);

const RUN: [Key; 4] = [
    text_or_null("device", "The device that times are estimated for.").optional(),
    whole_or_null("batch", "Images in a batch.").optional(),
    text_or_null("dtype", "The type of weights and activations.").optional(),
    flag_or_null("compiled", "Whether elementwise layers run within the layer before them.")
        .optional(),
];

const MEASURED: Table = Table::new(&[&[
    CHART,
    text("network", "The network's address."),
    text("family", "Its family's name in print."),
    text_or_null("input", "The images, if they are not the network's own: \"288x288\" pixels."),
    whole("batch", "Images in a batch."),
    number("measured_seconds", "Measured time of a batch over its images, in seconds."),
    number("predicted_seconds", "The same as predicted from the other families."),
    number("off", "By how much the prediction is off, in percent."),
    text("device", "The device."),
    text("dtype", "The type of weights and activations."),
    flag("compiled", "Whether elementwise layers run within the layer before them."),
    flag("training", "Whether steps of training were measured."),
]]);

const FRONT: Table = Table::new(&[&[
    CHART,
    text_or_null("network", "The network's name, where the sweep has several."),
    number("depth", "The depth multiplier."),
    number("width", "The width multiplier."),
    number("resolution", "The resolution multiplier."),
    whole("params", "Trained params."),
    whole("macs", "MACs per image."),
    whole("activations", "Activations per image, in elements."),
]]);

const LAYERS: Table = Table::new(&[
    &[
        CHART,
        text("network", "The network's name in the chart."),
        text("group", "The layer's stage, or the size of the stage's maps."),
        text("layer", "The path of the layer."),
        text("kind", "The kind of layer."),
        number("intensity", "FLOPs for each byte read or written."),
        number("flops_per_second", "Estimated FLOPs in a second."),
        number("seconds", "Estimated time for a batch, in seconds; equal repeats together."),
        number("share", "The share of the time of all layers."),
        text("bound", "What bounds it: compute, memory or overhead."),
    ],
    &RUN,
]);

const GROWTH: Table = Table::new(&[
    &[CHART, text("family", "The family's name."), text("convention", "What is counted.")],
    &GROWTH_STEP,
]);

const COST_GROWTH: Table = Table::new(&[
    &[
        CHART,
        text("family", "The family's name."),
        number("phi", "φ."),
        number("macs", "MACs per image."),
        number("macs_ratio", "MACs over those at φ = 0."),
        number("activations", "Activations per image, in elements."),
        number("activations_ratio", "Activations over those at φ = 0."),
        number("bytes", "Bytes read and written, per image."),
        number("bytes_ratio", "Bytes over those at φ = 0."),
        number("seconds_per_image", "Estimated time of a batch over its images, in seconds."),
        number("time_ratio", "The time over that at φ = 0."),
    ],
    &RUN,
]);

const SHARES: Table = Table::new(&[&[
    CHART,
    text("network", "The network's name in the chart."),
    text("cost", "The name of the cost."),
    text("part", "The part of the bar."),
    text("stages", "The stages of the part."),
    whole("amount", "The cost of the part."),
    number("percent", "Its share of the whole, in percent."),
]]);
