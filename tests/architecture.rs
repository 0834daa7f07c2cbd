//! The rooms of the code: what may use what, as ARCHITECTURE.md tells it.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every room of `src` and its floor. A room uses rooms on lower floors, and nothing else.
const ROOMS: [(&str, u8); 10] = [
    ("error", 0),
    ("counting", 1),
    ("onnx", 2),
    ("families", 2),
    ("analysis", 3),
    ("search", 4),
    ("charts", 5),
    ("reports", 5),
    ("cli", 6),
    ("main", 7),
];

/// Dependencies that live in one part of the code, and that part, or parts.
const AT_HOME: [(&str, &str); 25] = [
    ("toml::", "families/spec"),
    ("serde::", "reports analysis/baseline search"),
    ("serde_json::", "reports analysis/baseline search"),
    ("xmlwriter::", "reports"),
    ("csv::", "reports families/table.rs"),
    ("comfy_table::", "reports"),
    ("annotate_snippets::", "error"),
    ("plotters::", "charts/drawing"),
    ("plotters_backend::", "charts/drawing"),
    ("resvg::", "charts/drawing"),
    ("png::", "charts/drawing"),
    ("ttf_parser::", "charts/drawing"),
    ("subsetter::", "charts/drawing/font"),
    ("pdf_writer::", "charts/drawing/pdf"),
    ("base64::", "charts/drawing/svg"),
    ("rayon::", "charts/drawing cli"),
    ("burn_core::", "search/training"),
    ("burn_nn::", "search/training"),
    ("burn_optim::", "search/training"),
    ("fast_image_resize::", "search/training"),
    ("flate2::", "search/training charts/drawing/pdf"),
    ("phiscale_fashion_mnist::", "search/training"),
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

/// A source file: where it lies, its room, and its lines without comments.
struct Source {
    path: PathBuf,
    room: String,
    code: Vec<String>,
}

#[test]
fn a_room_uses_itself_and_lower_floors() {
    let mut wrong = Vec::new();
    for source in library() {
        let own = floor(&source.room).expect("checked by its own test");
        for used in source.code.iter().flat_map(|line| used_rooms(line)) {
            match floor(&used) {
                Some(floor) if floor < own || used == source.room => {}
                Some(floor) => wrong.push(format!(
                    "{} (floor {own}) uses {used} (floor {floor})",
                    source.path.display()
                )),
                None => wrong.push(format!(
                    "{}: `crate::{used}` is not a room; name one room a path",
                    source.path.display()
                )),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn there_are_at_most_nine_rooms_and_each_has_a_floor() {
    let found: BTreeSet<String> = sources().into_iter().map(|source| source.room).collect();
    let known: BTreeSet<String> = ROOMS.iter().map(|(room, _)| (*room).to_string()).collect();
    let crate_roots = ["lib".to_string(), "main".to_string()].into();
    assert_eq!(&found - &crate_roots, &known - &crate_roots);
    assert!((&known - &crate_roots).len() <= 9);
}

#[test]
fn a_dependency_stays_in_its_room() {
    for (dependency, rooms) in AT_HOME {
        let elsewhere =
            |source: &Source| !rooms.split(' ').any(|room| source.path.starts_with(room));
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
    for (room, _) in ROOMS {
        let path = format!("crate::{room}");
        let found = mentions(is_tool, &path);
        assert!(room == "cli" || found.is_empty(), "{path} is not `phiscale::{room}`: {found:?}");
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
fn used_rooms_are_found_in_code_alone() {
    assert_eq!(used_rooms("use crate::counting::{Layer, Window};"), ["counting"]);
    assert_eq!(used_rooms("crate::onnx::read(crate::error::ALL)"), ["onnx", "error"]);
    assert_eq!(without_comment("let a = 1; // as crate::families::spec does"), "let a = 1;");
    assert_eq!(without_comment("//! [`Chart`](crate::charts::drawing::Chart)"), "");
    assert_eq!(without_comment("\"https://example.org\""), "\"https://example.org\"");
}

#[test]
fn no_file_uses_one_that_uses_it_back() {
    let files = Files::new();
    let uses: BTreeMap<&str, BTreeSet<&str>> =
        files.modules.keys().map(|module| (module.as_str(), files.used_by(module))).collect();
    let mut circles = BTreeSet::new();
    for module in uses.keys() {
        let circle: Vec<&str> = reached(&uses, module)
            .into_iter()
            .filter(|other| other == module || reached(&uses, other).contains(module))
            .collect();
        let circle = circle.join(", ");
        if circle.contains(", ") {
            circles.insert(circle);
        }
    }
    assert!(circles.is_empty(), "circles:\n{}", circles.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Every module's code, by its path: `families::spec::reader`.
struct Files {
    modules: BTreeMap<String, String>,
}

impl Files {
    fn new() -> Self {
        let modules = sources().into_iter().map(|source| {
            let path = source.path.with_extension("");
            let parts = path.iter().map(|part| part.to_string_lossy().into_owned());
            let parts: Vec<String> = parts.filter(|part| part != "mod").collect();
            (parts.join("::"), source.code.join("\n"))
        });
        Files { modules: modules.collect() }
    }

    /// The modules that a module names, but for those around it and inside it.
    fn used_by(&self, module: &str) -> BTreeSet<&str> {
        let code = &self.modules[module];
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        let paths = named_paths(code, module);
        let used = paths.iter().filter_map(|path| self.defining(path, 0));
        used.filter(|used| !is_within(used, module) && !is_within(module, used)).collect()
    }

    /// The module in which the item with this path is defined, through re-exports.
    fn defining(&self, path: &str, depth: u8) -> Option<&str> {
        let mut module = path;
        while !self.modules.contains_key(module) {
            module = module.rsplit_once("::")?.0;
        }
        let (known, code) = self.modules.get_key_value(module)?;
        let Some(item) = path.strip_prefix(module)?.strip_prefix("::") else { return Some(known) };
        let item = item.split("::").next().unwrap_or(item);
        let exports = code.split(';').filter(|part| part.trim_start().starts_with("pub"));
        let exports = exports.filter_map(|part| Some(part.split_once("use ")?.1));
        let exported = exports
            .flat_map(use_tree)
            .find(|one| one.rsplit("::").next() == Some(item) && one.contains("::"));
        match exported {
            Some(inner) if depth < 8 => {
                let inner =
                    absolute(&inner, module).unwrap_or_else(|| format!("{module}::{inner}"));
                self.defining(&inner, depth + 1)
            }
            _ => Some(known),
        }
    }
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner == outer || inner.starts_with(&format!("{outer}::"))
}

fn reached<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = uses[from].iter().copied().collect();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(&uses[next]);
        }
    }
    found
}

/// Every path in the code that starts at the crate's root or at a module around it, from the root.
fn named_paths(code: &str, module: &str) -> Vec<String> {
    let mut found = Vec::new();
    for root in ["crate::", "super::", "phiscale::"] {
        for (start, _) in code.match_indices(root) {
            let before = code[..start].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            found.extend(use_tree(&code[start..]).iter().filter_map(|path| absolute(path, module)));
        }
    }
    found
}

/// A path from the root of the crate; none where it does not say where it starts.
fn absolute(path: &str, module: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix("crate::").or(path.strip_prefix("phiscale::")) {
        return Some(rest.to_string());
    }
    let (mut rest, mut at) = (path, module);
    while let Some(inner) = rest.strip_prefix("super::") {
        at = at.rsplit_once("::").map_or("", |(outer, _)| outer);
        rest = inner;
    }
    (rest != path).then(|| format!("{at}::{rest}").trim_start_matches(':').to_string())
}

/// The paths of a use tree, or of a path at the start of an expression.
fn use_tree(text: &str) -> Vec<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut paths = Vec::new();
    let mut prefixes: Vec<String> = Vec::new();
    let mut path = String::new();
    let mut rest = text.trim_start();
    loop {
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        path.push_str(&rest[..end]);
        rest = rest[end..].trim_start();
        if let Some(after) = rest.strip_prefix("::") {
            path.push_str("::");
            rest = after.trim_start();
            if let Some(after) = rest.strip_prefix('{') {
                prefixes.push(path.clone());
                rest = after.trim_start();
            } else if !rest.starts_with(is_name) {
                return paths;
            }
            continue;
        }
        let ends = path.trim_end_matches("::self").trim_end_matches("::").to_string();
        paths.push(ends);
        loop {
            let Some(prefix) = prefixes.last() else { return paths };
            if let Some(after) = rest.strip_prefix('}') {
                prefixes.pop();
                rest = after.trim_start();
            } else if let Some(after) = rest.strip_prefix(',') {
                path.clone_from(prefix);
                rest = after.trim_start();
                if !rest.starts_with('}') {
                    break;
                }
            } else {
                return paths;
            }
        }
    }
}

#[test]
fn use_trees_are_read() {
    assert_eq!(use_tree("a::{b, c::{self, D}, e::F};"), ["a::b", "a::c", "a::c::D", "a::e::F"]);
    assert_eq!(use_tree("crate::a::b(c)"), ["crate::a::b"]);
    assert_eq!(absolute("super::b::C", "x::a").as_deref(), Some("x::b::C"));
}

fn floor(room: &str) -> Option<u8> {
    ROOMS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// The command-line tool: everything that is not the library.
fn is_tool(source: &Source) -> bool {
    source.room == "cli" || source.room == "main"
}

fn library() -> impl Iterator<Item = Source> {
    sources().into_iter().filter(|source| source.room != "lib" && !is_tool(source))
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

/// The rooms that a line names by `crate::`.
fn used_rooms(line: &str) -> Vec<String> {
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

fn source(src: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("a readable source file");
    let code = text.lines().map(|line| without_comment(line).to_string()).collect();
    let path = path.strip_prefix(src).expect("a path in src").to_path_buf();
    let first = path.components().next().expect("a file name").as_os_str().to_string_lossy();
    let room = first.trim_end_matches(".rs").to_string();
    Source { path, room, code }
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
