//! What the reports of `phiscale scale` hold.

use crate::families::declared::Table;
use crate::families::declared::file::{
    DEPTH, INPUT, JsonFile, RESOLUTION, WIDTH, flag, number, number_or_null, rows, text,
    text_or_null, whole,
};
use crate::reports::declared::NOTES;
use crate::reports::declared::count::TOTAL_KEYS;

pub(in crate::reports) const SCALE: JsonFile = JsonFile::report(
    "report-scale",
    "phiscale.scale/1",
    "`phiscale scale`: the dimensions of scaled networks, and their cost per batch",
    &[&[
        rows("networks", &NETWORKS, "One row for each network."),
        rows("growth", &GROWTH, "With --strategy: how the costs grew from φ = 0.").optional(),
        NOTES,
    ]],
);

pub(in crate::reports) const DOUBLING: JsonFile = JsonFile::report(
    "report-scale-time",
    "phiscale.scale-time/1",
    "`phiscale scale --cost time`: which α, β and γ double the time of a family on devices",
    &[&[
        text("network", "The address of the member or family."),
        whole("batch", "Images in a batch."),
        text("phi", "The φ of the networks built, with commas between them."),
        rows("strategies", &STRATEGIES, "One row for each device and strategy."),
        rows("exponents", &EXPONENTS, "The powers with which costs grow."),
        NOTES,
    ]],
);

const STRATEGIES: Table = Table::new(&[&[
    text("device", "The device's name."),
    text("dtype", "The type of weights and activations."),
    flag("compiled", "Whether elementwise layers run within the layer before them."),
    text("strategy", "The strategy."),
    number("macs_per_step", "By how much a step of φ multiplies the MACs."),
    number("time_per_step", "By how much a step of φ multiplies the time."),
    number("off_percent", "How far the furthest network is from that, in percent."),
    number_or_null("alpha", "The α that doubles the time."),
    number_or_null("beta", "The β that doubles the time."),
    number_or_null("gamma", "The γ that doubles the time."),
    number_or_null("macs_while_doubling", "By how much the MACs grow while the time doubles."),
]]);

const EXPONENTS: Table = Table::new(&[&[
    text("cost", "The cost: MACs, activations or time."),
    text_or_null("device", "Of a time: the device's name."),
    number("depth", "The power of depth."),
    number("width", "The power of width."),
    number("resolution", "The power of resolution."),
]]);

const NETWORKS: Table = Table::new(&[
    &[
        text("network", "The address of the member or family."),
        text_or_null("strategy", "The strategy that shared the growth."),
        number_or_null("phi", "The φ that gave the multipliers."),
        DEPTH,
        WIDTH,
        RESOLUTION,
        INPUT,
        text("channels", "Output channels of the stages, with spaces between them."),
        text("repeats", "Repeats of the stages, with spaces between them."),
    ],
    &TOTAL_KEYS,
]);

const GROWTH: Table = Table::new(&[&[
    text_or_null("strategy", "The strategy that shared the growth."),
    number_or_null("phi", "φ."),
    number("asked", "How MACs should grow."),
    number("macs_ratio", "How MACs grew."),
    number_or_null("macs_exponent", "Their growth as a power of the growth that MACs should have."),
    number("macs_predicted", "That power for dense convolutions."),
    number("params_ratio", "How params grew."),
    number_or_null(
        "params_exponent",
        "Their growth as a power of the growth that MACs should have.",
    ),
    number("params_predicted", "That power for dense convolutions."),
    number("activations_ratio", "How activations grew."),
    number_or_null(
        "activations_exponent",
        "Their growth as a power of the growth that MACs should have.",
    ),
    number("activations_predicted", "That power for dense convolutions."),
]]);
