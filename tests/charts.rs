//! Chart files, measurements and published figures: whatever is in them, they are read or every mistake
//! in them is told.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::float_cmp)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use phiscale::charts::file;
use phiscale::measured;
use proptest::prelude::*;

#[test]
fn a_chart_with_a_mistake_leaves_the_folder_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let charts = root().join("tests/charts");
    let output = Command::new(env!("CARGO_BIN_EXE_phiscale"))
        .args(["plot", "scaled.toml", "networks.toml", "-o"])
        .arg(folder.path())
        .current_dir(charts)
        .output()
        .expect("phiscale runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[test]
fn measured_networks_are_counted_by_their_multipliers() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("table.csv");
    let output = plot(&["tests/charts/scaled.toml", "--csv", &table.to_string_lossy()]);
    assert!(output.status.success());
    let table = fs::read_to_string(table).expect("the table");
    let expected = "panel,series,network,macs,counted,top1,source\n\
                    ,my runs,B0,385814752,true,77,my own runs\n\
                    ,my runs,deeper,782254048,true,78.1,my own runs\n\
                    ,my runs,d=1.2 w=1.1 r=1.15,992629472,true,79.2,my own runs\n";
    assert_eq!(table, expected);
}

#[test]
fn an_onnx_file_is_a_point_with_the_accuracy_that_the_chart_file_gives_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("table.csv");
    let output = plot(&["tests/charts/onnx.toml", "--csv", &table.to_string_lossy()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = fs::read_to_string(table).expect("the table");
    assert!(table.contains(",mine,small,315808,true,61.5,measured\n"), "{table}");
}

#[test]
fn the_stages_of_onnx_files_are_drawn_with_sizes_given_beside_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("table.csv");
    let output = plot(&[
        "--stages",
        "tests/onnx/open.onnx",
        "--input",
        "32",
        "--csv",
        &table.to_string_lossy(),
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = fs::read_to_string(table).expect("the table");
    assert!(table.contains("open,MACs,stage1,stage1,205056,"), "{table}");
}

#[test]
fn the_accuracy_of_a_library_makes_the_curve_of_its_networks() {
    let output =
        plot(&["efficientnet", "--accuracy", "torchvision", "-o", "-", "--csv", "/dev/stderr"]);
    let table = String::from_utf8_lossy(&output.stderr).into_owned();
    // At torchvision's own 288 pixels.
    assert!(table.contains(",EfficientNet,efficientnet_b2,1087529456,"), "{table}");
    assert!(!table.contains("Table 2"), "{table}");
}

#[test]
fn a_hero_that_one_family_beats_everywhere_claims_nothing_against_another() {
    let path = root().join("tests/charts/beaten.toml");
    let beaten = fs::read_to_string(path).expect("a chart file");
    let svg = drawn(&beaten);
    assert!(
        svg.contains(">From small to large: 3.0 points of accuracy for 3.0× the params</title>")
    );
    assert!(!svg.contains("fewer") && !svg.contains("same accuracy"));
    // Without the family that beats it, the claim and its arrow are true.
    let rival = "[[series]]\nline = true\nnetworks = [\"efficientnet\"]\n";
    assert!(beaten.contains(rival));
    let svg = drawn(&beaten.replace(rival, ""));
    let title = "From 78.6% to 80.5% accuracy, Ours needs 2.2 to 5.4 times fewer params \
                 than RegNetX, but is not always ahead at lower accuracy";
    assert!(svg.contains(&format!(">{title}</title>")));
    assert!(svg.contains(">5.4× fewer</text>"));
}

#[test]
fn a_title_that_asks_for_numbers_that_are_not_true_is_an_error() {
    let path = root().join("tests/charts/beaten.toml");
    let beaten = fs::read_to_string(path).expect("a chart file");
    let titled = |title: &str| {
        let line = format!("x = \"params\"\ntitle = \"{title}\"\n");
        beaten.replace("x = \"params\"\n", &line)
    };
    let output = draw(&titled("Ours needs {least} to {most} times less"));
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("no number for `{least}` and `{most}`"), "{message}");
    let svg = drawn(&titled("Ours is {least_below} to {most_below} points below"));
    assert!(svg.contains(">Ours is −0.1 to 0.1 points below</title>"), "{svg}");
}

#[test]
fn stages_of_a_chart_add_up_to_the_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("table.csv");
    let arguments = ["efficientnet:b0", "resnet:50", "--stages", "--csv"];
    assert!(plot(&[&arguments[..], &[&table.to_string_lossy()]].concat()).status.success());
    let mut reader = csv::Reader::from_path(table).expect("the table");
    let mut sum = 0u64;
    for row in reader.records() {
        let row = row.expect("a row");
        if &row[0] == "ResNet-50" && &row[1] == "MACs" {
            sum += row[4].parse::<u64>().expect("an amount");
        }
    }
    assert_eq!(sum, 4_089_184_256);
}

#[test]
fn measurements_may_be_quoted_and_have_comments_and_other_numbers() {
    let text = "\u{feff}# source: nobody, ever\n\
                Name,MACs,Accuracy\r\n\"a, b\",3.9e8,77\r\nc,0.39B,78.5\r\n";
    let read = measured::read("a.csv", text.trim_start_matches('\u{feff}'));
    let read = read.expect("measurements");
    assert_eq!(read[1].figures.source, "nobody, ever");
    let costs = read.iter().filter_map(|row| row.figures.macs.as_ref());
    let costs: Vec<f64> = costs.map(|figure| figure.value).collect();
    assert_eq!(costs, [3.9e8, 3.9e8]);
    assert_eq!(read[0].label(), "a, b");
}

/// The rows of a CSV as the text of its networks' table in a chart.
fn table_of(folder: &Path, csv: &str) -> Vec<csv::StringRecord> {
    let [chart, runs, table] = ["a.toml", "runs.csv", "table.csv"].map(|name| folder.join(name));
    let series = "chart = \"accuracy\"\n[[series]]\nname = \"mine\"\nmeasured = \"runs.csv\"\n";
    fs::write(&chart, series).expect("a chart file");
    fs::write(&runs, csv).expect("measurements");
    let output =
        plot(&[&chart.to_string_lossy(), "-q", "--csv", &table.to_string_lossy(), "-o", "-"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = fs::read_to_string(&table).expect("the table");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.records().map(|row| row.expect("a row")).collect()
}

#[test]
fn repeats_are_drawn_as_their_mean_and_standard_error_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let repeats = table_of(
        folder.path(),
        "name,macs,top1\na,1B,80\nb,2B,81\na,1B,81\na,1000M,82\nb,2B,81.5\nc,3B,83\n",
    );
    // s = 1 of three, and √(2 · 0.25²) of two.
    let by_hand = format!(
        "name,macs,top1,standard_error\na,1B,81,{}\nb,2B,81.25,{}\nc,3B,83,\n",
        1.0 / 3.0_f64.sqrt(),
        (2.0 * 0.25_f64.powi(2)).sqrt() / 2.0_f64.sqrt(),
    );
    let by_hand = table_of(folder.path(), &by_hand);
    assert_eq!((repeats.len(), by_hand.len()), (3, 3));
    for (one, other) in repeats.iter().zip(&by_hand) {
        let number = |row: &csv::StringRecord, column: usize| row[column].parse::<f64>().ok();
        assert_eq!((&one[2], &one[3]), (&other[2], &other[3]));
        for column in [5, 6] {
            let [one, other] = [one, other].map(|row| number(row, column));
            assert_eq!(one.is_some(), other.is_some());
            assert!(one.zip(other).is_none_or(|(one, other)| (one - other).abs() < 1e-9));
        }
    }
    let counts: Vec<&str> = repeats.iter().map(|row| &row[7]).collect();
    assert_eq!(counts, ["3", "2", ""]);
}

#[test]
fn rows_of_other_sources_series_and_sizes_are_no_repeats() {
    let text = "name,series,source,input,macs,top1\n\
                a,x,me,224,1B,80\na,y,me,224,1B,81\na,x,paper,224,1B,79\na,x,me,288,2B,82\n";
    let read = measured::read("a.csv", text).expect("measurements");
    assert_eq!(read.len(), 4);
    assert!(read.iter().all(|row| row.figures.top1_uncertainty.is_none()));
    // Points read off a figure have no names.
    let read = measured::read("a.csv", "macs,top1\n1B,80\n1B,81\n").expect("measurements");
    assert_eq!(read.len(), 2);
}

/// The texts drawn in an SVG.
fn texts(svg: &str) -> Vec<&str> {
    let starts = svg.split("</text>");
    starts.filter_map(|part| part.rsplit_once('>')).map(|(_, text)| text).collect()
}

#[test]
fn own_texts_stand_around_a_chart_and_its_sources_are_left_out() {
    let series = "[[series]]\nnetworks = [\"efficientnet\"]\n";
    let of = |keys: &str| drawn(&format!("chart = \"accuracy\"\n{keys}\n{series}"));
    let computed = of("");
    let is_source = |text: &&str| text.starts_with("Costs counted by phiscale");
    assert!(texts(&computed).iter().any(is_source));
    let own = of("title = \"Own title\"\nnote = \"Own note\"\nsources = false");
    let drawn = texts(&own);
    assert_eq!(drawn.first(), Some(&"Own title"));
    assert!(drawn.contains(&"Own note") && !drawn.iter().any(is_source));
    let bare = of("title = \"none\"\nsubtitle = \"none\"\nnote = \"none\"");
    assert!(!texts(&bare).iter().any(is_source));
    let found = texts(&computed)[0];
    assert!(found.starts_with("From EfficientNet-B0 to B7"), "{found}");
    assert!(!texts(&bare).contains(&found) && bare.contains(found), "for screen readers");
}

#[test]
fn an_axis_names_the_data_that_are_known() {
    let own = "{ label = \"a\", macs = \"1B\", top1 = 70.1, source = \"mine\" }";
    let axis = |keys: &str, networks: &str| {
        let series = format!("[[series]]\nname = \"s\"\nnetworks = [{networks}]\n");
        let svg = drawn(&format!("chart = \"accuracy\"\n{keys}\n{series}"));
        let drawn = texts(&svg).into_iter().find(|text| text.contains("op-1 accuracy (axis"));
        drawn.and_then(|text| text.split(" (axis").next()).unwrap_or_default().to_string()
    };
    assert_eq!(axis("", "\"resnet:50\""), "ImageNet top-1 accuracy");
    assert_eq!(axis("", own), "Top-1 accuracy");
    assert_eq!(axis("", &format!("\"resnet:50\", {own}")), "ImageNet top-1 accuracy");
    assert_eq!(axis("dataset = \"CIFAR-100\"", own), "CIFAR-100 top-1 accuracy");
}

#[test]
fn costs_in_a_chart_file_are_as_given_unless_they_are_printed() {
    let own = "{ label = \"a\", macs = \"1B\", top1 = 76.5, source = \"mine\" }";
    let svg = |keys: &str| {
        drawn(&format!(
            "chart = \"accuracy\"\n[[series]]\nnetworks = [\"resnet\"]\n\
             [[series]]\nname = \"own\"\n{keys}\nnetworks = [{own}]\n"
        ))
    };
    let given = svg("");
    assert!(given.contains("<title>a: 1B MACs as given, 76.5 % top-1"), "{given}");
    assert!(given.contains("(multiply-adds, counted, or as given; log scale)"));
    assert!(given.contains("; hollow: as given.") && !given.contains("as published"));
    let printed = svg("as_printed = true");
    assert!(printed.contains("counted, or as published;") && !printed.contains("as given"));
}

#[test]
fn the_key_says_what_hollow_marks_are_where_the_sources_are_left_out() {
    let own = "{ label = \"a\", macs = \"1B\", top1 = 76.5, source = \"mine\" }";
    let of = |keys: &str| {
        drawn(&format!(
            "chart = \"accuracy\"\n{keys}\n[[series]]\nname = \"s\"\nnetworks = [\"resnet:50\", {own}]\n"
        ))
    };
    assert!(texts(&of("sources = false")).contains(&"hollow: cost as given"));
    assert!(texts(&of("size = \"3.3x1.8in\"")).contains(&"hollow: cost as given"));
    assert!(!texts(&of("")).contains(&"hollow: cost as given"));
}

proptest! {
    /// A network with rows for its repeats has the mean and the standard error computed by hand.
    #[test]
    fn repeats_have_a_mean_and_a_standard_error(
        thousandths in prop::collection::vec(1000u32..=100_000, 2..8)
    ) {
        let values: Vec<f64> = thousandths.iter().map(|one| f64::from(*one) / 1000.0).collect();
        let row = |value: &f64| format!("a,1B,{value},{}\n", value / 2.0 + 50.0);
        let text = format!("name,macs,top1,top5\n{}", values.iter().map(row).collect::<String>());
        let read = measured::read("a.csv", &text).expect("measurements");
        prop_assert_eq!(read.len(), 1);
        // Σ(x² − n·mean²) in whole numbers, without rounding.
        let count = thousandths.len() as u64;
        let sum: u64 = thousandths.iter().map(|one| u64::from(*one)).sum();
        let squares: u64 = thousandths.iter().map(|one| u64::from(*one).pow(2)).sum();
        let variance = (count * squares - sum * sum) as f64 / (count * (count - 1)) as f64;
        let (mean, error) =
            (sum as f64 / count as f64 / 1000.0, (variance / count as f64).sqrt() / 1000.0);
        let figures = &read[0].figures;
        let is_near = |one: f64, other: f64| (one - other).abs() < 1e-9;
        prop_assert!(is_near(figures.top1.expect("a mean"), mean));
        prop_assert!(is_near(figures.top5.expect("a mean"), mean / 2.0 + 50.0));
        let [top1, top5] = [figures.top1_uncertainty, figures.top5_uncertainty]
            .map(|one| one.expect("an error"));
        prop_assert!(is_near(top1.standard_error, error));
        prop_assert!(is_near(top5.standard_error, error / 2.0));
        prop_assert_eq!((top1.repeats, top5.repeats), (Some(values.len()), Some(values.len())));
    }

    /// With anything wrong in it, a chart file is a chart or a list of mistakes, never a panic.
    #[test]
    fn a_damaged_chart_file_is_an_error_or_a_chart(
        at in 0usize..1500, length in 0usize..40, with in "[\\PC\\n]{0,12}"
    ) {
        let path = root().join("plots/efficientnet-paper-macs.toml");
        let text = fs::read_to_string(path).expect("a chart file");
        let text = damaged(&text, at, length, &with);
        if let Err(error) = file::read("a.toml", &text) {
            prop_assert!(!error.problems().is_empty());
        }
    }

    /// The same of measurements.
    #[test]
    fn damaged_measurements_are_errors_or_rows(
        at in 0usize..3000, length in 0usize..40, with in "[\\PC\\n\",]{0,12}"
    ) {
        let path = root().join("specs/published/torchvision.csv");
        let text = fs::read_to_string(path).expect("measurements");
        let text = damaged(&text, at, length, &with);
        match measured::read("a.csv", &text) {
            Ok(read) => prop_assert!(read.iter().all(|row| row.figures.top1.is_some())),
            Err(error) => prop_assert!(!error.problems().is_empty()),
        }
    }
}

fn damaged(text: &str, at: usize, length: usize, with: &str) -> String {
    let start = (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let end = (start + length).min(text.len());
    let end = (end..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len());
    format!("{}{with}{}", &text[..start], &text[end..])
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).into()
}

/// What drawing a chart file with this text gives.
fn draw(text: &str) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chart.toml");
    fs::write(&path, text).expect("a chart file");
    plot(&[&path.to_string_lossy(), "-o", "-"])
}

/// The SVG of a chart file with this text.
fn drawn(text: &str) -> String {
    let output = draw(text);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn plot(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_phiscale"))
        .arg("plot")
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("phiscale runs")
}
