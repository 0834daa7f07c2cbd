//! The training loop: the same recipe for every network, and the accuracy that comes of it.

use std::sync::{Mutex, PoisonError};

use burn_core::module::Module;
use burn_core::tensor::{Device, Distribution, Int, Tensor, TensorData};
use burn_nn::loss::CrossEntropyLossConfig;
use burn_optim::{AdamWConfig, GradientsParams};
use thiserror::Error;

use crate::counting::network::Network;
use crate::search::training::data::{DataSet, Images};
use crate::search::training::model::{Model, Untrainable};
use crate::search::training::pixels::Pixels;

/// Images that are tested at a time.
const TESTED: usize = 250;

/// How a network is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// How often every image is seen.
    pub epochs: usize,
    /// Images in a step.
    pub batch: usize,
    /// The highest learning rate of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101): reached after the first
    /// tenth of the steps, and from there down to 0 along a cosine.
    pub learning_rate: f64,
    /// Its weight decay.
    pub weight_decay: f32,
    /// How much of the target is spread over all classes (Szegedy et al. 2015, arXiv:1512.00567, section 7).
    pub label_smoothing: f32,
}

/// How far a training is.
#[derive(Clone, Copy, Debug)]
pub struct Epoch {
    /// Epochs that are done.
    pub done: usize,
    /// The mean loss of the last one.
    pub loss: f64,
}

/// What came of a training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Accuracy on the testing images, in percent.
    pub accuracy: f64,
    /// The mean loss of the last epoch.
    pub loss: f64,
}

/// Why a network was not trained.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TrainError {
    /// It has something in it that cannot be trained.
    #[error(transparent)]
    Untrainable(#[from] Untrainable),
    /// It tells fewer classes apart than there are.
    #[error("the network has {network} classes, and the images have {images}")]
    Classes {
        /// Classes of the network.
        network: u64,
        /// Classes of the images.
        images: u64,
    },
    /// Its input cannot be made from the images.
    #[error("images cannot be resampled to {0} × {1} pixels")]
    Size(u64, u64),
    /// A recipe that trains nothing.
    #[error(
        "a recipe needs at least one epoch, and batches of at most as many images as there are"
    )]
    Recipe,
    /// The loss became infinite or undefined.
    #[error("the training did not converge: the loss of epoch {0} is not finite")]
    Diverged(usize),
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

/// The processor, without the tape that training needs.
pub(super) fn device() -> Device {
    Device::flex()
}

/// Trains a network from its start and tests it. The same seed gives the same weights at the start and the
/// same order of images; on the same kind of processor, the same accuracy. `each` hears of every epoch.
pub fn learn(
    network: &Network<u64>,
    data: &DataSet,
    recipe: &Recipe,
    seed: u64,
    mut each: impl FnMut(Epoch),
) -> Result<Outcome, TrainError> {
    if recipe.epochs == 0 || recipe.batch == 0 || recipe.batch > data.training.len() {
        return Err(TrainError::Recipe);
    }
    let device = device().autodiff();
    let mut lesson = Lesson::of(network, data, &device)?;
    let (mut model, orders) = chances(network, data, recipe, seed, &device)?;
    let mut optimizer = AdamWConfig::new().with_weight_decay(recipe.weight_decay).init();
    let steps = lesson.steps(recipe) * recipe.epochs;
    let (mut step, mut loss) = (0, f64::NAN);
    for (epoch, order) in (1..).zip(orders) {
        let mut sum = 0.0;
        for batch in order.chunks_exact(recipe.batch) {
            let step_loss = lesson.loss(&model, batch, recipe);
            sum += scalar(&step_loss);
            let gradients = GradientsParams::from_grads(step_loss.backward(), &model);
            model = optimizer.step(rate(recipe, step, steps), model, gradients);
            step += 1;
        }
        loss = sum / lesson.steps(recipe) as f64;
        if !loss.is_finite() {
            return Err(TrainError::Diverged(epoch));
        }
        each(Epoch { done: epoch, loss });
    }
    lesson.device = self::device();
    Ok(Outcome { accuracy: lesson.accuracy(&model.valid()), loss })
}

/// All that a seed decides: the weights at the start, and the order of the images in every epoch. burn has one
/// generator for the whole process; whoever else trains waits until these are drawn.
fn chances(
    network: &Network<u64>,
    data: &DataSet,
    recipe: &Recipe,
    seed: u64,
    device: &Device,
) -> Result<(Model, Vec<Vec<usize>>), TrainError> {
    static GENERATOR: Mutex<()> = Mutex::new(());
    let _turn = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    device.seed(seed);
    let model = Model::of(network, device)?;
    model.draw();
    let orders = (0..recipe.epochs).map(|_| shuffled(data.training.len(), device)).collect();
    Ok((model, orders))
}

/// What is learned, at the size of a network's input.
struct Lesson<'d> {
    data: &'d DataSet,
    training: Pixels,
    testing: Pixels,
    /// Channels, height and width of the network's input.
    input: [usize; 3],
    device: Device,
}

impl<'d> Lesson<'d> {
    fn of(
        network: &Network<u64>,
        data: &'d DataSet,
        device: &Device,
    ) -> Result<Lesson<'d>, TrainError> {
        let input = network.input();
        let sizes = [input.channels, input.height, input.width];
        let [Ok(channels), Ok(height), Ok(width)] = sizes.map(usize::try_from) else {
            return Err(TrainError::Size(input.height, input.width));
        };
        let resampled = |images: &Images| {
            let pixels = Pixels::resampled(images, [height, width]);
            pixels.ok_or(TrainError::Size(input.height, input.width))
        };
        let classes = network.stages().last().map_or(0, |stage| {
            let out = stage.node.output();
            out.channels.saturating_mul(out.height).saturating_mul(out.width)
        });
        if classes < data.classes() {
            return Err(TrainError::Classes { network: classes, images: data.classes() });
        }
        let training = resampled(&data.training)?;
        let spread = training.spread();
        let (training, testing) =
            (training.standardised(spread), resampled(&data.testing)?.standardised(spread));
        let input = [channels, height, width];
        Ok(Lesson { data, training, testing, input, device: device.clone() })
    }

    /// Steps in an epoch: images that fill no batch wait for the next one.
    fn steps(&self, recipe: &Recipe) -> usize {
        self.data.training.len() / recipe.batch
    }

    fn loss(&self, model: &Model, batch: &[usize], recipe: &Recipe) -> Tensor<1> {
        let scores = model.forward(self.images(&self.training, batch));
        let classes = batch.iter().filter_map(|image| self.data.training.classes.get(*image));
        let classes: Vec<i64> = classes.map(|class| i64::from(*class)).collect();
        let classes = TensorData::new(classes, [batch.len()]);
        let targets = Tensor::<1, Int>::from_data(classes, &self.device);
        let config = CrossEntropyLossConfig::new();
        let config = config.with_smoothing(Some(recipe.label_smoothing));
        config.init(&self.device).forward(scores, targets)
    }

    /// Percent of the testing images whose class has the highest score.
    fn accuracy(&self, model: &Model) -> f64 {
        let images: Vec<usize> = (0..self.data.testing.len()).collect();
        let mut correct = 0;
        for batch in images.chunks(TESTED) {
            let scores = model.forward(self.images(&self.testing, batch));
            let [count, classes] = scores.dims();
            let scores = floats(scores.reshape([count * classes]));
            let found = scores.chunks(classes).map(highest);
            let own = batch.iter().filter_map(|image| self.data.testing.classes.get(*image));
            correct += found.zip(own).filter(|(found, own)| *found == usize::from(**own)).count();
        }
        100.0 * correct as f64 / images.len() as f64
    }

    fn images(&self, pixels: &Pixels, batch: &[usize]) -> Tensor<4> {
        let [channels, height, width] = self.input;
        let values = pixels.batch(batch, channels);
        let values = TensorData::new(values, [batch.len(), channels, height, width]);
        Tensor::from_data(values, &self.device)
    }
}

fn rate(recipe: &Recipe, step: usize, steps: usize) -> f64 {
    let share = (step as f64 + 0.5) / steps as f64;
    let height = if share < 0.1 {
        share / 0.1
    } else {
        0.5 + 0.5 * (std::f64::consts::PI * (share - 0.1) / 0.9).cos()
    };
    recipe.learning_rate * height
}

/// The numbers below `count` in an order by chance.
fn shuffled(count: usize, device: &Device) -> Vec<usize> {
    let keys = Tensor::<1>::random([count], Distribution::Uniform(0.0, 1.0), device);
    let keys = floats(keys);
    let mut order: Vec<usize> = (0..count.min(keys.len())).collect();
    order.sort_by(|a, b| keys[*a].total_cmp(&keys[*b]));
    order
}

fn scalar(tensor: &Tensor<1>) -> f64 {
    floats(tensor.clone()).first().map_or(f64::NAN, |value| f64::from(*value))
}

fn floats(tensor: Tensor<1>) -> Vec<f32> {
    // A device without 32-bit floats is none that this asks for; no values then give no accuracy.
    tensor.into_data().try_to_vec().unwrap_or_default()
}

fn highest(scores: &[f32]) -> usize {
    let best = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    best.unwrap_or_default()
}
