//! `phiscale export`: modules for PyTorch and specs of one network. What modules compute is compared with PyTorch by
//! python/compare/export.py; here is what they look like, and that every network has one.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use phiscale::{Event, Family, Request, Scale, reports, spec};

/// Networks whose modules are in tests/pytorch, by the names of the files. `PYTORCH=overwrite` writes them anew.
const MODULES: [(&str, &str); 6] = [
    ("efficientnet_b0", "efficientnet:b0"),
    ("densenet", "densenet"),
    ("googlenet", "torchvision/googlenet"),
    ("shufflenetv2", "shufflenetv2"),
    ("swin_t", "torchvision/swin_t"),
    ("xception", "xception"),
];

fn phiscale(arguments: &[&str]) -> Output {
    let command = Command::new(env!("CARGO_BIN_EXE_phiscale")).args(arguments).output();
    command.expect("phiscale runs")
}

fn families() -> Vec<Family> {
    let family = |name| {
        let text = spec::bundled(name).expect("a bundled spec");
        spec::parse(name, name, text).expect("a sound spec")
    };
    spec::bundled_names().map(family).collect()
}

/// The baseline's request, and those of all members.
fn requests(family: &Family) -> Vec<Request<'_>> {
    let members =
        family.all_members().map(|member| Request { member: Some(member), ..Request::BASELINE });
    std::iter::once(Request::BASELINE).chain(members).collect()
}

fn with_commas(number: u128) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<&str> =
        groups.map(|group| std::str::from_utf8(group).expect("digits")).collect();
    groups.join(",")
}

#[test]
fn every_bundled_network_has_a_module_with_its_counts() {
    for family in families() {
        for request in requests(&family) {
            let name = request.member.map_or(&family.name, |member| &member.name);
            let text = reports::pytorch(&family, &request, name);
            let text = text.unwrap_or_else(|error| panic!("{name}: {error}"));
            let network = family.network(&request).expect("a network").network;
            let ledger = network.ledger();
            let total = |events: &[Event]| with_commas(ledger.total(events));
            let [params, macs] = [total(Event::PARAMS), total(Event::MACS)];
            let first = format!("{params} params, {macs} MACs");
            assert!(text.replace('\n', " ").contains(&first), "{name}: {first}");
            assert!(text.contains("\ndef build("), "{name}");
            let long = text.lines().find(|line| line.chars().count() > 88);
            assert_eq!(long, None, "{name}");
        }
    }
}

#[test]
fn families_have_modules_at_other_scales() {
    for family in families() {
        for scale in [[1.0, 1.5, 1.0], [2.0, 1.0, 1.0], [1.4, 2.0, 1.5], [0.5, 0.5, 1.0]] {
            let [depth, width, resolution] = scale;
            let request =
                Request { scale: Scale { depth, width, resolution }, ..Request::BASELINE };
            let Ok(scaled) = family.network(&request) else { continue };
            let text = reports::pytorch(&family, &request, &family.name);
            let text = text.unwrap_or_else(|error| panic!("{} at {scale:?}: {error}", family.name));
            let params = with_commas(scaled.network.ledger().total(Event::PARAMS));
            assert!(text.contains(&params), "{} at {scale:?}", family.name);
        }
    }
}

#[test]
fn modules_are_those_in_the_repository() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pytorch");
    for (file, network) in MODULES {
        let output = phiscale(&["export", network, "--to", "pytorch"]);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let path = folder.join(format!("{file}.py"));
        if std::env::var("PYTORCH").is_ok_and(|value| value == "overwrite") {
            fs::write(&path, &text).expect("a file that can be written");
        }
        let known = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(text, known, "{}", path.display());
    }
}

#[test]
fn a_block_is_one_class_however_often_it_is_used() {
    let output = phiscale(&["export", "efficientnet:b7", "--to", "pytorch"]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(text.matches("\nclass ").count(), 5, "{text}");
}

#[test]
fn a_spec_of_a_scaled_network_counts_the_same() {
    for family in ["efficientnet", "resnet:50", "densenet", "regnet", "swin", "googlenet"] {
        for (depth, width, resolution) in
            [("1", "1", "1"), ("1.5", "1", "1.2"), ("1.2", "1.3", "1")]
        {
            let scale = ["--depth", depth, "--width", width, "--resolution", resolution];
            let path = scratch(&format!("{}.toml", family.replace(':', "-")));
            let file = path.to_str().expect("UTF-8");
            let export = ["export", family, "--to", "toml", "-o", file];
            let written = phiscale(&[&export[..], &scale].concat());
            assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
            let count = |network: &str, scale: &[&str]| {
                let output = phiscale(&[&["count", network, "--format", "json"], scale].concat());
                let text = String::from_utf8(output.stdout).expect("UTF-8");
                let totals = text.split("\"totals\"").nth(1).expect("totals");
                totals.split('}').next().expect("an object").to_string()
            };
            assert_eq!(count(file, &[]), count(family, &scale), "{family} {scale:?}");
        }
    }
}

/// A path in a new folder for a file of this test.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export");
    fs::create_dir_all(&folder).expect("a folder");
    folder.join(name)
}

#[test]
fn nothing_is_left_of_an_export_that_fails() {
    for spec in ["tests/mistakes/python_names.toml", "specs/examples/unet.toml"] {
        let path = scratch("failed.py");
        let _ = fs::remove_file(&path);
        let file = path.to_str().expect("UTF-8");
        let output = phiscale(&["export", spec, "--to", "pytorch", "-o", file]);
        assert_eq!(output.status.code(), Some(2), "{spec}");
        assert!(!path.exists(), "{spec}");
        let folder = fs::read_dir(path.parent().expect("a folder")).expect("a folder");
        let mut left = folder.map(|entry| entry.expect("an entry").file_name());
        assert!(left.all(|name| !name.to_string_lossy().contains("failed")), "{spec}");
    }
}
