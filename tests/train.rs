//! The built-in trainer: it trains what is counted, learns, gives the same for the same seed, and says what it
//! cannot train.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]
#![cfg(feature = "train")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Instant;

use phiscale::search::training::{DataSet, Recipe, params, train};
use phiscale::{Event, Family, Network, Request, spec};

const SMALL: &str = r#"
input = { size = 6, channels = 1, classes = 3 }

[[stage]]
name = "stem"
block = "conv_norm_activation"
width = 8
kernel = 3

[[stage]]
name = "stage1"
block = "mbconv"
width = 8
depth = 1
kernel = 3
expand = 2

[[stage]]
name = "classifier"
block = "classifier"
hold = ["width"]
"#;

/// Every kind of layer and composition that can be trained.
const EVERYTHING: &str = r#"
input = { size = 8, channels = 2, classes = 3 }

[block.everything]
steps = [
  { conv = "out", kernel = 3, bias = true },
  { norm = "batch" },
  { activation = "hard_swish" },
  { pool = "max", kernel = 3, stride = 2, padding = 1 },
  { concat = [
    [{ conv = "4", kernel = 2, padding = "same" }, { norm = "layer" }, { activation = "gelu" }],
    [{ pool = "average", kernel = 3, padding = 1 }, { activation = "relu6" }],
  ] },
  { shuffle = "2" },
  { take = "8" },
  { residual = [{ conv = "8", kernel = 3, groups = "2" }, { norm = "group", groups = 4 }, { activation = "silu" }] },
  { gate = [
    { pool = "squeeze" }, { linear = "4" }, { activation = "relu" }, { linear = "8" }, { activation = "sigmoid" },
  ] },
  { learned_scale = true },
  { upsample = "nearest", scale = [2, 4] },
  { upsample = "bilinear", size = 2 },
  { transposed_conv = 8, kernel = 3, stride = 2, padding = 1, output_padding = 1, groups = 2, bias = true },
  { space_to_depth = 2 },
  { activation = "hard_sigmoid" },
  { dropout = 0.1 },
  { flatten = true },
  { repeat = [{ linear = "32" }], times = 2 },
  { linear = "classes" },
]

[[stage]]
name = "all"
block = "everything"
width = 8
"#;

fn baseline(text: &str) -> Network<u64> {
    let family = spec::parse("one", "one.toml", text).expect("a spec");
    family.network(&Request::BASELINE).expect("a network").network
}

fn bundled(name: &str) -> Family {
    let text = spec::bundled(name).expect("a bundled spec");
    spec::parse(name, name, text).expect("a sound spec")
}

/// Squares and crosses and nothing, a few of each.
fn shapes() -> DataSet {
    let mut images = vec![0, 0, 8, 3, 0, 0, 0, 30, 0, 0, 0, 6, 0, 0, 0, 6];
    let mut labels = vec![0, 0, 8, 1, 0, 0, 0, 30];
    for index in 0..30u8 {
        let class = index % 3;
        labels.push(class);
        images.extend((0..36u8).map(|pixel| {
            let (row, column) = (pixel / 6, pixel % 6);
            let is_inside = match class {
                0 => row == 1 || row == 4 || column == 1 || column == 4,
                1 => row == column || row + column == 5,
                _ => false,
            };
            if is_inside { 200 + index } else { index }
        }));
    }
    DataSet::from_idx("shapes", [&images, &labels, &images, &labels]).expect("a data set")
}

#[test]
fn the_trainer_has_as_many_params_as_the_counter() {
    let mut trained = 0;
    let mut refused = Vec::new();
    for name in spec::bundled_names() {
        let family = bundled(name);
        let members = family.members.iter().map(Some).chain([None]);
        for member in members {
            let network = family.network(&Request { member, ..Request::BASELINE });
            let network = network.expect("a network").network;
            match params(&network) {
                Ok(params) => {
                    let counted = network.ledger().total(Event::PARAMS);
                    assert_eq!(u128::from(params), counted, "{name} {member:?}");
                    trained += 1;
                }
                Err(error) => refused.push((name, error.message().to_string())),
            }
        }
    }
    assert!(trained > 150, "{trained} networks can be trained");
    let expected = ["layer `", "auxiliary classifiers", "norms without"];
    for (name, error) in &refused {
        assert!(expected.iter().any(|words| error.contains(words)), "{name}: {error}");
    }
    assert!(refused.iter().any(|(name, _)| *name == "vit"));
    assert!(!refused.iter().any(|(name, _)| *name == "efficientnet" || *name == "resnet"));
}

#[test]
fn a_network_learns_and_the_same_seed_learns_the_same() {
    let network = baseline(SMALL);
    let recipe = Recipe { epochs: 12, batch: 10, ..Recipe::default() };
    let mut losses = Vec::new();
    let first = train(&network, &shapes(), &recipe, 1, |epoch| losses.push(epoch.loss));
    let first = first.expect("an outcome");
    assert_eq!(losses.len(), 12);
    assert!(losses[11] < losses[0], "{losses:?}");
    assert!(first.accuracy > 60.0, "{first:?}");
    let again = train(&network, &shapes(), &recipe, 1, |_| {}).expect("an outcome");
    assert_eq!(again, first);
    let other = train(&network, &shapes(), &recipe, 2, |_| {}).expect("an outcome");
    assert!((other.loss - first.loss).abs() > 0.0);
}

#[test]
fn every_layer_is_trained() {
    let network = baseline(EVERYTHING);
    let counted = network.ledger().total(Event::PARAMS);
    assert_eq!(params(&network).map(u128::from), Ok(counted));
    let recipe = Recipe { epochs: 4, batch: 10, ..Recipe::default() };
    let mut losses = Vec::new();
    train(&network, &shapes(), &recipe, 1, |epoch| losses.push(epoch.loss)).expect("an outcome");
    assert!(losses[3] < losses[0], "{losses:?}");
}

#[test]
fn what_cannot_be_trained_is_an_error() {
    let network = baseline(SMALL);
    let refused = |network: &Network<u64>, recipe: Recipe| {
        train(network, &shapes(), &recipe, 1, |_| {}).expect_err("an error").message().to_string()
    };
    let default = Recipe::default();
    for recipe in [Recipe { epochs: 0, ..default }, Recipe { batch: 31, ..default }] {
        assert!(refused(&network, recipe).contains("at least one epoch, and a batch of 1"));
    }
    let two = baseline(&SMALL.replace("classes = 3", "classes = 2"));
    let recipe = Recipe { batch: 10, ..default };
    assert!(refused(&two, recipe).contains("has 2 classes, but the images have 3"));
    let wild = Recipe { learning_rate: 1e30, batch: 10, ..default };
    assert!(refused(&network, wild).contains("training diverged"));
}

fn phiscale(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.args(arguments).current_dir(folder).output().expect("the program runs")
}

/// A folder with a small network and a small data set.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    fs::create_dir(&data).expect("a folder");
    fs::write(folder.path().join("small.toml"), SMALL).expect("a spec");
    let shapes = shapes();
    let header = [0, 0, 8, 3, 0, 0, 0, 30, 0, 0, 0, 6, 0, 0, 0, 6];
    let images = [&header[..], &shapes.training.pixels].concat();
    let labels = [&[0, 0, 8, 1, 0, 0, 0, 30][..], &shapes.training.classes].concat();
    for part in ["train", "t10k"] {
        fs::write(data.join(format!("{part}-images-idx3-ubyte")), &images).expect("images");
        fs::write(data.join(format!("{part}-labels-idx1-ubyte")), &labels).expect("labels");
    }
    folder
}

/// A search of four candidates.
const SEARCH: [&str; 11] = [
    "search",
    "small.toml",
    "--data=data",
    "--epochs=1",
    "--seeds=2",
    "--alpha=1,2",
    "--beta=1,1.5",
    "--gamma=1",
    "--tolerance=5",
    "--retries=0",
    "--format=json",
];

#[test]
fn a_search_trains_its_candidates_and_resumes_from_its_journal() {
    let folder = folder();
    let search = [&SEARCH[..], &["--chart", "search.svg"]].concat();
    let output = phiscale(folder.path(), &search);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let ranking = report["ranking"].as_array().expect("a ranking");
    assert_eq!(ranking.len(), 4, "{report:#}");
    assert!(ranking.iter().all(|row| row["standard_error"].is_number()), "{report:#}");
    let journal = fs::read(folder.path().join("search-small/journal.jsonl")).expect("a journal");
    let chart = fs::read_to_string(folder.path().join("search.svg")).expect("a chart");
    assert!(chart.contains("is the best of 4 candidates"));
    let again = phiscale(folder.path(), &search);
    assert_eq!((again.status.code(), &again.stdout), (Some(0), &output.stdout));
    let after = fs::read(folder.path().join("search-small/journal.jsonl")).expect("a journal");
    assert_eq!(after, journal);
    // Another number of epochs is another evaluator, whose results are not mixed in.
    let other = phiscale(folder.path(), &["search", "small.toml", "--epochs", "2"]);
    assert_eq!(other.status.code(), Some(2));
}

/// Killed at ten moments and resumed: each candidate once, and the ranking of an undisturbed search.
#[test]
fn a_search_killed_while_it_trains_resumes() {
    let longer = SEARCH.map(|flag| match flag {
        "--epochs=1" => "--epochs=5",
        "--alpha=1,2" => "--alpha=1,2,3",
        "--beta=1,1.5" => "--beta=1,1.5,2",
        "--tolerance=5" => "--tolerance=20",
        flag => flag,
    });
    let start = Instant::now();
    let expected = phiscale(folder().path(), &longer);
    let whole = start.elapsed();
    let folder = folder();
    for kill in 1..=10u32 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        command.args(longer).current_dir(folder.path());
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("the program starts");
        thread::sleep(whole * (kill * 7 % 10 + 1) / 30);
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
    }
    let output = phiscale(folder.path(), &longer);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout == expected.stdout, "{}", String::from_utf8_lossy(&output.stdout));
    let journal = folder.path().join("search-small/journal.jsonl");
    let journal = fs::read_to_string(journal).expect("a journal");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let candidates = report["ranking"].as_array().map(Vec::len);
    assert_eq!(Some(journal.lines().count()), candidates, "{journal}");
    assert!(candidates >= Some(6), "{journal}");
}

#[test]
fn training_arguments_are_refused_with_another_evaluator() {
    let folder = folder();
    for by in [["--dry-run", "--epochs=2"], ["--evaluator=true", "--seeds=2"]] {
        let output = phiscale(folder.path(), &["search", "small.toml", by[0], by[1]]);
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("cannot be used with"), "{stderr}");
    }
}

#[test]
fn bad_data_is_an_error() {
    let folder = folder();
    let train_on = |data: &str| {
        let output = phiscale(folder.path(), &["train", "small.toml", "--data", data]);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).expect("text")
    };
    assert!(train_on("nowhere").contains("cannot read nowhere/train-images-idx3-ubyte"));
    let labels = folder.path().join("data/train-labels-idx1-ubyte");
    fs::write(&labels, b"no labels").expect("a file");
    assert!(train_on("data").contains("labels are not an IDX file"));
    fs::remove_file(labels).expect("a file less");
    assert!(train_on("data").contains("cannot read data/train-labels-idx1-ubyte"));
    let vit = phiscale(folder.path(), &["train", "vit", "--seeds", "1", "--epochs", "1"]);
    assert_eq!(vit.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&vit.stderr);
    assert!(stderr.contains("the built-in trainer does not support layer `tokens`"), "{stderr}");
}
