//! What the reports of `phiscale design` hold.

use crate::families::declared::file::{
    JsonFile, flag, number, number_or_null, rows, text, text_or_null, texts, whole, whole_or_null,
};
use crate::families::declared::{Key, Table, Takes};
use crate::reports::declared::NOTES;

pub(in crate::reports) const DESIGN_SPACE: JsonFile = JsonFile::report(
    "report-design-space",
    "phiscale.design-space/1",
    "`phiscale design --dry-run`: a search space, its size, and the first candidates of a design",
    &[
        &OBJECTIVE,
        &[
            whole("combinations", "Combinations of alternatives."),
            whole_or_null("networks", "Distinct networks, where every combination was counted."),
            whole_or_null("within", "Those of them within the constraints."),
            whole_or_null(
                "drawn",
                "Combinations that were drawn, where they are too many to count.",
            ),
            number_or_null(
                "share_from",
                "The share of combinations within the constraints is at least this, with 95 % confidence.",
            ),
            number_or_null("share_to", "The share is at most this."),
            whole("invalid", "Counted or drawn combinations that give no network."),
            rows("choices", &CHOICE, "One row for each choice."),
            rows("first", &FIRST, "The networks that would be trained first."),
            NOTES,
        ],
    ],
);

pub(in crate::reports) const DESIGN: JsonFile = JsonFile::report(
    "report-design",
    "phiscale.design/1",
    "`phiscale design`: the best network of a search space, and what each method found",
    &[
        &OBJECTIVE,
        &PLAN,
        &[
            rows("methods", &METHOD, "One row for each method."),
            rows(
                "answer",
                &CHOSEN,
                "What was chosen in the best network: one row for each choice.",
            ),
            rows("front", &NETWORK, "The networks that none beats in both accuracy and cost."),
            FAILED,
            NOTES,
        ],
    ],
);

pub(in crate::reports) const DESIGN_TABLE: JsonFile = JsonFile::report(
    "report-design-table",
    "phiscale.design-table/1",
    "`phiscale design --whole`: every measured network of a search space, the best score first",
    &[
        &OBJECTIVE,
        &[
            text("rungs", "Epochs of each step of successive halving."),
            rows("networks", &NETWORK, "One row for each network."),
            FAILED,
            NOTES,
        ],
    ],
);

pub(in crate::reports) const DESIGN_REPLAY: JsonFile = JsonFile::report(
    "report-design-replay",
    "phiscale.design-replay/1",
    "`phiscale design --replay`: evolution against random search, replayed with many seeds",
    &[
        &OBJECTIVE,
        &PLAN,
        &[
            whole("seeds", "Seeds that both methods were replayed with."),
            whole("networks", "Distinct networks of the table."),
            number("best_score", "The best score in the table."),
            number("best_accuracy", "The accuracy of that network, in percent."),
            rows("budgets", &BUDGET, "One row for each generation."),
            NOTES,
        ],
    ],
);

const OBJECTIVE: [Key; 7] = [
    text("space", "The space's name."),
    number("target_macs", "The MACs for one image that are aimed at.").optional(),
    number("target_seconds", "The seconds for one image that are aimed at.").optional(),
    Key::new("constraint", Takes::Words(|| vec!["soft", "hard"]), "Whether the target is a limit."),
    number_or_null("exponent", "The exponent of cost ÷ target in the score; null for a hard one."),
    text_or_null("limits", "What the networks must keep to."),
    whole("choices_count", "How many choices the space has."),
];

const PLAN: [Key; 6] = [
    whole("candidates", "Networks that each method trains."),
    whole("generation", "Networks that are trained together."),
    whole("population", "Networks of the population of evolution."),
    whole("sample", "Networks of the population of which the best is a parent."),
    text("rungs", "Epochs of each step of successive halving."),
    whole("seed", "The seed of all draws."),
];

const CHOICE: Table = Table::new(&[&[
    text("choice", "Stage and key."),
    texts("alternatives", "What can be chosen, as in TOML."),
]]);

const COSTS: [Key; 4] = [
    whole("macs", "MACs (conv-linear) per image."),
    number("seconds", "Estimated seconds for one image.").optional(),
    whole("params", "Trained params."),
    number("ratio", "Cost ÷ target."),
];

const FIRST: Table = Table::new(&[&COSTS, &[texts("chosen", "What was chosen, as in TOML.")]]);

const METHOD: Table = Table::new(&[&[
    text("method", "The method."),
    whole("trained", "Networks that it trained."),
    whole("trainings", "Its training runs."),
    whole("epochs", "Their epochs."),
    number_or_null("score", "The score of its best network."),
    number_or_null("accuracy", "The accuracy by which that was chosen, in percent."),
    whole_or_null("macs", "Its MACs (conv-linear) per image."),
    number_or_null("seconds", "Its estimated seconds for one image.").optional(),
    number_or_null(
        "test_accuracy",
        "Its accuracy after training with new seeds, on images on which no choice was made, in percent.",
    ),
    number_or_null("test_standard_error", "The standard error of that, in percentage points."),
    whole_or_null("test_runs", "The training runs behind it."),
]]);

pub(super) const CHOSEN: Table =
    Table::new(&[&[text("choice", "Stage and key."), text("value", "The value, as in TOML.")]]);

const NETWORK: Table = Table::new(&[
    &[
        whole("rank", "Its rank by score."),
        number("score", "Its score."),
        number("accuracy", "Its accuracy, in percent."),
        flag("front", "Whether none is better in both accuracy and cost."),
    ],
    &COSTS,
    &[texts("chosen", "What was chosen, as in TOML.")],
]);

const FAILED: Key = rows(
    "failed",
    &Table::new(&[&[
        texts("chosen", "What was chosen, as in TOML."),
        whole_or_null("epochs", "Epochs of the training run."),
        whole("attempts", "How often it was tried."),
        text_or_null("error", "Why it failed."),
    ]]),
    "One row for each training run that failed.",
);

const BUDGET: Table = Table::new(&[&[
    whole("trained", "Networks that each method has trained."),
    whole("epochs", "Epochs that each method has trained."),
    number("evolution_score", "The mean score of the best network of evolution so far."),
    number("random_score", "The same of random search."),
    number("score_difference", "Evolution less random search, pair by pair."),
    number("score_half_width", "Half the width of the 95 % interval of the difference."),
    number("evolution_accuracy", "The mean accuracy of the best network of evolution, in percent."),
    number("random_accuracy", "The same of random search."),
    number("accuracy_difference", "Evolution less random search, pair by pair."),
    number("accuracy_half_width", "Half the width of the 95 % interval of the difference."),
]]);
