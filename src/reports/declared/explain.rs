//! What the reports of `phiscale explain` hold.

use crate::families::declared::file::{
    INPUT, JsonFile, difference, flag, number, number_or_null, rows, text, text_or_null, whole,
};
use crate::families::declared::{Key, Table};
use crate::reports::declared::NOTES;
use crate::reports::declared::count::BOUND;

pub(in crate::reports) const EXPLAIN: JsonFile = JsonFile::report(
    "report-explain",
    "phiscale.explain/1",
    "`phiscale explain`: every convention's number and its parts",
    &[&NETWORK, &[rows("conventions", &PARTS, "One row for each convention."), NOTES]],
);

pub(in crate::reports) const BETWEEN: JsonFile = JsonFile::report(
    "report-explain-between",
    "phiscale.explain-between/2",
    "`phiscale explain --between A B`: where two conventions differ",
    &[
        &NETWORK,
        &[
            text("left", "The first convention."),
            text("right", "The second convention."),
            whole("left_value", "The first one's number, for the batch."),
            whole("right_value", "The second one's number, for the batch."),
            rows(
                "differences",
                &DIFFERENCES,
                "One row for each event that they weigh differently.",
            ),
            NOTES,
        ],
    ],
);

pub(in crate::reports) const GIVEN: JsonFile = JsonFile::report(
    "report-explain-given",
    "phiscale.explain-given/1",
    "`phiscale explain --given NUMBER`: the conventions that give a reported number",
    &[
        &NETWORK,
        &[
            text("given", "The reported number as given."),
            rows("conventions", &MATCHES, "One row for each convention, the nearest first."),
            NOTES,
        ],
    ],
);

const NETWORK: [Key; 5] = [
    text("network", "The network's address."),
    INPUT,
    whole("batch", "Images in a batch."),
    BOUND[0],
    BOUND[1],
];

const PARTS: Table = Table::new(&[&[
    text("convention", "The names of the convention."),
    text("counts", "What it counts: MACs, FLOPs, params."),
    whole("value", "The number for the batch."),
    number_or_null("ratio", "The number ÷ that of conv-linear."),
    text("sum", "The number as a sum of its parts."),
    whole("conv_linear", "Of which conv+linear."),
    whole("attention", "Of which attention."),
    whole("bias", "Of which biases."),
    whole("batch_norm", "Of which batch norm."),
    whole("layer_norm", "Of which layer norm."),
    whole("group_norm", "Of which group norm."),
    whole("input_norm", "Of which input norm."),
    whole("activation", "Of which activation functions."),
    whole("softmax", "Of which softmax."),
    whole("pooling", "Of which pooling."),
    whole("upsampling", "Of which upsampling."),
    whole("joins", "Of which additions and gates."),
    whole("weights", "Of which weights and biases."),
    whole("linear_params", "Of which linear params (once per call)."),
    whole("norm_params", "Of which norm scales and shifts."),
    whole("norm_statistics", "Of which norm statistics."),
    whole("embeddings", "Of which embeddings."),
    whole("outputs", "Of which outputs."),
    whole("other", "Of which other operations."),
    flag("lower_bound", "Whether the number is a lower bound.").optional(),
]]);

const DIFFERENCES: Table = Table::new(&[&[
    text("event", "The event."),
    text("part", "The part of the network where it happens: main, function, fused."),
    whole("amount", "How often it happens."),
    whole("left_weight", "What the first convention weighs it."),
    whole("right_weight", "What the second convention weighs it."),
    difference("difference", "What it adds to the second number minus the first."),
]]);

const MATCHES: Table = Table::new(&[&[
    text("convention", "The names of the convention."),
    text("counts", "What it counts: MACs, FLOPs, params."),
    whole("value", "The number for the batch."),
    number("off_percent", "How far it is from the reported number, in percent."),
    flag("fits", "Whether it rounds to the reported number."),
    text_or_null("sides", "Sides of square inputs at which it would, in pixels: 361–368, 370."),
]]);
