//! Values of TOML with their places in the text.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::DeValue;

use crate::error::{self, Source};

/// A place in the text that is being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span<'a> {
    pub(crate) source: &'a Source,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl From<Span<'_>> for error::Span {
    fn from(Span { source, start, end }: Span) -> Self {
        error::Span { source: source.clone(), start, end }
    }
}

/// A value and its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Located<'a, T> {
    pub(crate) value: T,
    pub(crate) span: Span<'a>,
}

/// A text and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct LocatedText {
    /// The text.
    pub value: String,
    /// Where it is written.
    pub span: error::Span,
}

impl From<Located<'_, &str>> for LocatedText {
    fn from(Located { value, span }: Located<&str>) -> Self {
        LocatedText { value: value.to_string(), span: span.into() }
    }
}

/// An entry of a table.
pub(crate) type Entry<'a> = (Located<'a, &'a str>, Item<'a>);

/// A TOML value and its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) value: &'a DeValue<'a>,
    pub(crate) span: Span<'a>,
}

impl<'a> Item<'a> {
    pub(crate) fn new(value: &'a Spanned<DeValue<'a>>, source: &'a Source) -> Self {
        Item { value: value.get_ref(), span: span(value.span(), source) }
    }

    /// The place of a value.
    pub(super) fn place<'s>(value: &Spanned<DeValue>, source: &'s Source) -> Span<'s> {
        span(value.span(), source)
    }

    /// The value as a number, whole or not.
    pub(crate) fn number(&self) -> Option<f64> {
        match self.value {
            DeValue::Integer(_) => self.integer().map(|value| value as f64),
            DeValue::Float(text) => digits(text.as_str()).parse().ok(),
            _ => None,
        }
    }

    /// The value as a whole number that is not negative.
    pub(crate) fn integer(&self) -> Option<u64> {
        let integer = self.value.as_integer()?;
        u64::from_str_radix(&digits(integer.as_str()), integer.radix()).ok()
    }

    /// The value as text.
    pub(crate) fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// What is special about a number, in words; of anything else, what it is.
    pub(crate) fn number_kind(&self) -> &'static str {
        let is_negative = match self.value {
            DeValue::Integer(integer) => integer.as_str().starts_with('-'),
            _ => self.number().is_some_and(|number| number < 0.0),
        };
        match self.number() {
            _ if is_negative => "negative",
            Some(0.0) => "0",
            Some(number) if number.is_nan() => "not a number",
            Some(number) if number.is_infinite() => "infinite",
            Some(number) if number.fract() != 0.0 => "a fraction",
            _ => self.kind(),
        }
    }

    /// What the value is, in words.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }
}

/// A number without the `_` between its digits.
fn digits(number: &str) -> Cow<'_, str> {
    if number.contains('_') { number.replace('_', "").into() } else { number.into() }
}

/// A place in a text.
pub(crate) fn span(range: std::ops::Range<usize>, source: &Source) -> Span<'_> {
    Span { source, start: range.start, end: range.end }
}
