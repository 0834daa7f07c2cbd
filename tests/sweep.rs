//! `phiscale sweep`: its rows are those of other commands, in one order, however they are counted and written.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PHISCALE: &str = env!("CARGO_BIN_EXE_phiscale");

/// 1,848 points, in several rounds of chunks.
const GRID: [&str; 8] = [
    "sweep",
    "proxy",
    "--depth",
    "0.2..=3:0.1",
    "--width",
    "0.5..=2:0.5",
    "--resolution",
    "0.5..=2:0.1",
];

fn phiscale(arguments: &[&str]) -> Output {
    Command::new(PHISCALE).args(arguments).output().expect("phiscale runs")
}

fn text(arguments: &[&str]) -> String {
    let output = phiscale(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn grid(more: &[&str]) -> String {
    text(&[&GRID, more].concat())
}

/// The fields under some columns, row by row.
fn columns(csv: &str, keys: &[&str]) -> Vec<Vec<String>> {
    let mut lines = csv.lines().map(|line| line.split(',').map(str::to_string).collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let place = |key: &&str| header.iter().position(|known| known == key).expect("a column");
    let places: Vec<usize> = keys.iter().map(place).collect();
    lines.map(|line| places.iter().map(|place| line[*place].clone()).collect()).collect()
}

#[test]
fn rows_are_those_of_scale() {
    let keys = ["depth", "width", "resolution", "input", "params", "macs", "flops", "activations"];
    for family in ["efficientnet", "densenet", "regnet", "resnet:50"] {
        for [depth, width, resolution] in [["1.3", "1.1", "1.2"], ["0.7", "2", "0.83"]] {
            let scale = ["--depth", depth, "--width", width, "--resolution", resolution];
            let [swept, scaled] = ["sweep", "scale"].map(|command| {
                text(&[&[command, family], &scale[..], &["--format", "csv"]].concat())
            });
            assert_eq!(columns(&swept, &keys), columns(&scaled, &keys), "{family}");
        }
    }
    let phi = ["efficientnet", "--phi", "-1..=3:0.5", "--format", "csv"];
    let [swept, scaled] = ["sweep", "scale"].map(|command| text(&[&[command], &phi[..]].concat()));
    assert_eq!(columns(&swept, &keys), columns(&scaled, &keys));
    let members = text(&["sweep", "efficientnet", "--members", "all"]);
    let scaled = text(&["scale", "efficientnet", "--format", "csv"]);
    let keys = [&["network"], &keys[..]].concat();
    assert_eq!(columns(&members, &keys), columns(&scaled, &keys));
}

#[test]
fn ranges_are_the_whole_in_parts() {
    for format in ["csv", "jsonl"] {
        for more in [&[][..], &["--random", "1856", "--seed", "5"], &["--max-macs", "20M"]] {
            let more = [&["--format", format], more].concat();
            let whole = grid(&more);
            let part = |range| grid(&[&more[..], &["--range", range]].concat());
            let parts = ["0..1", "1..=700", "701..1855", "1855.."].map(part).concat();
            assert_eq!(parts, whole, "{more:?}");
        }
    }
}

#[test]
fn lines_are_the_rows_of_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a, \"b\".toml");
    let bundled = fs::read_to_string("specs/efficientnet.toml").expect("a spec");
    fs::write(&path, bundled).expect("a copy");
    let path = path.to_str().expect("UTF-8");
    for arguments in [&["sweep", path, "--members", "b0,b3"][..], &GRID] {
        let report = text(&[arguments, &["--format", "json"]].concat());
        let lines = text(&[arguments, &["--format", "jsonl"]].concat());
        let spaced: String = report.split('\n').map(str::trim_start).collect();
        let (_, rows) = spaced.split_once("\"networks\": [").expect("rows");
        let rows = rows.replace("\": ", "\":").replace("},{\"", "}\n{\"");
        assert_eq!(rows.trim_end_matches("]}"), lines.trim_end());
    }
    let csv = text(&["sweep", path, "--members", "b0,b3"]);
    let quoted = path.replace('"', "\"\"");
    assert!(csv.contains(&format!("\n\"{quoted}:b3\",1.4,1.2,")), "{csv}");
}

/// The front of all rows, by its definition; of equal costs, the first row.
#[test]
fn a_front_is_what_no_row_undercuts() {
    let keys = ["params", "activations", "depth", "width", "resolution"];
    for more in [&[][..], &["--min-macs", "8M", "--max-macs", "9M"], &["--random", "500"]] {
        let costs =
            |row: &Vec<String>| [0, 1].map(|place| row[place].parse::<u64>().expect("a count"));
        let rows = columns(&grid(more), &keys);
        let undercuts = |one: [u64; 2], other: [u64; 2]| one[0] <= other[0] && one[1] <= other[1];
        let is_on = |(place, row): &(usize, &Vec<String>)| {
            let own = costs(row);
            let mut others = rows.iter().enumerate();
            !others.any(|(at, other)| {
                let other = costs(other);
                undercuts(other, own) && (other != own || at < *place)
            })
        };
        let front = rows.iter().enumerate().filter(is_on).map(|(_, row)| row.clone());
        let mut front: Vec<_> = front.collect();
        front.sort_by_key(costs);
        let found = grid(&[more, &["--front", "params,activations", "--format", "csv"]].concat());
        assert_eq!(columns(&found, &keys), front, "{more:?}");
    }
}

#[test]
fn a_file_is_replaced_whole_or_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.csv");
    fs::write(&path, "old").expect("a file");
    let shown = path.to_str().expect("UTF-8");
    let failed = phiscale(&["sweep", "vgg", "--resolution", "0.01", "-o", shown]);
    assert_eq!((failed.status.code(), files(folder.path())), (Some(2), 1));
    assert_eq!(fs::read_to_string(&path).expect("a file"), "old");
    assert!(grid(&["-o", shown]).is_empty());
    assert_eq!(fs::read_to_string(&path).expect("a file"), grid(&[]));
    assert_eq!(files(folder.path()), 1);
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).expect("a folder").count()
}

/// What Ctrl-C leaves is the start of all rows, and the message says how to get the rest.
#[cfg(unix)]
#[test]
fn a_sweep_that_is_stopped_can_be_resumed() {
    use std::process::Stdio;
    use std::time::Duration;

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.csv");
    let shown = path.to_str().expect("UTF-8");
    let random = ["sweep", "proxy", "--depth", "1..=9:0.01", "--random", "1000000000000"];
    let mut sweep = Command::new(PHISCALE);
    let sweep = sweep.args(random).args(["-o", shown]).stderr(Stdio::piped());
    let sweep = sweep.spawn().expect("phiscale runs");
    let is_written = || {
        let mut files = fs::read_dir(folder.path()).expect("a folder").flatten();
        files.any(|file| file.metadata().is_ok_and(|part| part.len() > 100))
    };
    while !is_written() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let signalled = Command::new("kill").args(["-INT", &sweep.id().to_string()]).status();
    assert!(signalled.expect("kill runs").success());
    let output = sweep.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).expect("UTF-8");
    let rows = fs::read_to_string(&path).expect("a file");
    let count = rows.lines().count() - 1;
    assert!(message.starts_with(&format!("stopped before point {count}: ")), "{message}");
    assert!(message.contains(&format!("--range {count}.. gives the rest")), "{message}");
    assert!(rows.ends_with('\n') && files(folder.path()) == 1);
    let last = format!("{}..{count}", count - 1);
    let again = text(&[&random[..], &["--range", &last]].concat());
    assert_eq!(rows.lines().last(), again.lines().last());
}
