//! What the reports of `phiscale compare` hold.

use crate::families::declared::file::{
    DEPTH, JsonFile, RESOLUTION, WIDTH, number, number_or_null, rows, text, whole,
};
use crate::families::declared::{Key, Table};
use crate::reports::declared::NOTES;
use crate::reports::declared::search::{ACCURACY, FAILED};

pub(in crate::reports) const COMPARE: JsonFile = JsonFile::report(
    "report-compare",
    "phiscale.compare/1",
    "`phiscale compare`: the strategies at each cost, the best first",
    &[&[
        text("family", "The family's name."),
        rows("ways", &RANKED, "The baseline, and one row for each strategy at each cost."),
        FAILED,
        NOTES,
    ]],
);

pub(in crate::reports) const CONTESTANTS: JsonFile = JsonFile::report(
    "report-contestants",
    "phiscale.contestants/1",
    "`phiscale compare --dry-run`: the networks that would be measured",
    &[&[
        text("family", "The family's name."),
        rows("networks", &MATCHED, "The baseline, and one row for each strategy at each cost."),
        NOTES,
    ]],
);

const MATCHED: Table = Table::new(&[&NETWORK]);

const RANKED: Table = Table::new(&[&NETWORK, &ACCURACY]);

pub(in crate::reports) const NETWORK: [Key; 11] = [
    number("cost", "The cost that it should have ÷ that of the baseline."),
    text("way", "The strategy."),
    number("ratio", "Its MACs ÷ those of the baseline."),
    number_or_null("time_ratio", "Its estimated time ÷ that of the baseline.").optional(),
    number("phi", "φ."),
    DEPTH,
    WIDTH,
    RESOLUTION,
    text("input", "Side of an image in pixels, or height×width."),
    whole("macs", "MACs (conv-linear) per image."),
    whole("params", "Trained params."),
];
