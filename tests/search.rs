//! `phiscale search` with a command as evaluator: whatever the command does, no result is lost and the search continues.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use phiscale::search::{Journal, JournalEntry};

/// A grid of eight networks.
const GRID: [&str; 8] =
    ["--alpha", "1,1.4", "--beta", "1,1.2", "--gamma", "1,1.2", "--tolerance", "5"];

fn search(folder: &Path, evaluator: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.args(["search", "efficientnet", "--format", "json", "--evaluator", evaluator]);
    command.arg("--folder").arg(folder.join("search")).args(GRID).args(more);
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn run(folder: &Path, evaluator: &str, more: &[&str]) -> Output {
    ended(folder, evaluator, more, 0)
}

/// A search that ends with this exit code.
fn ended(folder: &Path, evaluator: &str, more: &[&str], code: i32) -> Output {
    let output = search(folder, evaluator, more).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn journal(folder: &Path) -> Vec<JournalEntry> {
    let text = fs::read_to_string(folder.join("search/journal.jsonl")).expect("a journal");
    Journal::resume(&text, "efficientnet", "command").expect("a journal without mistakes").entries
}

/// The candidates of a journal, and whether each is there once.
fn points(entries: &[JournalEntry]) -> Vec<String> {
    let mut points: Vec<String> =
        entries.iter().map(|e| format!("{} {} {}", e.alpha, e.beta, e.gamma)).collect();
    points.sort();
    let all = points.len();
    points.dedup();
    assert_eq!(points.len(), all, "a candidate stands in the journal twice");
    points
}

/// An accuracy that follows from the candidate alone: α in tens, β in ones, γ in tenths.
const ANSWER: &str = "a=$(tr -d ' ,' < candidate.json | awk -F: '/alpha/{a=$2} /beta/{b=$2} /gamma/{g=$2} \
                      END{print 10*a+b+g/10}'); echo \"{\\\"accuracy\\\": $a}\" > result.json";

#[test]
fn every_candidate_is_evaluated_once_and_never_again() {
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), ANSWER, &["--jobs", "3"]);
    let first = journal(folder.path());
    let count = points(&first).len();
    assert!(count >= 7, "{count} candidates");
    assert!(first.iter().all(|entry| entry.accuracy.is_some() && entry.attempts == 1));
    // What would fail is not asked: the journal has everything.
    run(folder.path(), "exit 9", &[]);
    assert_eq!(journal(folder.path()), first);
}

#[test]
fn failures_of_an_evaluator_are_recorded_and_the_search_continues() {
    let misdeeds = [
        ("echo broken >&2; exit 3", "its standard error ends: broken"),
        ("echo broken; exit 3", "its standard output ends: broken"),
        ("echo broken; exit 3", "stdout.log"),
        ("echo said", "its standard error is empty (log: "),
        ("kill -SEGV $$", "signal"),
        ("sleep 60", "took longer than"),
        ("true", "wrote no result.json"),
        ("echo garbage > result.json", "cannot read result.json"),
        ("printf '{\"accuracy\": 7' > result.json", "cannot read result.json"),
        ("echo '{\"accuracy\": NaN}' > result.json", "cannot read result.json"),
        ("echo '{\"accuracy\": 512}' > result.json", "must be a percentage"),
        ("echo '{\"accuracy\": 0.77}' > result.json", "must be in percent: 77, not 0.77"),
        ("echo '{\"accuracy\": \"77%\"}' > result.json", "is the text \"77%\""),
        ("head -c 3000000 /dev/zero > result.json", "bytes, more than"),
        ("yes garbage; exit 1", "took longer than"),
    ];
    for (evaluator, expected) in misdeeds {
        let folder = tempfile::tempdir().expect("a folder");
        let more = ["--retries", "0", "--timeout", "0.4", "--jobs", "8"];
        let output = ended(folder.path(), evaluator, &more, 1);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains("nothing could be measured"), "{evaluator}: {stderr}");
        let entries = journal(folder.path());
        assert!(points(&entries).len() >= 7, "{evaluator}");
        for entry in &entries {
            let error = entry.error.as_deref().unwrap_or_default();
            assert!(entry.accuracy.is_none() && error.contains(expected), "{evaluator}: {error}");
            let log = error.split("(log: ").nth(1).and_then(|rest| rest.split(')').next());
            let log = folder.path().join(log.expect("an error that names its log"));
            assert!(log.is_file(), "{evaluator}: {error}");
        }
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(stdout.contains("\"failed\": [\n") && stdout.contains("Nothing could be measured"));
    }
}

/// The logs of one output in the candidates' folders, in the order of the folders.
fn logs(folder: &Path, name: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.join("search")).expect("the search's folder");
    let mut folders: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let log = |path: std::path::PathBuf| fs::read(path.join(name)).expect("a log");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    folders.into_iter().map(log).map(text).collect()
}

#[test]
fn what_an_evaluator_prints_is_kept_however_it_ends() {
    let says = "echo said; echo cried >&2";
    for (end, code) in [(ANSWER, 0), ("exit 3", 1), ("sleep 60", 1), ("kill -KILL $$", 1)] {
        let folder = tempfile::tempdir().expect("a folder");
        let more = ["--retries", "0", "--timeout", "2", "--jobs", "8"];
        ended(folder.path(), &format!("{says}; {end}"), &more, code);
        let [out, err] = ["stdout.log", "stderr.log"].map(|name| logs(folder.path(), name));
        assert!(out.len() >= 7 && out.iter().all(|log| log == "said\n"), "{end}: {out:?}");
        assert!(err.iter().all(|log| log == "cried\n"), "{end}: {err:?}");
    }
}

#[test]
fn a_log_keeps_the_beginning_and_the_end_of_endless_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let evaluator = "echo begun; head -c 30000000 /dev/zero | tr '\\0' x; echo ended; exit 1";
    let one = ["--alpha", "2", "--beta", "1", "--gamma", "1", "--retries", "0"];
    let mut search = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    search.args(["search", "efficientnet", "--folder", "search", "--evaluator", evaluator]);
    let output = search.args(one).current_dir(folder.path()).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    let log = logs(folder.path(), "stdout.log").pop().expect("a log");
    assert!(log.len() < 17 << 20 && log.starts_with("begun\nx"), "{} bytes", log.len());
    assert!(log.ends_with("xended\n") && log.contains("bytes left out]"));
}

#[test]
fn what_failed_is_tried_again_by_the_corrected_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let more = ["--retries", "0", "--chart", "none.svg", "--write-spec", "none.toml"];
    ended(folder.path(), "echo tpyo >&2; exit 127", &more, 1);
    let is_written = |name: &str| folder.path().join(name).exists();
    assert!(!is_written("none.svg") && !is_written("none.toml"), "nothing to draw or to write");
    let output = run(folder.path(), ANSWER, &[]);
    let report = json(&output);
    assert_eq!(report["failed"].as_array().map(Vec::len), Some(0), "{report:#}");
    let count = report["ranking"].as_array().map(Vec::len).expect("a ranking");
    let entries = journal(folder.path());
    assert_eq!(entries.iter().filter(|entry| entry.accuracy.is_some()).count(), count);
    // The first attempts' logs are still there.
    let old = logs(folder.path(), "stderr.log");
    assert_eq!(old.iter().filter(|log| *log == "tpyo\n").count(), count, "{old:?}");
}

#[test]
fn what_fails_once_is_tried_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let evaluator = format!("test -e ../tried || {{ touch ../tried; exit 1; }}; {ANSWER}");
    run(folder.path(), &evaluator, &["--retries", "2"]);
    let entries = journal(folder.path());
    assert!(entries.iter().all(|entry| entry.accuracy.is_some() && entry.error.is_none()));
    assert_eq!(entries.iter().filter(|entry| entry.attempts == 2).count(), 1);
}

#[test]
fn a_child_that_outlives_its_evaluator_is_ended_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let evaluator = format!("(sleep 5; touch ../outlived) & {ANSWER}");
    let start = Instant::now();
    run(folder.path(), &evaluator, &["--jobs", "8"]);
    assert!(start.elapsed() < Duration::from_secs(4), "the search waited for a child");
    thread::sleep(Duration::from_secs(6));
    assert!(!folder.path().join("search/outlived").exists());
}

/// Killed at ten moments and resumed: each candidate once, and the ranking of an undisturbed search.
#[test]
fn a_killed_search_resumes_without_losing_or_repeating() {
    let undisturbed = tempfile::tempdir().expect("a folder");
    let slow = format!("sleep 0.05; {ANSWER}");
    let expected = run(undisturbed.path(), &slow, &["--jobs", "2"]).stdout;
    let folder = tempfile::tempdir().expect("a folder");
    for kill in 0..10u64 {
        let mut child = search(folder.path(), &slow, &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        thread::sleep(Duration::from_millis(20 + 37 * kill % 130));
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
    }
    let output = run(folder.path(), &slow, &[]);
    assert_eq!(points(&journal(folder.path())), points(&journal(undisturbed.path())));
    let ranking = |text: &[u8]| {
        let report: serde_json::Value = serde_json::from_slice(text).expect("JSON");
        report["ranking"].clone()
    };
    assert_eq!(ranking(&output.stdout), ranking(&expected));
}

#[test]
fn a_journal_of_another_family_is_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), ANSWER, &[]);
    let path = folder.path().join("search/journal.jsonl");
    let before = fs::read(&path).expect("a journal");
    let mut other = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    other.args(["search", "resnet", "--evaluator", ANSWER, "--folder", "search"]).args(GRID);
    let other = other.current_dir(folder.path()).output().expect("the program runs");
    assert_eq!(other.status.code(), Some(2));
    assert_eq!(fs::read(&path).expect("the journal"), before);
    // A line that was cut is evaluated again, and the rest stays.
    fs::write(&path, &before[..before.len() - 30]).expect("a cut journal");
    run(folder.path(), ANSWER, &[]);
    assert_eq!(journal(folder.path()).len(), points(&journal(folder.path())).len());
}

#[test]
fn candidates_at_another_phi_share_the_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), ANSWER, &[]);
    let first = journal(folder.path());
    run(folder.path(), ANSWER, &["--phi", "1.5"]);
    let both = journal(folder.path());
    assert_eq!(both[..first.len()], first);
    assert!(both[first.len()..].iter().all(|entry| (entry.phi - 1.5).abs() < 1e-12));
    assert!(both.len() > first.len());
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn coefficients_are_measured_again_where_they_are_reused() {
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), ANSWER, &[]);
    let first = journal(folder.path());
    let output = run(folder.path(), ANSWER, &["--reuse", "2", "--chart", "reuse.svg"]);
    let both = journal(folder.path());
    assert_eq!(both[..first.len()], first, "what was measured is not measured again");
    assert!(both[first.len()..].iter().all(|entry| (entry.phi - 2.0).abs() < 1e-12));
    // The answer follows from the coefficients alone: the same order at both.
    let report = json(&output);
    let pairs = report["pairs"].as_array().expect("pairs");
    assert_eq!(pairs.len(), first.len());
    assert!(pairs.iter().all(|pair| pair["rank"] == pair["reused_rank"]), "{report:#}");
    assert_eq!(report["correlation"], 1.0);
    let chart = fs::read_to_string(folder.path().join("reuse.svg")).expect("a chart");
    assert!(chart.contains("is also the best at φ = 2"));
}

#[test]
fn strategies_are_compared_at_equal_cost() {
    let folder = tempfile::tempdir().expect("a folder");
    let compare = |more: &[&str]| {
        let mut compare = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        compare.args(["compare", "efficientnet", "--format", "json", "--costs", "2,3"]).args(more);
        compare.current_dir(folder.path()).stdin(Stdio::null());
        compare.output().expect("the program runs")
    };
    let output = compare(&["--evaluator", ANSWER, "--chart", "compare.svg"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let report = json(&output);
    let ways = report["ways"].as_array().expect("rows");
    assert_eq!(ways.len(), 1 + 4 + 4, "{report:#}");
    for way in ways {
        let cost = way["cost"].as_f64().expect("a cost");
        let ratio = way["ratio"].as_f64().expect("a ratio");
        assert!((ratio / cost).ln().abs() < 0.05, "{way:#}");
    }
    // By the answer, 10 α + β + γ/10, depth alone wins.
    assert_eq!((&ways[1]["way"], &ways[5]["way"]), (&"depth".into(), &"depth".into()));
    let notes = report["notes"].to_string();
    assert!(notes.contains("beats every dimension alone at 0 of 2 costs"), "{notes}");
    let chart = fs::read_to_string(folder.path().join("compare.svg")).expect("a chart");
    assert!(chart.contains("compound"));
    let failing = compare(&["--evaluator", "exit 4", "--folder", "failed", "--retries", "0"]);
    assert_eq!(failing.status.code(), Some(1));
    let notes = json(&failing)["notes"].to_string();
    assert!(notes.contains("Nothing could be measured") && !notes.contains("beats"), "{notes}");
    let journal = "search-efficientnet/journal.jsonl";
    let again = compare(&["--measurements", journal]);
    assert_eq!((again.status.code(), &again.stdout), (Some(0), &output.stdout));
}

#[test]
fn measurements_at_several_costs_need_their_phi() {
    let folder = tempfile::tempdir().expect("a folder");
    let compare = |text: &str| {
        fs::write(folder.path().join("measured.csv"), text).expect("a file");
        let mut compare = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        compare.args(["compare", "efficientnet", "--measurements", "measured.csv"]);
        compare.current_dir(folder.path()).output().expect("the program runs")
    };
    let output = compare("alpha,beta,gamma,accuracy\n2,1,1,77\n");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        stderr.contains("this row has none") && stderr.contains("measured.csv:2:1"),
        "{stderr}"
    );
    let output = compare("phi,alpha,beta,gamma,accuracy\n0.81,2,1,1,77\n");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("depth"));
}

#[test]
fn a_family_is_searched_smaller_than_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let small = ["--width", "0.25", "--resolution", "0.25"];
    let check = format!("grep -q '\"width\": 0.25' candidate.json && {ANSWER}");
    let more = [&small[..], &["--beta", "1", "--alpha", "1,2"]].concat();
    let mut search = search(folder.path(), &check, &[]);
    let mut again = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    again.args(["search", "efficientnet", "--format", "json", "--evaluator", &check]);
    again.args(["--folder", "search", "--gamma", "1,1.2", "--tolerance", "5"]).args(&more);
    let output = again.current_dir(folder.path()).output().expect("the program runs");
    let report = json(&output);
    assert!(!report["ranking"].as_array().expect("a ranking").is_empty(), "{report:#}");
    assert_eq!(report["failed"].as_array().map(Vec::len), Some(0), "{report:#}");
    // The journal of the small one is not gone on with at full size.
    assert_eq!(search.output().expect("the program runs").status.code(), Some(2));
}

#[test]
fn flags_of_an_evaluator_are_refused_without_one() {
    for flag in ["--retries=2", "--jobs=2", "--timeout=1", "--folder=x"] {
        let mut search = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        let output = search.args(["search", "--dry-run", flag]).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(2), "{flag}");
    }
}

#[test]
fn the_published_coefficients_take_part_in_the_default_grid() {
    for family in ["efficientnet", "proxy"] {
        let mut search = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        let output = search.args(["search", family, "--dry-run", "--format", "json"]).output();
        let report = json(&output.expect("the program runs"));
        let rows = report["candidates"].as_array().expect("rows");
        let out_of_tolerance: Vec<_> =
            rows.iter().filter(|row| row["in_tolerance"] == false).collect();
        let [row] = &out_of_tolerance[..] else { panic!("{family}: {out_of_tolerance:?}") };
        let is_published = row["alpha"] == 1.2 && row["beta"] == 1.1 && row["gamma"] == 1.15;
        assert!(is_published, "{family}: {row:#}");
        let notes = report["notes"].to_string();
        assert!(notes.contains("Tan & Le 2019") && notes.contains("compared"), "{notes}");
    }
    // A family that was published without coefficients has none to compare with.
    let mut search = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    let output = search.args(["search", "resnet", "--dry-run", "--format", "json"]).output();
    let report = json(&output.expect("the program runs"));
    assert!(!report["notes"].to_string().contains("published"));
}

#[cfg(not(feature = "train"))]
#[test]
fn without_a_trainer_a_search_says_how_to_get_one() {
    let mut search = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    let output = search.arg("search").output().expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("has no trainer"), "{stderr}");
    assert!(stderr.contains("--features train") && stderr.contains("--evaluator"), "{stderr}");
}

/// The evaluator in docs/evaluators.md, as `./train.sh`, with a trainer that needs no Python.
#[test]
fn an_evaluator_in_the_users_folder_is_found_from_the_candidates() {
    use std::os::unix::fs::PermissionsExt;
    let page = include_str!("../docs/evaluators.md");
    let script = page.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next());
    let script =
        script.expect("a script").replace("python", "sh").replace("train.py", "my train.sh");
    let folder = tempfile::tempdir().expect("a folder");
    // The quote and the space in its name must not end the command.
    let own = folder.path().join("user's own");
    fs::create_dir(&own).expect("a folder");
    fs::write(own.join("train.sh"), script).expect("a script");
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(own.join("train.sh"), executable).expect("an executable");
    let trainer =
        "[ \"$1\" = --width ] && [ \"$3\" = --depth ] && awk \"BEGIN { print 50 + 10 * $2 + $4 }\"";
    fs::write(own.join("my train.sh"), trainer).expect("a trainer");
    run(&own, "./train.sh", &["--retries", "0"]);
    let entries = journal(&own);
    assert!(
        entries
            .iter()
            .all(|entry| entry.accuracy.is_some_and(|accuracy| (61.0..75.0).contains(&accuracy)))
    );
    assert!(entries.iter().all(|entry| entry.command.as_deref() == Some("./train.sh")));
    let output = ended(&own, "./typo.sh", &["--retries", "0", "--phi", "2"], 1);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.contains("$PHISCALE_FOLDER in it is the folder"), "{stderr}");
}

const TWIN: &str = "input = { size = 32, classes = 10 }\n[scaling]\nalpha = 1.2\nbeta = 1.1\ngamma = 1.15\n\
                    [[stage]]\nname = \"stem\"\nblock = \"conv_norm_activation\"\nwidth = 16\nkernel = 3\n\
                    activation = \"relu\"\n[[stage]]\nname = \"head\"\nblock = \"classifier\"\n";

#[test]
fn accuracies_of_a_changed_spec_are_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = folder.path().join("twin.toml");
    let search = |more: &[&str]| {
        let mut search = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        search.args(["search", "./twin.toml"]).args(GRID).args(more);
        search.current_dir(folder.path()).output().expect("the program runs")
    };
    let measure = ["--evaluator", ANSWER, "--folder", "f"];
    fs::write(&spec, TWIN).expect("a spec");
    assert_eq!(search(&measure).status.code(), Some(0));
    let journal = folder.path().join("f/journal.jsonl");
    let before = fs::read(&journal).expect("a journal");
    // A comment changes no network.
    fs::write(&spec, format!("# mine\n{TWIN}")).expect("a spec");
    assert_eq!(search(&measure).status.code(), Some(0));
    for (old, new, event) in
        [("kernel = 3", "kernel = 5", "conv_macs"), ("\"relu\"", "\"silu\"", "relu_elements")]
    {
        fs::write(&spec, TWIN.replace(old, new)).expect("a spec");
        for source in [&measure[..], &["--measurements", "f/journal.jsonl"]] {
            let output = search(source);
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{new}: {stderr}");
            assert!(stderr.contains("measured on other networks") && stderr.contains(event));
            assert!(stderr.contains("another --folder"), "{stderr}");
        }
        assert_eq!(fs::read(&journal).expect("the journal"), before);
    }
    // The journals of versions that did not keep the counts are read.
    let text = String::from_utf8(before).expect("text");
    let without_counts = text.lines().map(|line| {
        let mut entry: serde_json::Value = serde_json::from_str(line).expect("an entry");
        let fields = entry.as_object_mut().expect("an object");
        assert!(fields.remove("network").is_some() && fields.remove("command").is_some());
        format!("{entry}\n")
    });
    fs::write(&journal, without_counts.collect::<String>()).expect("an old journal");
    assert_eq!(search(&measure).status.code(), Some(0));
}

#[test]
fn accuracies_of_another_command_are_kept_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = run(folder.path(), ANSWER, &[]);
    let again = run(folder.path(), ANSWER, &[]);
    let other = run(folder.path(), "exit 9", &[]);
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said(&first).contains("another command") && !said(&again).contains("another command"));
    let expected = format!("note: accuracies kept from another command, `{ANSWER}`: ");
    assert!(said(&other).contains(&expected), "{}", said(&other));
}

#[test]
fn an_unknown_key_in_a_result_is_named_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let evaluator = "echo '{\"accuracy\": 77, \"standard_eror\": 0.1}' > result.json";
    let output = run(folder.path(), evaluator, &["--jobs", "4"]);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let expected = "`standard_eror` in result.json is not read; did you mean `standard_error`?";
    assert_eq!(stderr.matches(expected).count(), 1, "{stderr}");
    assert!(journal(folder.path()).iter().all(|entry| entry.accuracy.is_some()));
}

#[test]
fn measurements_without_a_candidate_are_a_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("other.csv"), "phi,alpha,beta,gamma,accuracy\n9,9,9,9,77\n")
        .expect("a file");
    for command in ["search", "compare"] {
        let mut ranking = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        ranking.args([command, "efficientnet", "--measurements", "other.csv"]);
        let output = ranking.current_dir(folder.path()).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(1), "{command}");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains("none of the candidates was measured"), "{stderr}");
    }
}

#[test]
fn every_command_that_widens_names_the_channels_that_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = |command: &str, spec: &str| {
        let mut phiscale = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes").join(spec);
        let mut words = command.split(' ');
        phiscale.args(words.next()).arg(spec).args(words).current_dir(folder.path());
        let Output { stdout, stderr, .. } = phiscale.output().expect("the program runs");
        // A table breaks no note, and a chart's notes are on standard error.
        String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned()
    };
    let measured = "phi,alpha,beta,gamma,accuracy\n1,1,1.4,1,77\n1,1,1.4142135623730951,1,77\n";
    fs::write(folder.path().join("measured.csv"), measured).expect("a file");
    let grid = "--alpha 1 --beta 1,1.4 --gamma 1 --tolerance 1";
    for command in [
        "count --width 2".to_string(),
        "scale --strategy w --phi 1".to_string(),
        "check --strategy w --phi 0,1".to_string(),
        "fit --max-params 1M --strategy w --no-compare".to_string(),
        format!("search --dry-run {grid}"),
        format!("search --measurements measured.csv {grid}"),
        "compare --dry-run --costs 2".to_string(),
        "plot --x phi --strategy w --phi 0,1 -o chart.svg".to_string(),
    ] {
        for (spec, note) in [
            ("fixed_channels.toml", "`middle` does not scale with width in stages conv1 (64)"),
            ("literal_channels.toml", "`out = 12` in block `own` (line 12) does not scale with"),
            ("literal_channels.toml", "`conv = 24` in block `own` (line 13) does not scale with"),
        ] {
            assert_eq!(said(&command, spec).matches(note).count(), 1, "{command} {spec}");
        }
    }
    let not_widened = said("check --strategy d --phi 0,1", "literal_channels.toml");
    assert!(!not_widened.contains("does not scale with width"), "{not_widened}");
}
