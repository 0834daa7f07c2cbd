//! `phiscale count` of several networks, from outside.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::process::{Command, Output};

fn phiscale(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    command.output().expect("the program runs")
}

fn counted(arguments: &[&str]) -> String {
    let output = phiscale(&[&["count"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The rows of a CSV table without quotes.
fn rows(csv: &str) -> Vec<Vec<&str>> {
    csv.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

#[test]
fn ten_thousand_names_are_ten_thousand_rows() {
    let names =
        ["efficientnet:b0", "efficientnet:b3", "torchvision/resnet50", "tests/onnx/dynamo.onnx"];
    let given: Vec<&str> = names.iter().copied().cycle().take(10_000).collect();
    let csv = counted(&[&given[..], &["--columns", "network,macs", "--format", "csv"]].concat());
    let rows = rows(&csv);
    assert_eq!(rows.len(), 10_000);
    for (row, name) in rows.iter().zip(&given) {
        assert_eq!(row[0], *name);
    }
    assert_eq!(rows[1][1], "1827141392");
    assert_eq!(rows[9_998][1], "4089184256");
}

#[test]
fn a_row_is_what_the_network_counts_alone() {
    let names = [
        "efficientnet:b3",
        "resnet:50",
        "timm/efficientnet_b0",
        "TIMM/resnet50",
        "efficientnet:B1",
    ];
    let scale = ["--input", "96", "--batch", "3", "--convention", "fvcore"];
    let columns = ["--columns", "params,macs,flops,activations,reported", "--format", "csv"];
    let together = counted(&[&names[..], &scale, &columns].concat());
    let alone: Vec<String> =
        names.iter().map(|name| counted(&[&[*name][..], &scale, &columns].concat())).collect();
    let alone: Vec<Vec<&str>> = alone.iter().flat_map(|csv| rows(csv)).collect();
    assert_eq!(rows(&together), alone);
}

#[test]
fn rows_are_sorted_by_the_column_either_way() {
    let names = ["efficientnet:b3", "resnet:18", "efficientnet:b0", "resnet:50", "efficientnet:b3"];
    let sorted = |options: &[&str]| -> Vec<u64> {
        let csv =
            counted(&[&names[..], &["--columns", "macs", "--format", "csv"], options].concat());
        rows(&csv).iter().map(|row| row[0].parse().expect("MACs")).collect()
    };
    let (up, down) = (sorted(&["--sort", "macs"]), sorted(&["--sort", "macs", "--reverse"]));
    assert!(up.is_sorted() && up.len() == names.len());
    assert_eq!(up.iter().rev().copied().collect::<Vec<_>>(), down);
}

#[test]
fn layers_and_stages_are_sorted_by_a_count_either_way() {
    for per in ["layer", "stage"] {
        let sorted = |options: &[&str]| -> Vec<u64> {
            let arguments = ["efficientnet:b0", "--per", per, "--format", "json"];
            let json = counted(&[&arguments[..], options].concat());
            let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            let rows = json["layers"].as_array().expect("rows");
            rows.iter().map(|row| row["macs"].as_u64().expect("MACs")).collect()
        };
        let up = sorted(&["--sort", "macs"]);
        assert!(up.is_sorted() && up.len() > 5);
        let down = sorted(&["--sort", "macs", "--reverse"]);
        assert_eq!(up.iter().rev().copied().collect::<Vec<_>>(), down);
        let mut given = sorted(&[]);
        assert_ne!(given, up);
        given.sort_unstable();
        assert_eq!(given, up);
    }
    let per_layer = ["count", "resnet:18", "--per", "layer"];
    for (options, words) in [
        (&["--sort", "network"][..], "params, norm_stats, macs, flops, activations, reported"),
        (&["--columns", "macs"], "--sort, --reverse and --units work with --per"),
    ] {
        let output = phiscale(&[&per_layer[..], options].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{options:?}");
    }
}

#[test]
fn units_are_letters_of_any_case_and_small_counts_keep_four_digits() {
    let of = |units: &str| counted(&["resnet:18", "resnet:50", "--units", units]);
    assert_eq!(of("m,g"), of("M,G"));
    assert_eq!(of("m,b"), of("M,B"));
    assert!(of("M,B").contains("MACs (B)") && of("M,G").contains("MACs (G)"));
    assert_eq!(of("M,B").replace("(B", "(G"), of("M,G"));
    let small = counted(&["tests/onnx/dynamo.onnx", "resnet:18", "--units", "T"]);
    assert!(small.contains("0.000000001778"), "{small}");
}

#[test]
fn nothing_is_written_where_one_network_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("table.csv");
    let path = file.to_string_lossy();
    let output = phiscale(&["count", "resnet:50", "efficientnet:b99", "-o", &path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("b99"));
    assert!(!file.exists() && output.stdout.is_empty());
}

/// A column of a two-column page in 10 pt is about 240 pt wide; a character takes 5 pt and a gap between columns 12 pt.
#[test]
fn a_latex_table_fits_a_column_of_a_page() {
    let names = ["torchvision/resnet50", "efficientnet:b0", "timm/efficientnet_b0", "convnext:t"];
    for options in [&[][..], &["--units", "M,G"], &["--convention", "fvcore", "--units", "M,G"]] {
        let latex = counted(&[&names[..], &["--format", "latex"], options].concat());
        let lines: Vec<Vec<&str>> = latex
            .lines()
            .filter_map(|line| line.strip_suffix(" \\\\"))
            .map(|line| line.split(" & ").collect())
            .collect();
        assert_eq!(lines.len(), 1 + names.len());
        let width = |column: usize| {
            let lengths = lines.iter().map(|line| line[column].replace('\\', "").chars().count());
            lengths.max().unwrap_or(0)
        };
        let characters: usize = (0..lines[0].len()).map(width).sum();
        assert!(characters * 5 + (lines[0].len() - 1) * 12 <= 240, "{latex}");
    }
}
