//! Declarations as JSON Schema, draft 2020-12.

use crate::families::declared::json::Json;
use crate::families::declared::{Key, Table, Takes};

/// The version of JSON Schema.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A JSON Schema of a file or a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonSchema {
    /// Its name in lists, and that of its file without the suffix: `spec`, `report-count`.
    pub name: String,
    /// What it describes.
    pub about: String,
    /// The text of its file.
    pub text: String,
}

/// A schema by the parts of its root; `definitions` are what [`Takes::Defined`] names.
pub(crate) fn document(
    name: &str,
    about: &str,
    root: Json,
    definitions: Vec<(&str, Json)>,
) -> JsonSchema {
    let head = [("$schema", DRAFT.into()), ("title", name.into()), ("description", about.into())];
    let Json::Object(entries) = root else {
        return JsonSchema { name: name.into(), about: about.into(), text: root.text() };
    };
    let head = head.into_iter().map(|(key, value): (&str, Json)| (key.to_string(), value));
    let mut schema = Json::Object(head.chain(entries).collect());
    if !definitions.is_empty() {
        schema = schema.and([("$defs", Json::object(definitions))]);
    }
    JsonSchema { name: name.into(), about: about.into(), text: schema.text() }
}

impl Table {
    pub(crate) fn schema(&self) -> Json {
        self.schema_with(&[], Vec::new())
    }

    /// Its schema with other keys before its own, and with further properties after them.
    pub(crate) fn schema_with(&self, before: &[Key], after: Vec<(String, Json)>) -> Json {
        let keys: Vec<Key> = before.iter().copied().chain(self.keys().copied()).collect();
        let properties = keys.iter().map(|key| (key.name.to_string(), key.schema()));
        let properties: Vec<_> = properties.chain(after).collect();
        let mut entries = vec![("type", Json::from("object"))];
        if !properties.is_empty() {
            entries.push(("properties", Json::Object(properties)));
        }
        match self.others {
            Some(Takes::Anything) => {}
            Some(others) => entries.push(("additionalProperties", others.schema())),
            None => entries.push(("additionalProperties", Json::Flag(false))),
        }
        entries.extend(self.names.map(|names| ("propertyNames", names.schema())));
        entries.extend(needed(&keys));
        if !self.one_of.is_empty() {
            entries.push(("allOf", Json::List(self.one_of.iter().copied().map(one_of).collect())));
        }
        Json::object(entries)
    }
}

/// Which keys must be there, always or beside others.
fn needed(keys: &[Key]) -> Vec<(&'static str, Json)> {
    let required = keys.iter().filter(|key| key.is_required).map(|key| key.name);
    let required: Vec<&str> = required.collect();
    let dependent = keys.iter().filter(|key| !key.needs.is_empty());
    let dependent = dependent.map(|key| (key.name, Json::texts(key.needs.iter().copied())));
    let dependent: Vec<_> = dependent.collect();
    let mut entries = Vec::new();
    if !required.is_empty() {
        entries.push(("required", Json::texts(required)));
    }
    if !dependent.is_empty() {
        entries.push(("dependentRequired", Json::object(dependent)));
    }
    entries
}

/// At least one of the keys must be there.
fn one_of(keys: &[&str]) -> Json {
    let each = keys.iter().map(|key| Json::object([("required", Json::texts([*key]))]));
    Json::object([("anyOf", Json::List(each.collect()))])
}

impl Key {
    pub(crate) fn schema(&self) -> Json {
        let Json::Object(mut entries) = self.takes.schema() else { return self.takes.schema() };
        if !self.about.is_empty() {
            entries.insert(0, ("description".into(), self.about.into()));
        }
        Json::Object(entries)
    }
}

impl Takes {
    pub(crate) fn schema(&self) -> Json {
        let typed = |name: &str| Json::object([("type", Json::from(name))]);
        let number = |key: &'static str, number: f64| (key, Json::Number(number));
        match self {
            Takes::Anything => Json::object::<&str>([]),
            Takes::Text => typed("string"),
            Takes::Matching(pattern) => typed("string").and([("pattern", (*pattern).into())]),
            Takes::Name(reserved) => typed("string").and([
                ("pattern", "^[A-Za-z_][A-Za-z0-9_]*$".into()),
                ("not", Json::object([("enum", Json::texts(reserved()))])),
            ]),
            Takes::Words(words) => Json::object([("enum", Json::texts(words()))]),
            Takes::Suggested(words) => any_of([Takes::Words(*words), Takes::Text].iter()),
            Takes::Flag => typed("boolean"),
            Takes::True => Json::object([("const", Json::Flag(true))]),
            Takes::Number => typed("number"),
            Takes::Positive => typed("number").and([number("exclusiveMinimum", 0.0)]),
            Takes::NotNegative => typed("number").and([number("minimum", 0.0)]),
            Takes::Between(low, high) => {
                typed("number").and([number("minimum", *low), number("maximum", *high)])
            }
            Takes::Percent => {
                let zero = Json::object([number("const", 0.0)]);
                let other = Json::object([number("minimum", 1.0), number("maximum", 100.0)]);
                typed("number").and([("anyOf", Json::List(vec![zero, other]))])
            }
            Takes::Whole(least) => typed("integer").and([number("minimum", *least as f64)]),
            Takes::WholeUpTo(most) => {
                typed("integer").and([number("minimum", 0.0), number("maximum", *most as f64)])
            }
            Takes::Difference => typed("integer"),
            Takes::Dimension(least) => Json::object([
                ("type", Json::texts(["integer", "string"])),
                number("minimum", *least as f64),
            ]),
            Takes::Expression => {
                Json::object([("type", Json::texts(["number", "boolean", "string"]))])
            }
            Takes::Exactly(text) => Json::object([("const", Json::from(*text))]),
            Takes::Defined(name, _) => {
                Json::object([("$ref", format!("#/$defs/{name}").as_str().into())])
            }
            Takes::Table(table) => table.schema(),
            Takes::List(item) => typed("array").and([("items", item.schema())]),
            Takes::Rows(table) => typed("array").and([("items", table.schema())]),
            Takes::NonEmpty(item) => {
                typed("array").and([("items", item.schema()), number("minItems", 1.0)])
            }
            Takes::Two(item) => typed("array").and([
                ("items", item.schema()),
                number("minItems", 2.0),
                number("maxItems", 2.0),
            ]),
            Takes::OneOrMore(item) => any_of([**item, Takes::List(item)].iter()),
            Takes::Either(kinds) => any_of(kinds.iter()),
            Takes::OrNull(value) => or_null(value.schema()),
        }
    }
}

fn any_of<'t>(kinds: impl Iterator<Item = &'t Takes>) -> Json {
    Json::object([("anyOf", Json::List(kinds.map(Takes::schema).collect()))])
}

/// A schema that allows `null` as well.
fn or_null(schema: Json) -> Json {
    let Json::Object(mut entries) = schema else { return schema };
    match entries.first_mut() {
        Some((key, kind @ Json::Text(_))) if key == "type" => {
            *kind = Json::List(vec![kind.clone(), "null".into()]);
            Json::Object(entries)
        }
        _ => Json::object([(
            "anyOf",
            Json::List(vec![Json::Object(entries), Json::object([("type", "null".into())])]),
        )]),
    }
}
