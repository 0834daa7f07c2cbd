//! What the reports of `phiscale check` hold.

use crate::families::declared::file::{
    DEPTH, INPUT, JsonFile, RESOLUTION, WIDTH, difference, flag, flag_or_null, number,
    number_or_null, record, rows, setting_or_null, text, text_or_null, whole, whole_or_null,
};
use crate::families::declared::{Key, Table, Takes};
use crate::reports::declared::NOTES;
use crate::reports::declared::time::RUNNING;

pub(in crate::reports) const RULE: JsonFile = JsonFile::report(
    "report-check",
    "phiscale.check/1",
    "`phiscale check FAMILY`: growth with φ compared with the cost rule",
    &[&[
        text("family", "The family's name."),
        text("convention", "The convention of the counts."),
        text("counts", "What it counts: MACs, FLOPs, params."),
        number("target", "The growth that each step of φ should have."),
        number("tolerance_percent", "How far a step may be from its target, in percent."),
        flag("holds", "Whether every step is within the tolerance."),
        record("coefficients", &COEFFICIENTS, "The coefficients of the rule."),
        rows("steps", &STEPS, "One row for each φ."),
        rows("gaps", &GAPS, "The factors whose product is counted ÷ promised, by φ."),
        rows("terms", &TERMS, "What each monomial adds to the factor `terms`, in percent."),
        rows("shares", &SHARES, "The count as a polynomial in d, w and r."),
        rows("members", &MEMBERS, "The φ of each published member."),
        NOTES,
    ]],
);

const COEFFICIENTS: Table = Table::new(&[&[
    number("alpha", "α, for depth."),
    number("beta", "β, for width."),
    number("gamma", "γ, for resolution."),
    number("growth", "α·β²·γ²."),
]]);

/// What [`growth_row`] gives.
pub(in crate::reports) const GROWTH_STEP: [Key; 12] = [
    number("phi", "φ."),
    DEPTH,
    WIDTH,
    RESOLUTION,
    INPUT,
    whole("params", "Trained params."),
    whole("counted", "The count, for one image."),
    number("ratio", "The count ÷ that at φ = 0."),
    number("promised", "The growth that the rule promises."),
    number("off_promise_percent", "How far the growth is from it, in percent."),
    number("predicted", "The growth that the coefficients predict."),
    number("off_prediction_percent", "How far the growth is from it, in percent."),
];

const STEPS: Table = Table::new(&[
    &GROWTH_STEP,
    &[
        number_or_null("step", "The count ÷ that at the φ before, or at φ = 0."),
        number_or_null("step_promised", "The growth that the rule promises for this step."),
        number_or_null("step_off_percent", "How far the step is from it, in percent."),
        flag_or_null("holds", "Whether that is within the tolerance."),
    ],
]);

const GAPS: Table = Table::new(&[&[
    number("phi", "φ."),
    number("counted_over_promised", "The whole gap."),
    number("constants", "The factor of the coefficients."),
    number("terms", "The factor of terms that do not grow as the rule assumes."),
    number("repeats", "The factor of whole repeats."),
    number("channels", "The factor of whole channels."),
    number("pixels", "The factor of whole pixels."),
    number("maps", "The factor of maps with odd sides."),
]]);

const TERMS: Table = Table {
    others: Some(&Takes::OrNull(&Takes::Number)),
    ..Table::new(&[&[number("phi", "φ.")]])
};

const SHARES: Table = Table::new(&[&[
    text("monomial", "How the term grows: d·w²·r²."),
    number("coefficient", "Its count at φ = 0."),
    number("share_percent", "Its share of the count at φ = 0, in percent."),
]]);

const MEMBERS: Table = Table::new(&[&[
    text("network", "The member's address."),
    DEPTH,
    WIDTH,
    RESOLUTION,
    number_or_null("phi_depth", "The φ that gives its depth."),
    number_or_null("phi_width", "The φ that gives its width."),
    number_or_null("phi_resolution", "The φ that gives its resolution."),
    number_or_null("phi_fitted", "The φ that is nearest to all three."),
    number("ratio", "Its count ÷ that of the baseline."),
    number_or_null("phi_count", "The φ that gives its count."),
]]);

pub(in crate::reports) const TIME_RULE: JsonFile = JsonFile::report(
    "report-check-time",
    "phiscale.check-time/1",
    "`phiscale check --cost time`: how the time of a family grows with φ, and why it is not 2^φ",
    &[
        &[text("family", "The family's name.")],
        &RUNNING,
        &[
            number("target", "The growth that each step of φ should have."),
            number("tolerance_percent", "How far a step may be from its target, in percent."),
            flag("holds", "Whether every step is within the tolerance."),
            rows("steps", &TIME_STEPS, "One row for each φ."),
            rows("causes", &CAUSES, "The factors whose product is time ÷ promised, by φ."),
            rows("members", &TIMED_MEMBERS, "Published members, and the factors of their time."),
            rows(
                "parts",
                &PARTS,
                "What the time is spent on at φ = 0, and in the largest member within the range of φ.",
            ),
            NOTES,
        ],
    ],
);

/// How MACs, activations, bytes and time grew.
const TIME_GROWN: [Key; 5] = [
    number("activations_ratio", "Activations ÷ those of the baseline."),
    number("bytes_ratio", "Bytes read and written ÷ those of the baseline."),
    number("intensity", "Arithmetic intensity, in FLOPs per byte; FLOPs are 2 × MACs."),
    number("seconds", "The time of a batch, in seconds."),
    number("ratio", "The time ÷ that of the baseline."),
];

const TIME_STEPS: Table = Table::new(&[
    &[
        number("phi", "φ."),
        DEPTH,
        WIDTH,
        RESOLUTION,
        INPUT,
        number("macs_ratio", "MACs ÷ those at φ = 0."),
    ],
    &TIME_GROWN,
    &[
        number("promised", "The growth that the rule promises."),
        number_or_null("step", "The time ÷ that at the φ before, or at φ = 0."),
        number_or_null("step_promised", "The growth that the rule promises for this step."),
        number_or_null("step_off_percent", "How far the step is from it, in percent."),
        flag_or_null("holds", "Whether that is within the tolerance."),
    ],
]);

const CAUSE_FACTORS: [Key; 4] = [
    number("traffic", "The factor of bytes that do not grow as the MACs."),
    number("layers", "The factor of layers that do not grow as the MACs."),
    number("arithmetic", "The factor of depthwise and dense MACs that do not grow alike."),
    number("overlap", "The factor of arithmetic and traffic that overlap."),
];

const CAUSES: Table = Table::new(&[
    &[
        number("phi", "φ."),
        number("time_over_promised", "The whole gap."),
        number("macs", "MACs ÷ those at φ = 0 ÷ promised."),
    ],
    &CAUSE_FACTORS,
]);

const TIMED_MEMBERS: Table = Table::new(&[
    &[
        text("network", "The member's address."),
        number_or_null("phi_fitted", "The φ that is nearest to all three multipliers."),
        number_or_null("promised", "The growth that the rule promises at that φ."),
    ],
    &TIME_GROWN,
    &[number("macs", "MACs ÷ those of the baseline.")],
    &CAUSE_FACTORS,
]);

const PARTS: Table = Table::new(&[&[
    text("part", "What time is spent on."),
    number("baseline_seconds", "Its time at φ = 0, in seconds."),
    number("baseline_share", "Its share at φ = 0, from 0 to 1."),
    number("seconds", "Its time in the larger network, in seconds."),
    number("share", "Its share in the larger network, from 0 to 1."),
    number_or_null("ratio", "By how much it grows."),
]]);

pub(in crate::reports) const NETWORKS: JsonFile = JsonFile::report(
    "report-gates",
    "phiscale.gates/1",
    "`phiscale check` with budgets or a baseline: every check, and every layer that changed",
    &[&[
        flag("holds", "Whether every check passes."),
        rows("cases", &CASES, "One row for each check."),
        rows(
            "layers",
            &LAYERS,
            "One row for each layer that changed since the baseline was saved.",
        ),
        NOTES,
    ]],
);

const CASES: Table = Table::new(&[&[
    text("network", "The network's address."),
    text("check", "The name of the check."),
    flag("holds", "Whether it passes."),
    text("message", "What was found."),
    text("details", "Further lines."),
    text_or_null("measure", "Of a budget: the cost that it limits."),
    whole_or_null("used", "Of a budget: what is used; a time in nanoseconds."),
    whole_or_null("limit", "Of a budget: what is allowed; a time in nanoseconds."),
    number_or_null("share", "Of a budget: used ÷ limit."),
]]);

const LAYERS: Table = Table::new(&[&[
    text("network", "The network's address."),
    text("layer", "The path of the layer."),
    text("change", "changed, added or removed."),
    text_or_null("before", "The layer in the baseline."),
    text_or_null("now", "The layer now."),
    text_or_null("settings_changed", "The settings that changed."),
    difference("params", "Trained params now minus before."),
    difference("macs", "MACs (conv-linear) now minus before."),
    difference("activations", "Activations now minus before, in elements."),
    text_or_null("kind_before", "The kind of the layer in the baseline."),
    text_or_null("kind_now", "The kind of the layer now."),
    setting_or_null("kernel_before", "Kernel before."),
    setting_or_null("kernel_now", "Kernel now."),
    setting_or_null("stride_before", "Stride before."),
    setting_or_null("stride_now", "Stride now."),
    setting_or_null("padding_before", "Padding before."),
    setting_or_null("padding_now", "Padding now."),
    setting_or_null("dilation_before", "Dilation before."),
    setting_or_null("dilation_now", "Dilation now."),
    setting_or_null("groups_before", "Groups before."),
    setting_or_null("groups_now", "Groups now."),
    setting_or_null("bias_before", "Bias before."),
    setting_or_null("bias_now", "Bias now."),
]]);
