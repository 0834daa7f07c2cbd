//! Finding a network: from an address such as `efficientnet:b3` or a path to a family and its member.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use phiscale::onnx::{Imported, Options};
use phiscale::{Diagnostic, Error, Family, Graph, Model, find, spec};

/// Maximum size of a spec, in bytes; most specs are a page or two.
const MAX_SPEC_BYTES: u64 = 1 << 20;

/// Loads a family and the member's name, if any; an ONNX file is an error.
pub(super) fn load_family(address: &str) -> Result<(Family, Option<&str>), Error> {
    let (model, member) = load(address, &Options::default())?;
    Ok((model.into_family()?, member))
}

/// Loads what `SPEC[:MEMBER]`, `LIBRARY/NETWORK` or `FILE.onnx` names, and the member's name, if any.
pub(super) fn load<'a>(
    address: &'a str,
    options: &Options,
) -> Result<(Model, Option<&'a str>), Error> {
    if is_onnx(address) {
        return Ok((Model::Graph(import_file(address, options)?), None));
    }
    if let Some((flag, _)) = flags(options).into_iter().find(|(_, is_given)| *is_given) {
        return Err(Error::new(format!("{flag} is for ONNX files, but {address} is a spec")));
    }
    let (path, member) = split(address);
    if is_path(path) && in_library(address).is_none() {
        let text = read(path, MAX_SPEC_BYTES, "a spec")?;
        return Ok((Model::Family(spec::parse(path, path, &text)?), member));
    }
    let (family, member) = find::find(address).map_err(|error| match in_library(address) {
        Some((library, _)) => error.help(&format!("all of them: phiscale list {library}")),
        None => error.help("a spec of your own is given by its path: ./mine.toml"),
    })?;
    Ok((Model::Family(family), member))
}

/// The flags for ONNX files, each with whether it is given.
fn flags(options: &Options) -> [(&'static str, bool); 4] {
    [
        ("--allow-unknown", options.allow_unknown),
        ("--dim", !options.sizes.dims.is_empty()),
        ("--trained", !options.trained.is_empty()),
        ("--not-trained", !options.not_trained.is_empty()),
    ]
}

/// [`load`] for one of several addresses: specs ignore the options for ONNX files.
pub(super) fn load_any<'a>(
    address: &'a str,
    options: &Options,
) -> Result<(Model, Option<&'a str>), Error> {
    let default = Options::default();
    load(address, if is_onnx(address) { options } else { &default })
}

/// The network that an ONNX file holds.
fn import_file(path: &str, options: &Options) -> Result<Graph, Error> {
    let file =
        File::open(path).map_err(|error| Error::new(format!("cannot read {path}: {error}")))?;
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let open = |name: &str| {
        let path = folder.join(name);
        path.is_file().then(|| File::open(path).ok())?
    };
    let imported = Imported::read_with_weights(file, options.clone(), open);
    let graph = imported.and_then(|imported| Graph::new(path, imported));
    graph.map_err(|error| error.in_context(path))
}

/// A library's name for a network, split into library and network; `None` if a file has that path.
pub(super) fn in_library(address: &str) -> Option<(&'static str, &str)> {
    find::in_library(address).filter(|_| !Path::new(address).exists())
}

/// A path may contain colons, so its member follows `.toml:`.
pub(super) fn split(address: &str) -> (&str, Option<&str>) {
    if let Some(end) = address.rfind(".toml:") {
        let (spec, member) = address.split_at(end + ".toml".len());
        return (spec, Some(&member[1..]));
    }
    if is_path(address) {
        return (address, None);
    }
    match address.split_once(':') {
        Some((spec, member)) => (spec, Some(member)),
        None => (address, None),
    }
}

pub(super) fn is_onnx(address: &str) -> bool {
    Path::new(address).extension().is_some_and(|suffix| suffix.eq_ignore_ascii_case("onnx"))
}

pub(super) fn is_path(spec: &str) -> bool {
    let is_toml = Path::new(spec).extension().is_some_and(|suffix| suffix == "toml");
    is_toml || is_onnx(spec) || spec.contains(std::path::is_separator)
}

/// The text of a file of at most `max` bytes; `what` is its kind in the error.
pub(super) fn read(path: &str, max: u64, what: &str) -> Result<String, Error> {
    let unreadable = |error: std::io::Error| {
        let problem = Diagnostic::new(format!("cannot read {path}: {error}"));
        let Some((library, _)) = path.split_once('/') else { return Error::from(problem) };
        Error::from(problem.nearest(library, &spec::bundled_libraries()))
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut text = Vec::new();
    file.take(max + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > max {
        let message = format!("{path} is larger than {max} bytes, too large for {what}");
        return Err(Error::new(message));
    }
    String::from_utf8(text).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::new(format!("{path} is not UTF-8 text: byte {at} is invalid"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_specs_or_paths_with_or_without_a_member() {
        for (address, spec, member) in [
            ("efficientnet", "efficientnet", None),
            ("efficientnet:b3", "efficientnet", Some("b3")),
            ("./mine.toml", "./mine.toml", None),
            ("mine.toml:b1", "mine.toml", Some("b1")),
            ("/a:b/mine.toml:b1", "/a:b/mine.toml", Some("b1")),
            ("./no-suffix", "./no-suffix", None),
            (":b3", "", Some("b3")),
        ] {
            assert_eq!(split(address), (spec, member), "{address}");
        }
    }
}
