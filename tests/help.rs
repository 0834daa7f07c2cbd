//! What helps to find the right command: examples, manual pages and completion in a shell.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PHISCALE: &str = env!("CARGO_BIN_EXE_phiscale");

fn phiscale(arguments: &[&str]) -> Output {
    Command::new(PHISCALE).args(arguments).output().expect("phiscale runs")
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The names of all commands, from the groups in the help.
fn commands() -> Vec<String> {
    let help = text(&phiscale(&["--help"]));
    let (_, groups) = help.split_once("Count a network:").expect("groups");
    let (groups, _) = groups.split_once("Usage:").expect("usage");
    let lines = groups.lines().filter_map(|line| line.strip_prefix("  "));
    lines.filter_map(|line| Some(line.split_whitespace().next()?.to_string())).collect()
}

/// The lines of examples in a help page, without what they do.
fn examples(help: &str) -> Vec<String> {
    let (_, examples) = help.split_once("Examples:\n").expect("examples");
    let lines = examples.lines().map_while(|line| line.strip_prefix("  "));
    lines.filter_map(|line| Some(line.split_once("  ")?.0.to_string())).collect()
}

/// A folder with the files that examples name.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (from, to) in [
        ("specs/proxy.toml", "mine.toml"),
        ("tests/onnx/mobilenet_v3_small.onnx", "model.onnx"),
        ("tests/data/accuracies.csv", "accuracies.csv"),
        ("tests/laws/runs.csv", "runs.csv"),
    ] {
        fs::copy(from, folder.path().join(to)).expect("a copy");
    }
    fs::create_dir(folder.path().join("search-mine")).expect("a folder");
    fs::write(folder.path().join("search-mine/journal.jsonl"), "").expect("a journal");
    let chart = "chart = \"stages\"\nnetworks = [\"efficientnet:b0\"]\ncosts = [\"macs\"]\n";
    fs::write(folder.path().join("chart.toml"), chart).expect("a chart");
    folder
}

#[test]
fn every_example_in_the_help_runs() {
    let folder = folder();
    let mut run = 0;
    for command in commands() {
        if command == "completions" || command == "train" {
            continue;
        }
        for example in examples(&text(&phiscale(&[&command, "--help"]))) {
            // Only the part before a pipe is ours, and pages go into a folder that exists.
            let line = example.split(" | ").next().unwrap_or(&example);
            let line = line.replace("~/.local/share/man/man1", ".");
            // `tests/search.rs` runs evaluators, `tests/executors.rs` on a cluster.
            let line = line.replace("--evaluator ./train.sh", "--dry-run");
            let line = line.replace(" --executor slurm --detach", "");
            let words: Vec<&str> = line.split_whitespace().skip(1).collect();
            let output = Command::new(PHISCALE).args(&words).current_dir(folder.path()).output();
            let output = output.expect("phiscale runs");
            // 1 is an answer too: this family's cost does not double.
            let status = output.status.code();
            assert!(status < Some(2), "{line}: {}", String::from_utf8_lossy(&output.stderr));
            assert!(!output.stdout.is_empty() || !output.stderr.is_empty(), "{line}");
            run += 1;
        }
    }
    assert!(run > 25, "{run}");
}

/// What a shell is offered for the last of some words.
fn completions(words: &[&str]) -> Vec<String> {
    let output = Command::new(PHISCALE)
        .env("PHISCALE_COMPLETE", "bash")
        .env("_CLAP_IFS", "\n")
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .args(["--", "phiscale"])
        .args(words)
        .output()
        .expect("phiscale runs");
    text(&output).lines().map(str::to_string).collect()
}

#[test]
fn every_network_argument_completes_families_members_libraries_and_files() {
    for command in [
        "count", "explain", "scale", "fit", "check", "audit", "search", "compare", "study", "law",
        "list", "plot",
    ] {
        let found = completions(&[command, "efficientnet"]);
        assert!(found.contains(&"efficientnet".into()), "{command}: {found:?}");
        assert!(found.contains(&"efficientnet_lite".into()), "{command}: {found:?}");
        assert_eq!(completions(&[command, "efficientnet:b3"]), ["efficientnet:b3"], "{command}");
        assert_eq!(completions(&[command, "torchv"]), ["torchvision/"], "{command}");
        assert_eq!(completions(&[command, "torchvision/resnet5"]), ["torchvision/resnet50"]);
        assert_eq!(completions(&[command, "specs/squee"]), ["specs/squeezenet.toml"], "{command}");
        let of_file = completions(&[command, "specs/efficientnet.toml:b"]);
        assert_eq!(of_file.len(), 9, "{command}: {of_file:?}");
    }
    assert!(completions(&["count", "nonsense:"]).is_empty());
}

#[test]
fn conventions_strategies_and_formats_complete() {
    assert!(completions(&["count", "resnet", "--convention", "f"]).contains(&"fvcore".into()));
    assert!(completions(&["explain", "resnet", "--between", "tho"]).contains(&"thop".into()));
    assert_eq!(completions(&["scale", "resnet", "--strategy", "dW"]), ["dWr"]);
    assert_eq!(completions(&["scale", "resnet", "--strategy", "d,dW"]), ["d,dWr"]);
    assert_eq!(completions(&["count", "resnet", "--format", "js"]), ["json"]);
    assert_eq!(completions(&["expl"]), ["explain"]);
}

/// bash takes a colon for the end of a word.
#[cfg(unix)]
#[test]
fn bash_completes_members_after_a_colon() {
    let folder = Path::new(PHISCALE).parent().expect("a folder").display();
    let offered = |words: &str, index: usize| {
        let line = format!(
            "PATH={folder}:$PATH; source <(phiscale completions bash); COMP_WORDS=({words}); \
             COMP_CWORD={index}; _complete_phiscale; echo \"${{COMPREPLY[*]}}\""
        );
        text(&Command::new("bash").args(["-c", &line]).output().expect("bash")).trim().to_string()
    };
    assert_eq!(offered("phiscale count efficientnet : b3", 4), "b3");
    assert_eq!(
        offered("phiscale count efficientnet :", 3),
        "b0 b1 b2 b3 b4 b5 b6 b7 b8 l2 d4 w2 r2 d1.4-w1.2-r1.3"
    );
    assert_eq!(offered("phiscale count --per sta", 3), "stage");
    assert_eq!(offered("phiscale count --per stage densenet : 12", 6), "121");
}

#[test]
fn every_command_has_a_manual_page_with_its_arguments_and_examples() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    phiscale(&["man", "--folder", path]);
    assert_eq!(text(&phiscale(&["man"])), page(folder.path(), "phiscale"));
    for command in commands() {
        let page = page(folder.path(), &format!("phiscale-{command}"));
        assert_eq!(text(&phiscale(&["man", &command])), page);
        for section in ["NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES"] {
            assert!(page.contains(&format!(".SH {section}\n")), "{command} {section}");
        }
    }
    let unknown = phiscale(&["man", "cuont"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean `count`?"));
    let nowhere = phiscale(&["man", "--folder", "/no/such/folder"]);
    assert_eq!(nowhere.status.code(), Some(2));
}

fn page(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(format!("{name}.1"))).expect(name)
}
