//! A Python expression with how tightly it binds.

use crate::families::block::Value;

/// The value of a formula where it was reached.
pub(super) type Known<'f> = Value<'f, f64>;

/// A Python expression for a formula.
#[derive(Clone, Debug)]
pub(super) struct Term<'f> {
    pub(super) text: String,
    /// How tightly its operator binds.
    pub(super) binding: u8,
    /// Whether Python gives an `int`.
    pub(super) is_whole: bool,
    /// Its value, if that is the same in every call.
    pub(super) constant: Option<Known<'f>>,
}

pub(super) const CHOICE: u8 = 0;
pub(super) const OR: u8 = 1;
pub(super) const AND: u8 = 2;
pub(super) const NOT: u8 = 3;
pub(super) const COMPARISON: u8 = 4;
pub(super) const SUM: u8 = 5;
pub(super) const PRODUCT: u8 = 6;
pub(super) const SIGN: u8 = 7;
pub(super) const POWER: u8 = 8;
pub(super) const ATOM: u8 = 9;

impl<'f> Term<'f> {
    pub(super) fn new(text: String, binding: u8, is_whole: bool) -> Self {
        Term { text, binding, is_whole, constant: None }
    }

    pub(super) fn constant(value: Known<'f>) -> Self {
        let text = literal(&value);
        let binding = if text.starts_with('-') { SIGN } else { ATOM };
        let is_whole = matches!(value, Value::Number(number) if number.fract() == 0.0);
        Term { text, binding, is_whole, constant: Some(value) }
    }

    /// The text, in brackets if its operator binds less tightly than the one around it.
    pub(super) fn within(&self, binding: u8) -> String {
        if self.binding < binding { format!("({})", self.text) } else { self.text.clone() }
    }

    /// The text of an `int`.
    pub(super) fn count(&self) -> String {
        if self.is_whole { self.text.clone() } else { format!("int({})", self.text) }
    }

    /// The text as a condition of a choice.
    pub(super) fn condition(&self) -> String {
        self.within(OR)
    }
}

/// A value as Python writes it.
pub(super) fn literal(value: &Known) -> String {
    match value {
        Value::Number(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Word(word) => format!("\"{word}\""),
    }
}

/// A sum in brackets, so that it can be multiplied.
pub(super) fn bracketed(channels: &str) -> String {
    if channels.contains(' ') { format!("({channels})") } else { channels.into() }
}
