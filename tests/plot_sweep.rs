//! `phiscale plot` of sweeps: small files, whatever the sweep, and the same chart however its rows are given.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

const PHISCALE: &str = env!("CARGO_BIN_EXE_phiscale");

/// The most bytes of a chart.
const MOST_BYTES: usize = 200_000;

const HEADER: &str = "depth,width,resolution,input,params,macs,flops,activations\n";

fn plot(arguments: &[&str], stdin: Option<&Path>) -> String {
    let input = stdin.map_or_else(Stdio::null, |path| File::open(path).expect("a file").into());
    let output = Command::new(PHISCALE).arg("plot").args(arguments).stdin(input).output();
    let output = output.expect("phiscale runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn written(folder: &Path, rows: &[[u64; 2]]) -> String {
    let mut text = HEADER.to_string();
    for (index, [macs, activations]) in rows.iter().enumerate() {
        let depth = index + 1;
        writeln!(text, "{depth},1,1,3x224x224,7,{macs},{},{activations}", 2 * macs).expect("text");
    }
    let path = folder.join("s.csv");
    fs::write(&path, text).expect("a file");
    path.to_str().expect("UTF-8").to_string()
}

/// Neighbouring cells of different counts cannot be joined, and the front has as many points as an axis has cells.
#[test]
fn a_chart_of_the_worst_sweep_stays_small() {
    let folder = tempfile::tempdir().expect("a folder");
    // Five levels, no two neighbours alike; the counts of a cell are 1, 2, 4, 8 and 16.
    let mut rows = Vec::new();
    for column in 0..96i32 {
        for row in 0..64i32 {
            let place = |cell: i32, cells: f64| {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below 10^9
                let amount = 10f64.powf(6.0 + 3.0 * (f64::from(cell) + 0.5) / cells) as u64;
                amount
            };
            for _ in 0..1 << ((column + 2 * row) % 5) {
                rows.push([place(column, 96.0), place(63 - row, 64.0)]);
            }
        }
    }
    // A front of a thousand points.
    rows.extend((0..1000u64).map(|step| [900_000 + step * 90, 1_000_000 - step * 90]));
    let path = written(folder.path(), &rows);
    for theme in ["light", "auto"] {
        let svg = plot(&[&path, "--theme", theme], None);
        assert!(svg.len() < MOST_BYTES, "{} bytes", svg.len());
        let rects = svg.matches('z').count();
        assert!(rects > 3000, "{rects}");
    }
}

#[test]
fn a_chart_depends_neither_on_the_order_of_rows_nor_on_where_they_come_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows: Vec<[u64; 2]> =
        (1..3000u64).map(|step| [step * step * 977, 5_000_000 / step + step * 31]).collect();
    let path = written(folder.path(), &rows);
    // The source names the file.
    let drawn = |name: &str, stdin| plot(&[name, "--no-sources"], stdin);
    let svg = drawn(&path, None);
    assert!(drawn("-", Some(Path::new(&path))) == svg);
    let text = fs::read_to_string(&path).expect("the rows");
    let lines: Vec<&str> = text.lines().skip(1).collect();
    let backwards: String = lines.iter().rev().flat_map(|line| [*line, "\n"]).collect();
    fs::write(&path, format!("{HEADER}{backwards}")).expect("a file");
    assert!(drawn(&path, None) == svg);
}

#[test]
fn the_chart_of_the_page_is_what_the_command_draws() {
    let folder = Path::new("docs/sweep");
    let csv = folder.join("cost-of-phi-1.csv");
    let svg = fs::read_to_string(folder.join("cost-of-phi-1.svg")).expect("the chart");
    assert!(svg.len() < MOST_BYTES);
    let csv = csv.to_str().expect("UTF-8");
    assert!(plot(&[csv, "efficientnet", "--x", "params", "--theme", "auto"], None) == svg);
}
