//! The result of training a network.

use crate::counting::ledger::Event;
use crate::counting::network::Network;
use crate::families::declared::file::{JsonFile, number, number_or_null, shape, text, whole};
use crate::families::declared::{Table, Takes};
use crate::reports::declared::{NOTES, rows};
use crate::reports::{Cell, Report, Section, column};
use crate::search::mean;

pub(super) const TRAIN: JsonFile = JsonFile::report(
    "report-train",
    "phiscale.train/1",
    "`phiscale train`, in builds with the trainer: a network trained once for each seed",
    &[&[
        text("network", "The network's address."),
        shape("input", "The input: channels, and height and width in pixels."),
        whole("params", "Trained params, counted by the trainer."),
        whole("macs", "MACs (conv-linear) per image."),
        text("data", "The data set."),
        whole("training_images", "Images to train on."),
        whole("testing_images", "Images to test on."),
        whole("epochs", "Passes over the training images."),
        number("accuracy", "Mean accuracy on the test images, in percent."),
        number_or_null("standard_error", "Its standard error, in percentage points."),
        number("seconds", "Duration of all training runs, in seconds."),
        rows("seeds", &Takes::Table(&SEEDS), "One row for each seed."),
        NOTES,
    ]],
);

const SEEDS: Table = Table::new(&[&[
    whole("seed", "The seed."),
    number("accuracy", "Accuracy on the test images, in percent."),
    number("loss", "Mean loss of the last epoch."),
]]);

/// A network trained once for each seed.
#[derive(Clone, Debug)]
pub struct Trained<'a> {
    /// The member's address, or the family's name.
    pub name: &'a str,
    /// The trained network.
    pub network: &'a Network<u64>,
    /// Number of trained parameters, counted by the trainer.
    pub trained_params: u64,
    /// Name of the data set.
    pub data: &'a str,
    /// Number of training images and of test images.
    pub images: [usize; 2],
    /// Passes over the training images.
    pub epochs: usize,
    /// Accuracy on the test images for each seed from 1, in percent.
    pub accuracies: &'a [f64],
    /// Mean loss of the last epoch for each seed from 1.
    pub losses: &'a [f64],
    /// Duration of all training runs, in seconds.
    pub seconds: f64,
}

/// The report of `phiscale train`.
#[must_use]
pub fn train(trained: &Trained) -> Report {
    let percent = |value: f64| Cell::Real { value, decimals: 2, unit: "" };
    let (accuracy, standard_error) = mean(trained.accuracies);
    let cost = trained.network.ledger();
    let [training, test] = trained.images.map(|images| Cell::integer(images as u128));
    let fields = vec![
        (column("network", "network"), Cell::text(trained.name)),
        (column("input", "input"), Cell::Shape(trained.network.input().clone())),
        (column("params", "params (trained)"), Cell::integer(trained.trained_params)),
        (column("macs", "MACs (conv-linear)"), Cell::integer(cost.total(Event::MACS))),
        (column("data", "data set"), Cell::text(trained.data)),
        (column("training_images", "training images"), training),
        (column("testing_images", "test images"), test),
        (column("epochs", "epochs"), Cell::integer(trained.epochs as u128)),
        (column("accuracy", "accuracy (%)"), percent(accuracy)),
        (column("standard_error", "± (%)"), standard_error.map_or(Cell::Missing, percent)),
        (
            column("seconds", "seconds"),
            Cell::Real { value: trained.seconds, decimals: 1, unit: "" },
        ),
    ];
    let columns = vec![
        column("seed", "seed"),
        column("accuracy", "accuracy (%)"),
        column("loss", "loss of the last epoch"),
    ];
    let each = (1u64..).zip(trained.accuracies.iter().zip(trained.losses));
    let rows = each.map(|(seed, (accuracy, loss))| {
        vec![Cell::integer(seed), percent(*accuracy), Cell::factor(*loss)]
    });
    let sections =
        vec![Section::record(None, fields), Section::rows("seeds", columns, rows.collect())];
    Report::new(&TRAIN, sections, Vec::new())
}
