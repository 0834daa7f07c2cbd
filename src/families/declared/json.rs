//! JSON as text, with keys in the order in which they were put.

use std::fmt::Write;

/// The longest line, unless one value is longer.
const LINE: usize = 120;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Text(String),
    Number(f64),
    Flag(bool),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(crate) fn object<K: Into<String>>(entries: impl IntoIterator<Item = (K, Json)>) -> Self {
        Json::Object(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    pub(crate) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Json::List(texts.into_iter().map(Json::from).collect())
    }

    /// An object with these further entries.
    pub(crate) fn and(self, more: impl IntoIterator<Item = (&'static str, Json)>) -> Self {
        let Json::Object(mut entries) = self else { return self };
        entries.extend(more.into_iter().map(|(key, value)| (key.to_string(), value)));
        Json::Object(entries)
    }

    /// The text of a file with this value.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.write(0, 0, &mut text);
        text + "\n"
    }

    /// Writes the value after `column` characters of a line that is indented by `indent`.
    fn write(&self, indent: usize, column: usize, text: &mut String) {
        let inline = self.inline();
        // A comma may follow.
        if column + inline.chars().count() < LINE && indent > 0 {
            text.push_str(&inline);
            return;
        }
        let inner = " ".repeat(indent + 2);
        let end = format!("\n{}", " ".repeat(indent));
        match self {
            Json::List(values) if values.iter().all(Json::is_scalar) => {
                text.push('[');
                fill(values, &inner, text);
                let _ = write!(text, "{end}]");
            }
            Json::List(values) => {
                text.push('[');
                for (index, value) in values.iter().enumerate() {
                    let _ = write!(text, "{}\n{inner}", if index > 0 { "," } else { "" });
                    value.write(indent + 2, indent + 2, text);
                }
                let _ = write!(text, "{end}]");
            }
            Json::Object(entries) => {
                text.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    let key = quoted(key);
                    let _ = write!(text, "{}\n{inner}{key}: ", if index > 0 { "," } else { "" });
                    value.write(indent + 2, indent + 4 + key.chars().count(), text);
                }
                let _ = write!(text, "{end}}}");
            }
            Json::Text(_) | Json::Number(_) | Json::Flag(_) => text.push_str(&inline),
        }
    }

    fn is_scalar(&self) -> bool {
        !matches!(self, Json::List(_) | Json::Object(_))
    }

    fn inline(&self) -> String {
        match self {
            Json::Text(text) => quoted(text),
            Json::Number(number) => number.to_string(),
            Json::Flag(flag) => flag.to_string(),
            Json::List(values) => {
                let values: Vec<String> = values.iter().map(Json::inline).collect();
                format!("[{}]", values.join(", "))
            }
            Json::Object(entries) => {
                let entry =
                    |(key, value): &(String, Json)| format!("{}: {}", quoted(key), value.inline());
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.into())
    }
}

/// Writes scalars, as many in a line as there is room for.
fn fill(values: &[Json], inner: &str, text: &mut String) {
    let mut column = LINE;
    for (index, value) in values.iter().enumerate() {
        let value = value.inline() + if index + 1 < values.len() { "," } else { "" };
        let length = value.chars().count();
        let fits = column + 1 + length <= LINE;
        column = if fits { column + 1 + length } else { inner.len() + length };
        text.push_str(if fits { " " } else { "\n" });
        text.push_str(if fits { "" } else { inner });
        text.push_str(&value);
    }
}

/// Text as JSON writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            other if other.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_fill_lines_and_have_one_entry_a_line() {
        let words = ["architecture"; 9];
        let value = Json::object([
            ("short", Json::texts(["a \"b\"\n\u{1}"])),
            ("long", Json::texts(words.iter().copied())),
        ]);
        let line = |count| format!("    {}", vec!["\"architecture\""; count].join(", "));
        let lines = format!("{},\n{}", line(7), line(2));
        let short = "  \"short\": [\"a \\\"b\\\"\\n\\u0001\"],";
        assert_eq!(value.text(), format!("{{\n{short}\n  \"long\": [\n{lines}\n  ]\n}}\n"));
    }
}
