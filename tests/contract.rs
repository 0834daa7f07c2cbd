//! The JSON of `count` is a contract: its keys, and the numbers of the bundled networks in it.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::process::{Command, Output};

use proptest::prelude::*;
use serde_json::Value;

fn phiscale(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_phiscale")).args(arguments).output().expect("phiscale runs")
}

fn json(arguments: &[&str]) -> Value {
    let output = phiscale(arguments);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[track_caller]
fn check(network: &str, side: u64, totals: [u64; 4]) {
    let report = json(&["count", network, "--format", "json"]);
    let [params, norm_stats, macs, activations] = totals;
    assert_eq!(report["network"], network);
    assert_eq!(
        report["input"],
        serde_json::json!({ "channels": 3, "height": side, "width": side })
    );
    let expected = serde_json::json!({
        "params": params, "norm_stats": norm_stats, "macs": macs, "flops": 2 * macs,
        "activations": activations,
    });
    assert_eq!(report["totals"], expected, "{network}");
}

/// Tan & Le 2019's family and ResNet-50, as torchvision, timm, pycls and automl count them.
#[test]
fn the_published_networks() {
    check("efficientnet:b0", 224, [5_288_548, 42_016, 385_814_752, 6_748_036]);
    check("efficientnet:b1", 240, [7_794_184, 62_048, 686_802_832, 10_884_328]);
    check("efficientnet:b2", 260, [9_109_994, 67_568, 993_561_872, 13_832_834]);
    check("efficientnet:b3", 300, [12_233_232, 87_296, 1_827_141_392, 23_831_296]);
    check("efficientnet:b4", 380, [19_341_616, 125_200, 4_393_771_024, 49_489_032]);
    check("efficientnet:b5", 456, [30_389_784, 172_736, 10_266_384_752, 98_857_400]);
    check("efficientnet:b6", 528, [43_040_704, 224_432, 19_067_593_536, 167_393_400]);
    check("efficientnet:b7", 600, [66_347_960, 310_720, 37_745_884_192, 289_939_464]);
    check("efficientnet:b8", 672, [87_413_142, 380_032, 62_597_461_568, 442_886_462]);
    check("efficientnet:l2", 800, [480_309_308, 1_090_688, 475_703_653_280, 1_707_390_020]);
    check("resnet:50", 224, [25_557_032, 53_120, 4_089_184_256, 11_114_984]);
}

#[test]
fn the_keys_of_a_count() {
    let report = json(&["count", "efficientnet", "--phi", "1", "--format", "json"]);
    assert_eq!(report["schema"], "phiscale.count/2");
    let scale = serde_json::json!({ "depth": 1.2, "width": 1.1, "resolution": 1.15, "phi": 1.0 });
    assert_eq!(report["scale"], scale);
    assert_eq!(report["input"]["height"], 258);
    assert_eq!(report["totals"]["macs"], 992_629_472_u64);
    assert_eq!(report["reported"]["convention"], "conv-linear");
    assert_eq!(report["reported"]["name"], "MACs");
    assert_eq!(report["reported"]["value"], 992_629_472_u64);
    assert!(report.get("layers").is_none());
}

#[test]
fn rows_add_up_to_the_totals_by_layer_and_by_stage_whatever_the_batch() {
    for network in ["efficientnet:b3", "resnet:101"] {
        for per in ["layer", "stage"] {
            for batch in ["1", "7"] {
                let arguments =
                    ["count", network, "--per", per, "--batch", batch, "--format", "json"];
                let report = json(&arguments);
                let rows = report["layers"].as_array().expect("rows");
                for key in ["params", "norm_stats", "macs", "flops", "activations"] {
                    let sum: u64 = rows.iter().filter_map(|row| row[key].as_u64()).sum();
                    assert_eq!(report["totals"][key], sum, "{network} {per} {batch} {key}");
                }
                let sum: u64 = rows.iter().filter_map(|row| row["reported"].as_u64()).sum();
                assert_eq!(report["reported"]["value"], sum, "{network} {per} {batch}");
            }
        }
    }
}

#[test]
fn csv_rows_add_up_to_the_same_totals() {
    let output = phiscale(&["count", "efficientnet:b0", "--per", "layer", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let headers = reader.headers().expect("headers").clone();
    let macs = headers.iter().position(|header| header == "macs").expect("a column of MACs");
    let sum: u64 = reader
        .records()
        .map(|record| record.expect("a row")[macs].parse::<u64>().expect("an integer"))
        .sum();
    assert_eq!(sum, 385_814_752);
}

#[test]
fn repeats_written_out_add_up_to_the_same() {
    let short = json(&["count", "efficientnet:b7", "--per", "layer", "--format", "json"]);
    let long =
        json(&["count", "efficientnet:b7", "--per", "layer", "--unroll", "--format", "json"]);
    assert_eq!(short["totals"], long["totals"]);
    let rows = |report: &Value| report["layers"].as_array().map_or(0, Vec::len);
    assert!(rows(&long) > 3 * rows(&short));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for arguments in [
        &["check", "efficientnet", "--format", "json"][..],
        &["plot", "efficientnet", "resnet", "--x", "params"],
        &["plot", "efficientnet", "--x", "phi", "--theme", "dark"],
    ] {
        let first = phiscale(arguments);
        let second = Command::new(env!("CARGO_BIN_EXE_phiscale"))
            .args(arguments)
            .env_clear()
            .env("LC_ALL", "tr_TR.UTF-8")
            .output()
            .expect("phiscale runs");
        assert!(!first.stdout.is_empty());
        assert_eq!(first.stdout, second.stdout, "{arguments:?}");
    }
}

#[test]
fn nothing_is_half_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("count.json");
    let path = path.to_str().expect("UTF-8");
    std::fs::write(path, "before").expect("a file");
    let output = phiscale(&["count", "efficientnet:b0", "--width", "0", "-o", path]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(path).expect("the file"), "before");
    assert!(phiscale(&["count", "efficientnet:b0", "-o", path]).status.success());
    assert!(std::fs::read_to_string(path).expect("the file").contains("\"macs\": 385814752"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

#[test]
fn a_png_is_a_png_of_the_size_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("chart.png");
    let arguments = ["plot", "efficientnet", "--size", "800x600", "--scale", "1.5", "-o"];
    let output = phiscale(&[&arguments[..], &[path.to_str().expect("UTF-8")]].concat());
    assert!(output.status.success());
    let bytes = std::fs::read(path).expect("the picture");
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(bytes[16..24], [0, 0, 4, 176, 0, 0, 3, 132]);
}

#[test]
fn a_huge_file_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("huge.toml");
    std::fs::write(&path, "# \n".repeat(500_000)).expect("a file");
    let output = phiscale(&["count", path.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("too large for a spec"));
}

proptest! {
    /// A spec with anything wrong in it is a family or a list of mistakes, never a panic.
    #[test]
    fn a_damaged_spec_is_an_error_or_a_family(
        at in 0usize..6000, length in 0usize..40, with in "[\\PC\\n]{0,12}"
    ) {
        let text = phiscale::spec::bundled("efficientnet").expect("a bundled spec");
        let start = (0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        let end = (start + length).min(text.len());
        let end = (end..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len());
        let damaged = format!("{}{with}{}", &text[..start], &text[end..]);
        if let Err(error) = phiscale::spec::parse("e", "e.toml", &damaged) {
            prop_assert!(!error.problems().is_empty());
            prop_assert!(error.to_string().contains("error"));
        }
    }
}
