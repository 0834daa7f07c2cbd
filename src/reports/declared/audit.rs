//! What the reports of `phiscale audit` hold.

use crate::families::declared::Table;
use crate::families::declared::file::{
    JsonFile, number, record, rows, shape, text, text_or_null, whole, whole_or_null,
};
use crate::reports::declared::NOTES;

pub(in crate::reports) const AUDIT: JsonFile = JsonFile::report(
    "report-audit",
    "phiscale.audit/1",
    "`phiscale audit`: published figures compared with counts",
    &[&[
        record("summary", &SUMMARY, "How many figures there are of each kind."),
        rows("findings", &FINDINGS, "One row for each printed figure."),
        rows("not_exact", &MISMATCHES, "Integers claimed as exact that differ from the count."),
        NOTES,
    ]],
);

const SUMMARY: Table = Table::new(&[&[
    whole("figures", "Printed figures."),
    whole("reproduced", "Figures that a count rounds to."),
    whole("reproduced_otherwise", "Figures that a count under another convention rounds to."),
    whole("cut_off", "Figures that a count gives with digits cut off."),
    whole("not_reproduced", "Figures that no count gives."),
    whole("exact", "Integers claimed as exact."),
    whole("exact_reproduced", "Integers claimed as exact that are the count."),
]]);

const FINDINGS: Table = Table::new(&[&[
    text("network", "The network's address."),
    text("quantity", "What the figure is of."),
    text("printed", "The figure as printed."),
    whole("counted", "The count."),
    text("convention", "The convention of the count."),
    shape("input", "The input of the count: channels, and height and width in pixels."),
    number("off_percent", "How far the figure is from the count, in percent."),
    text("reproduced", "yes, otherwise, cut off or no."),
    text_or_null("remark", "Where the figure would fit."),
    text("source", "Where it is printed."),
]]);

const MISMATCHES: Table = Table::new(&[&[
    text("network", "The network's address."),
    text("what", "What the integer is of."),
    whole("claimed", "The integer."),
    whole_or_null("counted", "The count."),
    text("source", "Who claims it."),
]]);
