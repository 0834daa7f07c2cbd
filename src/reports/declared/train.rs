//! What the reports of `phiscale train` hold.

use crate::families::declared::Table;
use crate::families::declared::file::{INPUT, JsonFile, number, number_or_null, rows, text, whole};
use crate::reports::declared::NOTES;

pub(in crate::reports) const TRAIN: JsonFile = JsonFile::report(
    "report-train",
    "phiscale.train/1",
    "`phiscale train`, in builds with the trainer: a network trained once for each seed",
    &[&[
        text("network", "The network's address."),
        INPUT,
        whole("params", "Trained params, counted by the trainer."),
        whole("macs", "MACs (conv-linear) per image."),
        text("data", "The data set."),
        whole("training_images", "Images to train on."),
        whole("testing_images", "Images to test on."),
        whole("epochs", "Passes over the training images."),
        number("accuracy", "Mean accuracy on the test images, in percent."),
        number_or_null("standard_error", "Its standard error, in percentage points."),
        number("seconds", "Duration of all training runs, in seconds."),
        rows("seeds", &SEEDS, "One row for each seed."),
        NOTES,
    ]],
);

const SEEDS: Table = Table::new(&[&[
    whole("seed", "The seed."),
    number("accuracy", "Accuracy on the test images, in percent."),
    number("loss", "Mean loss of the last epoch."),
]]);
