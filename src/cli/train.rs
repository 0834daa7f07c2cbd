//! `phiscale train`

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use phiscale::reports::Trained;
use phiscale::search::Answer;
use phiscale::search::training::{DataSet, Outcome, Recipe, learn, params};
use phiscale::{Error, Network, reports};

use super::arguments::{InputArguments, Output, ScaleArguments};
use super::network::load_family;
use super::{Ended, output};

/// The names of the four files of a data set, as MNIST has them; each may end in `.gz`.
const FILES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

/// A larger file is none of a data set.
const MAX_FILE_BYTES: u64 = 1 << 30;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The network: SPEC[:MEMBER].
    #[arg(value_name = "NETWORK")]
    network: String,
    #[command(flatten)]
    lessons: Lessons,
    /// Write what a search's evaluator answers into this file.
    #[arg(long, value_name = "FILE", hide = true)]
    result: Option<PathBuf>,
    #[command(flatten)]
    scale: ScaleArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    output: Output,
}

/// What a network is trained on, and how often.
#[derive(Args, Clone, Debug)]
pub(super) struct Lessons {
    /// How often each image is seen.
    #[arg(long, value_name = "N", default_value = "6", help_heading = "Built-in trainer",
        value_parser = clap::value_parser!(u16).range(1..))]
    epochs: u16,
    /// How often the network is trained, each time from other weights and in another order; the accuracy is
    /// the mean.
    #[arg(long, value_name = "K", default_value = "3", help_heading = "Built-in trainer",
        value_parser = clap::value_parser!(u16).range(1..=1000))]
    seeds: u16,
    /// A folder with a data set in the form of MNIST (train-images-idx3-ubyte, …, packed by gzip or not)
    /// instead of the part of Fashion-MNIST that comes with phiscale.
    #[arg(long, value_name = "FOLDER", help_heading = "Built-in trainer")]
    data: Option<PathBuf>,
}

impl Lessons {
    /// The same with a folder that can be found from everywhere.
    pub(super) fn anywhere(mut self) -> Result<Self, Error> {
        if let Some(folder) = &self.data {
            let found = fs::canonicalize(folder);
            self.data = Some(found.map_err(|error| unreadable(folder, &error))?);
        }
        Ok(self)
    }

    /// What a journal calls them.
    pub(super) fn label(&self) -> String {
        let data = self.data.as_ref().map_or("Fashion-MNIST".into(), |data| data.to_string_lossy());
        format!("phiscale train: {} epochs, {} seeds, {data}", self.epochs, self.seeds)
    }

    /// The same as arguments.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec![
            "--epochs".into(),
            self.epochs.to_string().into(),
            "--seeds".into(),
            self.seeds.to_string().into(),
        ];
        if let Some(data) = &self.data {
            arguments.extend(["--data".into(), data.into()]);
        }
        arguments
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
        data.map_err(|error| {
            let folder = self.data.as_deref().unwrap_or(Path::new("the data")).display();
            Error::new(format!("{folder}: {error}"))
        })
    }
}

pub(super) fn run(arguments: &Arguments) -> Ended {
    let (family, member) = load_family(&arguments.network)?;
    let member = family.named(member)?;
    let request = arguments.input.request(member, arguments.scale.resolve()?);
    let network = family.network(&request);
    let network = network?.network;
    let data = arguments.lessons.data()?;
    let default = Recipe::default();
    let recipe = Recipe {
        epochs: usize::from(arguments.lessons.epochs),
        batch: default.batch.min(data.training.len()),
        ..default
    };
    let trained_params = params(&network).map_err(|error| Error::new(error.to_string()))?;
    let start = Instant::now();
    let outcomes = outcomes(&network, &data, &recipe, arguments.lessons.seeds)?;
    let name = member.map_or(family.name.clone(), |member| family.address(member));
    let trained = Trained {
        name: &name,
        network: &network,
        trained_params,
        data: &data.name,
        images: [data.training.len(), data.testing.len()],
        epochs: recipe.epochs,
        accuracies: &outcomes.iter().map(|outcome| outcome.accuracy).collect::<Vec<_>>(),
        losses: &outcomes.iter().map(|outcome| outcome.loss).collect::<Vec<_>>(),
        seconds: start.elapsed().as_secs_f64(),
    };
    if let Some(path) = &arguments.result {
        output::file(path, Answer::of(trained.accuracies).json().as_bytes())?;
    }
    output::report(&reports::train(&trained), &arguments.output)
}

/// What came of each seed, from 1 on.
fn outcomes(
    network: &Network<u64>,
    data: &DataSet,
    recipe: &Recipe,
    seeds: u16,
) -> Result<Vec<Outcome>, Error> {
    let epochs = recipe.epochs * usize::from(seeds);
    let bar = output::bar(epochs, "{pos}/{len} epochs {wide_bar} {eta} left  {msg}");
    let mut outcomes = Vec::new();
    for seed in 1..=seeds {
        let outcome = learn(network, data, recipe, u64::from(seed), |epoch| {
            bar.set_message(format!("seed {seed}: loss {:.3}", epoch.loss));
            bar.inc(1);
        });
        outcomes.push(outcome.map_err(|error| Error::new(error.to_string()))?);
    }
    bar.finish_and_clear();
    Ok(outcomes)
}

/// One file of a data set, packed or not.
fn bytes(folder: &Path, name: &str) -> Result<Vec<u8>, Error> {
    let packed = folder.join(format!("{name}.gz"));
    let path = if packed.exists() { packed } else { folder.join(name) };
    let length = fs::metadata(&path).map_err(|error| unreadable(&path, &error))?.len();
    if length > MAX_FILE_BYTES {
        let message = format!("{} is larger than {MAX_FILE_BYTES} bytes", path.display());
        return Err(Error::new(message));
    }
    fs::read(&path).map_err(|error| unreadable(&path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("cannot read {}: {error}", path.display()))
}
