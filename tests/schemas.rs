//! The JSON Schemas in docs/schema are what the code declares.
//!
//! `SCHEMAS=overwrite cargo test --test schemas` writes them anew. python/tests/test_schemas.py validates files and reports
//! with them.

// A test ends where something is not as it should be.
#![allow(clippy::expect_used, clippy::panic)]
#![cfg(all(feature = "charts", feature = "reports", feature = "search"))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_schema_is_in_docs() {
    let folder = root().join("docs/schema");
    let is_overwritten = std::env::var_os("SCHEMAS").is_some_and(|wanted| wanted == "overwrite");
    let mut known = BTreeSet::new();
    for schema in phiscale::json_schemas() {
        let path = folder.join(format!("{}.json", schema.name));
        if is_overwritten {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(&path, &schema.text).expect("a file that can be written");
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(written == schema.text, "{} is old: write it anew", path.display());
        known.insert(path);
    }
    let files: BTreeSet<PathBuf> = files(&folder).into_iter().collect();
    assert_eq!(files, known, "files without a schema, and schemas without a file");
}

/// Editors find the schema of a TOML file by its first line.
#[test]
fn every_toml_file_names_its_schema() {
    let folders = [
        ("specs", "#:schema ../docs/schema/spec.json"),
        ("specs/examples", "#:schema ../../docs/schema/spec.json"),
        ("specs/spaces", "#:schema ../../docs/schema/space.json"),
        ("specs/blocks", "#:schema ../../docs/schema/block.json"),
        ("specs/devices", "#:schema ../../docs/schema/device.json"),
        ("specs/published", "#:schema ../../docs/schema/published.json"),
        ("docs/class", "#:schema ../schema/spec.json"),
        ("docs/class/solutions", "#:schema ../../schema/spec.json"),
        ("plots", "#:schema ../docs/schema/chart.json"),
    ];
    for (folder, line) in folders {
        let files = files(&root().join(folder)).into_iter();
        for path in files.filter(|path| path.extension().is_some_and(|suffix| suffix == "toml")) {
            let text = fs::read_to_string(&path).expect("a readable file");
            assert_eq!(text.lines().next(), Some(line), "{}", path.display());
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    paths.filter(|path| path.is_file()).collect()
}
