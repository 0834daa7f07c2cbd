//! What the reports of `phiscale search` hold.

use crate::families::declared::file::{
    JsonFile, flag, flag_or_null, number, number_or_null, rows, text, text_or_null, texts_or_null,
    whole,
};
use crate::families::declared::{Key, Table};
use crate::reports::declared::NOTES;

pub(in crate::reports) const CANDIDATES: JsonFile = JsonFile::report(
    "report-candidates",
    "phiscale.candidates/2",
    "`phiscale search --dry-run`: the candidates of a search",
    &[
        &SCOPE,
        &[
            rows("candidates", &CANDIDATE, "One row for each candidate."),
            rows("reused", &CANDIDATE, "With --reuse: the candidates at the larger φ.").optional(),
            NOTES,
        ],
    ],
);

pub(in crate::reports) const SEARCH: JsonFile = JsonFile::report(
    "report-search",
    "phiscale.search/2",
    "`phiscale search`: the measured candidates of a search, the best first",
    &[&SCOPE, &[rows("ranking", &RANKED, "One row for each measured candidate."), FAILED, NOTES]],
);

const SCOPE: [Key; 7] = [
    text("family", "The family's name."),
    number("phi", "φ of the candidates."),
    text("rule", "What must be near the target: counted MACs, estimated time, or α·β²·γ²."),
    number("target", "The target."),
    number("tolerance", "How far a candidate may be from it."),
    whole("points", "Points of the grid."),
    whole("networks", "Distinct networks."),
];

const CANDIDATE: Table = Table::new(&[&COEFFICIENT_KEYS, &COSTS]);

const RANKED: Table = Table::new(&[&COEFFICIENT_KEYS, &ACCURACY, &COSTS]);

pub(in crate::reports) const COEFFICIENT_KEYS: [Key; 3] =
    [number("alpha", "α."), number("beta", "β."), number("gamma", "γ.")];

/// What [`accuracy_cells`] gives.
pub(in crate::reports) const ACCURACY: [Key; 4] = [
    number("accuracy", "Accuracy, in percent."),
    number_or_null("standard_error", "Its standard error, in percentage points."),
    flag_or_null("is_worse", "Whether it is significantly worse than the best."),
    whole("measured", "How many runs measured it."),
];

const COSTS: [Key; 8] = [
    number("product", "α·β²·γ²."),
    number("ratio", "MACs ÷ those at φ = 0."),
    number_or_null("time_ratio", "Estimated time ÷ that at φ = 0.").optional(),
    flag("in_tolerance", "Whether it is near the target."),
    text("input", "Side of an image in pixels, or height×width."),
    whole("macs", "MACs (conv-linear) per image."),
    whole("params", "Trained params."),
    texts_or_null("same", "Other points of the grid that give the same network."),
];

/// The candidates that failed.
pub(in crate::reports) const FAILED: Key = rows(
    "failed",
    &Table::new(&[
        &COEFFICIENT_KEYS,
        &[
            number("phi", "φ."),
            whole("attempts", "How often it was tried."),
            text_or_null("error", "Why it failed."),
        ],
    ]),
    "One row for each candidate that failed.",
);

pub(in crate::reports) const REUSE: JsonFile = JsonFile::report(
    "report-reuse",
    "phiscale.reuse/1",
    "`phiscale search --reuse`: whether the best coefficients at one φ are the best at a larger one",
    &[&[
        text("family", "The family's name."),
        number("phi", "The smaller φ."),
        number("reused_at", "The larger φ."),
        whole("networks", "Distinct networks."),
        number_or_null("correlation", "Spearman's rank correlation of the accuracies at both φ."),
        rows("pairs", &PAIRS, "One row for each candidate measured at both φ."),
        FAILED,
        NOTES,
    ]],
);

const PAIRS: Table = Table::new(&[
    &COEFFICIENT_KEYS,
    &[
        whole("rank", "Its rank at the smaller φ."),
        number("accuracy", "Accuracy at the smaller φ, in percent."),
        number_or_null("standard_error", "Its standard error, in percentage points."),
        number("ratio", "MACs at the smaller φ ÷ those at φ = 0."),
        whole("reused_rank", "Its rank at the larger φ."),
        number("reused_accuracy", "Accuracy at the larger φ, in percent."),
        number_or_null("reused_standard_error", "Its standard error, in percentage points."),
        number("reused_ratio", "MACs at the larger φ ÷ those at φ = 0."),
        flag_or_null(
            "is_worse",
            "Whether it is significantly worse than the best at the larger φ.",
        ),
    ],
]);
