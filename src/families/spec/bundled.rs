//! The specs, blocks and conventions that are part of the binary.

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The conventions' path and text.
pub(super) const CONVENTIONS: (&str, &str) = (
    "specs/conventions/conventions.toml",
    include_str!("../../../specs/conventions/conventions.toml"),
);

/// A bundled block's file, which messages name.
pub(super) fn block_path(name: &str) -> String {
    format!("specs/blocks/{name}.toml")
}

/// The text of a bundled spec, whose name is matched ignoring case.
#[must_use]
pub fn bundled(name: &str) -> Option<&'static str> {
    let found = SPECS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, text)| *text)
}

/// The names of all bundled specs, sorted.
pub fn bundled_names() -> impl Iterator<Item = &'static str> {
    SPECS.iter().map(|(name, _)| *name)
}

/// The names of the bundled specs that may have `library`'s network `name`: those whose text contains both
/// names. Only reading them tells which does.
pub fn bundled_under<'n>(library: &'n str, name: &'n str) -> impl Iterator<Item = &'static str> {
    let key = format!("library.{library}");
    let holds = move |text: &str| text.contains(&key) && text.contains(name);
    SPECS.iter().filter(move |(_, text)| holds(text)).map(|(spec, _)| *spec)
}

/// Every library whose networks are in bundled specs, sorted.
#[must_use]
pub fn bundled_libraries() -> Vec<&'static str> {
    let headings = SPECS.iter().flat_map(|(_, text)| text.split("[library.").skip(1));
    let name = |rest: &'static str| rest.split(['.', ']']).next();
    let mut libraries: Vec<&str> = headings.filter_map(name).collect();
    libraries.sort_unstable();
    libraries.dedup();
    libraries
}
