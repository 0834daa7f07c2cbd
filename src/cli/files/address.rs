//! Addresses: a bundled spec or the path of a file, and a member of it.

use std::path::Path;

use phiscale::find::Address;
use phiscale::{Diagnostic, Error, find};

use super::foreign;
use super::input::STDIN;

/// A library's name for a network, split into library and network; `None` if a file has that path.
pub(in crate::cli) fn in_library(address: &str) -> Option<(&'static str, &str)> {
    find::in_library(address).filter(|_| !Path::new(address).exists())
}

/// The address of the whole family or network, and the member's name. A path may contain colons, so its member follows
/// `.toml:` or `.onnx:`.
pub(in crate::cli) fn split(address: &str) -> (&str, Option<&str>) {
    let may_have_member = !has_suffix(address, "toml") && !is_onnx(address);
    let ends = [".toml:", ".onnx:"].map(|end| address.rfind(end).map(|at| at + end.len() - 1));
    if let Some(end) = ends.into_iter().flatten().max().filter(|_| may_have_member) {
        return (&address[..end], Some(&address[end + 1..]));
    }
    match address.split_once(':') {
        Some((spec, member)) if is_stdin(spec) || !is_path(address) => (spec, Some(member)),
        _ => (address, None),
    }
}

/// The bundled spec that an address is about, or the path in it.
pub(in crate::cli) fn spec_of(address: &str) -> &str {
    if is_file(address) {
        return split(address).0;
    }
    known(address).map_or(address, |found| found.spec)
}

/// The address without liberties: `resnet:50` for `resnet50`, `<stdin>` for `-`.
pub(in crate::cli) fn exact(address: &str) -> String {
    if is_stdin(split(address).0) {
        return address.strip_prefix('-').map_or(address.into(), |rest| format!("{STDIN}{rest}"));
    }
    if is_file(address) {
        return address.into();
    }
    known(address).map_or_else(|| address.into(), |found| found.to_string())
}

/// The member that an address is about, if any.
pub(in crate::cli) fn member_of(address: &str) -> Option<&str> {
    if is_file(address) {
        return split(address).1;
    }
    known(address)?.member
}

/// What the name of one bundled network or family means.
pub(in crate::cli) fn known(address: &str) -> Option<Address<'_>> {
    find::known(address).ok().flatten()
}

/// Whether an address is about a file or standard input, not a bundled spec.
pub(in crate::cli) fn is_file(address: &str) -> bool {
    let path = split(address).0;
    is_stdin(path) || is_path(path) && in_library(address).is_none()
}

pub(in crate::cli) fn is_stdin(path: &str) -> bool {
    path == "-" || path == STDIN
}

/// Whether an address ends like the path of an ONNX file.
pub(in crate::cli) fn is_onnx(address: &str) -> bool {
    has_suffix(address, "onnx")
}

/// Whether an address looks like a path.
pub(in crate::cli) fn is_path(spec: &str) -> bool {
    has_suffix(spec, "toml")
        || is_onnx(spec)
        || foreign::is_foreign(spec)
        || spec.contains(std::path::is_separator)
}

/// Refuses a path that a spec cannot be written to, because its suffix stands for something else.
pub(in crate::cli) fn spec_path(path: &Path) -> Result<(), Error> {
    match path.extension() {
        Some(suffix) if !suffix.eq_ignore_ascii_case("toml") => {
            let (path, right) = (path.display(), path.with_extension("toml"));
            let message = format!("a spec is not written to {path}: its name ends in .toml");
            Err(Diagnostic::new(message).help(format!("such as {}", right.display())).into())
        }
        _ => Ok(()),
    }
}

pub(super) fn has_suffix(path: &str, suffix: &str) -> bool {
    Path::new(path).extension().is_some_and(|own| own.eq_ignore_ascii_case(suffix))
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
            ("/a.onnx:b/mine.toml", "/a.onnx:b/mine.toml", None),
            ("./no-suffix", "./no-suffix", None),
            ("mine.onnx", "mine.onnx", None),
            ("mine.onnx:b1", "mine.onnx", Some("b1")),
            ("-", "-", None),
            ("<stdin>:b1", "<stdin>", Some("b1")),
            (":b3", "", Some("b3")),
        ] {
            assert_eq!(split(address), (spec, member), "{address}");
        }
    }
}
