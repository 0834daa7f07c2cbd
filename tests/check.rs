//! `phiscale check` from outside: budgets, baselines, and the files they write and read.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use phiscale::check::{Check, CheckKind};
use phiscale::{Source, Span, reports};
use resvg::usvg::roxmltree::{Document, Node};

fn phiscale(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phiscale"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    command.output().expect("the program runs")
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_string_lossy().into_owned()
}

#[test]
fn what_was_saved_is_as_it_was_until_a_layer_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (spec, saved) = (path(folder.path(), "mine.toml"), path(folder.path(), "counts.json"));
    let text = fs::read_to_string("specs/examples/tiny.toml").expect("the example");
    fs::write(&spec, &text).expect("a spec");
    assert_eq!(phiscale(&["check", &spec, "--save", &saved]).status.code(), Some(0));
    assert_eq!(phiscale(&["check", &spec, "--baseline", &saved]).status.code(), Some(0));
    assert_eq!(phiscale(&["check", "--baseline", &saved]).status.code(), Some(0));

    fs::write(&spec, text.replacen("kernel = 3", "kernel = 5", 1)).expect("a changed spec");
    let output = phiscale(&["check", &spec, "--baseline", &saved]);
    let report = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(report.contains("stem/conv") && report.contains("changed"), "{report}");
    // Half as much again is within a tolerance of 200 %.
    let within = phiscale(&["check", &spec, "--baseline", &saved, "--tolerance", "200%"]);
    assert_eq!(within.status.code(), Some(0));
}

#[test]
fn a_member_that_went_away_is_missed_whether_the_spec_is_named_or_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (spec, saved) = (path(folder.path(), "mine.toml"), path(folder.path(), "counts.json"));
    let text = fs::read_to_string("specs/examples/tiny.toml").expect("the example");
    fs::write(&spec, &text).expect("a spec");
    assert_eq!(phiscale(&["check", &spec, "--save", &saved]).status.code(), Some(0));
    let end = text.find("[member.L]").expect("the last member");
    fs::write(&spec, &text[..end]).expect("a shorter spec");
    assert_eq!(phiscale(&["check", &spec, "--baseline", &saved]).status.code(), Some(1));
    assert_eq!(phiscale(&["check", "--baseline", &saved]).status.code(), Some(1));
    let one = format!("{spec}:s");
    assert_eq!(phiscale(&["check", &one, "--baseline", &saved]).status.code(), Some(0));
}

#[test]
fn two_layers_of_one_name_are_compared_each_with_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let (spec, saved) = (path(folder.path(), "mine.toml"), path(folder.path(), "counts.json"));
    let text = "source = 'a test'\ninput = { size = 8 }\n[block.twice]\nsteps = [\n  \
                { name = 'c', conv = 4 },\n  { name = 'c', conv = 8 },\n]\n\
                [[stage]]\nname = 'a'\nblock = 'twice'\n";
    fs::write(&spec, text).expect("a spec");
    assert_eq!(phiscale(&["check", &spec, "--save", &saved]).status.code(), Some(0));
    assert_eq!(phiscale(&["check", &spec, "--baseline", &saved]).status.code(), Some(0));
}

#[test]
fn a_baseline_that_is_not_one_is_an_error_and_stays_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = "specs/examples/tiny.toml";
    let whole = fs::read_to_string("specs/examples/tiny-counts.json").expect("a baseline");
    let broken = [
        whole[..whole.len() / 2].to_string(),
        whole.replace("phiscale.baseline/2", "phiscale.baseline/9"),
        whole.replace("\"groups\": 1", "\"groups\": 1.5"),
        whole.replace("\"bias\": false", "\"bias\": {}"),
        whole.replace("\"settings\"", "\"setting\""),
        whole.replace("\"macs\"", "\"flops\""),
        String::new(),
        "{}".into(),
        "\u{0}\u{1}".into(),
    ];
    for text in broken {
        let file = path(folder.path(), "counts.json");
        fs::write(&file, &text).expect("a file");
        let output = phiscale(&["check", spec, "--baseline", &file]);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(output.stdout.is_empty());
        assert!(String::from_utf8_lossy(&output.stderr).contains("baseline"));
        assert_eq!(fs::read_to_string(&file).expect("the file"), text);
    }
    let empty = path(folder.path(), "empty.json");
    fs::write(&empty, "{\"schema\": \"phiscale.baseline/1\", \"networks\": []}").expect("a file");
    assert_eq!(phiscale(&["check", "--baseline", &empty]).status.code(), Some(2));
    assert_eq!(phiscale(&["check", spec, "--baseline", &empty]).status.code(), Some(1));
    let missing = phiscale(&["check", spec, "--baseline", &path(folder.path(), "none.json")]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn nothing_is_saved_over_a_baseline_by_a_mistake() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = path(folder.path(), "counts.json");
    fs::write(&file, "kept").expect("a file");
    let output = phiscale(&["check", "tests/mistakes/unknown_key.toml", "--save", &file]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&file).expect("the file"), "kept");
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

#[test]
fn no_command_writes_over_what_it_reads_or_writes_a_file_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| path(folder.path(), name);
    let copied = [
        ("net.toml", "specs/examples/tiny.toml"),
        ("counts.json", "specs/examples/tiny-counts.json"),
        ("net.onnx", "tests/onnx/dynamo.onnx"),
        ("chart.toml", "tests/charts/growth.toml"),
    ];
    for (name, from) in copied {
        fs::copy(from, file(name)).expect("a copy");
    }
    let [net, counts, onnx, chart] = copied.map(|(name, _)| file(name));
    let member = format!("{net}:s");
    let (around, new) = (path(folder.path(), "./x/../net.toml"), file("new.toml"));
    let around_new = path(folder.path(), "x/../new.toml");
    fs::create_dir(file("x")).expect("a folder");
    for arguments in [
        &["check", &net, "--save", &net][..],
        &["check", &member, "--save", &around],
        &["check", &net, "--save", &new, "-o", &new],
        &["check", &net, "--baseline", &counts, "-o", &counts],
        &["check", "--baseline", &counts, "-o", &counts],
        &["check", &onnx, "--max-macs", "1G", "-o", &onnx],
        &["count", &net, "-o", &net],
        &["count", "resnet:50", &member, "-o", &net],
        &["count", "resnet:50", "-o", &new, "--per", "stage", "-o", &net],
        &["fit", &net, "--max-macs", "1G", "--write-spec", &new, "-o", &around_new],
        &["fit", &net, "--max-macs", "1G", "--write-spec", &net],
        &["plot", &chart, "--csv", &chart, "-o", &file("chart.svg")],
        &["plot", &folder.path().to_string_lossy(), "--csv", &chart, "-o", &file("x")],
        &["plot", &net, "--x", "phi", "-o", &file("a.svg"), "--csv", &file("a.svg")],
        &["plot", &net, "--x", "phi", "-o", "-", "--csv", "-"],
    ] {
        let output = phiscale(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    for (name, from) in copied {
        assert_eq!(fs::read(file(name)).expect("it"), fs::read(from).expect("it"), "{name}");
    }
    let entries = fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(entries, copied.len() + 1);
    let message = String::from_utf8(phiscale(&["count", &net, "-o", &net]).stderr).expect("text");
    assert!(message.contains("is read, and --output would write over it"), "{message}");
    // A file that nothing reads is written.
    let written = ["fit", "efficientnet", "--max-macs", "1G", "--no-compare", "--write-spec", &new];
    assert_eq!(phiscale(&written).status.code(), Some(0));
}

#[test]
fn a_tolerance_of_1_or_more_is_written_in_percent() {
    let baseline = ["check", "--baseline", "specs/examples/tiny-counts.json", "--tolerance"];
    for (tolerance, status) in [("5", 2), ("1", 2), ("5%", 0), ("0.05", 0), ("500%", 0), ("0", 0)] {
        let output = phiscale(&[&baseline[..], &[tolerance]].concat());
        assert_eq!(output.status.code(), Some(status), "{tolerance}");
    }
    let message = String::from_utf8(phiscale(&[&baseline[..], &["5"]].concat()).stderr);
    assert!(message.expect("text").contains("write 5% or 0.05"));
    let budget = ["check", "efficientnet:b0", "--max-macs", "1G", "--tolerance", "5%"];
    let output = phiscale(&budget);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--tolerance"));
}

/// The text of a check of `arguments`, and its exit status.
fn checked(arguments: &[&str]) -> (String, Option<i32>) {
    let output = phiscale(&[&["check"], arguments].concat());
    (String::from_utf8(output.stdout).expect("text"), output.status.code())
}

#[test]
fn a_file_is_matched_by_its_name_wherever_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| path(folder.path(), name);
    let saved = file("counts.json");
    for (name, suffix) in [("tests/onnx/dynamo.onnx", "onnx"), ("specs/examples/tiny.toml", "toml")]
    {
        assert_eq!(checked(&[name, "--save", &saved]).1, Some(0));
        let own = name.rsplit('/').next().expect("a name");
        fs::copy(name, file(own)).expect("a copy");
        let absolute = file(own);
        let around = format!("./{name}");
        for spelled in [name, &around, &absolute] {
            let (report, status) = checked(&[spelled, "--baseline", &saved]);
            assert_eq!(status, Some(0), "{report}");
            assert!(!report.contains("only network"), "{report}");
        }
        assert!(own.ends_with(suffix));
    }
    // One network and one saved are compared whatever they are called.
    assert_eq!(checked(&["tests/onnx/dynamo.onnx", "--save", &saved]).1, Some(0));
    fs::copy("tests/onnx/dynamo.onnx", file("other.onnx")).expect("a copy");
    let (report, status) = checked(&[&file("other.onnx"), "--baseline", &saved, "--format", "csv"]);
    assert_eq!(status, Some(0), "{report}");
    let words = "compared with tests/onnx/dynamo.onnx, the only network of the baseline: unchanged";
    assert!(report.contains(words), "{report}");
    let (report, status) = checked(&["resnet:18", "--baseline", &saved, "--format", "csv"]);
    assert_eq!(status, Some(1), "{report}");
    assert!(report.contains("the only network of the baseline: input"), "{report}");
    // Otherwise the message has the names.
    let tiny = "specs/examples/tiny-counts.json";
    let (report, status) = checked(&["resnet:18", "--baseline", tiny, "--format", "csv"]);
    assert_eq!(status, Some(1), "{report}");
    assert!(report.contains("specs/examples/tiny.toml:s, specs/examples/tiny.toml:l"), "{report}");
}

#[test]
fn layers_that_follow_their_input_share_a_line_except_in_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let saved = path(folder.path(), "counts.json");
    assert_eq!(checked(&["efficientnet:b0", "--save", &saved]).1, Some(0));
    let smaller = ["efficientnet:b0", "--baseline", &saved, "--input", "192", "--format"];
    let of = |format: &str| checked(&[&smaller[..], &[format]].concat()).0;
    let json: serde_json::Value = serde_json::from_str(&of("json")).expect("JSON");
    let layers = json["layers"].as_array().expect("layers");
    let line = format!("{} layers", layers.len());
    assert!(layers.len() > 100);
    assert!(layers.iter().all(|layer| layer["settings_changed"].is_null()));
    let macs: i64 = layers.iter().map(|layer| layer["macs"].as_i64().expect("MACs")).sum();
    for format in ["table", "markdown", "latex", "github", "junit", "csv"] {
        let text = of(format);
        let arrow = if format == "latex" { "3$\\times$192$\\times$192" } else { "3×192×192" };
        assert_eq!(text.matches(arrow).count(), 1, "{text}");
        assert!(text.contains("because their input did"), "{text}");
        assert!(format == "table" || text.contains(&line), "{text}");
        assert!(text.lines().count() < 40, "{text}");
    }
    let digits: String = of("markdown").chars().filter(|c| *c != ',').collect();
    assert!(digits.contains(&macs.unsigned_abs().to_string()), "{digits}");
}

#[test]
fn repeats_and_channels_that_changed_are_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let (spec, saved) = (path(folder.path(), "mine.toml"), path(folder.path(), "counts.json"));
    let text = "source = 'a test'\ninput = { size = 32 }\n[block.one]\nsteps = [\n  \
                { name = 'wide', conv = 64 },\n  { name = 'deep', conv = 64, kernel = 3, groups = 64 },\n  \
                { name = 'norm', norm = 'batch' },\n  { name = 'narrow', conv = 8 },\n]\n\
                [[stage]]\nname = 'a'\nblock = 'one'\ndepth = 3\n";
    fs::write(&spec, text).expect("a spec");
    assert_eq!(checked(&[&spec, "--save", &saved]).1, Some(0));
    let changed = |text: String| {
        fs::write(&spec, text).expect("a spec");
        checked(&[&spec, "--baseline", &saved, "--format", "markdown"]).0
    };
    let report = changed(text.replace("depth = 3", "depth = 2"));
    assert!(report.contains("repeats 3 → 2"), "{report}");
    let report = changed(text.replace("64", "48"));
    assert!(report.contains("channels 64 → 48") && !report.contains("groups 64 → 48"), "{report}");
    assert!(report.contains("further layers | changed"), "{report}");
}

#[test]
fn the_tolerance_is_said_with_the_result() {
    let baseline =
        ["tests/data/changed/tiny.toml", "--baseline", "specs/examples/tiny-counts.json"];
    for format in ["table", "json", "csv", "markdown", "latex", "junit"] {
        let options = ["--tolerance", "200%", "--format", format];
        let (report, status) = checked(&[&baseline[..], &options].concat());
        assert_eq!(status, Some(0), "{report}");
        assert!(report.contains("tolerance ±200"), "{report}");
        let (report, _) = checked(&[&baseline[..], &["--format", format]].concat());
        assert!(!report.contains("tolerance"), "{report}");
    }
}

#[test]
fn saved_counts_are_said_and_empty_tables_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let saved = path(folder.path(), "counts.json");
    for format in ["table", "json", "csv", "markdown", "latex", "junit", "github"] {
        let (report, status) = checked(&["resnet:18", "--save", &saved, "--format", format]);
        assert_eq!(status, Some(0), "{report}");
        assert!(report.contains("saved") && !report.contains("0 of 0"), "{report}");
        let budget = ["resnet:18", "--max-macs", "2G", "--format", format];
        let (report, status) = checked(&budget);
        assert_eq!(status, Some(0), "{report}");
        assert!(!report.contains("since the baseline"), "{report}");
    }
    let both = ["resnet:18", "--save", &saved, "--max-macs", "2G", "--format", "github"];
    let (report, _) = checked(&both);
    assert!(report.starts_with("::notice title=") && report.ends_with("1 of 1 checks pass\n"));
}

#[test]
fn a_budget_has_its_numbers_in_json_and_csv() {
    let budget = ["resnet:18", "--max-macs", "2G", "--max-memory", "1GB", "--format"];
    let (json, _) = checked(&[&budget[..], &["json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let [macs, memory] = [0, 1].map(|index| &json["cases"][index]);
    assert_eq!(macs["measure"], "macs");
    assert_eq!(macs["used"], 1_814_073_344);
    assert_eq!(macs["limit"], 2_000_000_000);
    assert_eq!(macs["share"], 1_814_073_344.0 / 2e9);
    assert_eq!((&memory["measure"], &memory["limit"]), (&"memory".into(), &1_000_000_000.into()));
    let (csv, _) = checked(&[&budget[..], &["csv"]].concat());
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].ends_with(",measure,used,limit,share"), "{csv}");
    assert!(lines[1].contains(",macs,1814073344,2000000000,0.907"), "{csv}");
}

/// The elements and attributes of the common schema (Jenkins' xunit plugin, junit-10.xsd) that have to be
/// there, and none that it does not know.
#[test]
fn junit_has_the_form_that_ci_servers_read() {
    let budgets = ["--max-macs", "1M", "--max-params", "5.3M", "--format", "junit"];
    let baseline = ["--baseline", "specs/examples/tiny-counts.json"];
    let spec = ["check", "specs/examples/tiny.toml"];
    let output = phiscale(&[&spec[..], &budgets, &baseline].concat());
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).expect("text");
    let document = Document::parse(&text).expect("well-formed XML");
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let number = |node: Node, name: &str| -> usize {
        node.attribute(name).and_then(|value| value.parse().ok()).expect("a number")
    };
    let elements = |node: Node, name: &str| {
        node.descendants().filter(|other| other.has_tag_name(name)).count()
    };
    assert_eq!(number(root, "tests"), elements(root, "testcase"));
    assert_eq!(number(root, "failures"), elements(root, "failure"));
    let suites = root.children().filter(|node| node.has_tag_name("testsuite"));
    assert_eq!(suites.count(), 3, "one suite for each network");
    for node in root.descendants().filter(Node::is_element) {
        let known: &[&str] = match node.tag_name().name() {
            "testsuites" => &["name", "tests", "failures", "errors", "time"],
            "testsuite" => &["name", "tests", "failures", "errors", "skipped", "time"],
            "testcase" => &["name", "classname", "time"],
            "failure" => &["message", "type"],
            "system-out" => &[],
            other => panic!("{other} is not an element of the schema"),
        };
        assert!(node.attributes().all(|attribute| known.contains(&attribute.name())));
    }
}

#[test]
fn junit_is_well_formed_whatever_the_words() {
    let source = Source::new("a,b.toml", "one\ntwo\nthree");
    let case = Check {
        network: "a<b>&\"c\".toml".into(),
        name: "max MACs".into(),
        kind: CheckKind::Baseline,
        passes: false,
        message: "2 % over, <see> & \"read\"\u{1}".into(),
        details: vec!["a & b < c".into()],
        place: Some(Span { source, start: 6, end: 7 }),
    };
    let held = Check { passes: true, ..case.clone() };
    let text = reports::junit(&[held, case]);
    let document = Document::parse(&text).expect("well-formed XML");
    let of_kind = |kind: &str| document.descendants().filter(|n| n.has_tag_name(kind)).count();
    assert_eq!((of_kind("testcase"), of_kind("failure")), (2, 1));
    let failure = document.descendants().find(|node| node.has_tag_name("failure"));
    let failure = failure.expect("a failure");
    assert_eq!(failure.attribute("message"), Some("2 % over, <see> & \"read\""));
    assert!(failure.text().is_some_and(|text| text.contains("a,b.toml:2\na & b < c")));
}

#[test]
fn budgets_that_are_none_and_options_that_contradict_are_errors() {
    for arguments in [
        &["check", "efficientnet", "--max-macs", "0"][..],
        &["check", "efficientnet", "--max-macs", "-1"],
        &["check", "efficientnet", "--max-macs", "NaN"],
        &["check", "efficientnet", "--max-params", "12Q"],
        &["check", "efficientnet", "--max-memory", "12Q"],
        &["check", "efficientnet", "--max-macs", "1B", "--phi", "1"],
        &["check", "efficientnet", "--max-macs", "1B", "--strategy", "dwr"],
        &["check", "efficientnet", "--batch", "2"],
        &["check", "efficientnet", "--save", "a", "--baseline", "b"],
        &["check"],
    ] {
        let output = phiscale(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_setting_that_changes_no_count_fails_the_check_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let (spec, saved) = (path(folder.path(), "mine.toml"), path(folder.path(), "counts.json"));
    let text = "source = 'a test'\ninput = { size = 8 }\n[block.one]\nsteps = [\n  \
                { name = 'c', conv = 4, kernel = 3, dilation = 1 },\n]\n\
                [[stage]]\nname = 'a'\nblock = 'one'\n";
    fs::write(&spec, text).expect("a spec");
    assert_eq!(phiscale(&["check", &spec, "--save", &saved]).status.code(), Some(0));
    fs::write(&spec, text.replace("dilation = 1", "dilation = 2")).expect("a changed spec");
    for format in ["table", "json", "csv", "markdown", "latex", "junit", "github"] {
        let output = phiscale(&["check", &spec, "--baseline", &saved, "--format", format]);
        let report = String::from_utf8(output.stdout).expect("text");
        assert_eq!(output.status.code(), Some(1), "{report}");
        assert!(
            report.contains("dilation 1×1 → 2×2") || report.contains("dilation 1$\\times$1"),
            "{report}"
        );
    }
    let within = phiscale(&["check", &spec, "--baseline", &saved, "--tolerance", "1%"]);
    assert_eq!(within.status.code(), Some(0));
}

#[test]
fn a_baseline_of_100_mb_is_read_or_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = path(folder.path(), "counts.json");
    let whole = fs::read_to_string("specs/examples/tiny-counts.json").expect("a baseline");
    let padded = whole.clone() + &" ".repeat(100_000_000);
    let sides = format!("\"kernel\": [{}\"x\"]", "3,".repeat(50_000_000));
    let start = whole.find("\"kernel\": [").expect("a kernel");
    let end = start + whole[start..].find(']').expect("the end of its sides") + 1;
    let broken = [&whole[..start], &sides, &whole[end..]].concat();
    for (text, status) in [(padded, 0), (broken, 2)] {
        fs::write(&file, text).expect("a file");
        let output = phiscale(&["check", "specs/examples/tiny.toml", "--baseline", &file]);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
