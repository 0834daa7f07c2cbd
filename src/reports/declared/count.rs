//! What the reports of `phiscale count` hold.

use crate::families::declared::file::{
    DEPTH, INPUT, JsonFile, RESOLUTION, WIDTH, flag, number_or_null, record, rows, setting_or_null,
    shape, text, text_or_null, whole, whole_or_null,
};
use crate::families::declared::{Key, Table};
use crate::reports::declared::NOTES;

pub(in crate::reports) const COUNT: JsonFile = JsonFile::report(
    "report-count",
    "phiscale.count/2",
    "`phiscale count`: the cost of one network, in total, by stage or by layer",
    &[&[
        text("network", "The network's address."),
        text("title", "The family's name in print."),
        text_or_null("source", "Where the family was published."),
        INPUT,
        whole("batch", "Images in a batch."),
        text("dtype", "The number type that bytes are counted in."),
        record("scale", &MULTIPLIERS, "The multipliers of the network."),
        record("totals", &TOTALS, "Params and norm statistics of the network; the rest for the whole batch."),
        record("reported", &REPORTED, "The number under the convention."),
        record("training", &TRAINING, "With --training: a training step on the batch, forward and backward.").optional(),
        rows(
            "layers",
            &LAYERS,
            "With --per: one row for each layer or stage. Shapes, elements and bytes are for one image and one repeat, \
             counts for all repeats.",
        )
        .optional(),
        NOTES,
    ]],
);

const MULTIPLIERS: Table = Table::new(&[&[
    DEPTH,
    WIDTH,
    RESOLUTION,
    number_or_null("phi", "The φ that gave the multipliers."),
]]);

/// Counts in total, which are lower bounds where operators are unknown.
pub(in crate::reports) const TOTALS: Table = Table::new(&[&TOTAL_KEYS, &BOUND]);

/// What [`totals`] gives.
pub(in crate::reports) const TOTAL_KEYS: [Key; 5] = [
    whole("params", "Trained params."),
    whole("norm_stats", "Norm statistics, which are stored but not trained."),
    whole("macs", "MACs (conv-linear)."),
    whole("flops", "FLOPs: 2 × MACs."),
    whole("activations", "Activations, in elements."),
];

/// What marks totals as lower bounds.
pub(in crate::reports) const BOUND: [Key; 2] = [
    flag("lower_bound", "Whether every total is a lower bound.").optional(),
    whole("unknown_operators", "Operators that are not counted.").optional(),
];

const REPORTED: Table = Table::new(&[&[
    text("convention", "The name of the convention."),
    text("name", "What it counts: MACs, FLOPs, params."),
    whole("value", "The number for the whole batch."),
    text("formula", "The events that it counts, and how often each."),
]]);

const TRAINING: Table = Table::new(&[&[
    text("optimizer", "What updates the params: sgd, momentum or adamw."),
    text("precision", "fp32 or mixed: maps in 2 bytes, params and gradients in 4."),
    text("checkpoint", "What is computed again: none, or everything but the inputs of stages."),
    whole("forward_macs", "MACs of the forward pass, with auxiliary classifiers."),
    whole("backward_macs", "MACs of the backward pass."),
    whole("recomputed_macs", "MACs of what the backward pass computes again."),
    whole(
        "torch_backward_flops",
        "FLOPs of the backward pass as PyTorch's FlopCounterMode counts them: the gradients of a grouped convolution's \
         weights as if it had one group.",
    ),
    whole_or_null("saved_bytes_per_image", "Bytes kept for the backward pass of each image."),
    whole_or_null(
        "saved_bytes_per_batch",
        "Bytes kept for the backward pass that images share: statistics of batch norms.",
    ),
    whole_or_null("saved_bytes", "Bytes kept for the backward pass of the batch."),
    whole_or_null(
        "weights_bytes",
        "Bytes of params and norm statistics, and of the params' copy in mixed precision.",
    ),
    whole_or_null("gradients_bytes", "Bytes of the params' gradients."),
    whole_or_null("optimizer_bytes", "Bytes of the optimizer's values."),
    whole_or_null("map_gradients_bytes", "Bytes of gradients of maps at once, an upper bound."),
    whole_or_null(
        "peak_bytes",
        "An upper bound of the peak, without what operations need while they run: the largest sum of these bytes over stages.",
    ),
    whole("max_memory_bytes", "With --max-memory: the memory.").optional(),
    whole_or_null(
        "largest_batch",
        "With --max-memory: the largest batch that fits; null if not one image does.",
    )
    .optional(),
]]);

const LAYERS: Table = Table::new(&[
    &[
        text("name", "The path of the layer, or the name of the stage."),
        text("kind", "The kind of the layer.").optional(),
        text("settings", "Its settings in short.").optional(),
        whole("repeats", "How often it is there."),
        shape("input", "The input of one repeat."),
        shape("output", "The output of one repeat."),
        whole("input_elements", "Elements of the input.").optional(),
        whole("output_elements", "Elements of the output.").optional(),
        whole("input_bytes", "Bytes of the input.").optional(),
        whole("output_bytes", "Bytes of the output.").optional(),
        setting_or_null("kernel", "Rows and columns in pixels.").optional(),
        setting_or_null("stride", "Rows and columns in pixels.").optional(),
        setting_or_null("padding", "`same`, or pixels.").optional(),
        setting_or_null("dilation", "Rows and columns in pixels.").optional(),
        setting_or_null("groups", "The number of groups.").optional(),
        setting_or_null("bias", "Whether it has a bias.").optional(),
    ],
    &TOTAL_KEYS,
    &[
        whole("reported", "The number under the convention."),
        whole("unknown_operators", "Operators that are not counted.").optional(),
        whole("backward_macs", "With --training: MACs of the backward pass.").optional(),
        whole_or_null(
            "saved_bytes",
            "With --training: bytes that it is the first to keep for the backward pass, without --checkpoint.",
        )
        .optional(),
    ],
]);

pub(in crate::reports) const COUNTS: JsonFile = JsonFile::report(
    "report-counts",
    "phiscale.counts/1",
    "`phiscale count` for several networks: the costs of each",
    &[&[
        whole("batch", "Images in a batch."),
        text("convention", "The convention of the reported numbers."),
        text("counts", "What it counts: MACs, FLOPs, params."),
        rows("networks", &NETWORKS, "One row for each network; --columns chooses its keys."),
        NOTES,
    ]],
);

const NETWORKS: Table = Table::new(&[&[
    text("network", "The network's address.").optional(),
    text("title", "The family's name in print.").optional(),
    INPUT.optional(),
    DEPTH.optional(),
    WIDTH.optional(),
    RESOLUTION.optional(),
    whole("params", "Trained params.").optional(),
    whole("norm_stats", "Norm statistics, which are stored but not trained.").optional(),
    whole("macs", "MACs (conv-linear) of the batch.").optional(),
    whole("flops", "FLOPs of the batch: 2 × MACs.").optional(),
    whole("activations", "Activations of the batch, in elements.").optional(),
    whole("reported", "The number under the convention, for the batch.").optional(),
    whole("unknown_operators", "Operators that are not counted; above 0, counts are lower bounds.")
        .optional(),
]]);
