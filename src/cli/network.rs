//! Networks and families by address, with remarks to the caller.

use std::path::Path;

use phiscale::onnx::Options;
use phiscale::{Diagnostic, Error, Family, Model};

use super::Caller;
use crate::cli::files::{self, Loaded};

/// The family or network of an ONNX file that an address names, and the member's name, if any. Options for ONNX files
/// are an error for a spec.
pub(super) fn load<'a>(
    address: &'a str,
    options: &Options,
    caller: &Caller,
) -> Result<(Model, Option<&'a str>), Error> {
    files::load(address, options).map(|loaded| remarked(loaded, caller))
}

/// [`load`] for one of several addresses: specs ignore the options for ONNX files.
pub(super) fn load_any<'a>(
    address: &'a str,
    options: &Options,
    caller: &Caller,
) -> Result<(Model, Option<&'a str>), Error> {
    files::load_any(address, options).map(|loaded| remarked(loaded, caller))
}

/// The family that an address names, and the member's name, if any; an ONNX file is an error.
pub(super) fn load_family<'a>(
    address: &'a str,
    caller: &Caller,
) -> Result<(Family, Option<&'a str>), Error> {
    let (model, member) = load(address, &Options::default(), caller)?;
    Ok((model.into_family()?, member))
}

fn remarked<'a>(loaded: Loaded<'a>, caller: &Caller) -> (Model, Option<&'a str>) {
    if let Some(remark) = loaded.remark {
        caller.say(&remark);
    }
    (loaded.model, loaded.member)
}

/// Refuses a path that a spec cannot be written to, because its suffix stands for something else.
pub(super) fn spec_path(path: &Path) -> Result<(), Error> {
    match path.extension() {
        Some(suffix) if !suffix.eq_ignore_ascii_case("toml") => {
            let (path, right) = (path.display(), path.with_extension("toml"));
            let message = format!("a spec is not written to {path}: its name ends in .toml");
            Err(Diagnostic::new(message).help(format!("such as {}", right.display())).into())
        }
        _ => Ok(()),
    }
}
