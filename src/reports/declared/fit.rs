//! What the reports of `phiscale fit` hold.

use crate::families::declared::Table;
use crate::families::declared::file::{
    DEPTH, INPUT, JsonFile, RESOLUTION, WIDTH, difference_or_null, flag, number, number_or_null,
    record, rows, shape, shape_or_null, text, text_or_null, whole, whole_or_null,
};
use crate::reports::declared::NOTES;
use crate::reports::declared::count::{TOTAL_KEYS, TOTALS};

pub(in crate::reports) const FIT: JsonFile = JsonFile::report(
    "report-fit",
    "phiscale.fit/1",
    "`phiscale fit`: the largest network within budgets, and other ways to spend them",
    &[
        &[
            text("network", "The address of the family or member."),
            text("strategy", "The strategy that scales it."),
            flag("fits", "Whether the network is within every budget."),
            text_or_null("binds", "The cost whose budget binds."),
            number("phi", "φ of the network."),
            number("phi_from", "The lowest φ of the same network."),
            number("phi_to", "The highest φ of the same network."),
            number("searched_from", "The lowest φ that was searched."),
            number("searched_to", "The highest φ that was searched."),
            whole("networks_built", "Networks that were built."),
            DEPTH,
            WIDTH,
            RESOLUTION,
            INPUT,
        ],
        &[
            record("totals", &TOTALS, "The cost for one image."),
            record("memory", &MEMORY, "Memory while it runs."),
            record("time", &TIME, "With a limit on time: the time of a batch.").optional(),
            rows(
                "ways",
                &WAYS,
                "The network, and with --compare others that use the budgets best.",
            ),
            rows("budgets", &BUDGETS, "One row for each budget."),
            rows("stages", &STAGES, "One row for each stage of the network."),
            rows("published", &PUBLISHED, "Published networks within the same budgets.").optional(),
            NOTES,
        ],
    ],
);

const MEMORY: Table = Table::new(&[&[
    whole(
        "total_bytes",
        "Bytes of weights and live activations; with --training of a training step.",
    ),
    whole("weights_bytes", "Bytes of weights."),
    whole("peak_activation_bytes", "Bytes of live activations at the peak.").optional(),
    text("at", "The layer of the peak.").optional(),
    text("dtype", "The number type of all values.").optional(),
    whole("gradients_bytes", "With --training: bytes of the params' gradients.").optional(),
    whole("optimizer_bytes", "With --training: bytes of the optimizer's values.").optional(),
    whole("saved_bytes", "With --training: bytes kept for the backward pass.").optional(),
    whole(
        "map_gradients_bytes",
        "With --training: bytes of gradients of maps at once, an upper bound.",
    )
    .optional(),
    text("optimizer", "With --training: what updates the params.").optional(),
    text("precision", "With --training: fp32 or mixed.").optional(),
    text("checkpoint", "With --training: what is computed again.").optional(),
    whole("batch", "Images in memory."),
]]);

const TIME: Table = Table::new(&[&[
    number("seconds", "The time of a batch, in seconds."),
    text("device", "The device's name."),
    text("device_title", "The device's name in print."),
    flag("compiled", "Whether elementwise layers run within the layer before them."),
    whole("batch", "Images in a batch."),
]]);

const WAYS: Table = Table::new(&[&[
    text("strategy", "The strategy."),
    text("repeats", "How repeats are rounded."),
    text("pixels", "Whether φ or the command line sets the image."),
    flag("fits", "Whether it is within every budget."),
    number_or_null("phi", "φ."),
    number_or_null("depth", "The depth multiplier d."),
    number_or_null("width", "The width multiplier w."),
    number_or_null("resolution", "The resolution multiplier r."),
    shape_or_null("input", "The input: channels, and height and width in pixels."),
    whole_or_null("macs", "MACs (conv-linear) per image."),
    whole_or_null("params", "Trained params."),
    whole_or_null("activations", "Activations per image, in elements."),
    whole_or_null("memory_bytes", "Memory in bytes."),
    number_or_null("seconds", "With a limit on time: the time of a batch, in seconds.").optional(),
    number_or_null("used_percent", "The largest share of a budget that is used, in percent."),
    text_or_null("binds", "The cost whose budget binds."),
]]);

const BUDGETS: Table = Table::new(&[&[
    text("quantity", "The cost, with its unit."),
    whole("allowed", "The budget; a time in nanoseconds."),
    whole("used", "What the network uses; a time in nanoseconds."),
    number("used_percent", "Its share of the budget, in percent."),
    difference_or_null("left", "The budget minus what is used."),
    flag("binds", "Whether this budget binds."),
]]);

const STAGES: Table = Table::new(&[&[
    text("name", "The stage."),
    whole("repeats", "Its repeats."),
    shape("output", "The output of the stage."),
]]);

const PUBLISHED: Table = Table::new(&[
    &[
        text("network", "The network's address."),
        INPUT,
        number("top1", "Published top-1 accuracy, in percent."),
    ],
    &TOTAL_KEYS,
    &[text("source", "Where the accuracy was published.")],
]);
