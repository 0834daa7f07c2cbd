//! `phiscale search` with jobs elsewhere: a Slurm of shell scripts, and command lines that start processes.
//! `tests/cluster` does the same with a real Slurm, Ray and task-spooler.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use phiscale::search::{Journal, JournalEntry};

/// A grid of eight networks.
const GRID: [&str; 8] =
    ["--alpha", "1,1.4", "--beta", "1,1.2", "--gamma", "1,1.2", "--tolerance", "5"];

/// An accuracy that follows from the candidate alone.
const ANSWER: &str = "a=$(tr -d ' ,' < candidate.json | awk -F: '/alpha/{a=$2} /beta/{b=$2} /gamma/{g=$2} \
                      END{print 10*a+b+g/10}'); echo \"{\\\"accuracy\\\": $a}\" > result.json";

/// The programs of a Slurm whose jobs are processes. They refuse a job that is not written down; `lose` holds how
/// many of the next jobs vanish, `refuse` a reason.
const PROGRAMS: [(&str, &str); 4] = [
    (
        "sbatch",
        r#"[ "$1" = --version ] && exit 0
echo "$*" >> $FAKE/sbatch.log
[ -e $FAKE/refuse ] && { cat $FAKE/refuse >&2; exit 1; }
for word; do
    case $word in
        --job-name=*) name=${word#*=} ;;
        --array=0-*) last=${word#*=0-}; last=${last%%%*} ;;
    esac
    script=$token; token=$word
done
grep -q "\"submitted\":{\"token\":\"$name\"" ${script%/*}/jobs.jsonl || { echo unknown >&2; exit 1; }
id=$(( $(wc -l < $FAKE/sbatch.log) ))
for index in $(seq 0 $last); do
    lose=$(cat $FAKE/lose 2>/dev/null)
    if [ "${lose:-0}" -gt 0 ]; then echo $((lose - 1)) > $FAKE/lose; continue; fi
    SLURM_ARRAY_TASK_ID=$index setsid sh $script $token < /dev/null > /dev/null 2>&1 &
    echo "$name $id $index $!" > $FAKE/jobs/${id}_$index
done
echo $id
"#,
    ),
    (
        "squeue",
        r#"date +%s.%N >> $FAKE/squeue.log
[ -e $FAKE/down ] && { echo "squeue: error: Unable to contact slurm controller" >&2; exit 1; }
cat $FAKE/jobs/* 2>/dev/null | while read name id index process; do
    grep -q 'State:.[^Z]' /proc/$process/status 2>/dev/null && echo "$name|$id|$index|RUNNING"
done
exit 0
"#,
    ),
    (
        "scancel",
        r#"for word; do
    case $word in
        --name=*) files=$(grep -l "^${word#*=} " $FAKE/jobs/*) ;;
        *) files=$FAKE/jobs/$word ;;
    esac
    for file in $files; do
        read name id index process < $file && kill -TERM -$process 2>/dev/null
    done
done
exit 0
"#,
    ),
    ("scontrol", "echo 'MaxArraySize            = 3'\n"),
];

/// A folder to search in, with a Slurm.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["bin", "fake/jobs"] {
            fs::create_dir_all(folder.path().join(name)).expect("a folder");
        }
        for (name, body) in PROGRAMS {
            let path = folder.path().join("bin").join(name);
            fs::write(&path, format!("#!/bin/sh\n{body}")).expect("a script");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("an executable");
        }
        Place { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn phiscale(&self) -> Command {
        let mut phiscale = Command::new(env!("CARGO_BIN_EXE_phiscale"));
        let path = std::env::var("PATH").expect("a path");
        phiscale.env("PATH", format!("{}:{path}", self.path("bin").display()));
        phiscale.env("FAKE", self.path("fake")).current_dir(self.folder.path());
        phiscale.stdin(Stdio::null());
        phiscale
    }

    fn search(&self, evaluator: &str, more: &[&str]) -> Command {
        let mut search = self.phiscale();
        search.args(["search", "efficientnet", "--format", "json", "--folder", "search"]);
        search.args(["--evaluator", evaluator]).args(GRID).args(more);
        search
    }

    /// A search that ends with this exit code.
    fn run(&self, evaluator: &str, more: &[&str], code: i32) -> Output {
        ended(&mut self.search(evaluator, more), code)
    }

    fn start(&self, evaluator: &str, more: &[&str]) -> Child {
        let mut search = self.search(evaluator, more);
        search.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
    }

    fn of_jobs(&self, command: &str, code: i32) -> Output {
        ended(self.phiscale().args(["search", command, "search", "--format", "json"]), code)
    }

    fn cancel(&self) -> Output {
        ended(self.phiscale().args(["search", "cancel", "search"]), 0)
    }

    fn status(&self) -> serde_json::Value {
        serde_json::from_slice(&self.of_jobs("status", 0).stdout).expect("JSON")
    }

    /// The journal, in which each candidate stands once.
    fn journal(&self) -> Vec<JournalEntry> {
        let text = fs::read_to_string(self.path("search/journal.jsonl")).expect("a journal");
        let entries = Journal::parse(&text).expect("a journal without mistakes").entries;
        let mut points: Vec<String> =
            entries.iter().map(|one| format!("{:?}", one.coefficients())).collect();
        points.sort();
        points.dedup();
        assert_eq!(points.len(), entries.len(), "a candidate stands in the journal twice");
        entries
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path(name)).unwrap_or_default();
        text.lines().map(String::from).collect()
    }

    /// Waits until a file has so many lines.
    fn wait_for(&self, name: &str, lines: usize) {
        let start = Instant::now();
        while self.lines(name).len() < lines {
            assert!(start.elapsed() < Duration::from_secs(20), "{name} stays short");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn ended(command: &mut Command, code: i32) -> Output {
    let output = command.output().expect("the program runs");
    assert_eq!(output.status.code(), Some(code), "{}", said(&output));
    output
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const SLURM: [&str; 4] = ["--executor", "slurm", "--poll", "0.1"];

fn slurm<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SLURM[..], more].concat()
}

#[test]
fn jobs_of_slurm_give_the_report_of_a_search_here() {
    let here = Place::new();
    let expected = here.run(ANSWER, &["--jobs", "4"], 0);
    let place = Place::new();
    let more = slurm(&["--sbatch-arg=--partition=gpu", "--jobs", "2"]);
    let output = place.run(ANSWER, &more, 0);
    assert_eq!(String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&expected.stdout));
    // Eight jobs, in arrays of three, with what the user adds.
    let calls = place.lines("fake/sbatch.log");
    let arrays: Vec<&str> =
        calls.iter().filter_map(|line| line.split("--array=").nth(1)?.split(' ').next()).collect();
    assert_eq!(arrays, ["0-2%2", "0-2%2", "0-1%2"]);
    assert!(calls.iter().all(|line| line.contains(" --partition=gpu ")), "{calls:?}");
    let entry = |mut entry: JournalEntry| {
        entry.seconds = 0.0;
        entry
    };
    let sorted = |place: &Place| {
        let mut lines: Vec<String> =
            place.journal().into_iter().map(entry).map(|e| e.line()).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&place), sorted(&here));
    assert!(!here.path("search/jobs.jsonl").exists(), "a search here has no jobs elsewhere");
    // What would fail is not asked: the journal has everything.
    place.run(ANSWER, &slurm(&[]), 0);
    assert_eq!(place.lines("fake/sbatch.log").len(), 3);
}

#[test]
fn a_killed_search_finds_its_jobs_again() {
    let place = Place::new();
    let evaluator = format!("echo x >> ../../ran; sleep 1; {ANSWER}");
    for kill in 0..6 {
        let mut search = place.start(&evaluator, &slurm(&[]));
        if kill == 0 {
            place.wait_for("fake/sbatch.log", 2);
        }
        thread::sleep(Duration::from_millis(30 + 50 * kill));
        search.kill().expect("it is killed");
        search.wait().expect("it ends");
    }
    place.run(&evaluator, &slurm(&[]), 0);
    let entries = place.journal();
    assert_eq!(entries.len(), 8);
    assert!(entries.iter().all(|entry| entry.accuracy.is_some() && entry.attempts == 1));
    assert_eq!(place.lines("ran").len(), 8, "a candidate was measured twice");
}

#[test]
fn only_what_was_lost_is_tried_again() {
    let place = Place::new();
    fs::write(place.path("fake/lose"), "2").expect("a file");
    let evaluator = format!(
        "grep -q '\"alpha\": 1.4' candidate.json || {{ {ANSWER}; exit; }}
         grep -q '\"beta\": 1.2' candidate.json && {{ echo broken >&2; exit 3; }}; sleep 60"
    );
    let more = slurm(&["--timeout", "1"]);
    place.run(&evaluator, &more, 0);
    let entries = place.journal();
    let number = |kind: Option<&str>, attempts: u32| {
        let is_of = |entry: &&JournalEntry| {
            entry.failure.map(phiscale::search::FailureKind::name) == kind
                && entry.attempts == attempts
        };
        entries.iter().filter(is_of).count()
    };
    assert_eq!([number(None, 2), number(None, 1)], [2, 2], "{entries:#?}");
    assert_eq!([number(Some("failed"), 1), number(Some("timed_out"), 1)], [2, 2], "{entries:#?}");
    let status = place.status();
    assert_eq!([&status["measured"], &status["failed"], &status["timed_out"]], [4, 2, 2]);
    assert_eq!([&status["running"], &status["lost"]], [0, 0]);
    let calls = place.lines("fake/sbatch.log").len();
    place.run(&evaluator, &more, 0);
    assert_eq!(place.lines("fake/sbatch.log").len(), calls, "what failed is left");
    // Another command is tried, and retries that are left are used.
    let output = place.run(ANSWER, &slurm(&["--resume"]), 0);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["ranking"].as_array().map(Vec::len), Some(8), "{report:#}");
}

#[test]
fn what_is_lost_too_often_is_said_and_tried_by_the_next_search() {
    let place = Place::new();
    fs::write(place.path("fake/lose"), "99").expect("a file");
    let output = place.run(ANSWER, &slurm(&["--retry-lost", "1"]), 1);
    let entries = place.journal();
    assert!(entries.len() == 8 && entries.iter().all(|entry| entry.attempts == 2), "{entries:#?}");
    let error = entries[0].error.as_deref().unwrap_or_default();
    assert!(error.contains("the job was lost: it is gone and left no outcome in "), "{error}");
    assert!(said(&output).contains("nothing could be measured"), "{}", said(&output));
    assert_eq!(place.status()["lost"], 8);
    fs::remove_file(place.path("fake/lose")).expect("the file");
    place.run(ANSWER, &slurm(&[]), 0);
    assert_eq!(place.status()["measured"], 8);
}

#[test]
fn a_search_submits_and_ends_and_is_resumed() {
    let place = Place::new();
    let evaluator = format!("while [ ! -e ../../go ]; do sleep 0.05; done; {ANSWER}");
    let start = Instant::now();
    let output = place.run(&evaluator, &slurm(&["--detach"]), 0);
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(output.stdout.is_empty() && said(&output).contains("go on without this process: 8"));
    let status = place.status();
    assert_eq!([&status["running"], &status["candidates"], &status["measured"]], [8, 8, 0]);
    // A search here would measure them again.
    let other = place.run(ANSWER, &[], 2);
    assert!(
        said(&other).contains("has jobs of --executor slurm, not of local"),
        "{}",
        said(&other)
    );
    fs::write(place.path("go"), "").expect("a file");
    let output = place.run(&evaluator, &slurm(&["--resume"]), 0);
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"ranking\""));
    assert_eq!((place.journal().len(), place.lines("fake/sbatch.log").len()), (8, 3));
}

#[test]
fn cancelled_jobs_end_with_their_evaluators_and_are_submitted_again() {
    let place = Place::new();
    let evaluator = "echo $$ >> ../../processes; sleep 60";
    place.run(evaluator, &slurm(&["--detach"]), 0);
    place.wait_for("processes", 8);
    assert!(said(&place.cancel()).contains("jobs cancelled: 8"));
    let is_alive = |process: &String| {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        status.contains("State:") && !status.contains("State:\tZ")
    };
    let start = Instant::now();
    while place.lines("processes").iter().any(is_alive) {
        assert!(start.elapsed() < Duration::from_secs(10), "an evaluator outlives its job");
        thread::sleep(Duration::from_millis(20));
    }
    let status = place.status();
    assert_eq!([&status["running"], &status["gone"]], [0, 0]);
    place.run(ANSWER, &[], 0);
    assert_eq!(place.journal().len(), 8);
}

#[test]
fn squeue_is_asked_once_an_interval() {
    let place = Place::new();
    let evaluator = format!("sleep 2; {ANSWER}");
    place.run(&evaluator, &["--executor", "slurm", "--poll", "0.6"], 0);
    let asked: Vec<f64> =
        place.lines("fake/squeue.log").iter().map(|line| line.parse().expect("a time")).collect();
    assert!((2..8).contains(&asked.len()), "{asked:?}");
    assert!(asked.windows(2).all(|pair| pair[1] - pair[0] > 0.5), "{asked:?}");
}

#[test]
fn results_are_collected_while_slurm_does_not_answer() {
    let place = Place::new();
    fs::write(place.path("fake/down"), "").expect("a file");
    let output = place.run(&format!("sleep 0.5; {ANSWER}"), &SLURM, 0);
    let expected =
        "note: squeue ended with exit status: 1 and said: squeue: error: Unable to contact";
    assert_eq!(said(&output).matches(expected).count(), 1, "{}", said(&output));
    let entries = place.journal();
    assert!(entries.len() == 8 && entries.iter().all(|entry| entry.attempts == 1), "{entries:#?}");
}

#[test]
fn a_corrected_command_is_submitted_without_waiting() {
    let place = Place::new();
    place.run("exit 3", &SLURM, 1);
    let output = place.run(&format!("sleep 2; {ANSWER}"), &slurm(&["--detach"]), 0);
    assert!(output.stdout.is_empty() && said(&output).contains("go on without this process: 8"));
    let status = place.status();
    assert_eq!([&status["running"], &status["failed"], &status["candidates"]], [8, 0, 8]);
    place.cancel();
    assert_eq!(place.status()["failed"], 8);
}

#[test]
fn a_search_that_is_stopped_leaves_its_jobs() {
    let place = Place::new();
    let evaluator = format!("while [ ! -e ../../go ]; do sleep 0.05; done; {ANSWER}");
    let mut search = place.search(&evaluator, &SLURM);
    let search = search.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    place.wait_for("fake/squeue.log", 2);
    let interrupt = Command::new("kill").args(["-INT", &search.id().to_string()]).status();
    assert!(interrupt.expect("kill runs").success());
    let output = search.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(said.contains("go on without this process: 8"), "{said}");
    assert!(said.contains("phiscale search cancel "), "{said}");
    fs::write(place.path("go"), "").expect("a file");
    place.run(&evaluator, &slurm(&["--resume"]), 0);
    assert_eq!((place.journal().len(), place.lines("fake/sbatch.log").len()), (8, 3));
}

/// Processes as jobs: `setsid` gives each a group.
const LINES: [&str; 10] = [
    "--executor",
    "command",
    "--submit",
    "echo {name} >> {folder}/submitted; setsid {command} > /dev/null 2>&1 & echo $!",
    "--status",
    "grep -q 'State:.[^Z]' /proc/{id}/status 2>/dev/null && echo running || echo success",
    "--cancel",
    "kill -TERM -{id}",
    "--poll",
    "0.2",
];

#[test]
fn command_lines_submit_watch_and_end_jobs() {
    let here = Place::new();
    let expected = here.run(ANSWER, &["--jobs", "4"], 0);
    let place = Place::new();
    let slow = format!("sleep 0.4; {ANSWER}");
    let more = [&LINES[..], &["--jobs", "4"]].concat();
    for _ in 0..3 {
        let mut search = place.start(&slow, &more);
        thread::sleep(Duration::from_millis(350));
        search.kill().expect("it is killed");
        search.wait().expect("it ends");
    }
    let output = place.run(&slow, &more, 0);
    let ranking = |output: &Output| {
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        report["ranking"].clone()
    };
    assert_eq!(ranking(&output), ranking(&expected));
    assert_eq!(place.journal().len(), 8);
}

#[test]
fn a_status_that_says_nothing_is_named_and_waited_for() {
    let place = Place::new();
    let mut lines = LINES;
    lines[5] = "echo {name} runing";
    let output = place.run(ANSWER, &lines, 0);
    let said = said(&output);
    assert!(said.contains("its last line must be running, success or failed"), "{said}");
    assert_eq!(place.journal().len(), 8);
}

#[test]
fn mistakes_are_named_and_nothing_is_half_written() {
    let place = Place::new();
    let is_new = |place: &Place| !place.path("search").exists();
    let wrong = |more: &[&str], expected: &str| {
        let output = place.run(ANSWER, more, 2);
        assert!(said(&output).contains(expected), "{}", said(&output));
    };
    for (position, template, expected) in [
        (3, "tsp phiscale", "--submit `tsp phiscale` must contain {command}"),
        (5, "tsp -s {nmae}", "did you mean `{name}`?"),
        (7, "tsp -k", "--cancel `tsp -k` must contain {name} or {id}"),
    ] {
        let mut lines = LINES;
        lines[position] = template;
        wrong(&lines, expected);
    }
    wrong(&["--executor", "command", "--submit", "x"], "--executor command needs --status");
    wrong(&["--detach"], "--detach has no effect with --executor local");
    wrong(&slurm(&["--submit", "x"]), "it is for --executor command");
    wrong(&["--executor", "slurm", "--poll", "0"], "--poll is 0; it must be");
    wrong(&slurm(&["--sbatch-arg=--array=0-9"]), "--array=0-9 is chosen by the search");
    wrong(&slurm(&["--sbatch-arg=-Jmine"]), "-Jmine is chosen by the search");
    wrong(&["--resume"], "there is no search in search to resume");
    assert!(is_new(&place), "a mistake made a folder");
    let mut without_slurm = place.search(ANSWER, &SLURM);
    let output = ended(without_slurm.env("PATH", place.path("none")), 2);
    let message = said(&output);
    assert!(message.contains("cannot start sbatch") && message.contains("login node"), "{message}");
    assert!(is_new(&place), "a missing sbatch made a folder");
}

#[test]
fn what_sbatch_refuses_leaves_no_job_and_no_folder() {
    let place = Place::new();
    fs::write(place.path("fake/refuse"), "sbatch: error: invalid partition\n").expect("a file");
    let output = place.run(ANSWER, &SLURM, 2);
    let message = said(&output);
    assert!(message.contains("sbatch ended with exit status: 1"), "{message}");
    assert!(message.contains("sbatch: error: invalid partition"), "{message}");
    assert_eq!((place.lines("search/jobs.jsonl").len(), place.journal().len()), (0, 0));
    let entries = fs::read_dir(place.path("search")).expect("the folder");
    assert!(entries.flatten().all(|entry| entry.path().is_file()), "a candidate's folder is left");
    fs::remove_file(place.path("fake/refuse")).expect("the file");
    place.run(ANSWER, &SLURM, 0);
    assert_eq!(place.journal().len(), 8);
}

#[test]
fn two_searches_in_one_folder_are_refused() {
    for more in [&[][..], &SLURM] {
        let place = Place::new();
        let mut first =
            place.start(&format!("sleep 3; {ANSWER}"), &[more, &["--jobs", "8"]].concat());
        place.wait_for("search/search.lock", 1);
        let second = place.run(ANSWER, more, 2);
        let message = said(&second);
        let expected =
            format!("a search is at work in {}", if more.is_empty() { "search" } else { "" });
        assert!(message.contains(&expected), "{message}");
        assert!(message.contains(&format!("process {} on ", first.id())), "{message}");
        assert!(first.wait().expect("it ends").success());
        assert_eq!(place.journal().len(), 8);
    }
}

#[test]
fn a_folder_without_a_search_is_named() {
    let place = Place::new();
    fs::create_dir(place.path("search")).expect("a folder");
    for command in ["status", "cancel"] {
        let output = ended(place.phiscale().args(["search", command, "search"]), 2);
        assert!(said(&output).contains("holds no search"), "{}", said(&output));
    }
    assert!(fs::read_dir(place.path("search")).expect("the folder").next().is_none());
    let output = ended(place.phiscale().args(["search", "job", "search", "phiscale-1", "0"]), 2);
    assert!(said(&output).contains("no jobs `phiscale-1`"), "{}", said(&output));
    assert!(Path::new(&place.path("search")).is_dir());
}
