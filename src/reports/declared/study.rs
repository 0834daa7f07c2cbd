//! What the reports of `phiscale study` hold.

use crate::families::declared::file::{
    JsonFile, flag, number, number_or_null, rows, text, text_or_null, whole, whole_or_null,
};
use crate::families::declared::{Key, Table};
use crate::reports::declared::NOTES;
use crate::reports::declared::compare::NETWORK;
use crate::reports::declared::design::CHOSEN;
use crate::reports::declared::search::{ACCURACY, COEFFICIENT_KEYS};

pub(in crate::reports) const STUDY: JsonFile = JsonFile::report(
    "report-study",
    "phiscale.study/1",
    "`phiscale study`: the choice of coefficients and learning rates, and all ways of scaling at equal cost",
    &[
        &[
            text("family", "The family's name."),
            text("coefficients", "Whether the coefficients were given or searched."),
        ],
        &COEFFICIENT_KEYS,
        &[
            whole("choice_runs", "Training runs behind a choice."),
            whole("runs", "Training runs of each network compared."),
            rows(
                "answer",
                &CHOSEN,
                "What was chosen in the baseline: one row for each choice of its space. Empty if it was given.",
            ),
            rows("grid", &GRID, "The candidates for α, β and γ, the best first."),
            rows("learning_rates", &RATES, "The learning rates of the baseline and of each way."),
            rows("ways", &WAYS, "The baseline, and one row for each way at each cost."),
            rows("failed", &FAILED, "One row for each training run that failed."),
            NOTES,
        ],
    ],
);

const FAILED: Table = Table::new(&[
    &[
        text_or_null("spec", "The spec that was to be scaled."),
        text_or_null("chosen", "What was chosen in a search space, as in TOML."),
    ],
    &COEFFICIENT_KEYS,
    &[
        number("phi", "φ."),
        number_or_null("learning_rate", "The highest learning rate."),
        whole_or_null("seed", "The seed of the run."),
        whole("attempts", "How often it was tried."),
        text_or_null("error", "Why it failed."),
    ],
]);

const GRID: Table = Table::new(&[
    &COEFFICIENT_KEYS,
    &ACCURACY,
    &[
        number("ratio", "Its MACs ÷ those of the baseline."),
        flag("in_tolerance", "Whether they are near twice those of the baseline."),
        INPUT,
        MACS,
    ],
]);

const RATES: Table = Table::new(&[
    &[
        WAY,
        number("learning_rate", "The highest learning rate."),
        flag("chosen", "Whether the way is trained with it."),
    ],
    &ACCURACY,
]);

const WAYS: Table = Table::new(&[
    &NETWORK,
    &[number("seconds", "With a device: the estimated time of an image, in seconds.").optional()],
    &ACCURACY,
    &[
        number_or_null("learning_rate", "The learning rate it was trained with."),
        flag("front", "Whether no network that costs no more is more accurate."),
    ],
]);

pub(in crate::reports) const PLANNED_STUDY: JsonFile = JsonFile::report(
    "report-planned-study",
    "phiscale.planned-study/1",
    "`phiscale study --dry-run`: every training of a study, with its cost and time",
    &[&[
        text("family", "The family's name."),
        whole("trainings", "Training runs."),
        whole("measured", "Training runs that the journal has."),
        number_or_null("seconds", "The time of all, one at a time, if the pace is known."),
        number_or_null("seconds_left", "The time of the others, one at a time."),
        rows("networks", &PLANNED, "One row for each network and learning rate."),
        NOTES,
    ]],
);

const PLANNED: Table = Table::new(&[
    &[text("purpose", "What it is trained for."), WAY, text("spec", "The spec that is scaled.")],
    &COEFFICIENT_KEYS,
    &[
        number("phi", "φ."),
        number("ratio", "Its MACs ÷ those of the baseline."),
        INPUT,
        MACS,
        whole("params", "Trained params."),
        number_or_null("learning_rate", "The highest learning rate, if it is known."),
        whole("epochs", "With a search space: passes over the training images.").optional(),
        whole("runs", "Training runs."),
        number_or_null("seconds", "The time of its runs, one at a time, if the pace is known."),
    ],
]);

const WAY: Key = text("way", "The strategy.");

const INPUT: Key = text("input", "Side of an image in pixels, or height×width.");

const MACS: Key = whole("macs", "MACs (conv-linear) per image.");
