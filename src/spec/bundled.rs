//! The specs, blocks and conventions that are part of the binary.

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The conventions' path and text.
pub(super) const CONVENTIONS: (&str, &str) = (
    "specs/conventions/conventions.toml",
    include_str!("../../specs/conventions/conventions.toml"),
);

/// The text of a bundled spec.
#[must_use]
pub fn bundled(name: &str) -> Option<&'static str> {
    find(SPECS, name)
}

/// The names of all bundled specs, sorted.
pub fn bundled_names() -> impl Iterator<Item = &'static str> {
    SPECS.iter().map(|(name, _)| *name)
}

/// The text of a bundled block.
pub(super) fn block_text(name: &str) -> Option<&'static str> {
    find(BLOCKS, name)
}

/// The names of all bundled blocks, sorted.
pub(super) fn block_names() -> impl Iterator<Item = &'static str> {
    BLOCKS.iter().map(|(name, _)| *name)
}

fn find(entries: &'static [(&str, &'static str)], name: &str) -> Option<&'static str> {
    entries.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
