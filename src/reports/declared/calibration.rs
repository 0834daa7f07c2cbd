//! What the report of `phiscale time --calibrate` holds.

use crate::families::declared::file::{JsonFile, flag, number, number_or_null, rows, text, whole};
use crate::families::declared::{Key, Table};
use crate::reports::declared::NOTES;

pub(in crate::reports) const CALIBRATION: JsonFile = JsonFile::report(
    "report-calibration",
    "phiscale.calibration/1",
    "`phiscale time --calibrate`: a device's efficiencies, fitted to measured speeds",
    &[
        &[
            text("device", "The device's name."),
            text("device_title", "The device's name in print."),
            text("dtype", "The type of weights and activations."),
            flag("compiled", "Whether elementwise layers run within the layer before them."),
            flag("training", "Whether steps of training were measured, not forward passes alone."),
            whole("measured_networks", "How many networks were measured; repeats count once."),
            whole("measured_families", "How many families they are of."),
            text("layer_time", "How a layer's arithmetic and traffic add up: sum or slower."),
            number("matrix", "The share of the matrix peak that is reached."),
            number("vector", "The share of the vector peak that is reached."),
            number("bandwidth", "The share of the bandwidth that is reached."),
            number("overhead_seconds", "The time of a layer besides, in seconds."),
            flag(
                "held_out",
                "Whether each family was predicted from the others; needs two families.",
            ),
        ],
        &AGREEMENT,
        &[
            number("data_sheet_error", "The median error of the data sheet alone."),
            text("source", "Where the measurements are from."),
            text("device_file", "The device's file with the fitted efficiencies, as TOML."),
            rows("networks", &NETWORKS, "Every measured network; text formats show the worst."),
            rows("families", &FAMILIES, "Every family."),
            NOTES,
        ],
    ],
);

/// How well predicted and measured times agree.
const AGREEMENT: [Key; 4] = [
    number_or_null(
        "rho",
        "Spearman's rank correlation of predicted and measured times of an image.",
    ),
    number_or_null(
        "r_squared",
        "The share of the variance of the logarithms of the measured times of an image that is explained.",
    ),
    number("error", "The median of |predicted / measured − 1|, times as a share of one."),
    number("within_20", "The share of networks that are predicted within 20 %, of one."),
];

const NETWORKS: Table = Table::new(&[&[
    text("network", "Its address."),
    text("family", "Its family."),
    whole("batch", "Images in a batch."),
    number("measured_seconds", "The measured time of a batch."),
    number("predicted_seconds", "The predicted time of a batch."),
    number("ratio", "Predicted over measured time."),
    number("data_sheet_seconds", "The time of a batch from the data sheet alone."),
]]);

const FAMILIES: Table = Table::new(&[&[
    text("family", "Its name."),
    whole("networks", "Measured networks of the family."),
    number("error", "The median of |predicted / measured − 1| over them."),
    number("ratio", "The median of predicted over measured time."),
]]);
