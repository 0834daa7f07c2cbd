//! Settings of layers in a baseline file: an object with a value for each key.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::counting::layer::{Setting, Settings};

/// Maximum axes of a setting, which keeps a broken file from filling the memory.
const MAX_SIDES: usize = 64;

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Settings::new(BTreeMap::<String, Setting>::deserialize(deserializer)?))
    }
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Setting::Flag(yes) => serializer.serialize_bool(*yes),
            Setting::Number(number) => serializer.serialize_u64(*number),
            Setting::Sides(sides) => serializer.collect_seq(sides),
            Setting::Word(word) => serializer.serialize_str(word),
        }
    }
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnySetting)
    }
}

struct AnySetting;

impl<'de> Visitor<'de> for AnySetting {
    type Value = Setting;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a setting: true or false, a whole number, a list of whole numbers, or a word")
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Setting, E> {
        Ok(Setting::Flag(yes))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Setting, E> {
        Ok(Setting::Number(number))
    }

    fn visit_str<E>(self, word: &str) -> Result<Setting, E> {
        Ok(Setting::Word(word.to_string().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Setting, A::Error> {
        let mut sides = Vec::new();
        while let Some(side) = list.next_element()? {
            if sides.len() == MAX_SIDES {
                return Err(A::Error::invalid_length(
                    MAX_SIDES + 1,
                    &"a list of at most 64 numbers",
                ));
            }
            sides.push(side);
        }
        Ok(Setting::Sides(sides))
    }
}
