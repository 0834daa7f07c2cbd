//! The training loop: every network is trained with the same recipe and tested once.

use std::sync::{Mutex, PoisonError};

use burn_core::module::Module;
use burn_core::tensor::{Device, Distribution, Int, Tensor, TensorData};
use burn_nn::loss::CrossEntropyLossConfig;
use burn_optim::{AdamWConfig, GradientsParams};

use crate::counting::network::Network;
use crate::error::Error;
use crate::search::training::data::{DataSet, Images};
use crate::search::training::input_images::InputImages;
use crate::search::training::model::Model;

/// Images in a test batch.
const TEST_BATCH: usize = 250;

/// Training hyperparameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// Passes over the training images.
    pub epochs: usize,
    /// Images in a training step.
    pub batch: usize,
    /// The highest learning rate of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101): reached after the first
    /// tenth of the steps, then lowered to 0 along a cosine.
    pub learning_rate: f64,
    /// Weight decay of AdamW.
    pub weight_decay: f32,
    /// The share of the target that is spread over all classes (Szegedy et al. 2015, arXiv:1512.00567, section 7).
    pub label_smoothing: f32,
}

/// Training progress after an epoch.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct EpochProgress {
    /// Finished epochs.
    pub done: usize,
    /// Mean loss of the last finished epoch.
    pub loss: f64,
}

/// The result of training a network.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrainingResult {
    /// Accuracy on the test images, in percent.
    pub accuracy: f64,
    /// Mean loss of the last epoch.
    pub loss: f64,
}

impl Default for Recipe {
    fn default() -> Self {
        Recipe {
            epochs: 6,
            batch: 50,
            learning_rate: 0.006,
            weight_decay: 0.01,
            label_smoothing: 0.1,
        }
    }
}

/// The CPU, without automatic differentiation.
pub(super) fn device() -> Device {
    Device::flex()
}

/// Trains a network from random weights and tests it. The seed fixes the weights and the order of the images; on the
/// same kind of CPU, the same seed gives the same accuracy. `on_epoch` is called after every epoch.
pub fn train(
    network: &Network<u64>,
    data: &DataSet,
    recipe: &Recipe,
    seed: u64,
    mut on_epoch: impl FnMut(EpochProgress),
) -> Result<TrainingResult, Error> {
    if recipe.epochs == 0 || recipe.batch == 0 || recipe.batch > data.training.len() {
        let allowed = "at least one epoch, and a batch of 1 up to the number of images";
        return Err(Error::new(format!("training needs {allowed}")));
    }
    let device = device().autodiff();
    let mut inputs = Inputs::new(network, data, &device)?;
    let (mut model, orders) = random_start(network, data, recipe, seed, &device)?;
    let mut optimizer = AdamWConfig::new().with_weight_decay(recipe.weight_decay).init();
    // Images left over after the last full batch are skipped in that epoch.
    let epoch_steps = data.training.len() / recipe.batch;
    let steps = epoch_steps * recipe.epochs;
    let (mut step, mut loss) = (0, f64::NAN);
    for (epoch, order) in (1..).zip(orders) {
        let mut sum = 0.0;
        for batch in order.chunks_exact(recipe.batch) {
            let step_loss = inputs.loss(&model, batch, recipe);
            sum += floats(step_loss.clone()).first().map_or(f64::NAN, |loss| f64::from(*loss));
            let gradients = GradientsParams::from_grads(step_loss.backward(), &model);
            model = optimizer.step(learning_rate(recipe, step, steps), model, gradients);
            step += 1;
        }
        loss = sum / epoch_steps as f64;
        if !loss.is_finite() {
            let message = format!("training diverged: the loss of epoch {epoch} is not finite");
            return Err(Error::new(message));
        }
        on_epoch(EpochProgress { done: epoch, loss });
    }
    inputs.device = self::device();
    Ok(TrainingResult { accuracy: inputs.accuracy(&model.valid()), loss })
}

/// Everything that depends on the seed: the initial weights, and the order of the images in every epoch. burn has one
/// random number generator per process, so other training runs wait until these are drawn.
fn random_start(
    network: &Network<u64>,
    data: &DataSet,
    recipe: &Recipe,
    seed: u64,
    device: &Device,
) -> Result<(Model, Vec<Vec<usize>>), Error> {
    static GENERATOR: Mutex<()> = Mutex::new(());
    let _turn = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    device.seed(seed);
    let model = Model::new(network, device)?;
    model.initialise();
    let orders = (0..recipe.epochs).map(|_| shuffled(data.training.len(), device)).collect();
    Ok((model, orders))
}

/// A data set resized to a network's input.
struct Inputs<'d> {
    data: &'d DataSet,
    training: InputImages,
    test: InputImages,
    /// Channels, height and width of the network's input.
    shape: [usize; 3],
    device: Device,
}

impl<'d> Inputs<'d> {
    fn new(
        network: &Network<u64>,
        data: &'d DataSet,
        device: &Device,
    ) -> Result<Inputs<'d>, Error> {
        let input = network.input();
        let unusable = || {
            let (height, width) = (input.height, input.width);
            Error::new(format!("images cannot be resized to {height} × {width} pixels"))
        };
        let sizes = [input.channels, input.height, input.width].map(usize::try_from);
        let [Ok(channels), Ok(height), Ok(width)] = sizes else { return Err(unusable()) };
        let resized =
            |images: &Images| InputImages::resized(images, [height, width]).ok_or_else(unusable);
        let classes = network.stages().last().map_or(0, |stage| {
            let out = stage.node.output();
            out.channels.saturating_mul(out.height).saturating_mul(out.width)
        });
        if classes < data.classes() {
            let needed = data.classes();
            let message =
                format!("the network has {classes} classes, but the images have {needed}");
            return Err(Error::new(message));
        }
        let training = resized(&data.training)?;
        let statistics = training.mean_and_deviation();
        let test = resized(&data.test)?.standardised(statistics);
        let training = training.standardised(statistics);
        let shape = [channels, height, width];
        Ok(Inputs { data, training, test, shape, device: device.clone() })
    }

    fn loss(&self, model: &Model, batch: &[usize], recipe: &Recipe) -> Tensor<1> {
        let scores = model.forward(self.tensor(&self.training, batch));
        let classes = batch.iter().filter_map(|image| self.data.training.classes.get(*image));
        let classes: Vec<i64> = classes.map(|class| i64::from(*class)).collect();
        let classes = TensorData::new(classes, [batch.len()]);
        let targets = Tensor::<1, Int>::from_data(classes, &self.device);
        let config = CrossEntropyLossConfig::new();
        let config = config.with_smoothing(Some(recipe.label_smoothing));
        config.init(&self.device).forward(scores, targets)
    }

    /// The percentage of test images whose class has the highest score.
    fn accuracy(&self, model: &Model) -> f64 {
        let images: Vec<usize> = (0..self.data.test.len()).collect();
        let mut correct = 0;
        for batch in images.chunks(TEST_BATCH) {
            let scores = model.forward(self.tensor(&self.test, batch));
            let [count, classes] = scores.dims();
            let scores = floats(scores.reshape([count * classes]));
            let predicted = scores.chunks(classes).map(highest);
            let labels = batch.iter().filter_map(|image| self.data.test.classes.get(*image));
            correct += predicted
                .zip(labels)
                .filter(|(class, label)| *class == usize::from(**label))
                .count();
        }
        100.0 * correct as f64 / images.len() as f64
    }

    /// A batch of images, `[image, channel, row, column]`.
    fn tensor(&self, images: &InputImages, batch: &[usize]) -> Tensor<4> {
        let [channels, height, width] = self.shape;
        let values = images.batch(batch, channels);
        let values = TensorData::new(values, [batch.len(), channels, height, width]);
        Tensor::from_data(values, &self.device)
    }
}

/// The learning rate in a step: linear warm-up, then a cosine.
fn learning_rate(recipe: &Recipe, step: usize, steps: usize) -> f64 {
    let progress = (step as f64 + 0.5) / steps as f64;
    let factor = if progress < 0.1 {
        progress / 0.1
    } else {
        0.5 + 0.5 * (std::f64::consts::PI * (progress - 0.1) / 0.9).cos()
    };
    recipe.learning_rate * factor
}

/// The numbers below `count` in random order.
fn shuffled(count: usize, device: &Device) -> Vec<usize> {
    let keys = Tensor::<1>::random([count], Distribution::Uniform(0.0, 1.0), device);
    let keys = floats(keys);
    let mut order: Vec<usize> = (0..count.min(keys.len())).collect();
    order.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
    order
}

fn floats(tensor: Tensor<1>) -> Vec<f32> {
    // This device always has 32-bit floats.
    tensor.into_data().try_to_vec().unwrap_or_default()
}

fn highest(scores: &[f32]) -> usize {
    let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    best.unwrap_or_default()
}
