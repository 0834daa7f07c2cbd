//! The names of bundled networks, compared without case; `-`, `_` and `.` are one separator, which counts only between digits.

use crate::families::family::print_parts;
use crate::families::spec::{SpecNames, names};

/// The libraries, from the one whose names are taken first.
const LIBRARIES: [&str; 4] = ["torchvision", "timm", "keras", "pycls"];

/// A bundled family, or a member of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named<'n> {
    pub(crate) spec: &'static str,
    pub(crate) member: Option<&'n str>,
    /// Whether its name was given as it is, apart from case.
    pub(crate) is_exact: bool,
}

/// What a name without `:` and `/` means: the candidates of the first kind that has any.
pub(crate) fn called(name: &str) -> Vec<Named<'static>> {
    let families = families(name);
    if !families.is_empty() {
        return families;
    }
    let own = own(name);
    if !own.is_empty() {
        return own;
    }
    let of_libraries = LIBRARIES.iter().map(|library| in_library(library, name));
    let found = of_libraries.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    // The name alone is not a library network's address.
    found.into_iter().map(|named| Named { is_exact: false, ..named }).collect()
}

/// Everything that a name without `:` and `/` could mean.
pub(crate) fn all_called(name: &str) -> Vec<Named<'static>> {
    let of_libraries = LIBRARIES.iter().flat_map(|library| in_library(library, name));
    families(name).into_iter().chain(own(name)).chain(of_libraries).collect()
}

/// The families of a name.
pub(crate) fn families(name: &str) -> Vec<Named<'static>> {
    let specs = names().iter().map(|names| (names.spec, names.spec, None));
    matching(name, specs)
}

/// The members of a spec with this name in it, libraries' included.
pub(crate) fn members(spec: &str, name: &str) -> Vec<Named<'static>> {
    let spec = names().iter().filter(|names| names.spec == spec);
    let members = spec.flat_map(|names| names.members.iter().map(|member| (names.spec, *member)));
    matching(name, members.map(|(spec, member)| (member, spec, Some(member))))
}

/// The networks that a library calls by this name.
pub(crate) fn in_library(library: &str, network: &str) -> Vec<Named<'static>> {
    let members = names().iter().flat_map(|names| names.members.iter().map(|m| (names.spec, *m)));
    let named = members.filter_map(|(spec, member)| {
        let own = member.strip_prefix(library)?.strip_prefix('/')?;
        Some((own, spec, Some(member)))
    });
    matching(network, named)
}

/// Every spec with networks of a library.
pub(crate) fn specs_of(library: &str) -> impl Iterator<Item = &'static str> {
    let has =
        move |names: &&SpecNames| names.members.iter().any(|m| library_of(m) == Some(library));
    names().iter().filter(has).map(|names| names.spec)
}

/// Every name that stands for something, and what: those of families first.
pub(crate) fn all() -> Vec<(String, Named<'static>)> {
    let (mut own, mut of_libraries) = (Vec::new(), Vec::new());
    for SpecNames { spec, members, .. } in names() {
        let named = |member| Named { spec, member, is_exact: true };
        own.push(((*spec).to_string(), named(None)));
        for member in *members {
            match member.split_once('/') {
                Some((_, name)) => of_libraries.push((name.to_string(), named(Some(*member)))),
                None => own.push((format!("{spec}_{member}"), named(Some(*member)))),
            }
        }
    }
    own.append(&mut of_libraries);
    own
}

/// The families' own members whose name after the spec's, or after the title, is this one; also as they are printed.
fn own(name: &str) -> Vec<Named<'static>> {
    let name = plain(name);
    let mut found = Vec::new();
    for SpecNames { spec, title, members } in names() {
        let title = title.replace(' ', "_");
        for member in members.iter().filter(|member| !member.contains('/')) {
            let is_name = |family: &str| {
                let names = [[family, "_", member], print_parts(family, member)];
                names.iter().any(|parts| is_plain(parts, &name))
            };
            if is_name(spec) || is_name(&title) {
                found.push(Named { spec, member: Some(*member), is_exact: false });
            }
        }
    }
    found
}

/// Those with this name in any case; if there are none, those that differ from it in separators too.
fn matching(
    name: &str,
    known: impl Iterator<Item = (&'static str, &'static str, Option<&'static str>)>,
) -> Vec<Named<'static>> {
    let plain_name = plain(name);
    let (mut exact, mut loose) = (Vec::new(), Vec::new());
    for (known, spec, member) in known {
        if known.eq_ignore_ascii_case(name) {
            exact.push(Named { spec, member, is_exact: true });
        } else if is_plain(&[known], &plain_name) {
            loose.push(Named { spec, member, is_exact: false });
        }
    }
    if exact.is_empty() { loose } else { exact }
}

fn library_of(member: &str) -> Option<&str> {
    member.split_once('/').map(|(library, _)| library)
}

/// A name without case and separators; between two digits, where `1_6` is not `16`, every separator is `_`.
pub(crate) fn plain(name: &str) -> String {
    plain_letters(&[name]).collect()
}

/// Whether the name in these parts is this one, which is plain. Most names differ in their first letter, so none is
/// copied.
fn is_plain(parts: &[&str], plain: &str) -> bool {
    plain_letters(parts).eq(plain.chars())
}

/// The letters of a name in parts, as [`plain`] has them.
fn plain_letters(parts: &[&str]) -> impl Iterator<Item = char> {
    let is_digit = |letter: &char| letter.is_ascii_digit();
    let letters = parts.iter().flat_map(|part| part.chars()).flat_map(char::to_lowercase);
    let (mut last, mut is_apart) = (None, false);
    let kept = letters.filter_map(move |letter| {
        if matches!(letter, '-' | '_' | '.') {
            is_apart = true;
            return None;
        }
        let is_separated = is_apart && is_digit(&letter) && last.as_ref().is_some_and(is_digit);
        (last, is_apart) = (Some(letter), false);
        Some([is_separated.then_some('_'), Some(letter)])
    });
    kept.flatten().flatten()
}
