//! What the report of `phiscale sweep` holds.

use crate::families::declared::Table;
use crate::families::declared::file::{
    DEPTH, INPUT, JsonFile, RESOLUTION, WIDTH, number, rows, text, text_or_null, whole,
};
use crate::reports::declared::NOTES;

pub(in crate::reports) const SWEEP: JsonFile = JsonFile::report(
    "report-sweep",
    "phiscale.sweep/1",
    "`phiscale sweep`: the networks of a sweep, or those on the Pareto front of two costs",
    &[&[
        text("network", "The address of the family or member."),
        whole("from", "The index of the first point counted."),
        whole("points", "Points counted."),
        whole("within_limits", "Networks within the limits."),
        whole("without_network", "Points that give no network."),
        text_or_null("front", "The costs of the front, with a comma and a space between them."),
        rows(
            "networks",
            &NETWORKS,
            "One row for each network: in the order of the points, or of a front's first cost.",
        ),
        NOTES,
    ]],
);

const NETWORKS: Table = Table::new(&[&[
    text("network", "If there are several: the address of the member.").optional(),
    number("phi", "If φ varies: φ.").optional(),
    number("alpha", "If φ varies: α.").optional(),
    number("beta", "If φ varies: β.").optional(),
    number("gamma", "If φ varies: γ.").optional(),
    DEPTH,
    WIDTH,
    RESOLUTION,
    INPUT,
    whole("params", "Trained params."),
    whole("macs", "MACs (conv-linear)."),
    whole("flops", "FLOPs: 2 × MACs."),
    whole("activations", "Activations, in elements."),
]]);
