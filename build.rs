//! Lists the bundled specs, search spaces and blocks, so that adding one means adding one file, and the names of all members, so that
//! finding a network means reading one spec.

// Cargo reads a build script's instructions from its standard output.
#![allow(clippy::print_stdout)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=specs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut code = String::new();
    let folders = [
        ("SPECS", "specs"),
        ("SPACES", "specs/spaces"),
        ("BLOCKS", "specs/blocks"),
        ("DEVICES", "specs/devices"),
    ];
    for (constant, folder) in folders {
        let mut entries = String::new();
        for path in toml_files(&root.join(folder))? {
            let name = name(&path);
            let path = path.to_string_lossy().into_owned();
            writeln!(entries, "    ({name:?}, include_str!({path:?})),")
                .map_err(io::Error::other)?;
        }
        writeln!(code, "pub(super) const {constant}: &[(&str, &str)] = &[\n{entries}];")
            .map_err(io::Error::other)?;
    }
    let mut entries = String::new();
    for path in toml_files(&root.join("specs"))? {
        let (name, text) = (name(&path), fs::read_to_string(&path)?);
        let (title, members) = (title(&text), members(&text));
        writeln!(
            entries,
            "    SpecNames {{ spec: {name:?}, title: {title:?}, members: &{members:?} }},"
        )
        .map_err(io::Error::other)?;
    }
    writeln!(code, "const NAMES: &[SpecNames] = &[\n{entries}];").map_err(io::Error::other)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("bundled.rs"), code)
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn title(text: &str) -> &str {
    let line = text.lines().find_map(|line| line.strip_prefix("title = \""));
    line.and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

/// The members that the headings of a spec name, a library's as `torchvision/resnet50`. A test compares them with the
/// members that are read.
fn members(text: &str) -> Vec<String> {
    let mut members = Vec::new();
    for line in text.lines() {
        let member = match keys(line).as_slice() {
            ["member", member, ..] => (*member).to_string(),
            ["library", library, "member", member, ..] => format!("{library}/{member}"),
            _ => continue,
        };
        if !members.contains(&member) {
            members.push(member);
        }
    }
    members
}

/// The keys of a heading: `[member."1.0-224".defaults]`.
fn keys(line: &str) -> Vec<&str> {
    let heading = line.trim().trim_start_matches('[');
    let mut keys = Vec::new();
    let Some((mut rest, _)) = heading.split_once(']').filter(|_| line.starts_with('[')) else {
        return keys;
    };
    while !rest.is_empty() {
        let (key, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        keys.push(key);
        rest = after.strip_prefix('.').unwrap_or_default();
    }
    keys
}

fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
