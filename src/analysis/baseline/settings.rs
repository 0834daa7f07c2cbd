//! Settings of layers in a baseline file: an object with a value for each key.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::counting::layer::{Setting, Settings};

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(key, value)| (key, Saved::of(value))))
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = BTreeMap::<String, Saved>::deserialize(deserializer)?;
        Ok(Settings::new(saved.into_iter().map(|(key, value)| (key, value.setting()))))
    }
}

/// A setting as it is saved.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a setting must be true or false, a whole number, a list of whole numbers, or a word"
)]
enum Saved {
    Flag(bool),
    Number(u64),
    Sides(Vec<u64>),
    Word(String),
}

impl Saved {
    fn of(setting: &Setting) -> Self {
        match setting {
            Setting::Flag(yes) => Saved::Flag(*yes),
            Setting::Number(number) => Saved::Number(*number),
            Setting::Sides(sides) => Saved::Sides(sides.clone()),
            Setting::Word(word) => Saved::Word(word.to_string()),
        }
    }

    fn setting(self) -> Setting {
        match self {
            Saved::Flag(yes) => Setting::Flag(yes),
            Saved::Number(number) => Setting::Number(number),
            Saved::Sides(sides) => Setting::Sides(sides),
            Saved::Word(word) => Setting::Word(word.into()),
        }
    }
}
