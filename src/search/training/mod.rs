//! The built-in trainer: trains a network briefly on a small set of images, as the default evaluator of a search.
//!
//! The trained module is built from the same tree that is counted, so it has exactly as many params as counted.
//! Training for a few epochs on thousands of images is a proxy for ImageNet: it measures which of several small
//! networks learns more from the same images in the same number of epochs.

mod convolution;
mod data;
mod depthwise;
mod input_images;
mod layers;
mod model;
mod planes;
mod training_loop;

pub use data::{DataSet, Images};
pub use training_loop::{EpochProgress, Recipe, TrainingResult, train};

use crate::counting::network::Network;
use crate::error::Error;

/// Number of trained parameters of a network's module; equals the counted number.
pub fn params(network: &Network<u64>) -> Result<u64, Error> {
    Ok(model::Model::new(network, &training_loop::device().autodiff())?.params())
}
