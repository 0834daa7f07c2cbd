//! `fit` against a scan that knows no more than how to build one network.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::cell::RefCell;
use std::collections::BTreeSet;

use phiscale::Diagnostic;
use phiscale::budget::{Budgets, Limited, TimeLimit};
use phiscale::device::{Device, Mode};
use phiscale::fit::{ScalingPath, alternatives};
use phiscale::internals::{AtScale, Reading};
use phiscale::memory::Dtype;
use phiscale::time::Deployment;
use phiscale::{
    Coefficients, Event, Family, Ledger, Measure, Request, Scale, Shape, Strategy, memory, spec,
};

/// The scan goes from φ = −6 to 10 in steps of 0.001.
const SCANNED: std::ops::RangeInclusive<i32> = -6000..=10000;

/// Random budgets for each family: more than 200 in all, and 200 for each where the code is optimised.
const BUDGETS: usize = if cfg!(debug_assertions) { 8 } else { 200 };

fn family(name: &str) -> Family {
    let text = spec::bundled(name).expect("a bundled spec");
    spec::parse(name, name, text).expect("a sound spec")
}

fn families() -> Vec<Family> {
    spec::bundled_names().map(family).collect()
}

/// The family's own constants, or those that share growth alike.
fn coefficients(family: &Family) -> Coefficients {
    let alike = || Strategy::parse("dwr").expect("a strategy").coefficients();
    family.rule.coefficients.unwrap_or_else(alike)
}

fn path(family: &Family) -> ScalingPath<'_> {
    ScalingPath::new(family, coefficients(family))
}

/// MACs, params, activations, and in fp16 for two images bytes and nanoseconds.
type Costs = [u128; 5];

/// Limits on them.
type Limits = [Option<u128>; 5];

fn budgets(limits: [Option<u128>; 4]) -> Budgets {
    let measures = [Measure::Macs, Measure::Params, Measure::Activations, Measure::Memory];
    let limits = measures.into_iter().zip(limits);
    let limits = limits.filter_map(|(measure, limit)| Some((measure, limit?))).collect();
    Budgets { limits, dtype: Dtype::Fp16, batch: 2, training: None, time: None }
}

/// How networks run on a device for which nothing is free.
fn deployment() -> Deployment {
    let text = include_str!("pages/devices/board.toml");
    let device = Device::parse("board", "board.toml", text).expect("a device");
    let mode = Mode { dtype: Dtype::Fp16, compiled: false, training: false };
    Deployment::new(device, mode, 2).expect("a peak")
}

fn timed_budgets([macs, params, activations, memory, time]: Limits) -> Budgets {
    let time = time.map(|allowed| TimeLimit { allowed, deployment: deployment() });
    Budgets { time, ..budgets([macs, params, activations, memory]) }
}

/// Every step of the scan that gives a network, from the lowest φ up.
fn scan(family: &Family) -> Vec<(f64, Costs)> {
    let coefficients = coefficients(family);
    let deployment = deployment();
    let mut steps: Vec<(f64, Costs)> = Vec::new();
    let mut last: Option<(Witness, Option<Costs>)> = None;
    for step in SCANNED {
        let phi = f64::from(step) / 1000.0;
        let scale = coefficients.at(phi);
        let reading = AtScale::new(family.rule, scale).expect("a finite scale");
        // A network that asked for the same dimensions and got them is the same network.
        let known = last.take().filter(|(witness, _)| witness.holds_for(&reading));
        let (witness, costs) = known.unwrap_or_else(|| {
            let witness = Witness { reading, answers: RefCell::default() };
            let scaled = family.network_in(&Request { scale, ..Request::BASELINE }, &witness);
            let costs = scaled.ok().map(|scaled| {
                let cost = scaled.network.ledger();
                let memory = memory::of(&scaled.network, Dtype::Fp16, 2);
                let total = |events| cost.total(events);
                let [macs, params] = [total(Event::MACS), total(Event::PARAMS)];
                let time = (deployment.seconds(&scaled.network) * 1e9).round();
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                // far below 2^128
                let time = time as u128;
                [macs, params, total(Event::ACTIVATIONS), memory.total(), time]
            });
            (witness, costs)
        });
        steps.extend(costs.map(|costs| (phi, costs)));
        last = Some((witness, costs));
    }
    steps
}

/// What a network asked for while it was built, and what it got.
struct Witness {
    reading: AtScale,
    answers: RefCell<BTreeSet<(char, u64, u64)>>,
}

impl Witness {
    fn holds_for(&self, reading: &AtScale) -> bool {
        self.answers.borrow().iter().all(|(kind, base, got)| ask(reading, *kind, *base) == *got)
    }

    fn note(&self, kind: char, base: u64) {
        self.answers.borrow_mut().insert((kind, base, ask(&self.reading, kind, base)));
    }
}

fn ask(reading: &AtScale, kind: char, base: u64) -> u64 {
    match kind {
        'c' => reading.channels(base).unwrap_or(u64::MAX),
        'd' => reading.repeats(base).unwrap_or(u64::MAX),
        'r' => reading.side(base).unwrap_or(u64::MAX),
        _ => reading.scaled(f64::from_bits(base)).to_bits(),
    }
}

impl Reading for Witness {
    type Scalar = u64;

    fn channels(&self, base: u64) -> Result<u64, Diagnostic> {
        self.note('c', base);
        self.reading.channels(base)
    }

    fn repeats(&self, base: u64) -> Result<u64, Diagnostic> {
        self.note('d', base);
        self.reading.repeats(base)
    }

    fn side(&self, base: u64) -> Result<u64, Diagnostic> {
        self.note('r', base);
        self.reading.side(base)
    }

    fn scaled(&self, quantity: f64) -> f64 {
        self.note('s', quantity.to_bits());
        self.reading.scaled(quantity)
    }
}

/// Numbers in [0, 1) that look random and are the same in every run.
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as f64 / f64::from(1 << 24)
}

/// Some of the limits, each around what some network of the scan costs.
fn random_limits(steps: &[(f64, Costs)], state: &mut u64) -> Limits {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below the length
    let index = (random(state) * steps.len() as f64) as usize;
    let costs = steps[index].1;
    let mut limits = [None; 5];
    while limits == [None; 5] {
        for (limit, cost) in limits.iter_mut().zip(costs) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // far below 2^128
            let near = (cost as f64 * (0.5 + 1.5 * random(state))) as u128;
            *limit = (random(state) < 0.4).then_some(near);
        }
    }
    limits
}

/// The acceptance test: the largest φ is at least that of the scan, and its network fits.
fn beats_the_scan(families: &[Family]) {
    let mut state = 2019;
    for family in families {
        let steps = scan(family);
        assert!(!steps.is_empty(), "{}", family.name);
        for _ in 0..BUDGETS {
            let limits = random_limits(&steps, &mut state);
            let fits = |costs: &Costs| {
                costs
                    .iter()
                    .zip(&limits)
                    .all(|(cost, limit)| limit.is_none_or(|limit| *cost <= limit))
            };
            let best = steps.iter().rev().find(|(_, costs)| fits(costs));
            let found = path(family).largest(&timed_budgets(limits)).expect("a network");
            let what = format!("{} within {limits:?}: {} and {best:?}", family.name, found.fit.to);
            if let Some((phi, _)) = best {
                assert!(found.fit.usage.fits(), "{what}");
                assert!(found.fit.to >= *phi, "{what}");
            }
            let counted = path(family).at(found.fit.phi).expect("a network").network;
            assert_eq!(counted.ledger(), found.fit.scaled.network.ledger(), "{what}");
            assert_eq!(timed_budgets(limits).usage(&counted), found.fit.usage, "{what}");
        }
    }
}

/// Every second family, from the one with this index on: two tests, for two processors.
fn every_second(from: usize) -> Vec<Family> {
    families().into_iter().skip(from).step_by(2).collect()
}

#[test]
fn no_scan_finds_a_larger_network_in_every_second_family() {
    beats_the_scan(&every_second(0));
}

#[test]
fn no_scan_finds_a_larger_network_in_the_other_families() {
    beats_the_scan(&every_second(1));
}

type Stages = Vec<(String, u64, Shape<u64>)>;

fn stages(network: &phiscale::Network<u64>) -> Stages {
    let stage =
        |stage: &phiscale::Stage<u64>| (stage.name.clone(), stage.repeats, stage.output().clone());
    network.stages().iter().map(stage).collect()
}

/// The network that a spec's text has as its baseline.
fn written_baseline(text: &str) -> phiscale::Network<u64> {
    let read = spec::parse("mine", "mine.toml", text);
    let read = read.unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    assert_eq!(read.all_members().count(), 0, "{text}");
    assert_eq!(
        read.fixed_channels(None),
        [] as [String; 0],
        "what the family holds is held: {text}"
    );
    read.network(&Request::BASELINE).expect("the baseline").network
}

/// The spec of a fitted network counts to the same integers, as a member and standing alone.
fn is_written(path: &ScalingPath, limits: &Budgets) {
    let ScalingPath { family, request, .. } = *path;
    let fitted = path.largest(limits).expect("a network").fit.scaled;
    let what = |problem| panic!("{}: {problem:?}", family.name);
    let text = spec::standalone(family, &request, &fitted, "fitted", "a \"test\" \\ of α")
        .unwrap_or_else(what);
    let counted = written_baseline(&text);
    assert_eq!(counted.ledger(), fitted.network.ledger(), "{text}");
    assert_eq!(counted.input(), fitted.network.input(), "{text}");
    assert_eq!(stages(&counted), stages(&fitted.network), "{text}");
    let is_prose = |line: &&str| line.starts_with("about") || line.starts_with("source");
    let mut code = text.lines().filter(|line| !is_prose(line));
    assert!(code.all(|line| line.chars().count() <= 210), "{text}");
    assert!(text.len() < 8000, "{}: {} bytes", family.name, text.len());
}

#[test]
fn the_written_spec_counts_to_the_same_integers() {
    for family in families() {
        let baseline = family.network(&Request::BASELINE).expect("the baseline").network.ledger();
        for share in [1, 3, 10, 20, 150] {
            let macs = Some(baseline.total(Event::MACS) * share / 10);
            is_written(&path(&family), &budgets([macs, None, None, None]));
        }
        for share in [3, 20] {
            let macs = Some(baseline.total(Event::MACS) * share / 10);
            let limits = budgets([macs, None, None, None]);
            let fitted = path(&family).largest(&limits).expect("a network").fit.scaled;
            let (written, name) = spec::with_member(&family, &Request::BASELINE, &fitted)
                .unwrap_or_else(|problems| panic!("{}: {problems:?}", family.name));
            let read = spec::parse("mine", "mine.toml", &written);
            let read = read.unwrap_or_else(|problems| panic!("{}: {problems:#?}", family.name));
            let request = Request { member: read.member(&name), ..Request::BASELINE };
            let counted = read.network(&request).expect("a network").network;
            assert_eq!(counted.ledger(), fitted.network.ledger(), "{}", family.name);
            assert_eq!(stages(&counted), stages(&fitted.network), "{}", family.name);
        }
    }
}

#[test]
fn members_of_libraries_other_images_and_other_classes_are_written() {
    for (name, member) in [
        ("resnet", "18"),
        ("resnet", "torchvision/resnet50"),
        ("regnet", "y-400mf"),
        ("densenet", "161"),
    ] {
        let family = family(name);
        let member = family.member(member);
        assert!(member.is_some(), "{name}");
        for image in [None, Some([192, 320])] {
            let request = Request { member, image, classes: Some(10), ..Request::BASELINE };
            let path = ScalingPath { request, ..path(&family) };
            is_written(&path, &budgets([Some(900_000_000), None, None, None]));
        }
    }
}

#[test]
fn a_written_spec_scales_further_as_the_family_does() {
    let family = family("mobilenetv2");
    let limits = budgets([Some(200_000_000), None, None, None]);
    let fitted = path(&family).largest(&limits).expect("a network").fit.scaled;
    let text = spec::standalone(&family, &Request::BASELINE, &fitted, "", "");
    let written = spec::parse("mine", "mine.toml", &text.expect("a spec")).expect("a sound spec");
    let head = |width: f64| {
        let scale = Scale { width, ..Scale::BASELINE };
        let grown = written.network(&Request { scale, ..Request::BASELINE });
        let grown = grown.expect("a network").network;
        let head = grown.stages().iter().find(|stage| stage.name == "head").expect("the head");
        head.output().channels
    };
    // `max(1280, scaled(1280))` was fitted to a width below 1.
    assert_eq!(head(1.0), 1280);
    assert_eq!(head(0.5), 1280);
    let width = fitted.scale.width;
    assert!(width < 1.0 && (head(2.0) as f64 / (2560.0 * width) - 1.0).abs() < 0.01, "{width}");
}

/// The families whose images can have many sizes, each with limits that leave room for a larger one.
fn with_room() -> Vec<(Family, Budgets)> {
    let names =
        ["efficientnet", "mobilenetv3", "resnet_cifar", "vit", "anynet", "inception_v3", "proxy"];
    let room = |name| {
        let family = family(name);
        let ledger = family.network(&Request::BASELINE).expect("the baseline").network.ledger();
        let (macs, params) = (ledger.total(Event::MACS), ledger.total(Event::PARAMS));
        let limits = budgets([Some(macs * 5 / 2), Some(params * 4 / 5), None, None]);
        (family, limits)
    };
    names.into_iter().map(room).collect()
}

/// Every side up to a length, against the side that bisection finds.
#[test]
fn no_larger_image_fits_at_the_fitted_depth_and_width() {
    for (family, limits) in with_room() {
        let path = path(&family);
        let found = path.largest(&limits).expect("a network");
        assert!(found.fit.usage.fits(), "{}", family.name);
        let alternatives = alternatives(&path, "compound", &limits, &found);
        let largest = &alternatives[1];
        let side = largest.image.expect("a larger image")[0];
        let outcome = largest.outcome.as_ref().expect("a network");
        let divisor = family.rule.resolution.divisor;
        assert!(side > found.fit.scaled.network.input().height && side.is_multiple_of(divisor));
        assert!(outcome.above.as_ref().is_some_and(|above| !above.fits()), "{}", family.name);
        for larger in (side + 1..side * 3 / 2).filter(|side: &u64| side.is_multiple_of(divisor)) {
            let request = Request { image: Some([larger; 2]), ..path.request };
            let Ok(scaled) = (ScalingPath { request, ..path }).at(outcome.fit.phi) else {
                continue;
            };
            let usage = limits.usage(&scaled.network);
            assert!(!usage.fits(), "{}: {larger} px fit, {side} were found", family.name);
        }
    }
}

/// What is shown of a network is enough to count it again.
#[test]
fn alternatives_fit_and_are_counted_again_by_their_multipliers() {
    for (family, limits) in with_room() {
        let path = path(&family);
        let found = path.largest(&limits).expect("a network");
        for one in alternatives(&path, "compound", &limits, &found) {
            let fit = one.outcome.expect("a network").fit;
            assert!(fit.usage.fits(), "{}", family.name);
            let mut family = family.clone();
            family.rule.depth = one.repeats;
            let scaled = &fit.scaled;
            let input = scaled.network.input();
            let image = Some([input.height, input.width]);
            let request = Request { scale: scaled.scale, image, ..Request::BASELINE };
            let counted = family.network(&request).expect("a network").network;
            assert_eq!(counted.ledger(), scaled.network.ledger(), "{}", family.name);
            assert_eq!(limits.usage(&counted), fit.usage, "{}", family.name);
        }
    }
}

/// A row of the comparison, requested by itself, is the same network, and the same budget binds.
#[test]
fn one_definition_of_what_binds_holds_in_every_row() {
    let mut seen = 0;
    for (family, limits) in with_room() {
        let path = path(&family);
        let found = path.largest(&limits).expect("a network");
        for one in alternatives(&path, "own", &limits, &found) {
            let mut family = family.clone();
            family.rule.depth = one.repeats;
            let named = || Strategy::parse(&one.strategy).expect("a strategy").coefficients();
            let coefficients = if one.strategy == "own" { path.coefficients } else { named() };
            let request = Request { image: one.image, ..path.request };
            // An image of fixed size leaves nothing to the strategy that scales only the image.
            let Ok(alone) = (ScalingPath { request, ..ScalingPath::new(&family, coefficients) })
                .largest(&limits)
            else {
                assert!(one.strategy == "r" && one.image.is_some(), "{}", family.name);
                continue;
            };
            let row = one.outcome.expect("a network");
            let binds =
                |outcome: &phiscale::fit::FitOutcome| outcome.binding().map(|one| one.limited);
            assert_eq!(alone.fit.scaled.network.ledger(), row.fit.scaled.network.ledger());
            assert_eq!(binds(&alone), binds(&row), "{} {}", family.name, one.strategy);
            seen += usize::from(one.image.is_some());
        }
    }
    assert!(seen > 10, "{seen} rows with an image");
}

#[test]
fn the_nearest_network_exceeds_no_more_budgets_than_it_must() {
    let family = family("mobilenetv3");
    let coefficients = Strategy::parse("r").expect("a strategy").coefficients();
    let path = ScalingPath { coefficients, ..path(&family) };
    let limits = budgets([Some(300_000_000), Some(5_000_000), None, None]);
    let found = path.largest(&limits).expect("a network");
    let [macs, params] = &found.fit.usage.uses[..] else { panic!("two budgets") };
    assert!(macs.fits() && !params.fits());
    assert_eq!(found.binding().map(|one| one.limited), Some(Limited::Cost(Measure::Params)));
    assert_eq!(found.smallest, Some(found.range[0]));
    assert!(found.above.is_some_and(|smallest| !smallest.fits()));
}

/// Runs the command and returns the rows of its CSV by column.
fn csv(arguments: &[&str]) -> Vec<std::collections::HashMap<String, String>> {
    let command =
        std::process::Command::new(env!("CARGO_BIN_EXE_phiscale")).args(arguments).output();
    let output = command.expect("the command runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut reader = csv::Reader::from_reader(&output.stdout[..]);
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

#[test]
fn each_row_of_the_csv_is_counted_again_by_count() {
    let limits = ["--max-macs", "1G", "--max-params", "4M", "--format", "csv"];
    let rows = csv(&[&["fit", "efficientnet"], &limits[..]].concat());
    assert!(rows.len() >= 4);
    for row in rows.iter().filter(|row| row["repeats"] == "ceil") {
        assert_eq!(row["fits"], "true");
        let input = row["input"].trim_start_matches("3x");
        let size = ["--depth", &row["depth"], "--width", &row["width"], "--input", input];
        let command = [&["count", "efficientnet"][..], &size, &["--format", "json"]].concat();
        let output =
            std::process::Command::new(env!("CARGO_BIN_EXE_phiscale")).args(command).output();
        let json: serde_json::Value =
            serde_json::from_slice(&output.expect("the command runs").stdout).expect("JSON");
        for name in ["macs", "params", "activations"] {
            assert_eq!(json["totals"][name].to_string(), row[name], "{row:?}");
        }
    }
}

#[test]
fn alternatives_surpass_no_other() {
    let family = family("efficientnet");
    let limits = budgets([Some(600_000_000), Some(6_000_000), None, None]);
    let found = path(&family).largest(&limits).expect("a network");
    let alternatives = alternatives(&path(&family), "compound", &limits, &found);
    assert_eq!(alternatives[1].image, Some([272, 272]), "the largest image");
    assert_eq!(alternatives[2].image, Some([256, 256]), "the largest that the strides divide");
    let size = |one: &phiscale::fit::Alternative| {
        let scaled = &one.outcome.as_ref().expect("a network").fit.scaled;
        let repeats: u64 = scaled.network.stages().iter().map(|stage| stage.repeats).sum();
        let channels = |stage: &phiscale::Stage<u64>| stage.output().channels;
        let channels: u64 = scaled.network.stages().iter().map(channels).sum();
        [repeats, channels, scaled.network.input().height]
    };
    let sizes: Vec<_> = alternatives.iter().map(size).collect();
    assert!(sizes.len() > 4);
    let share = |one: &phiscale::fit::Alternative| {
        one.outcome.as_ref().expect("a network").fit.usage.share()
    };
    let shares: Vec<f64> = alternatives.iter().skip(3).map(share).collect();
    assert!(shares.is_sorted_by(|a, b| a >= b), "those first that use most: {shares:?}");
    for (index, one) in sizes.iter().enumerate().skip(3) {
        for (other_index, other) in sizes.iter().enumerate().filter(|(other, _)| *other != index) {
            let is_surpassed = other.iter().zip(one).all(|(other, one)| other >= one);
            assert!(!is_surpassed, "{index} by {other_index}: {sizes:?}");
        }
    }
}

/// At φ = 0 a member has its own image, unrounded; just beside it, pixels come from φ and are rounded.
#[test]
fn a_member_with_its_own_image_is_an_interval_by_itself() {
    let mut seen = 0;
    for family in families() {
        for member in family.all_members().filter(|member| member.image.is_some()) {
            if family.scalable(member).is_ok() {
                let request = Request { member: Some(member), ..Request::BASELINE };
                let interval = ScalingPath { request, ..path(&family) }.interval(0.0, -6.0);
                assert!(interval.from > -1e-9, "{}", family.address(member));
                seen += 1;
            }
        }
    }
    assert!(seen > 0);
}

#[test]
fn a_family_whose_cost_falls_as_it_grows_is_searched_from_the_top() {
    // Groups are as many as divide the channels by 3 or not: where they do, the cost is a third.
    let text = r#"
title = "Falling"
source = "this test"
input = { channels = 3, size = 32, classes = 10 }

[scaling]
alpha = 1.0
beta = 2.0
gamma = 1.0
width = { divisor = 8, minimum = 8, keep = 0, round = "nearest" }

[block.falling]
about = "a convolution in three groups once it is wide enough"
steps = [
  { name = "one", conv = "out", kernel = 3 },
  { name = "two", conv = "out", kernel = 3, groups = "if(out >= 96, out, 1)" },
]

[[stage]]
name = "stage"
block = "falling"
width = 16
"#;
    let family = spec::parse("falling", "falling.toml", text);
    let family = family.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let cost =
        |phi: f64| -> Ledger<u64> { path(&family).at(phi).expect("a network").network.ledger() };
    let wide = cost(2.6).total(Event::MACS);
    assert!(wide < cost(2.4).total(Event::MACS), "the cost falls");
    let found = path(&family).largest(&budgets([Some(wide), None, None, None]));
    let fit = found.expect("a network").fit;
    assert!(fit.usage.fits() && fit.phi >= 2.6, "{}", fit.phi);
}
