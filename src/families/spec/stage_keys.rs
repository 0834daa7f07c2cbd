//! The keys of a stage, and the names that they leave for parameters.

use crate::families::block::GIVEN;
use crate::families::declared::{Key, Table, Takes};
use crate::families::spec::bundled::block_names;

/// The keys of a stage; the others are parameters of its block.
pub(super) const STAGE: Table = Table {
    others: Some(&Takes::Expression),
    ..Table::new(&[
        &[
            Key::required("name", Takes::Text, "The name of the stage."),
            Key::required("block", BLOCK, "The block that it repeats."),
        ],
        &DIMENSIONS,
    ])
};

/// A member's changes to a stage.
pub(super) const CHANGED_STAGE: Table = Table {
    others: Some(&Takes::Expression),
    ..Table::new(&[&[Key::new("block", BLOCK, "The block that it repeats.")], &DIMENSIONS])
};

const BLOCK: Takes = Takes::Suggested(block_names);

const DIMENSIONS: [Key; 3] = [
    Key::new("width", Takes::Dimension(1), "Output channels of the baseline."),
    Key::new(
        "depth",
        Takes::Dimension(0),
        "Repeats of the baseline; without it the block is there once and never repeats.",
    ),
    Key::new(
        "hold",
        Takes::List(&Takes::Text),
        "What does not scale: \"width\", \"depth\", or a parameter that is a number of channels.",
    ),
];

/// A name that a spec declares for its expressions.
pub(super) const NAME: Takes = Takes::Name(reserved);

/// Words of expressions.
const WORDS: [&str; 5] = ["true", "false", "and", "or", "not"];

/// Names that no spec can declare.
fn reserved() -> Vec<&'static str> {
    let given = GIVEN.into_iter().chain(WORDS);
    given.chain(STAGE.keys().map(|key| key.name)).collect()
}

/// Whether every block has the name already.
pub(super) fn is_given(name: &str) -> bool {
    GIVEN.contains(&name) || WORDS.contains(&name)
}

/// Whether it is a key of every stage; a parameter with this name could not be set.
pub(super) fn is_stage_key(name: &str) -> bool {
    STAGE.keys().any(|key| key.name == name)
}
