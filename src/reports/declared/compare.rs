//! What the reports of `phiscale compare` hold.

use crate::families::declared::file::{JsonFile, number, text, whole};
use crate::families::declared::{Key, Table, Takes};
use crate::reports::declared::search::{ACCURACY, FAILED};
use crate::reports::declared::{NOTES, rows};

pub(in crate::reports) const COMPARE: JsonFile = JsonFile::report(
    "report-compare",
    "phiscale.compare/1",
    "`phiscale compare`: the strategies at each cost, the best first",
    &[&[
        text("family", "The family's name."),
        rows(
            "ways",
            &Takes::Table(&RANKED),
            "The baseline, and one row for each strategy at each cost.",
        ),
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
        rows(
            "networks",
            &Takes::Table(&MATCHED),
            "The baseline, and one row for each strategy at each cost.",
        ),
        NOTES,
    ]],
);

const MATCHED: Table = Table::new(&[&NETWORK]);

const RANKED: Table = Table::new(&[&NETWORK, &ACCURACY]);

const NETWORK: [Key; 10] = [
    number("cost", "The MACs that it should have ÷ those of the baseline."),
    text("way", "The strategy."),
    number("ratio", "Its MACs ÷ those of the baseline."),
    number("phi", "φ."),
    number("depth", "The depth multiplier d."),
    number("width", "The width multiplier w."),
    number("resolution", "The resolution multiplier r."),
    text("input", "Side of an image in pixels, or height×width."),
    whole("macs", "MACs (conv-linear) per image."),
    whole("params", "Trained params."),
];
