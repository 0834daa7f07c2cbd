//! Layers in specs: the keys of a layer's step, what each takes, and their values on a map.

use std::cell::Cell;

use crate::counting::layer::{Layer, ShapeError};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;

/// A layer that a step of a spec can name.
pub(super) trait FromSpec<S: Scalar> {
    /// Its keys.
    const STEP: Step;
    /// The layer with these values of its keys; `None` if it would do nothing on this map: a norm called `none`, or a
    /// pad where nothing is missing.
    fn from_values(values: &Values<S>) -> Result<Option<Layer<S>>, ShapeError>;
}

/// The keys of a step.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The key that names the layer.
    pub key: Key,
    /// The step's other keys.
    pub options: &'static [&'static [Key]],
}

/// A key of a step.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name in a spec.
    pub name: &'static str,
    /// What messages call it: "the number of groups".
    pub about: &'static str,
    /// What it takes.
    pub kind: KeyKind,
    /// Its value if the step leaves it out.
    pub fallback: Fallback,
    /// The words of the step's first key with which this one applies; empty means all.
    pub only_with: &'static [&'static str],
}

/// What a key takes. Numbers and flags may be expressions.
#[derive(Clone, Copy, Debug)]
pub enum KeyKind {
    /// A whole number that may scale.
    Amount,
    /// A number of output channels.
    Channels,
    /// Whole numbers for rows and columns.
    Pair,
    /// Whole numbers for rows and columns, or the word `same` or `valid`.
    Padding,
    /// Factors above 0 for rows and columns.
    Factors,
    /// A number from 0 to 1.
    Share,
    /// True or false.
    Flag,
    /// `true`, for a layer without dimensions.
    True,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// The value of a key that a step leaves out.
#[derive(Clone, Copy, Debug)]
pub enum Fallback {
    /// None: the key is required.
    Required,
    /// None: the layer does without it.
    Absent,
    /// This number, for rows and columns alike.
    Number(f64),
    /// True or false.
    Flag(bool),
}

/// The value of a key.
#[derive(Clone, Debug)]
pub enum Value<S> {
    /// A whole number.
    Amount(S),
    /// Rows and columns.
    Pair([u64; 2]),
    /// Factors for rows and columns.
    Factors([f64; 2]),
    /// A number from 0 to 1.
    Share(f64),
    /// True or false.
    Flag(bool),
    /// One of the key's words.
    Word(&'static str),
}

/// The values of a step's keys on one map.
#[derive(Debug)]
pub struct Values<'a, S> {
    /// The shape of the layer's input.
    pub input: &'a Shape<S>,
    /// The values by key, in the order of the step.
    given: Vec<(&'static str, Value<S>)>,
    /// Where the next key is likely to be: layers ask for most of their keys in the order of the step.
    next: Cell<usize>,
}

impl<'a, S> Values<'a, S> {
    /// The values of keys on a map of shape `input`.
    pub fn new(input: &'a Shape<S>, given: Vec<(&'static str, Value<S>)>) -> Self {
        Values { input, given, next: Cell::new(0) }
    }

    /// The values by key.
    pub fn into_given(self) -> Vec<(&'static str, Value<S>)> {
        self.given
    }

    #[inline]
    fn find(&self, key: &str) -> Option<&Value<S>> {
        let is_key = |(name, _): &(&str, Value<S>)| *name == key;
        let next = self.next.get();
        let index = match self.given.get(next) {
            Some(one) if is_key(one) => next,
            _ => self.given.iter().position(is_key)?,
        };
        self.next.set(index + 1);
        self.given.get(index).map(|(_, value)| value)
    }
}

impl Step {
    /// The options that go with the first key; `word` is its value, if known.
    pub fn options_with<'w>(
        &self,
        word: Option<&'w str>,
    ) -> impl Iterator<Item = &'static Key> + use<'w> {
        let applies = move |key: &&Key| word.is_none_or(|word| key.applies_with(word));
        self.options.iter().copied().flatten().filter(applies)
    }
}

impl Key {
    pub(super) const fn required(name: &'static str, kind: KeyKind, about: &'static str) -> Self {
        Key { name, about, kind, fallback: Fallback::Required, only_with: &[] }
    }

    pub(super) const fn optional(name: &'static str, kind: KeyKind, about: &'static str) -> Self {
        Key { fallback: Fallback::Absent, ..Key::required(name, kind, about) }
    }

    /// The same key with a number as its default.
    pub(super) const fn or(self, number: f64) -> Self {
        Key { fallback: Fallback::Number(number), ..self }
    }

    /// A key that takes true or false.
    pub(super) const fn flag(name: &'static str, default: bool) -> Self {
        let fallback = Fallback::Flag(default);
        Key { fallback, ..Key::required(name, KeyKind::Flag, "") }
    }

    /// A key that takes one of `words`.
    pub(super) const fn word(name: &'static str, words: &'static [&'static str]) -> Self {
        Key::required(name, KeyKind::Word(words), "")
    }

    /// The first key of a layer without dimensions: `flatten = true`.
    pub(super) const fn bare(name: &'static str) -> Self {
        Key::required(name, KeyKind::True, "")
    }

    pub(super) const fn only_with(self, only_with: &'static [&'static str]) -> Self {
        Key { only_with, ..self }
    }

    /// Whether the key applies if the step's first key is `word`.
    #[must_use]
    pub fn applies_with(&self, word: &str) -> bool {
        self.only_with.is_empty() || self.only_with.contains(&word)
    }
}

macro_rules! getters {
    ($($name:ident: $variant:ident as $value:ty,)*) => {
        impl<S: Scalar> Values<'_, S> {
            $(/// The value of a key; fails if it is missing or of another type.
            pub fn $name(&self, key: &'static str) -> Result<$value, ShapeError> {
                match self.find(key) {
                    Some(Value::$variant(value)) => Ok(value.clone()),
                    _ => Err(ShapeError::Missing(key)),
                }
            })*
        }
    };
}

getters! {
    amount: Amount as S,
    pair: Pair as [u64; 2],
    factors: Factors as [f64; 2],
    share: Share as f64,
    flag: Flag as bool,
    word: Word as &'static str,
}
