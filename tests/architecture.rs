//! The rooms of the code: what may use what, as ARCHITECTURE.md tells it.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// Every top-level module and its tier. A module uses its own tier and lower ones.
const TIERS: [(&str, u8); 41] = [
    ("scalar", 0),
    ("polynomial", 0),
    ("units", 0),
    ("diagnostic", 0),
    ("shape", 1),
    ("cost", 1),
    ("rounding", 1),
    ("scaling", 1),
    ("strategy", 1),
    ("layer", 2),
    ("convention", 2),
    ("node", 3),
    ("network", 3),
    ("memory", 3),
    ("block", 4),
    ("measure", 4),
    ("onnx", 4),
    ("family", 5),
    ("lower", 5),
    ("publication", 5),
    ("measurement", 5),
    ("sketch", 5),
    ("spec", 5),
    ("budget", 6),
    ("fit", 6),
    ("comparison", 6),
    ("gap", 6),
    ("growth", 6),
    ("explain", 6),
    ("audit", 6),
    ("search", 6),
    ("train", 6),
    ("gate", 6),
    ("saved", 6),
    ("advice", 6),
    ("effective", 6),
    ("report", 7),
    ("plot", 8),
    ("chart", 8),
    ("cli", 9),
    ("main", 10),
];

/// Dependencies that live in a room, and that room, or rooms.
const AT_HOME: [(&str, &str); 20] = [
    ("toml::", "spec"),
    ("serde::", "report saved search"),
    ("serde_json::", "report saved search"),
    ("xmlwriter::", "report"),
    ("csv::", "report search measurement"),
    ("comfy_table::", "report"),
    ("annotate_snippets::", "report"),
    ("plotters::", "plot"),
    ("plotters_backend::", "plot"),
    ("resvg::", "plot"),
    ("png::", "plot"),
    ("ttf_parser::", "plot"),
    ("burn_core::", "train"),
    ("burn_nn::", "train"),
    ("burn_optim::", "train"),
    ("fast_image_resize::", "train"),
    ("flate2::", "train"),
    ("clap::", "cli"),
    ("clap_complete::", "cli"),
    ("clap_mangen::", "cli"),
];

/// What a pure library does not touch.
const OUTSIDE_WORLD: [&str; 12] = [
    "std::fs",
    "std::env",
    "std::process",
    "std::thread",
    "std::time",
    "std::net",
    "io::stdin",
    "io::stdout",
    "io::stderr",
    "println!",
    "eprintln!",
    "anstream::",
];

/// Names that say nothing about what is in a file.
const EMPTY_NAMES: [&str; 8] =
    ["util", "utils", "helper", "helpers", "common", "manager", "misc", "shared"];

/// A source file: where it lies, its top-level module, and its lines without comments.
struct Source {
    path: PathBuf,
    module: String,
    code: Vec<String>,
}

#[test]
fn a_module_uses_its_own_tier_and_lower_ones() {
    let mut wrong = Vec::new();
    for source in library() {
        let own = tier(&source.module).expect("checked by its own test");
        for used in source.code.iter().flat_map(|line| used_modules(line)) {
            match tier(&used) {
                Some(tier) if tier <= own => {}
                Some(tier) => wrong.push(format!(
                    "{} (tier {own}) uses {used} (tier {tier})",
                    source.path.display()
                )),
                None => wrong.push(format!(
                    "{}: `crate::{used}` is no module; name one module a path",
                    source.path.display()
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_tier_and_every_tier_a_module() {
    let modules: Vec<String> = sources().into_iter().map(|source| source.module).collect();
    for module in &modules {
        assert!(module == "lib" || tier(module).is_some(), "{module} has no tier in this test");
    }
    for (module, _) in TIERS {
        assert!(modules.iter().any(|found| found == module), "there is no module {module}");
    }
}

#[test]
fn a_dependency_stays_in_its_room() {
    for (dependency, rooms) in AT_HOME {
        let elsewhere = |source: &Source| !rooms.split(' ').any(|room| source.module == room);
        assert_eq!(
            mentions(elsewhere, dependency),
            Vec::<String>::new(),
            "{dependency} is for {rooms}"
        );
    }
}

#[test]
fn the_library_is_pure() {
    for word in OUTSIDE_WORLD {
        let pure = |source: &Source| !is_tool(source);
        assert_eq!(mentions(pure, word), Vec::<String>::new(), "{word} is for the command line");
    }
}

#[test]
fn the_tool_uses_the_library_as_everybody_does() {
    for module in TIERS.map(|(module, _)| module) {
        let path = format!("crate::{module}");
        let found = mentions(is_tool, &path);
        assert!(
            module == "cli" || found.is_empty(),
            "{path} is not `phiscale::{module}`: {found:?}"
        );
    }
}

#[test]
fn file_names_say_what_is_in_them() {
    for source in sources() {
        let folders = source.path.components().map(|part| part.as_os_str().to_string_lossy());
        for part in folders {
            let name = part.trim_end_matches(".rs");
            assert!(!EMPTY_NAMES.contains(&name), "{}", source.path.display());
        }
    }
}

#[test]
fn used_modules_are_found_in_code_alone() {
    assert_eq!(used_modules("use crate::layer::{Layer, Window};"), ["layer"]);
    assert_eq!(used_modules("crate::units::grouped(crate::cost::ALL)"), ["units", "cost"]);
    assert_eq!(without_comment("let a = 1; // as crate::spec does"), "let a = 1;");
    assert_eq!(without_comment("//! [`Chart`](crate::plot::Chart)"), "");
    assert_eq!(without_comment("\"https://example.org\""), "\"https://example.org\"");
}

fn tier(module: &str) -> Option<u8> {
    TIERS.iter().find(|(name, _)| *name == module).map(|(_, tier)| *tier)
}

/// The command-line tool: everything that is not the library.
fn is_tool(source: &Source) -> bool {
    source.module == "cli" || source.module == "main"
}

fn library() -> impl Iterator<Item = Source> {
    sources().into_iter().filter(|source| source.module != "lib" && !is_tool(source))
}

/// Where the sources that `wanted` chooses have `word` as a path or macro of its own.
fn mentions(wanted: impl Fn(&Source) -> bool, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().into_iter().filter(wanted) {
        for line in source.code.iter().filter(|line| has_word(line, word)) {
            found.push(format!("{}: {}", source.path.display(), line.trim()));
        }
    }
    found
}

/// Whether `word` stands in `line` and does not end a longer name.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// The top-level modules that a line names by `crate::`.
fn used_modules(line: &str) -> Vec<String> {
    let after = line.split("crate::").skip(1);
    let name = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    after.map(name).collect()
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") {
        return "";
    }
    line.split_once(" // ").map_or(line, |(code, _)| code)
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 50, "src has more than {} files", paths.len());
    paths.into_iter().map(|path| source(&root, &path)).collect()
}

fn source(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("a readable source file");
    let code = text.lines().map(|line| without_comment(line).to_string()).collect();
    let path = path.strip_prefix(root).expect("a path in src").to_path_buf();
    let first = path.components().next().expect("a file name").as_os_str().to_string_lossy();
    let module = first.trim_end_matches(".rs").to_string();
    Source { path, module, code }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}
