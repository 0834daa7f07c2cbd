//! Training a network for a moment, on a small set of images: what the built-in evaluator of a search does.
//!
//! The network is built from the same tree that is counted, so it has as many params as the count says.
//! Trained is a proxy: thousands of images and a few epochs, not ImageNet. What it measures is which of
//! several small networks learns more from the same images in as many epochs.

mod data;
mod learn;
mod model;
mod pixels;

pub use data::{DataError, DataSet, Images};
pub use learn::{Epoch, Outcome, Recipe, TrainError, learn};
pub use model::Untrainable;

use crate::counting::network::Network;

/// How many values of the network training changes, as its module counts them. The counter says the same.
pub fn params(network: &Network<u64>) -> Result<u64, Untrainable> {
    Ok(model::Model::of(network, &learn::device().autodiff())?.params())
}
