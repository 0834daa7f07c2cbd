//! TOML as text: values in lines of at most 120 characters where that is possible.

use std::fmt::Write;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The longest line, unless one value is longer.
const LINE: usize = 120;

/// A value to be written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Toml {
    /// Text, without quotes.
    Text(String),
    /// A number, true or false, as it is written.
    Bare(String),
    List(Vec<Toml>),
    Table(Vec<(String, Toml)>),
}

impl Toml {
    /// A value that was read; keys stay in the order of the text.
    pub(super) fn from_value(value: &DeValue) -> Toml {
        match value {
            DeValue::String(text) => Toml::Text(text.to_string()),
            DeValue::Integer(number) => {
                let prefix = match number.radix() {
                    2 => "0b",
                    8 => "0o",
                    16 => "0x",
                    _ => "",
                };
                Toml::Bare(format!("{prefix}{}", number.as_str()))
            }
            DeValue::Float(number) => Toml::Bare(number.as_str().into()),
            DeValue::Boolean(value) => Toml::Bare(value.to_string()),
            DeValue::Datetime(date) => Toml::Bare(date.to_string()),
            DeValue::Array(values) => {
                Toml::List(values.iter().map(|value| Self::from_value(value.get_ref())).collect())
            }
            DeValue::Table(table) => Self::from_table(table),
        }
    }

    fn from_table(table: &DeTable) -> Toml {
        let mut entries: Vec<(&Spanned<_>, &Spanned<DeValue>)> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&Spanned<std::borrow::Cow<str>>, &Spanned<DeValue>)| {
            (key.get_ref().to_string(), Self::from_value(value.get_ref()))
        };
        Toml::Table(entries.into_iter().map(entry).collect())
    }

    #[allow(clippy::needless_pass_by_value)] // numbers are copied
    pub(super) fn number(value: impl ToString) -> Toml {
        Toml::Bare(value.to_string())
    }

    /// Changes every text in the value, however deep.
    pub(super) fn map_texts(&mut self, change: &mut impl FnMut(&mut String)) {
        match self {
            Toml::Text(text) => change(text),
            Toml::Bare(_) => {}
            Toml::List(values) => values.iter_mut().for_each(|value| value.map_texts(change)),
            Toml::Table(entries) => {
                for (_, value) in entries {
                    value.map_texts(change);
                }
            }
        }
    }

    fn inline(&self) -> String {
        match self {
            Toml::Text(text) => quoted(text),
            Toml::Bare(text) => text.clone(),
            Toml::List(values) => {
                let values: Vec<String> = values.iter().map(Toml::inline).collect();
                format!("[{}]", values.join(", "))
            }
            Toml::Table(entries) if entries.is_empty() => "{}".into(),
            Toml::Table(entries) => {
                let entry =
                    |(name, value): &(String, Toml)| format!("{} = {}", key(name), value.inline());
                format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The value after `column` characters of a line that is indented by `indent`. Lists that are too long have one
    /// value a line.
    fn wrapped(&self, indent: usize, column: usize) -> String {
        let inline = self.inline();
        if column + inline.chars().count() <= LINE {
            return inline;
        }
        match self {
            Toml::List(values) => {
                let inner = " ".repeat(indent + 2);
                let lines = values
                    .iter()
                    .map(|value| format!("{inner}{},\n", value.wrapped(indent + 2, indent + 3)));
                format!("[\n{}{}]", lines.collect::<String>(), " ".repeat(indent))
            }
            Toml::Table(entries) => {
                let entry = |(name, value): &(String, Toml)| {
                    let start = format!("{} = ", key(name));
                    let value = match value {
                        Toml::List(_) | Toml::Table(_) => {
                            value.wrapped(indent, column + start.len())
                        }
                        _ => value.inline(),
                    };
                    start + &value
                };
                format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Toml::Text(_) | Toml::Bare(_) => inline,
        }
    }
}

/// Lines with a key and its value each. Text of several lines stays so.
pub(super) fn lines(entries: &[(String, Toml)]) -> String {
    let mut text = String::new();
    for (name, value) in entries {
        let start = format!("{} = ", key(name));
        let value = match value {
            Toml::Text(text) if text.contains('\n') => {
                let lines: Vec<String> = text.split('\n').map(escaped).collect();
                format!("\"\"\"\n{}\"\"\"", lines.join("\n"))
            }
            value => value.wrapped(0, start.chars().count()),
        };
        let _ = writeln!(text, "{start}{value}");
    }
    text
}

/// A key, in quotes if it needs them.
pub(super) fn key(name: &str) -> String {
    let is_bare = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    if !name.is_empty() && name.chars().all(is_bare) { name.into() } else { quoted(name) }
}

/// Text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Text as it stands between quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            other if other.is_control() => {
                let _ = write!(escaped, "\\u{:04X}", u32::from(other));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Source;
    use crate::families::spec::reader;

    #[test]
    fn what_is_written_is_read_back() {
        let long: Vec<Toml> = (0..60).map(Toml::number).collect();
        let entries = vec![
            ("a b".into(), Toml::Text("\"quoted\" \\ α\n\t\u{1}\u{7f}\u{85}'''".into())),
            ("\"".into(), Toml::List(vec![Toml::Table(vec![("long".into(), Toml::List(long))])])),
            (String::new(), Toml::Table(Vec::new())),
            ("plain-1".into(), Toml::Bare("0x1F".into())),
        ];
        let text = lines(&entries);
        let source = Source::new("written", text.as_str());
        let (root, mistakes) = reader::table(&source);
        assert_eq!(mistakes, [], "{text}");
        let Toml::Table(read) = Toml::from_table(root.get_ref()) else { unreachable!() };
        let hexadecimal = ("plain-1".to_string(), Toml::Bare("0x1F".into()));
        assert_eq!(read[..3], entries[..3], "{text}");
        assert_eq!(lines(&read[3..]).to_lowercase(), lines(&[hexadecimal]).to_lowercase());
    }
}
