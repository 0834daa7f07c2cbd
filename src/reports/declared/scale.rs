//! What the reports of `phiscale scale` hold.

use crate::families::declared::Table;
use crate::families::declared::file::{
    DEPTH, INPUT, JsonFile, RESOLUTION, WIDTH, number, number_or_null, rows, text, text_or_null,
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
