//! Finding a network: from `efficientnet:b3` or a path to a family and its member.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use phiscale::counting::convention::Convention;
use phiscale::error::{Diagnostic, Error};
use phiscale::families::family::Family;
use phiscale::families::spec;
use phiscale::onnx::{Imported, Sizes};

/// A spec is a page or two; a larger file is something else.
const MAX_SPEC_BYTES: u64 = 1 << 20;

/// Loads the family of `SPEC[:MEMBER]`, `LIBRARY/NETWORK` or `FILE.onnx`, and returns the member's name beside it.
pub(super) fn load(address: &str) -> Result<(Family, Option<&str>), Error> {
    load_at(address, &Import::default())
}

/// Loads a family that scales or has members: not the one network that an ONNX file holds.
pub(super) fn load_family(address: &str) -> Result<(Family, Option<&str>), Error> {
    let (family, member) = load(address)?;
    family.scales()?;
    Ok((family, member))
}

/// How an ONNX file is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Import {
    /// The sizes that it leaves open.
    pub(super) sizes: Sizes,
    /// Whether operators that are not known are left out, and totals are lower bounds.
    pub(super) allow_unknown: bool,
}

/// [`load`] with what an ONNX file leaves open.
pub(super) fn load_at<'a>(
    address: &'a str,
    import: &Import,
) -> Result<(Family, Option<&'a str>), Error> {
    if is_onnx(address) {
        return Ok((import_file(address, import)?, None));
    }
    if !import.sizes.dims.is_empty() || import.allow_unknown {
        let flag = if import.allow_unknown { "--allow-unknown" } else { "--dim" };
        return Err(Error::new(format!("{flag} is for ONNX files, and {address} is a spec")));
    }
    if let Some((library, network)) = in_library(address) {
        return Ok((load_from_library(library, network)?, Some(address)));
    }
    let (spec, member) = split(address);
    let own_name = |name: &&str| name.eq_ignore_ascii_case(spec);
    let spec = spec::bundled_names().find(own_name).unwrap_or(spec);
    let (path, text) = if is_path(spec) {
        (spec.to_string(), read(spec, MAX_SPEC_BYTES, "a spec")?)
    } else {
        (format!("specs/{spec}.toml"), bundled(spec)?.to_string())
    };
    Ok((spec::parse(spec, &path, &text)?, member))
}

/// [`load_at`] among others: what an ONNX file leaves open is nothing to specs.
pub(super) fn load_any<'a>(
    address: &'a str,
    import: &Import,
) -> Result<(Family, Option<&'a str>), Error> {
    if is_onnx(address) { load_at(address, import) } else { load(address) }
}

/// The network that an ONNX file holds.
fn import_file(path: &str, import: &Import) -> Result<Family, Error> {
    let file =
        File::open(path).map_err(|error| Error::new(format!("cannot read {path}: {error}")))?;
    let imported = Imported::read(file, import.sizes.clone(), import.allow_unknown);
    let family = imported.and_then(|imported| Family::imported(path, imported));
    family.map_err(|problem| problem.in_file(path).into())
}

/// Every family that has networks of a library.
pub(super) fn families_in(library: &str) -> Result<Vec<Family>, Error> {
    spec::bundled_under(library, "").map(|name| Ok(load(name)?.0)).collect()
}

/// A library's name for a network, in its two parts; not where a file has that path.
pub(super) fn in_library(address: &str) -> Option<(&'static str, &str)> {
    let (library, network) = address.split_once('/')?;
    let library = library_named(library)?;
    (!Path::new(address).exists()).then_some((library, network))
}

/// The library with this name, whatever its case.
pub(super) fn library_named(name: &str) -> Option<&'static str> {
    spec::bundled_libraries().into_iter().find(|library| library.eq_ignore_ascii_case(name))
}

/// The networks that libraries call by this name.
fn named_so(network: &str) -> Vec<String> {
    let families = spec::bundled_names().filter_map(|name| load(name).ok());
    let members = families.flat_map(|(family, _)| family.library_members);
    let is_called_so = |name: &String| {
        name.split_once('/').is_some_and(|(_, own)| own.eq_ignore_ascii_case(network))
    };
    members.map(|member| member.name).filter(is_called_so).collect()
}

fn load_from_library(library: &str, network: &str) -> Result<Family, Error> {
    let address = format!("{library}/{network}");
    // First those whose text has the name as it is written, then all: in another case, it is found too.
    let likely = spec::bundled_under(library, network);
    for name in likely.chain(spec::bundled_under(library, "")) {
        let (family, _) = load(name)?;
        if family.member(&address).is_some() {
            return Ok(family);
        }
    }
    let families = families_in(library)?;
    let members = families.iter().flat_map(|family| &family.library_members);
    let names: Vec<&str> = members.map(|member| member.name.as_str()).collect();
    let names: Vec<&str> =
        names.into_iter().filter(|name| name.split('/').next() == Some(library)).collect();
    let problem = Diagnostic::new(format!("there is no network `{address}`"));
    Err(problem
        .nearest(&address, &names)
        .help(format!("all of them: phiscale list {library}"))
        .into())
}

/// The convention with this name.
pub(super) fn convention(name: &str) -> Result<Convention, Error> {
    let conventions = spec::conventions()?;
    let names: Vec<String> = conventions.iter().flat_map(Convention::names).collect();
    let found = conventions.into_iter().find(|convention| convention.is_called(name));
    found.ok_or_else(|| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let problem = Diagnostic::new(format!("unknown convention `{name}`"));
        problem.known("conventions", name, &names).into()
    })
}

/// A path may hold colons of its own: the member stands behind `.toml:`.
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

fn bundled(name: &str) -> Result<&'static str, Error> {
    spec::bundled(name).ok_or_else(|| {
        let names: Vec<&str> = spec::bundled_names().collect();
        let problem = Diagnostic::new(format!("there is no bundled spec `{name}`"));
        let elsewhere = named_so(name);
        let problem = match &elsewhere[..] {
            [] => problem.known("bundled specs", name, &names),
            all => {
                problem.help(format!("libraries have networks of that name: {}", all.join(", ")))
            }
        };
        problem.help("a spec of your own is given by its path: ./mine.toml").into()
    })
}

/// The text of a file that is no larger than `what` can be.
pub(super) fn read(path: &str, most: u64, what: &str) -> Result<String, Error> {
    let unreadable = |error: std::io::Error| {
        let problem = Diagnostic::new(format!("cannot read {path}: {error}"));
        let Some((library, _)) = path.split_once('/') else { return Error::from(problem) };
        Error::from(problem.nearest(library, &spec::bundled_libraries()))
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut text = Vec::new();
    file.take(most + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > most {
        let message = format!("{path} is larger than {most} bytes, too large for {what}");
        return Err(Error::new(message));
    }
    String::from_utf8(text).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::new(format!("{path} is not UTF-8 text: byte {at} does not belong there"))
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
