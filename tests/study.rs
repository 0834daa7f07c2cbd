//! `phiscale study` with a command as evaluator: it goes on after any kill, keeps choices and comparison apart, and says
//! what it would train.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]
#![cfg(unix)]

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use phiscale::search::{Journal, JournalEntry, TestedOn};
use serde_json::Value;

/// An accuracy that follows from the candidate: more MACs are better, and so are learning rates near 0.006; the published
/// coefficients are the best, and the seed decides the second decimal.
const ANSWER: &str = r#"python3 - <<'END'
import json, math
c = json.load(open("candidate.json"))
v = c["variant"]
a = 60 + 3 * math.log10(c["totals"]["macs"]) - 2 * abs(math.log(v.get("learning_rate", 0.006) / 0.006))
a += 3 if c["alpha"] > 1 and c["gamma"] > 1 else 0
a += math.log10(v.get("epochs", 1))
a += 0.01 * (v["seed"] % 5)
json.dump({"accuracy": a}, open("result.json", "w"))
END"#;

/// A study of the proxy at 12 pixels, or with `--space` of a baseline that is found first.
fn study(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.args(["study", "--costs", "2,4", "--runs", "3"]);
    if !more.contains(&"--space") {
        command.args(["--resolution", "0.75"]);
    }
    command.args(["--beside", "proxy_plain", "--folder", "study"]).args(more);
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// A small search for the baseline.
const SPACE: [&str; 4] = ["--space", "proxy", "--candidates", "16"];

fn run(folder: &Path, more: &[&str]) -> Output {
    let output = study(folder, more).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn report(folder: &Path, more: &[&str]) -> Value {
    let mut all = vec!["--format", "json"];
    all.extend(more);
    serde_json::from_slice(&run(folder, &all).stdout).expect("JSON")
}

fn journal(folder: &Path) -> Vec<JournalEntry> {
    let text = fs::read_to_string(folder.join("study/journal.jsonl")).expect("a journal");
    Journal::parse(&text).expect("a journal without mistakes").entries
}

/// What tells the trainings of a journal apart, and whether each is there once.
fn trainings(entries: &[JournalEntry]) -> HashSet<String> {
    let one = |entry: &JournalEntry| {
        let JournalEntry { phi, alpha, beta, gamma, variant, .. } = entry;
        format!("{phi} {alpha} {beta} {gamma} {}", variant.key())
    };
    let all: HashSet<String> = entries.iter().map(one).collect();
    assert_eq!(all.len(), entries.len(), "a training stands in the journal twice");
    all
}

#[test]
fn a_killed_study_goes_on_and_gives_the_same_answer() {
    goes_on_after_kills(&[]);
}

#[test]
fn a_killed_study_of_a_space_goes_on_and_gives_the_same_answer() {
    goes_on_after_kills(&SPACE);
}

fn goes_on_after_kills(of: &[&str]) {
    let with = |more: &[&'static str]| [of, more].concat();
    let whole = tempfile::tempdir().expect("a folder");
    let expected = report(whole.path(), &with(&["--evaluator", ANSWER, "--jobs", "2"]));
    let killed = tempfile::tempdir().expect("a folder");
    for kill in 0..10u64 {
        let more = with(&["--evaluator", ANSWER, "--jobs", "2"]);
        let mut child = study(killed.path(), &more);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        thread::sleep(Duration::from_millis(100 + 97 * kill % 300));
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
    }
    let found = report(killed.path(), &with(&["--evaluator", ANSWER, "--jobs", "1"]));
    assert_eq!(found, expected);
    assert_eq!(trainings(&journal(killed.path())), trainings(&journal(whole.path())));
    // Nothing is measured again, and the journal alone gives the answer.
    assert_eq!(report(killed.path(), &with(&["--evaluator", "exit 9"])), expected);
    let journal = with(&["--measurements", "study/journal.jsonl"]);
    let text = study(killed.path(), &journal).args(["--format", "json"]).output().expect("it runs");
    assert_eq!(text.status.code(), Some(2), "--folder has no effect with --measurements");
}

#[test]
fn a_baseline_is_found_in_a_space_and_scaled() {
    let folder = tempfile::tempdir().expect("a folder");
    let of = |more: &[&'static str]| [&SPACE[..], more].concat();
    let planned = report(folder.path(), &of(&["--dry-run"]));
    let searched = |planned: &Value| {
        let rows = planned["networks"].as_array().cloned().unwrap_or_default();
        let of = rows.into_iter().filter(|row| row["purpose"] == "baseline");
        of.filter_map(|row| row["runs"].as_u64()).collect::<Vec<u64>>()
    };
    // Two generations of eight, each halved twice.
    assert_eq!(searched(&planned), [16, 8, 4]);
    let measured = ["--evaluator", ANSWER, "--jobs", "2", "--write-spec", "best.toml"];
    let found = report(folder.path(), &of(&measured));
    let entries = journal(folder.path());
    let is_choice = |entry: &&JournalEntry| entry.variant.family.is_none();
    assert_eq!(entries.iter().filter(is_choice).count(), 28);
    // What was chosen for the baseline names its scaled networks too.
    let chosen = found["answer"].as_array().expect("choices");
    let own = |entry: &&JournalEntry| entry.variant.family.as_deref() == Some("designed_proxy");
    for entry in entries.iter().filter(own) {
        for row in chosen {
            let name = row["choice"].as_str().expect("a name");
            assert_eq!(row["value"].as_str(), entry.variant.choices.get(name).map(String::as_str));
        }
    }
    assert_eq!(entries.iter().filter(own).filter(|entry| entry.phi == 0.0).count(), 9);
    // The baseline is a network of the space, which the written spec has with the coefficients that were found.
    let baseline = found["ways"].as_array().expect("ways").iter();
    let baseline = baseline.clone().find(|row| row["way"] == "baseline").expect("the baseline");
    let mut count = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    count.args(["count", "best.toml", "--format", "json"]).current_dir(folder.path());
    let counted = count.output().expect("the program runs").stdout;
    let counted: Value = serde_json::from_slice(&counted).expect("JSON");
    assert_eq!(counted["totals"]["params"], baseline["params"], "{counted}");
    let text = fs::read_to_string(folder.path().join("best.toml")).expect("a spec");
    assert!(text.contains(&format!("alpha = {:?}", found["alpha"].as_f64().expect("α"))), "{text}");
    // The plan knows the baseline now.
    let planned = report(folder.path(), &of(&["--dry-run"]));
    assert_eq!(planned["networks"][0]["params"], baseline["params"]);
}

#[test]
fn a_device_adds_times_to_a_study_that_was_measured() {
    let folder = tempfile::tempdir().expect("a folder");
    let without = report(folder.path(), &["--evaluator", ANSWER, "--jobs", "2"]);
    assert_eq!(without["ways"][0].get("seconds"), None);
    let chart = ["--evaluator", "exit 9", "--device", "t4", "--chart", "a.svg", "--x", "time"];
    let with = report(folder.path(), &chart);
    let seconds = |row: &Value| row["seconds"].as_f64().expect("a time");
    let ways = with["ways"].as_array().expect("ways");
    let baseline = ways.iter().find(|row| row["way"] == "baseline").expect("the baseline");
    let largest = ways.iter().filter(|row| row["cost"] == 4.0);
    assert!(largest.map(seconds).all(|one| one > seconds(baseline)));
    let chart = fs::read_to_string(folder.path().join("a.svg")).expect("a chart");
    assert!(chart.contains("Estimated time per image, in ms"));
}

#[test]
fn a_family_without_a_network_near_a_cost_takes_no_part_at_it() {
    let folder = tempfile::tempdir().expect("a folder");
    // The proxy's own baseline has 16 pixels.
    let more = [
        "--costs",
        "2,4",
        "--beside",
        "mine.toml",
        "--folder",
        "study",
        "--learning-rates",
        "0.006",
    ];
    let spec = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/specs/proxy.toml"));
    let spec = spec.expect("a spec").replace("size = 16", "size = 28");
    fs::write(folder.path().join("mine.toml"), spec).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.args(["study", "--resolution", "0.75", "--evaluator", ANSWER, "--format", "json"]);
    let output = command.args(more).current_dir(folder.path()).output().expect("the program runs");
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let ways = found["ways"].as_array().expect("ways");
    let others: Vec<&Value> = ways.iter().filter(|way| way["way"] == "Proxy").collect();
    assert!(others.iter().all(|way| way["cost"] == 4.0), "{others:?}");
    let notes = found["notes"].to_string();
    assert!(notes.contains("Proxy takes no part at 2 times the cost"), "{notes}");
}

#[test]
fn choices_are_made_on_other_images_and_seeds_than_the_comparison() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = report(folder.path(), &["--evaluator", ANSWER, "--jobs", "2"]);
    let entries = journal(folder.path());
    let seeds = |images| {
        let of = entries.iter().filter(|entry| entry.variant.images == Some(images));
        of.filter_map(|entry| entry.variant.seed).collect::<HashSet<u64>>()
    };
    assert_eq!(seeds(TestedOn::Validation), HashSet::from([1, 2]));
    assert_eq!(seeds(TestedOn::Test), HashSet::from([3, 4, 5]));
    // The evaluator prefers scaling depth and resolution together, and the middle rate.
    assert!(report["alpha"].as_f64() > Some(1.0) && report["gamma"].as_f64() > Some(1.0));
    let ways = report["ways"].as_array().expect("ways");
    assert!(ways.iter().all(|way| way["learning_rate"] == 0.006), "{ways:?}");
    assert!(ways.iter().any(|way| way["way"] == "Plain CNN" && way["cost"] == 1.0));
    let notes = report["notes"].to_string();
    assert!(notes.contains("beats every dimension alone at 2 of 2 costs"), "{notes}");
    let best = ways.iter().find(|way| way["cost"] == 2.0).expect("twice the cost");
    assert_eq!((&best["front"], &best["is_worse"]), (&Value::Bool(true), &Value::Bool(false)));
}

#[test]
fn a_dry_run_knows_the_time_after_the_first_trainings() {
    let folder = tempfile::tempdir().expect("a folder");
    let planned = report(folder.path(), &["--dry-run"]);
    assert_eq!(planned["seconds"], Value::Null);
    assert!(!folder.path().join("study").exists());
    let networks = planned["networks"].as_array().expect("networks").clone();
    let runs: u64 = networks.iter().filter_map(|one| one["runs"].as_u64()).sum();
    assert_eq!(planned["trainings"].as_u64(), Some(runs));
    run(folder.path(), &["--evaluator", ANSWER, "--jobs", "2"]);
    let measured = journal(folder.path());
    let planned = report(folder.path(), &["--dry-run"]);
    let seconds: f64 = measured.iter().map(|entry| entry.seconds).sum();
    let planned_seconds = planned["seconds"].as_f64().expect("a time");
    // The stand-ins for the coefficients cost about as much as those that were found.
    assert!((planned_seconds / seconds - 1.0).abs() < 0.5, "{planned_seconds} {seconds}");
}

#[test]
fn what_the_journal_lacks_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), &["--evaluator", ANSWER, "--jobs", "2"]);
    let text = fs::read_to_string(folder.path().join("study/journal.jsonl")).expect("a journal");
    let half: String = text.split_inclusive('\n').take(20).collect();
    fs::write(folder.path().join("half.jsonl"), half).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.args(["study", "--resolution", "0.75", "--costs", "2,4", "--beside", "proxy_plain"]);
    command.args(["--measurements", "half.jsonl"]).current_dir(folder.path());
    let output = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the measurements lack 36 of the 42 trainings that come next"), "{said}");
}

#[test]
fn a_way_that_always_fails_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let fails = format!("grep -q '\"family\": \"proxy_plain\"' candidate.json && exit 3; {ANSWER}");
    let output = study(folder.path(), &["--evaluator", &fails, "--jobs", "2", "--retries", "0"])
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("Plain CNN could not be trained with any learning rate"), "{said}");
}
