//! What a search space can hold: the keys of a spec, choices in place of values, and the settings of a design.

use crate::families::declared::{Key, Table, Takes};
use crate::families::spec::space::settings::DESIGN;

/// The keys of a space.
pub(in crate::families::spec) const SPACE: Table = Table {
    others: Some(&Takes::Anything),
    ..Table::new(&[&[
        Key::new("title", Takes::Text, "The space's name in print; without it, that of the file."),
        Key::new("source", Takes::Text, "Where the space was published."),
        Key::new("about", Takes::Text, "Remarks for readers of the space."),
        Key::new("design", Takes::Table(&DESIGN), "What a design in the space is to reach."),
        Key::required(
            "stage",
            Takes::NonEmpty(&Takes::Table(&STAGE)),
            "The stages in order, as in a spec, with choices in place of values.",
        ),
    ]])
};

const STAGE: Table = Table {
    others: Some(&VALUE),
    ..Table::new(&[&[
        Key::required("name", Takes::Text, "The name of the stage."),
        Key::new(
            CHOOSE,
            Takes::NonEmpty(&Takes::Table(&Table::named(&Takes::Expression))),
            "Tables of keys, of which one becomes part of the stage: a block with its parameters.",
        ),
        Key::new(
            PRESENT,
            Takes::Table(&CHOICE),
            "{ choose = [true, false] }: whether the stage is there.",
        ),
    ]])
};

/// A value of a stage, or a choice in its place.
const VALUE: Takes =
    Takes::Either(&[Takes::Expression, Takes::List(&Takes::Text), Takes::Table(&CHOICE)]);

/// A choice in place of a value.
const CHOICE: Table = Table::new(&[&[
    Key::required(CHOOSE, Takes::NonEmpty(&Takes::Anything), "The values to choose from."),
    Key::new(PLUS, Takes::Number, "A number that is added to each of them."),
    Key::new(TIMES, Takes::Number, "A number that each of them is multiplied by."),
]]);

/// The key that makes a table a choice.
pub(super) const CHOOSE: &str = "choose";

/// The key of a stage that may be left out.
pub(super) const PRESENT: &str = "present";

/// The key of the number that values are added to.
pub(super) const PLUS: &str = "plus";

/// The key of the number that values are multiplied by.
pub(super) const TIMES: &str = "times";
