//! The result of training a network.

use crate::counting::ledger::Event;
use crate::counting::network::Network;
use crate::reports::declared::TRAIN;
use crate::reports::{Cell, Report, Section, column};
use crate::search::mean;

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
