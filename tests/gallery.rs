//! The committed charts are what the README's command, the chart files in `plots/` and the journals in `docs/` give.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_gallery_is_what_its_chart_files_and_the_specs_give() {
    let folder = tempfile::tempdir().expect("a folder");
    draw(&["efficientnet", "resnet"], folder.path());
    assert_eq!(names(folder.path()).len(), 3);
    draw(&["plots"], folder.path());
    let plots = root().join("plots");
    let drawn = names(folder.path());
    assert_eq!(drawn, names(&plots), "the charts in plots/ are not those of its chart files");
    for name in drawn {
        let new = fs::read(folder.path().join(&name)).expect("a chart");
        let committed = fs::read(plots.join(&name)).expect("a committed chart");
        assert!(new == committed, "{name} is stale: phiscale plot plots -o plots");
    }
}

#[test]
fn the_charts_of_measured_times_are_what_their_files_and_the_device_files_give() {
    let folder = tempfile::tempdir().expect("a folder");
    draw(&["plots/time"], folder.path());
    let committed = root().join("plots/time");
    assert_eq!(names(folder.path()), names(&committed));
    for name in names(folder.path()) {
        let new = fs::read(folder.path().join(&name)).expect("a chart");
        let old = fs::read(committed.join(&name)).expect("a committed chart");
        assert!(new == old, "{name} is stale: phiscale plot plots/time -o plots/time");
    }
}

#[test]
fn the_figures_for_papers_are_what_their_commands_draw() {
    let folder = tempfile::tempdir().expect("a folder");
    let paper = root().join("plots/paper");
    for (name, size) in [("one-column", "3.3x4.6in"), ("two-columns", "6.9x3.2in")] {
        for suffix in ["svg", "pdf", "png"] {
            let file = format!("{name}.{suffix}");
            let drawn = folder.path().join(&file);
            let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
            command.current_dir(root()).args(["plot", "plots/paper/figure.toml", "--size", size]);
            let outcome = command.arg("-o").arg(&drawn).output().expect("it runs");
            assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
            let new = fs::read(&drawn).expect("a figure");
            let old = fs::read(paper.join(&file)).expect("a committed figure");
            // Other processors round pixels otherwise: of a PNG, the size and the resolution are the same.
            let compared =
                |data: &[u8]| if suffix == "png" { data[..60].to_vec() } else { data.to_vec() };
            assert!(
                compared(&new) == compared(&old),
                "plots/paper/{file} is stale: see docs/charts.md"
            );
        }
    }
}

/// The charts of the runs that docs/search, docs/study.md and docs/design.md describe; their tables are among the pages
/// that are tested.
#[test]
fn the_charts_of_measured_runs_are_what_their_journals_give() {
    let charts = [
        ("search/search.svg", "search --measurements search/journal.jsonl"),
        ("search/reuse.svg", "search --reuse 2 --measurements search/journal.jsonl"),
        (
            "search/compare.svg",
            "compare --compound 1.2,1.1,1.15 --compound 1.2,1.1,1.05 --measurements search/journal.jsonl",
        ),
        (
            "search/study.svg",
            "study --resolution 0.75 --runs 5 --choice-runs 2 --measurements search/study.jsonl",
        ),
        (
            "search/coefficients.svg",
            "search --resolution 0.75 --alpha 1..=2:0.1 --beta 1..=1.5:0.1 --gamma 1..=1.5:0.1 --reuse 2 \
             --measurements search/coefficients.jsonl",
        ),
        (
            "study/family.svg",
            "study --space proxy --candidates 16 --rungs 1,3,6 --choice-runs 1 --learning-rates 0.006 --costs 2,4 \
             --beside proxy_resnet --measurements study/journal.jsonl",
        ),
        ("design/front.svg", "design --measurements design/journal.jsonl"),
        (
            "design/replay.svg",
            "design table --rungs 1,2,4 --replay 200 --measurements design/table.jsonl",
        ),
    ];
    let docs = root().join("docs");
    let of = |folder: &str| {
        let names = names(&docs.join(folder));
        names.into_iter().map(|name| format!("{folder}/{name}")).collect::<Vec<String>>()
    };
    let committed: BTreeSet<String> =
        ["search", "study", "design"].into_iter().flat_map(of).collect();
    assert_eq!(committed, charts.iter().map(|(name, _)| (*name).to_string()).collect());
    let folder = tempfile::tempdir().expect("a folder");
    let chart = folder.path().join("chart.svg");
    for (name, command) in charts {
        let mut phiscale = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        phiscale.args(command.split_whitespace()).arg("--chart").arg(&chart);
        let output = phiscale.current_dir(&docs).output().expect("the program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let committed = fs::read(docs.join(name)).expect("the chart");
        let new = fs::read(&chart).expect("a chart");
        assert!(
            new == committed,
            "docs/{name} is stale: phiscale {command} --chart {name}, in docs"
        );
    }
}

#[test]
fn every_table_of_published_figures_can_be_drawn_and_says_its_source() {
    let folder = root().join("specs/published");
    let mut tables = 0;
    for entry in fs::read_dir(&folder).expect("the folder") {
        let path = entry.expect("a file").path();
        let text = fs::read_to_string(&path).expect("a text");
        let name = path.display().to_string();
        match path.extension().and_then(|suffix| suffix.to_str()) {
            Some("toml") => {
                let read = phiscale::published::read(&name, &text);
                for network in read.expect("published figures") {
                    assert!(network.figures.source.contains("arXiv:"), "{name}: {}", network.name);
                    assert!(network.figures.top1.is_some(), "{name}: {}", network.name);
                }
            }
            _ => {
                let read = phiscale::measured::read(&name, &text);
                for network in read.expect("measured networks") {
                    let is_sourced = network.figures.source.len() > 10;
                    assert!(is_sourced, "{name} does not say its source");
                }
            }
        }
        tables += 1;
    }
    assert!(tables >= 7, "{tables}");
}

#[test]
fn the_page_on_specs_shows_the_example_as_it_is() {
    let page = fs::read_to_string(root().join("docs/specs.md")).expect("the page");
    let spec = fs::read_to_string(root().join("specs/examples/tiny.toml")).expect("the example");
    assert!(page.contains(&spec));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).into()
}

fn draw(charts: &[&str], folder: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_phiscale"))
        .arg("plot")
        .args(charts)
        .arg("-o")
        .arg(folder)
        .current_dir(root())
        .output()
        .expect("phiscale runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The names of the SVG files in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    let names = entries.map(|entry| entry.expect("a file").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| Path::new(name).extension().is_some_and(|suffix| suffix == "svg")).collect()
}
