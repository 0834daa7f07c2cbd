//! Networks from standard input and from files whose content is not what their names say; formats by suffix.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs phiscale with bytes on standard input, written in small pieces.
fn piped(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_phiscale"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("phiscale runs");
    let mut stdin = child.stdin.take().expect("its input");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // It may stop reading early.
        let _ = input.chunks(7001).try_for_each(|piece| stdin.write_all(piece));
    });
    let output = child.wait_with_output().expect("phiscale ends");
    writer.join().expect("all is written");
    output
}

/// What Git keeps instead of a large file.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";

#[track_caller]
fn fails(output: &Output, part: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains(part), "{errors}");
    assert!(output.stdout.is_empty());
}

fn totals(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    report["totals"].clone()
}

#[test]
fn standard_input_counts_as_the_file_does() {
    for file in [
        "specs/examples/tiny.toml",
        "specs/resnet.toml",
        "tests/onnx/dynamo.onnx",
        "tests/onnx/transformer.onnx",
        "tests/onnx/mobilenet_v3_small.onnx",
    ] {
        let bytes = fs::read(file).expect("the file");
        let direct = piped(&["count", file, "--format", "json"], b"");
        let streamed = piped(&["count", "-", "--format", "json"], &bytes);
        assert_eq!(totals(&streamed), totals(&direct), "{file}");
    }
    let bytes = fs::read("specs/examples/tiny.toml").expect("the file");
    let direct = piped(&["count", "specs/examples/tiny.toml:l", "--format", "json"], b"");
    assert_eq!(totals(&piped(&["count", "-:l", "--format", "json"], &bytes)), totals(&direct));
}

#[test]
fn other_commands_read_standard_input_too() {
    let bytes = fs::read("specs/examples/tiny.toml").expect("the file");
    for arguments in [
        &["explain", "-"][..],
        &["scale", "-", "--phi", "0..=2"],
        &["list", "-"],
        &["check", "-", "--max-params", "1G"],
        &["fit", "-", "--max-macs", "10M", "--no-compare"],
        &["audit", "-"],
        &["plot", "-:s", "--stages"],
    ] {
        let output = piped(arguments, &bytes);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    fails(&piped(&["plot", "-", "-:s", "--stages"], &bytes), "standard input");
}

#[test]
fn standard_input_that_holds_no_network_is_refused() {
    let count = |input: &[u8]| piped(&["count", "-"], input);
    fails(&count(b""), "<stdin> is empty");
    fails(&count(b"title = \"caf\xe9\""), "<stdin> is not UTF-8 text: byte 12 is invalid");
    fails(&count(b"[[stage]"), "<stdin>:1:");
    fails(&count(&b"# \n".repeat(1 << 19)), "<stdin> is larger than 1048576 bytes");
    fails(&count(b"\x89PNG\r\n\x1a\n\0\0"), "<stdin> is a PNG picture");
    fails(&count(b"PK\x03\x04\0\0"), "torch.load(\"FILE\", weights_only=False)");
    fails(&count(POINTER), "<stdin> is a Git LFS pointer");
    fails(&count(&[8, 9, 0x3a]), "<stdin>: byte 3: the file ends");
    let onnx = fs::read("tests/onnx/dynamo.onnx").expect("the file");
    fails(&count(&onnx[..onnx.len() - 1]), "the file ends in the middle of a field");
    fails(&piped(&["count", "-:b0"], &onnx), "has no members");
    fails(&piped(&["count", "-", "--input", "64", "--dim", "n=1"], b"title = 1"), "<stdin>:1:");
}

/// An ONNX file is streamed: weights are read past, whatever their size, and not kept.
#[test]
fn a_large_onnx_file_on_standard_input_is_streamed() {
    let mut onnx = fs::read("tests/onnx/dynamo.onnx").expect("the file");
    // An unknown field of 256 MB at the end: number 100, bytes.
    onnx.extend([0xa2, 0x06, 0x80, 0x80, 0x80, 0x80, 0x01]);
    let short = onnx.len();
    onnx.resize(short + (1 << 28), 7);
    let direct = piped(&["count", "tests/onnx/dynamo.onnx", "--format", "json"], b"");
    assert_eq!(totals(&piped(&["count", "-", "--format", "json"], &onnx)), totals(&direct));
    fails(
        &piped(&["count", "-"], &onnx[..onnx.len() - 1]),
        "the file ends in the middle of a field",
    );
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let onnx = fs::read("tests/onnx/folded.onnx").expect("the file");
    let toml = fs::read("specs/examples/tiny.toml").expect("the file");
    for (name, bytes, part) in [
        ("a.toml", &onnx[..], "holds bytes, not the text of a spec"),
        ("b.onnx", &toml, "is a text, not an ONNX file"),
        ("c.onnx", b"\x89PNG\r\n\x1a\n\0\0", "is a PNG picture"),
        ("d.toml", b"PK\x03\x04\0\0", "is a ZIP archive"),
        ("e.log", b"epoch 1: 0.3\n", "is a file, but neither a spec nor an ONNX file"),
        ("f.pt", b"PK\x03\x04\0\0", "f.pt is a PyTorch file"),
        ("f.pth", b"PK\x03\x04\0\0", "weights_only=False); model.eval()\n"),
        ("f.pt2", b"PK\x03\x04\0\0", "torch.export.load("),
        ("f", b"PK\x03\x04\0\0", "torch.onnx.export(model"),
        ("f.zip", b"PK\x03\x04\0\0", "keras.models.load_model("),
        ("f.dat", b"\x89HDF\r\n", "keras.models.load_model("),
        ("f.h5", b"\x89HDF\r\n", "f.h5 is a Keras file"),
        ("f.model", b"GGUF\x03\0\0\0", "is a GGUF file of weights"),
        ("f.pb", b"\x08\x01", "--graphdef "),
        ("f.tflite", b"\x1c\0\0\0TFL3", "--tflite "),
        ("f.safetensors", b"\x08\0{}", "load the weights into the network"),
        ("f.ckpt", b"PK\x03\x04\0\0", "load the weights into the network"),
        ("f.bin", b"\x80\x02}", "load the weights into the network"),
        ("f.npz", b"PK\x03\x04\0\0", "load the weights into the network"),
        ("f.gguf", b"GGUF\x03\0\0\0", "load the weights into the network"),
        ("lfs.onnx", POINTER, "lfs.onnx is a Git LFS pointer, not the file itself"),
        ("lfs.toml", POINTER, "git lfs pull"),
        ("lfs.pt", POINTER, "git lfs pull"),
        ("lfs", POINTER, "git lfs pull"),
        ("empty.onnx", b"", "empty.onnx is empty"),
        ("empty.pt", b"", "empty.pt is empty"),
        ("empty", b"", "empty is empty"),
        ("g.toml", b"", "g.toml is empty"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        fails(&piped(&["count", path.to_str().expect("UTF-8")], b""), part);
    }
    fails(&piped(&["count", "nothere.pt"], b""), "cannot read nothere.pt: ");
    // Without a suffix, the content decides.
    for (name, bytes) in [("model", &onnx[..]), ("mine", &toml)] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        assert!(piped(&["count", path.to_str().expect("UTF-8")], b"").status.success(), "{name}");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_phiscale"))
        .args(["count", "e.log"])
        .current_dir(folder.path())
        .output();
    fails(&output.expect("phiscale runs"), "e.log is a file, but neither");
}

#[test]
fn the_suffix_of_a_report_sets_its_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_string();
    let write = |arguments: &[&str], name: &str| {
        let path = path(name);
        let output = piped(&[arguments, &["-o", &path]].concat(), b"");
        (output, fs::read_to_string(path).unwrap_or_default())
    };
    let count = ["count", "resnet:50"];
    for (name, format) in [
        ("a.json", "json"),
        ("a.csv", "csv"),
        ("a.md", "markdown"),
        ("a.markdown", "markdown"),
        ("a.tex", "latex"),
        ("a.txt", "table"),
        ("a.JSON", "json"),
        ("a", "table"),
        ("a.xyz", "table"),
    ] {
        let direct = piped(&[&count[..], &["--format", format]].concat(), b"");
        assert_eq!(write(&count, name).1.as_bytes(), direct.stdout, "{name}");
    }
    assert!(write(&["count", "resnet:50", "--format", "json"], "b.txt").1.starts_with('{'));
    let check = ["check", "resnet:50", "--max-params", "1G"];
    assert!(write(&check, "c.xml").1.starts_with("<?xml"));
    assert!(write(&check, "c.json").1.starts_with('{'));
    for (arguments, name, part) in [
        (&["count", "resnet:50", "--format", "csv"][..], "d.json", "--format csv contradicts"),
        (&["count", "resnet:50"], "d.png", "`phiscale plot` draws charts"),
        (&["list", "--format", "json"], "d.svg", "`phiscale plot` draws charts"),
        (
            &["check", "resnet:50", "--max-params", "1G", "--format", "junit"],
            "d.csv",
            "--format junit contradicts",
        ),
    ] {
        fails(&write(arguments, name).0, part);
        assert!(!Path::new(&path(name)).exists(), "{name}");
    }
    let saved = path("saved.json");
    let arguments = ["check", "resnet:50", "--save", &saved, "--format", "csv"];
    fails(&write(&arguments, "e.json").0, "contradicts");
    assert!(!Path::new(&saved).exists());
}
