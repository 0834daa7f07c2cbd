//! The committed charts are what the README's first command draws.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_charts_in_plots_are_the_ones_the_specs_give() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_phiscale"))
        .args(["plot", "efficientnet", "resnet", "-o"])
        .arg(folder.path())
        .output()
        .expect("phiscale runs");
    assert!(output.status.success());
    let plots = Path::new(env!("CARGO_MANIFEST_DIR")).join("plots");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).expect("the charts") {
        let name = entry.expect("a chart").file_name();
        let drawn = fs::read(folder.path().join(&name)).expect("a chart");
        let committed = fs::read(plots.join(&name)).unwrap_or_default();
        assert!(drawn == committed, "{} is stale: draw it anew", name.display());
        names.push(name);
    }
    assert_eq!(names.len(), 3);
}

#[test]
fn the_readme_shows_the_example_spec_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let spec = fs::read_to_string(root.join("specs/examples/tiny.toml")).expect("the example");
    assert!(readme.contains(&spec));
}
