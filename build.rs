//! Lists the bundled specs and blocks, so that adding one means adding one file.

// Cargo reads a build script's instructions from its standard output.
#![allow(clippy::print_stdout)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=specs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut code = String::new();
    for (constant, folder) in [("SPECS", "specs"), ("BLOCKS", "specs/blocks")] {
        let mut entries = String::new();
        for path in toml_files(&root.join(folder))? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let path = path.to_string_lossy().into_owned();
            writeln!(entries, "    ({name:?}, include_str!({path:?})),")
                .map_err(io::Error::other)?;
        }
        writeln!(code, "pub(super) const {constant}: &[(&str, &str)] = &[\n{entries}];")
            .map_err(io::Error::other)?;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("bundled.rs"), code)
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
