//! How a layer is set: its kernel, stride, groups and the like, as data.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The settings of a layer that its shapes do not tell, by the keys that specs use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(BTreeMap<Cow<'static, str>, Setting>);

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Setting {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(u64),
    /// A number for each axis: rows, then columns. Padding that differs at the two ends has the beginnings of all axes
    /// and then their ends.
    Sides(Vec<u64>),
    /// A word, such as the name of an activation function.
    Word(Cow<'static, str>),
}

/// The keys in the order of reading. Others follow.
const ORDER: [&str; 7] = ["variant", "kernel", "stride", "padding", "dilation", "groups", "bias"];

impl Settings {
    /// Settings with these values.
    pub fn new<K: Into<Cow<'static, str>>>(values: impl IntoIterator<Item = (K, Setting)>) -> Self {
        Settings(values.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// The same settings and these.
    pub(crate) fn and(mut self, other: Settings) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.0.get(key)
    }

    /// Every key with its value, in the order of reading.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Setting)> {
        let rest = self.0.keys().map(AsRef::as_ref).filter(|key| !ORDER.contains(key));
        let keys = ORDER.into_iter().chain(rest);
        keys.filter_map(|key| Some((key, self.0.get(key)?)))
    }

    /// What is worth saying: `3×3, stride 2, groups 32, no bias`. A stride, dilation or group of 1 and padding of 0 or
    /// `same` are left out.
    #[must_use]
    pub fn in_short(&self) -> String {
        let telling = self.iter().filter(|(key, value)| !value.is_usual(key));
        joined(telling.map(|(key, value)| value.under(key)))
    }

    /// Everything: `3×3, stride 1, padding same, dilation 1, groups 1, no bias`.
    #[must_use]
    pub fn in_full(&self) -> String {
        joined(self.iter().map(|(key, value)| value.under(key)))
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

impl Setting {
    pub(crate) fn sides(sides: [u64; 2]) -> Self {
        Setting::Sides(sides.into())
    }

    pub(crate) fn word(word: &'static str) -> Self {
        Setting::Word(word.into())
    }

    /// Whether the value is what one assumes without being told.
    fn is_usual(&self, key: &str) -> bool {
        let all = |number: u64| match self {
            Setting::Number(own) => *own == number,
            Setting::Sides(sides) => sides.iter().all(|side| *side == number),
            Setting::Flag(_) | Setting::Word(_) => false,
        };
        match key {
            "stride" | "dilation" | "groups" => all(1),
            "padding" => all(0) || *self == Setting::word("same"),
            "scale" | "shift" => *self == Setting::Flag(true),
            "bias" | "variant" | "kernel" => false,
            _ => *self == Setting::Flag(false),
        }
    }

    /// The value with its key, as one reads it aloud: `stride 2`, `no bias`.
    fn under(&self, key: &str) -> String {
        let name = key.replace('_', " ");
        match (key, self) {
            ("kernel" | "variant", _) => self.to_string(),
            (_, Setting::Flag(true)) => name,
            (_, Setting::Flag(false)) => format!("no {name}"),
            (_, Setting::Sides(sides)) if is_even(sides) => format!("{name} {}", sides[0]),
            ("padding", Setting::Sides(sides)) if sides.len() > 2 => {
                let (start, end) = sides.split_at(sides.len() / 2);
                format!("{name} {} before and {} after", side_text(start), side_text(end))
            }
            _ => format!("{name} {self}"),
        }
    }
}

fn is_even(sides: &[u64]) -> bool {
    !sides.is_empty() && sides.iter().all(|side| *side == sides[0])
}

fn side_text(sides: &[u64]) -> String {
    sides.iter().map(u64::to_string).collect::<Vec<_>>().join("×")
}

/// Writes the value without its key: `3×3`.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Flag(yes) => f.write_str(if *yes { "yes" } else { "no" }),
            Setting::Number(number) => number.fmt(f),
            Setting::Sides(sides) => f.write_str(&side_text(sides)),
            Setting::Word(word) => f.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(stride: u64, padding: Setting, groups: u64) -> Settings {
        Settings::new([
            ("kernel", Setting::sides([3, 3])),
            ("stride", Setting::sides([stride; 2])),
            ("padding", padding),
            ("dilation", Setting::sides([1, 1])),
            ("groups", Setting::Number(groups)),
            ("bias", Setting::Flag(false)),
        ])
    }

    #[test]
    fn what_goes_without_saying_is_left_out() {
        let plain = settings(1, Setting::word("same"), 1);
        assert_eq!(plain.in_short(), "3×3, no bias");
        let full = "3×3, stride 1, padding same, dilation 1, groups 1, no bias";
        assert_eq!(plain.in_full(), full);
        let grouped = settings(2, Setting::sides([1, 1]), 32);
        assert_eq!(grouped.in_short(), "3×3, stride 2, padding 1, groups 32, no bias");
    }

    #[test]
    fn sides_that_differ_are_all_written() {
        let uneven = settings(1, Setting::Sides(vec![0, 0, 1, 1]), 1);
        assert_eq!(uneven.in_short(), "3×3, padding 0×0 before and 1×1 after, no bias");
        let stride = Settings::new([("stride", Setting::sides([2, 1]))]);
        assert_eq!(stride.in_short(), "stride 2×1");
    }
}
