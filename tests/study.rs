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

fn has_lines(folder: &Path) -> bool {
    fs::metadata(folder.join("study/journal.jsonl")).is_ok_and(|file| file.len() > 0)
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
        // The first one is killed when it has written something.
        let wait = if kill == 0 { 0 } else { 100 + 97 * kill % 300 };
        while kill == 0 && !has_lines(killed.path()) {
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_millis(wait));
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
    }
    let before = journal(killed.path()).len();
    let all = journal(whole.path()).len();
    assert!(0 < before && before < all, "{before} of {all} trainings before the last command");
    let found = report(killed.path(), &with(&["--evaluator", ANSWER, "--jobs", "1"]));
    assert_eq!(found, expected);
    assert_eq!(trainings(&journal(killed.path())), trainings(&journal(whole.path())));
    // Nothing is measured again.
    assert_eq!(report(killed.path(), &with(&["--evaluator", "exit 9"])), expected);
    // The journal alone gives the answer.
    let mut alone = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    alone.args(["study", "--costs", "2,4", "--runs", "3", "--beside", "proxy_plain"]).args(of);
    if of.is_empty() {
        alone.args(["--resolution", "0.75"]);
    }
    alone.args(["--measurements", "study/journal.jsonl", "--format", "json"]);
    let alone = alone.current_dir(killed.path()).output().expect("the program runs");
    let alone: Value = serde_json::from_slice(&alone.stdout).expect("JSON");
    assert_eq!(alone, expected);
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
    // A law is of the scaled networks, not of those that were searched.
    let mut law = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    law.args(["law", "study/journal.jsonl"]).current_dir(folder.path());
    let said = law.output().expect("the program runs").stderr;
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("3 networks of different cost; a law needs 4"), "{said}");
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
    let spec = spec.expect("a spec").replace("size = 16", "size = 24");
    fs::write(folder.path().join("mine.toml"), spec).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.args(["study", "--resolution", "0.75", "--evaluator", ANSWER, "--format", "json"]);
    let output = command.args(more).current_dir(folder.path()).output().expect("the program runs");
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let ways = found["ways"].as_array().expect("ways");
    let others: Vec<&Value> = ways.iter().filter(|way| way["way"] == "Proxy").collect();
    assert_eq!(others.len(), 1, "{others:?}");
    assert_eq!(others[0]["cost"], 4.0);
    let notes = found["notes"].to_string();
    assert!(notes.contains("Proxy takes no part at 2 times the cost"), "{notes}");
    assert!(!notes.contains("Proxy takes no part at 4 times the cost"), "{notes}");
}

/// A study of a family without others, as JSON.
fn alone(folder: &Path, more: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.args(["study", "--costs", "2", "--runs", "2", "--folder", "study", "--format", "json"]);
    command.args(more).current_dir(folder).stdin(Stdio::null());
    let output = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

#[test]
fn a_dimension_alone_is_no_compound_way() {
    for (family, coefficients, dimension) in
        [("proxy_resnet", "1.2,1.1,1.15", "depth"), ("proxy", "w", "width")]
    {
        let folder = tempfile::tempdir().expect("a folder");
        let rates = ["--learning-rates", "0.006,0.003,0.006", "--tune-at", "2"];
        let given = [family, "--coefficients", coefficients, "--evaluator", ANSWER, "--jobs", "2"];
        let found = alone(folder.path(), &[&given[..], &rates[..]].concat());
        let ways = found["ways"].as_array().expect("ways");
        let at_twice = ways.iter().filter(|way| way["cost"] == 2.0);
        let names: Vec<&str> = at_twice.filter_map(|way| way["way"].as_str()).collect();
        let distinct: HashSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), distinct.len(), "{names:?}");
        assert!(distinct.contains(dimension), "{names:?}");
        // Each training stands in the journal once; other families are spoken of where there are some.
        trainings(&journal(folder.path()));
        let notes = found["notes"].to_string();
        assert_eq!(notes.contains("other families"), family == "proxy", "{notes}");
    }
}

#[test]
fn what_was_not_measured_is_not_beaten() {
    let folder = tempfile::tempdir().expect("a folder");
    let fails = format!(
        "grep -q '\"alpha\": 2.0' candidate.json && grep -q '\"family\": \"proxy\"' candidate.json && grep -q '\"images\": \"test\"' candidate.json && exit 4; {ANSWER}"
    );
    let given = ["proxy", "--coefficients", "1.2,1.1,1.15", "--learning-rates", "0.006"];
    let more = ["--retries", "0", "--jobs", "2", "--evaluator", &fails];
    let found = alone(folder.path(), &[&given[..], &more[..]].concat());
    let notes = found["notes"].to_string();
    assert!(notes.contains("beats every dimension alone at 0 of 1 costs"), "{notes}");
    assert!(notes.contains("depth alone was not measured at 2 times the cost"), "{notes}");
    let failed = found["failed"].as_array().expect("failures");
    assert_eq!(failed.len(), 2);
    assert_eq!((&failed[0]["spec"], &failed[0]["seed"]), (&"proxy".into(), &3.into()));
}

#[test]
fn a_journal_is_of_the_networks_as_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/specs/proxy.toml"));
    let spec = spec.expect("a spec");
    let path = folder.path().join("mine.toml");
    fs::write(&path, &spec).expect("written");
    let given = ["mine.toml", "--coefficients", "1.2,1.1,1.15", "--learning-rates", "0.006"];
    let measured = [&given[..], &["--evaluator", ANSWER, "--jobs", "2"][..]].concat();
    alone(folder.path(), &measured);
    fs::write(&path, spec.replace("width = 24", "width = 28")).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.args(["study", "--costs", "2", "--runs", "2", "--folder", "study"]).args(measured);
    let output = command.current_dir(folder.path()).output().expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the journal was measured on other networks"), "{said}");
}

#[test]
fn a_learning_rate_is_read_back_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let rates = "0.003107232505953859,0.009654893846056297";
    let given = ["proxy", "--coefficients", "1.2,1.1,1.15", "--learning-rates", rates];
    let more = ["--tune-at", "2", "--jobs", "2", "--evaluator", ANSWER];
    let found = alone(folder.path(), &[&given[..], &more[..]].concat());
    trainings(&journal(folder.path()));
    let again = ["--tune-at", "2", "--evaluator", "exit 9"];
    assert_eq!(alone(folder.path(), &[&given[..], &again[..]].concat()), found);
}

#[test]
fn measurements_that_contradict_and_accuracies_beyond_100_are_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    let given = ["proxy", "--coefficients", "1.2,1.1,1.15", "--learning-rates", "0.006"];
    alone(folder.path(), &[&given[..], &["--evaluator", ANSWER, "--jobs", "2"][..]].concat());
    let text = fs::read_to_string(folder.path().join("study/journal.jsonl")).expect("a journal");
    let last = text.lines().last().expect("a line");
    let start = last.find("\"accuracy\":").expect("an accuracy") + "\"accuracy\":".len();
    let end = start + last[start..].find(',').expect("more keys");
    for (accuracy, message) in [
        ("10.0", "measurements contradict each other: one training run has an accuracy of"),
        ("150.0", "has an accuracy of 150; it must be a percentage from 0 to 100"),
    ] {
        let changed = format!("{}{accuracy}{}", &last[..start], &last[end..]);
        fs::write(folder.path().join("bad.jsonl"), format!("{text}{changed}\n")).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        command.args(["study", "--costs", "2", "--runs", "2", "--measurements", "bad.jsonl"]);
        let output = command.args(given).current_dir(folder.path()).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(message), "{said}");
    }
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
    // The coefficients that were found are known by now.
    assert!((planned_seconds / seconds - 1.0).abs() < 0.01, "{planned_seconds} {seconds}");
    assert_eq!(planned["trainings"], planned["measured"]);
    assert!(planned["seconds_left"].as_f64().expect("a time") < 0.02 * seconds);
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
    assert!(
        said.contains("the strategy Plain CNN could not be trained with any learning rate"),
        "{said}"
    );
    assert!(said.contains("exit status: 3") || said.contains("exited with 3"), "{said}");
}
