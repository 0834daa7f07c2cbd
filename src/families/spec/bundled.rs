//! The specs, search spaces, blocks, devices and conventions that are part of the binary.

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The conventions' path and text.
pub(super) const CONVENTIONS: (&str, &str) = (
    "specs/conventions/conventions.toml",
    include_str!("../../../specs/conventions/conventions.toml"),
);

/// The names in a bundled spec, known without reading it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpecNames {
    /// The name in addresses: `efficientnet`.
    pub(crate) spec: &'static str,
    /// The name in print: `EfficientNet`.
    pub(crate) title: &'static str,
    /// Its members, and those of libraries: `B0`, `torchvision/efficientnet_b0`.
    pub(crate) members: &'static [&'static str],
}

/// The names in all bundled specs, sorted by spec.
pub(crate) fn names() -> &'static [SpecNames] {
    NAMES
}

/// A bundled block's file, which messages name.
pub(super) fn block_path(name: &str) -> String {
    format!("specs/blocks/{name}.toml")
}

/// The names of all conventions, in the order of the file.
pub(crate) fn convention_names() -> Vec<&'static str> {
    let heading = |line: &'static str| line.strip_prefix('[')?.strip_suffix(']');
    CONVENTIONS.1.lines().filter_map(heading).collect()
}

/// The names of all bundled blocks, sorted.
pub(super) fn block_names() -> Vec<&'static str> {
    BLOCKS.iter().map(|(name, _)| *name).collect()
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

/// Every library whose networks are in bundled specs, sorted.
#[must_use]
pub fn bundled_libraries() -> Vec<&'static str> {
    let members = NAMES.iter().flat_map(|names| names.members);
    let mut libraries: Vec<&str> =
        members.filter_map(|member| Some(member.split_once('/')?.0)).collect();
    libraries.sort_unstable();
    libraries.dedup();
    libraries
}

/// The bundled devices' files: the name and the text of each, sorted by name.
pub(crate) fn devices() -> &'static [(&'static str, &'static str)] {
    DEVICES
}

/// The bundled search spaces' files: the name and the text of each, sorted by name.
pub(super) fn spaces() -> &'static [(&'static str, &'static str)] {
    SPACES
}
