//! `phiscale train`: the built-in trainer on one network.

use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use phiscale::reports::Trained;
use phiscale::search::training::{DataSet, Recipe, TrainingResult, params, train};
use phiscale::search::{EvaluatorResult, TestedOn, Variant};
use phiscale::{Diagnostic, Error, Network, plural, reports};

use super::arguments::{InputArguments, Output, ScaleArguments};
use super::files::load_family;
use super::{Caller, Ended, output};

/// The four files of a data set, named as in MNIST; each may end in `.gz`.
const FILES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

/// Maximum size of a file, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 30;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The network: SPEC[:MEMBER].
    #[arg(value_name = "NETWORK")]
    network: String,
    #[command(flatten)]
    training: TrainingArguments,
    /// Write the result for a search to this file.
    #[arg(long, value_name = "FILE", hide = true)]
    result: Option<PathBuf>,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    output: Output,
}

/// The data and the length of training.
#[derive(Args, Clone, Debug)]
pub(super) struct TrainingArguments {
    /// Passes over the training images [default: 6].
    #[arg(long, value_name = "N", help_heading = "Built-in trainer", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) epochs: Option<u16>,
    /// Number of training runs, each with different random weights and image order; the accuracy is their mean [default:
    /// 3].
    #[arg(long, value_name = "K", help_heading = "Built-in trainer",
        value_parser = clap::value_parser!(u16).range(1..=1000))]
    seeds: Option<u16>,
    /// Folder with a data set in the format of MNIST (train-images-idx3-ubyte, …, optionally compressed with
    /// gzip). Default: a bundled subset of Fashion-MNIST.
    #[arg(long, value_name = "FOLDER", help_heading = "Built-in trainer")]
    data: Option<PathBuf>,
    /// Train on so many images only, the first ones. Default: all that --validation leaves.
    #[arg(long, value_name = "N", help_heading = "Built-in trainer", value_parser = clap::value_parser!(u32).range(1..))]
    images: Option<u32>,
    /// Keep back so many training images, the last ones, and measure the accuracy on them instead of on the test images.
    /// What was chosen by an accuracy has a lower one on other images, so choose here and report on the test images.
    #[arg(long, value_name = "N", help_heading = "Built-in trainer", value_parser = clap::value_parser!(u32).range(1..))]
    validation: Option<u32>,
    /// The highest learning rate. AdamW reaches it after a tenth of the steps, and lowers it to 0 along a cosine.
    #[arg(long, value_name = "RATE", default_value = "0.006", help_heading = "Built-in trainer", value_parser = positive)]
    learning_rate: f64,
    /// The seed of the first training run; the others follow.
    #[arg(long, value_name = "SEED", default_value = "1", hide = true)]
    first_seed: u64,
}

/// A finite number above 0.
fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "it must be a number above 0".into())
}

/// Passes over the training images, where no number is given.
const EPOCHS: u16 = 6;

/// The number of training runs, where none is given.
const SEEDS: u16 = 3;

/// The training images that are kept back for choices, where no number is given.
const VALIDATION: u32 = 500;

impl TrainingArguments {
    fn epochs(&self) -> u16 {
        self.epochs.unwrap_or(EPOCHS)
    }

    fn seeds(&self) -> u16 {
        self.seeds.unwrap_or(SEEDS)
    }

    /// The arguments for variants that each say their epochs, and on which images their accuracy is.
    pub(super) fn of_variants(&self, epochs: u64) -> Self {
        TrainingArguments {
            epochs: Some(u16::try_from(epochs).unwrap_or(u16::MAX)),
            validation: Some(self.validation.unwrap_or(VALIDATION)),
            ..self.clone()
        }
    }

    /// How a variant is trained.
    pub(super) fn of(&self, variant: &Variant) -> Self {
        let epochs = variant.epochs.and_then(|epochs| u16::try_from(epochs).ok());
        TrainingArguments {
            epochs: epochs.or(self.epochs),
            learning_rate: variant.learning_rate.unwrap_or(self.learning_rate),
            first_seed: variant.seed.unwrap_or(self.first_seed),
            seeds: variant.seed.map(|_| 1).or(self.seeds),
            validation: self.validation.filter(|_| variant.images != Some(TestedOn::Test)),
            ..self.clone()
        }
    }

    pub(super) fn keeps_images_back(&self) -> bool {
        self.validation.is_some()
    }

    /// The same for candidates that each are one training run.
    pub(super) fn with_one_seed(&self, help: &str) -> Result<Self, Error> {
        if self.seeds.is_some() {
            let message = "--seeds has no effect here: every training run has its own seed";
            return Err(Diagnostic::new(message).help(help).into());
        }
        Ok(TrainingArguments { seeds: Some(1), ..self.clone() })
    }

    /// The same arguments for a process in another folder.
    pub(super) fn with_absolute_path(&self) -> Result<Self, Error> {
        let absolute =
            |folder: &PathBuf| fs::canonicalize(folder).map_err(|error| unreadable(folder, &error));
        Ok(TrainingArguments {
            data: self.data.as_ref().map(absolute).transpose()?,
            ..self.clone()
        })
    }

    /// Name in the journal.
    pub(super) fn label(&self) -> String {
        let data = self.data.as_ref().map_or("Fashion-MNIST".into(), |data| data.to_string_lossy());
        let seeds = plural(self.seeds().into(), "seed");
        let mut label = format!("phiscale train: {} epochs, {seeds}, {data}", self.epochs());
        if let Some(images) = self.images {
            let _ = write!(label, ", {images} images");
        }
        if let Some(validation) = self.validation {
            let _ = write!(label, ", {validation} for validation");
        }
        if self.learning_rate.to_bits() != Recipe::default().learning_rate.to_bits() {
            let _ = write!(label, ", learning rate {}", self.learning_rate);
        }
        label
    }

    /// As command-line arguments.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec![
            "--epochs".into(),
            self.epochs().to_string().into(),
            "--seeds".into(),
            self.seeds().to_string().into(),
            "--learning-rate".into(),
            self.learning_rate.to_string().into(),
            "--first-seed".into(),
            self.first_seed.to_string().into(),
        ];
        for (option, number) in [("--images", self.images), ("--validation", self.validation)] {
            if let Some(number) = number {
                arguments.extend([option.into(), number.to_string().into()]);
            }
        }
        if let Some(data) = &self.data {
            arguments.extend(["--data".into(), data.into()]);
        }
        arguments
    }

    fn all_seeds(&self) -> Range<u64> {
        self.first_seed..self.first_seed.saturating_add(u64::from(self.seeds()))
    }

    fn data(&self) -> Result<DataSet, Error> {
        let data = match &self.data {
            None => DataSet::fashion_mnist(),
            Some(folder) => {
                let [a, b, c, d] = FILES.map(|name| bytes(folder, name));
                let (a, b, c, d) = (a?, b?, c?, d?);
                DataSet::from_idx(&folder.to_string_lossy(), [&a, &b, &c, &d])
            }
        };
        let folder = self.data.as_deref().unwrap_or(Path::new("Fashion-MNIST"));
        let number = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let data =
            data.and_then(|data| data.split(self.images.map(number), self.validation.map(number)));
        data.map_err(|error| error.in_context(&folder.to_string_lossy()))
    }
}

pub(super) fn run(arguments: &Arguments, caller: &Caller) -> Ended {
    let (family, member) = load_family(&arguments.network, caller)?;
    let member = family.named(member)?;
    let request = arguments.input.request(member, arguments.scale.resolve(true)?);
    let network = family.network(&request)?.network;
    let data = arguments.training.data()?;
    let default = Recipe::default();
    let recipe = Recipe {
        epochs: usize::from(arguments.training.epochs()),
        batch: default.batch.min(data.training.len()),
        learning_rate: arguments.training.learning_rate,
        ..default
    };
    let trained_params = params(&network)?;
    let start = Instant::now();
    let results = train_seeds(&network, &data, &recipe, arguments.training.all_seeds())?;
    let name = member.map_or(family.name.clone(), |member| family.address(member));
    let trained = Trained {
        name: &name,
        network: &network,
        trained_params,
        data: &data.name,
        images: [data.training.len(), data.test.len()],
        epochs: recipe.epochs,
        accuracies: &results.iter().map(|result| result.accuracy).collect::<Vec<_>>(),
        losses: &results.iter().map(|result| result.loss).collect::<Vec<_>>(),
        seconds: start.elapsed().as_secs_f64(),
    };
    if let Some(path) = &arguments.result {
        output::file(path, EvaluatorResult::from_runs(trained.accuracies).json().as_bytes())?;
    }
    output::report(&reports::train(&trained), &arguments.output)
}

/// Trains the network once for each seed.
fn train_seeds(
    network: &Network<u64>,
    data: &DataSet,
    recipe: &Recipe,
    seeds: Range<u64>,
) -> Result<Vec<TrainingResult>, Error> {
    let epochs = recipe.epochs as u64 * (seeds.end - seeds.start);
    let bar = output::bar(epochs, "{pos}/{len} epochs {wide_bar} {eta} left  {msg}");
    let mut results = Vec::new();
    for seed in seeds {
        let result = train(network, data, recipe, seed, |epoch| {
            bar.set_message(format!("seed {seed}: loss {:.3}", epoch.loss));
            bar.inc(1);
        });
        results.push(result?);
    }
    bar.finish_and_clear();
    Ok(results)
}

/// One file of a data set, compressed or not.
fn bytes(folder: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let compressed = folder.join(format!("{name}.gz"));
    let path = if compressed.exists() { compressed } else { folder.join(name) };
    let length = fs::metadata(&path).map_err(|error| unreadable(&path, &error))?.len();
    if length > MAX_FILE_BYTES {
        let message = format!("{} has {length} bytes, more than {MAX_FILE_BYTES}", path.display());
        return Err(Error::new(message));
    }
    fs::read(&path).map_err(|error| unreadable(&path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("cannot read {}: {error}", path.display()))
}
