//! What the reports of `phiscale list` hold.

use crate::families::declared::file::{
    INPUT, JsonFile, number, number_or_null, rows, shape, text, text_or_null, texts, whole,
    whole_or_null,
};
use crate::families::declared::{Table, Takes};
use crate::reports::declared::NOTES;
use crate::reports::declared::count::TOTAL_KEYS;

pub(in crate::reports) const FAMILIES: JsonFile = JsonFile::report(
    "report-list",
    "phiscale.list/2",
    "`phiscale list`: every bundled family, and every library whose network names are known",
    &[&[
        rows("families", &FAMILY, "One row for each family."),
        rows("libraries", &LIBRARY, "One row for each library."),
        NOTES,
    ]],
);

const FAMILY: Table = Table::new(&[&[
    text("name", "The name in addresses."),
    text("title", "The name in print."),
    shape("input", "The input of the baseline: channels, and height and width in pixels."),
    number_or_null("alpha", "α."),
    number_or_null("beta", "β."),
    number_or_null("gamma", "γ."),
    texts("members", "The names of its members."),
    text("source", "Where it was published."),
]]);

const LIBRARY: Table = Table::new(&[&[
    text("name", "The library's name."),
    whole("networks", "How many of its networks are known."),
]]);

pub(in crate::reports) const MEMBERS: JsonFile = JsonFile::report(
    "report-members",
    "phiscale.members/1",
    "`phiscale list FAMILY` or `phiscale list LIBRARY`: networks with their counts and published accuracy",
    &[&[
        rows("members", &MEMBER, "One row for each network."),
        rows("library_members", &MEMBER, "The same networks under libraries' names.").optional(),
        NOTES,
    ]],
);

const MEMBER: Table = Table::new(&[
    &[
        text("network", "The network's address."),
        number_or_null("depth", "The depth multiplier d."),
        number_or_null("width", "The width multiplier w."),
        INPUT,
    ],
    &TOTAL_KEYS,
    &[
        number_or_null("top1", "Published top-1 accuracy, in percent."),
        text_or_null("source", "Where the accuracy was published."),
    ],
]);

pub(in crate::reports) const CONVENTIONS: JsonFile = JsonFile::report(
    "report-conventions",
    "phiscale.conventions/2",
    "`phiscale list --conventions`: every counting convention",
    &[&[
        rows("conventions", &CONVENTION, "One row for each convention."),
        rows("weights", &WEIGHTS, "One row for each event in the main part of a network."),
        NOTES,
    ]],
);

const CONVENTION: Table = Table::new(&[&[
    text("name", "Its names."),
    text("counts", "What it counts: MACs, FLOPs, params."),
    text("formula", "The events that it counts, and how often each."),
    text("about", "What it is."),
    text("source", "The tool's version, or the publication."),
]]);

const WEIGHTS: Table = Table {
    // A column for each convention.
    others: Some(&Takes::OrNull(&Takes::Whole(1))),
    ..Table::new(&[&[
        text("event", "The event."),
        text("is", "What it is."),
        text_or_null("weighed_by", "The conventions that count it, and how often."),
    ]])
};

pub(in crate::reports) const BLOCKS: JsonFile = JsonFile::report(
    "report-blocks",
    "phiscale.blocks/1",
    "`phiscale list --blocks`: every bundled block",
    &[&[
        rows(
            "blocks",
            &Table::new(&[&[
                text("name", "The block's name."),
                text_or_null("parameters", "Its parameters, with their defaults."),
                whole("families", "How many bundled families use it."),
                text("about", "What it is."),
                text_or_null("source", "Where it was published."),
            ]]),
            "One row for each block.",
        ),
        NOTES,
    ]],
);

pub(in crate::reports) const BLOCK: JsonFile = JsonFile::report(
    "report-block",
    "phiscale.block/1",
    "`phiscale list --blocks BLOCK`: all that one block takes and does",
    &[&[
        text("name", "The block's name."),
        text("about", "What it is."),
        text_or_null("source", "Where it was published."),
        text_or_null("families", "The bundled families that use it, with spaces between them."),
        rows("parameters", &PARAMETERS, "What it takes."),
        rows("let", &DERIVED, "Names in its expressions.").optional(),
        rows("steps", &STEPS, "What it does, in order."),
        NOTES,
    ]],
);

const PARAMETERS: Table = Table::new(&[&[
    text("parameter", "The name."),
    text_or_null("default", "Its default; without one it must be given."),
]]);

const DERIVED: Table =
    Table::new(&[&[text("name", "The name."), text("is", "The expression that it stands for.")]]);

const STEPS: Table = Table::new(&[&[
    text("step", "Its number; 1.2 is the second step within step 1."),
    text_or_null("name", "Its name."),
    text("operation", "The operation, as it is written."),
    text_or_null("with", "Its other keys."),
    text_or_null("when", "The condition under which it is there."),
]]);

pub(in crate::reports) const SCHEMAS: JsonFile = JsonFile::report(
    "report-schemas",
    "phiscale.schemas/1",
    "`phiscale list --schemas`: every JSON Schema",
    &[&[
        rows(
            "schemas",
            &Table::new(&[&[
                text("name", "The name of the schema."),
                text("about", "What it describes."),
            ]]),
            "One row for each schema.",
        ),
        NOTES,
    ]],
);

pub(in crate::reports) const DEVICES: JsonFile = JsonFile::report(
    "report-devices",
    "phiscale.devices/1",
    "`phiscale list --devices`: the bundled devices",
    &[&[rows("devices", &DEVICE, "One row for each device."), NOTES]],
);

const DEVICE: Table = Table::new(&[&[
    text("name", "The name to ask for it by."),
    text("title", "The name in print."),
    number("memory_bytes", "Its memory, in bytes."),
    number("bandwidth", "The peak rate of its memory, in bytes a second."),
    number_or_null("fp32", "The peak rate of products of matrices, in FLOP/s."),
    number_or_null("fp16", "The peak rate of products of matrices, in FLOP/s."),
    number_or_null("bf16", "The peak rate of products of matrices, in FLOP/s."),
    number_or_null("int8", "The peak rate of products of matrices, in operations a second."),
    text_or_null("measured", "The modes that were measured, with the median error."),
    text("source", "Its data sheet."),
]]);

pub(in crate::reports) const SPACES: JsonFile = JsonFile::report(
    "report-spaces",
    "phiscale.spaces/1",
    "`phiscale list --spaces`: the bundled search spaces",
    &[&[rows("spaces", &SPACE, "One row for each space."), NOTES]],
);

const SPACE: Table = Table::new(&[&[
    text("name", "The name to ask for it by."),
    text("title", "The name in print."),
    whole("choices", "How many choices it has."),
    whole("combinations", "Combinations of alternatives."),
    whole_or_null("target_macs", "The MACs for one image that are aimed at."),
    text("source", "Where it was published."),
]]);
