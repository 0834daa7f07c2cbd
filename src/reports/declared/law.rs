//! What the report of `phiscale law` holds.

use crate::families::declared::Table;
use crate::families::declared::file::{
    JsonFile, flag_or_null, number, number_or_null, rows, text, text_or_null, texts, whole,
};
use crate::reports::declared::NOTES;

pub(in crate::reports) const LAW: JsonFile = JsonFile::report(
    "report-law",
    "phiscale.law/1",
    "`phiscale law`: the accuracies that networks will reach, by the laws of their series",
    &[&[
        rows("predictions", &PREDICTIONS, "One row for each series and network."),
        rows(
            "laws",
            &LAWS,
            "One row for each series: error = floor + scale · (MACs / unit_macs)^−exponent.",
        ),
        rows("left_out", &LEFT_OUT, "Series without a law."),
        NOTES,
    ]],
);

const PREDICTIONS: Table = Table::new(&[&[
    text("series", "The name of the series."),
    text_or_null("network", "The network's address or name; null for any network of this cost."),
    number_or_null(
        "phi",
        "The φ that makes it from its family's baseline, where one was asked for.",
    ),
    whole("macs", "Its MACs for one image."),
    number("top1", "Its top-1 accuracy in percent, as predicted."),
    number("low", "The lower end of the 95 % prediction interval, in percent."),
    number("high", "The upper end, in percent."),
    number_or_null(
        "measured",
        "Of a network that was held out: its accuracy in percent, as measured.",
    ),
    number_or_null("miss", "By how many points the prediction is above that."),
    flag_or_null("held", "Whether the measured accuracy is within the interval."),
    text_or_null("source", "Where the accuracies of its series are from."),
]]);

const LAWS: Table = Table::new(&[&[
    text("series", "The name of the series."),
    whole("networks", "Networks that the law was fitted to."),
    whole("least_macs", "MACs of the smallest of them."),
    whole("most_macs", "MACs of the largest."),
    number("exponent", "c: the power with which the error falls."),
    number("exponent_low", "The lower end of its 95 % interval."),
    number("exponent_high", "The upper end."),
    number("floor", "e: the error that no cost gets below, in percent."),
    number("floor_low", "The lower end of its 95 % interval."),
    number("floor_high", "The upper end."),
    number(
        "deviation",
        "How far networks are off the curve: the standard deviation, in percentage points.",
    ),
    number("scale", "What the error is above the floor at unit_macs, in percentage points."),
    whole("unit_macs", "The geometric mean of the networks' MACs."),
    whole("degrees_of_freedom", "The networks less the three parameters, at least 1."),
    text_or_null("source", "Where the accuracies are from."),
]]);

const LEFT_OUT: Table = Table::new(&[&[
    text("series", "The name of the series."),
    text_or_null("source", "Where its accuracies are from."),
    texts("networks", "The addresses or names of its networks."),
    text("reason", "Why it has no law."),
]]);
