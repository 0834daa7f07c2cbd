//! `phiscale design` with a command as evaluator: nothing is trained twice, and whatever ends it, it has the same answer.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use phiscale::search::{Journal, JournalEntry};

/// An accuracy that follows from the candidate alone: its MACs, its epochs and its seed.
const ANSWER: &str = "a=$(tr -d ' ,' < candidate.json | awk -F: '/\"macs\"/{m=$2} /\"epochs\"/{e=$2} /\"seed\"/{s=$2} \
                      END{print 60+m%7919/1000+e+s/10}'); echo \"{\\\"accuracy\\\": $a}\" > result.json";

/// A budget that every test can afford.
const SMALL: [&str; 8] =
    ["--candidates", "12", "--generation", "4", "--population", "6", "--final-runs", "2"];

fn design(folder: &Path, evaluator: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.args(["design", "table", "--format", "json", "--evaluator", evaluator]);
    command.args(["--folder", "design"]).args(SMALL).args(more);
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn ended(folder: &Path, evaluator: &str, more: &[&str], code: i32) -> Output {
    let output = design(folder, evaluator, more).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn answer(folder: &Path, evaluator: &str, more: &[&str]) -> String {
    let output = ended(folder, evaluator, more, 0);
    String::from_utf8(output.stdout).expect("JSON")
}

fn journal(folder: &Path) -> Vec<JournalEntry> {
    let text = fs::read_to_string(folder.join("design/journal.jsonl")).expect("a journal");
    Journal::resume(&text, "table", "command").expect("a journal without mistakes").entries
}

/// The training runs of a journal, and whether each is there once.
fn runs(entries: &[JournalEntry]) -> BTreeSet<String> {
    let runs: BTreeSet<String> = entries.iter().map(|entry| entry.variant.key()).collect();
    assert_eq!(runs.len(), entries.len(), "a training run is in the journal twice");
    runs
}

#[test]
fn every_candidate_is_trained_once_and_equal_networks_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = answer(folder.path(), ANSWER, &[]);
    let entries = journal(folder.path());
    runs(&entries);
    // Networks of equal cost may differ, but a run of the same network has the same cost and the same choices.
    let without_stage = |entry: &&JournalEntry| {
        entry.variant.choices.get("stage2.present").is_some_and(|value| value == "false")
    };
    let absent: Vec<&JournalEntry> = entries.iter().filter(without_stage).collect();
    assert!(!absent.is_empty(), "some candidates are without the stage");
    for entry in absent {
        let choices = &entry.variant.choices;
        for (name, value) in [("width", "16"), ("depth", "1"), ("kernel", "3"), ("expand", "2")] {
            assert_eq!(choices[&format!("stage2.{name}")], value, "a choice in a stage left out");
        }
    }
    // What would fail is not asked: the journal has everything.
    assert!(answer(folder.path(), "exit 9", &[]) == first);
    assert_eq!(journal(folder.path()), entries);
}

#[test]
fn the_answer_does_not_depend_on_how_many_are_trained_at_a_time() {
    let [one, three] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let first = answer(one.path(), ANSWER, &["--jobs", "1"]);
    assert!(answer(three.path(), ANSWER, &["--jobs", "3"]) == first);
    assert_eq!(runs(&journal(one.path())), runs(&journal(three.path())));
    let other = answer(one.path(), ANSWER, &["--seed", "2"]);
    assert_ne!(other, first, "another seed draws other networks");
}

#[test]
fn a_design_that_was_killed_ten_times_has_the_same_answer() {
    let [quiet, killed] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let undisturbed = answer(quiet.path(), ANSWER, &[]);
    let slow = format!("sleep 0.03; {ANSWER}");
    let mut pause = 7;
    for _ in 0..10 {
        // Moments that follow no rhythm of the search: 40 to 300 ms.
        pause = pause * 131 % 257;
        let mut search = design(killed.path(), &slow, &["--jobs", "2"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        thread::sleep(Duration::from_millis(40 + pause));
        search.kill().expect("it can be killed");
        search.wait().expect("it ends");
    }
    let resumed = answer(killed.path(), &slow, &["--jobs", "2"]);
    assert!(resumed == undisturbed, "{resumed}");
    assert_eq!(runs(&journal(killed.path())), runs(&journal(quiet.path())));
}

#[test]
fn what_fails_counts_as_the_worst_and_is_tried_again_by_the_next_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let fails = format!("grep -q '\"stage1.kernel\": \"5\"' candidate.json && exit 3; {ANSWER}");
    let report = answer(folder.path(), &fails, &["--retries", "0"]);
    assert!(report.contains("\"stage1.kernel\",\n      \"value\": \"3\""), "{report}");
    assert!(report.contains("\"failed\": [\n"), "{report}");
    let failed = journal(folder.path()).iter().filter(|entry| entry.accuracy.is_none()).count();
    assert!(failed > 0);
    let undisturbed = tempfile::tempdir().expect("a folder");
    let expected = answer(undisturbed.path(), ANSWER, &[]);
    let corrected = answer(folder.path(), ANSWER, &[]);
    assert!(corrected == expected, "after the command was corrected");
}

#[test]
fn an_evaluator_that_always_fails_ends_the_design() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = ended(folder.path(), "exit 3", &["--retries", "0"], 1);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("nothing could be measured"), "{stderr}");
    // The first generation of both methods is the same.
    assert_eq!(journal(folder.path()).len(), 4);
}

#[test]
fn a_whole_space_is_measured_and_searches_are_replayed_against_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let space = r#"
        input = { channels = 1, size = 8, classes = 10 }
        [design]
        target_macs = 20_000
        [[stage]]
        name = "body"
        block = "conv_norm_activation"
        activation = "relu"
        width = { choose = [4, 6, 8, 10] }
        depth = { choose = [1, 2, 3] }
        kernel = { choose = [1, 3, 5] }
        [[stage]]
        name = "classifier"
        block = "classifier"
    "#;
    fs::write(folder.path().join("small.toml"), space).expect("a space");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        command.args(["design", "small.toml", "--rungs", "1,2", "--format", "json"]);
        command.args(arguments).current_dir(folder.path()).stdin(Stdio::null());
        let output = command.output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, table, stderr) = run(&["--whole", "--evaluator", ANSWER, "--jobs", "4"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(table.matches("\"rank\"").count(), 36);
    let journal = "design-small/journal.jsonl";
    let arguments = ["--replay", "30", "--measurements", journal, "--candidates", "12"];
    let (code, replayed, stderr) = run(&arguments);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(replayed.contains("\"seeds\": 30"), "{replayed}");
    assert_eq!(run(&arguments).1, replayed, "the same seeds, the same searches");
    let (code, found, stderr) = run(&["--measurements", journal, "--candidates", "12"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(found.contains("were not trained again"), "{found}");
    // A table that lacks the last line.
    let text = fs::read_to_string(folder.path().join(journal)).expect("a journal");
    let shorter = text.split_inclusive('\n').take(71).collect::<String>();
    fs::write(folder.path().join("short.jsonl"), shorter).expect("a journal");
    let (code, _, stderr) = run(&["--replay", "30", "--measurements", "short.jsonl"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("the table lacks 1 of the 72 training runs"), "{stderr}");
    // A table that contradicts itself.
    let other = text.lines().next().expect("a line").replace("\"accuracy\":6", "\"accuracy\":3");
    fs::write(folder.path().join("two.jsonl"), format!("{text}{other}\n")).expect("a journal");
    let (code, _, stderr) = run(&["--replay", "30", "--measurements", "two.jsonl"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("measurements contradict each other: after "), "{stderr}");
}
