//! JSON files and reports: what each holds, as data.

use crate::families::declared::json::Json;
use crate::families::declared::schema::{JsonSchema, document};
use crate::families::declared::{Key, Table, Takes};

/// A kind of JSON file or report.
pub(crate) struct JsonFile {
    /// The name of its JSON Schema: `report-count`.
    pub(crate) name: &'static str,
    /// The name and version that the file itself gives, if it does: `phiscale.count/2`.
    pub(crate) schema: Option<&'static str>,
    /// What it is, and which command writes it.
    pub(crate) about: &'static str,
    /// Its keys besides `schema`.
    pub(crate) keys: &'static [&'static [Key]],
    /// Whether a reader must expect further keys, as a later version may add some.
    pub(crate) is_open: bool,
}

impl JsonFile {
    pub(crate) fn json_schema(&self) -> JsonSchema {
        let about = "The name and version of this kind of file.";
        let version =
            self.schema.map(|schema| Key::required("schema", Takes::Exactly(schema), about));
        let root = Table::new(self.keys).schema_with(version.as_slice(), Vec::new());
        let root = if self.is_open { open(root) } else { root };
        document(self.name, self.about, root, Vec::new())
    }
}

/// The same schema, allowing further keys everywhere.
fn open(schema: Json) -> Json {
    match schema {
        Json::Object(entries) => {
            let kept = entries.into_iter().filter(|(key, value)| {
                key != "additionalProperties" || *value != Json::Flag(false)
            });
            Json::Object(kept.map(|(key, value)| (key, open(value))).collect())
        }
        Json::List(values) => Json::List(values.into_iter().map(open).collect()),
        value => value,
    }
}

/// Channels, and height and width in pixels.
pub(crate) const SHAPE: Table = Table::new(&[&[
    Key::required("channels", Takes::Whole(0), ""),
    Key::required("height", Takes::Whole(0), ""),
    Key::required("width", Takes::Whole(0), ""),
]]);

/// The value of a layer's setting.
pub(crate) const SETTING: Takes =
    Takes::Either(&[Takes::Flag, Takes::Whole(0), Takes::List(&Takes::Whole(0)), Takes::Text]);

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident: $takes:expr;)*) => {
        $($(#[$doc])* pub(crate) const fn $name(name: &'static str, about: &'static str) -> Key {
            Key::required(name, $takes, about)
        })*
    };
}

keys! {
    text: Takes::Text;
    texts: Takes::List(&Takes::Text);
    whole: Takes::Whole(0);
    difference: Takes::Difference;
    number: Takes::Number;
    flag: Takes::Flag;
    shape: Takes::Table(&SHAPE);
    text_or_null: Takes::OrNull(&Takes::Text);
    texts_or_null: Takes::OrNull(&Takes::List(&Takes::Text));
    whole_or_null: Takes::OrNull(&Takes::Whole(0));
    difference_or_null: Takes::OrNull(&Takes::Difference);
    number_or_null: Takes::OrNull(&Takes::Number);
    flag_or_null: Takes::OrNull(&Takes::Flag);
    shape_or_null: Takes::OrNull(&Takes::Table(&SHAPE));
    setting_or_null: Takes::OrNull(&SETTING);
}

/// A section with one row.
pub(crate) const fn record(name: &'static str, row: &'static Table, about: &'static str) -> Key {
    Key::required(name, Takes::Table(row), about)
}

/// A section with any number of rows.
pub(crate) const fn rows(name: &'static str, row: &'static Table, about: &'static str) -> Key {
    Key::required(name, Takes::Rows(row), about)
}

pub(crate) const INPUT: Key =
    shape("input", "The input: channels, and height and width in pixels.");
pub(crate) const DEPTH: Key = number("depth", "The depth multiplier d.");
pub(crate) const WIDTH: Key = number("width", "The width multiplier w.");
pub(crate) const RESOLUTION: Key = number("resolution", "The resolution multiplier r.");
