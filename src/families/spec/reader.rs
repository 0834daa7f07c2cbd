//! Reading a TOML table: every key is asked for once, and what nobody asked for is a mistake.
//!
//! Serde stops at the first mistake and knows no better place for it than the table; a reader collects
//! all of them, each with its own place, what was found and what is allowed.

use std::cell::{Cell, RefCell};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{self, Diagnostic, Error, Source};

/// The table of a TOML text, and every mistake in its syntax.
pub(super) fn table(source: &Source) -> (Spanned<DeTable<'_>>, Vec<Diagnostic>) {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    let problem = |error: &toml::de::Error| {
        let place = span(error.span().unwrap_or(0..0), source);
        Diagnostic::new(error.message().trim()).at(place, "here")
    };
    (root, errors.iter().map(problem).collect())
}

/// Reads a whole text with `read`, which finds what it can; `what` the text is, for messages.
pub(super) fn read<T>(
    source: &Source,
    what: &str,
    read: impl FnOnce(Reader) -> Option<T>,
) -> Result<T, Error> {
    let (root, mistakes) = table(source);
    Error::check(mistakes)?;
    let problems = Problems::default();
    let whole = span(root.span(), source);
    let read = read(Reader::new(what, root.get_ref(), whole, &problems));
    problems.check()?;
    read.ok_or_else(|| Error::new(format!("{} could not be read", source.name())))
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: RefCell<Vec<Diagnostic>>,
    harmless: Cell<usize>,
}

impl Problems {
    /// Adds a mistake, once: what several members share is not repeated for each.
    pub(super) fn add(&self, problem: Diagnostic) {
        let mut found = self.found.borrow_mut();
        if !found.contains(&problem) {
            found.push(problem);
        }
    }

    /// Adds a mistake that leaves the rest of the spec as it is meant.
    fn add_harmless(&self, problem: Diagnostic) {
        let before = self.found.borrow().len();
        self.add(problem);
        self.harmless.set(self.harmless.get() + self.found.borrow().len() - before);
    }

    /// Whether a mistake was found that leaves the meaning of the spec open.
    pub(super) fn are_severe(&self) -> bool {
        self.found.borrow().len() > self.harmless.get()
    }

    /// All mistakes, where there are some.
    pub(super) fn check(self) -> Result<(), Error> {
        Error::check(self.found.into_inner())
    }
}

/// A place in the text that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'a> {
    pub(super) source: &'a Source,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl From<Span<'_>> for error::Span {
    fn from(Span { source, start, end }: Span) -> Self {
        error::Span { source: source.clone(), start, end }
    }
}

/// A value and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Located<'a, T> {
    pub(super) value: T,
    pub(super) span: Span<'a>,
}

/// An entry of a table.
pub(super) type Entry<'a> = (Located<'a, &'a str>, Item<'a>);

/// A TOML value and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    pub(super) value: &'a DeValue<'a>,
    pub(super) span: Span<'a>,
}

impl<'a> Item<'a> {
    pub(super) fn new(value: &'a Spanned<DeValue<'a>>, source: &'a Source) -> Self {
        Item { value: value.get_ref(), span: span(value.span(), source) }
    }

    /// The value as a number, whole or not.
    pub(super) fn number(&self) -> Option<f64> {
        match self.value {
            DeValue::Integer(_) => self.integer().map(|value| value as f64),
            DeValue::Float(text) => text.as_str().replace('_', "").parse().ok(),
            _ => None,
        }
    }

    /// The value as a whole number that is not negative.
    pub(super) fn integer(&self) -> Option<u64> {
        let integer = self.value.as_integer()?;
        u64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
    }

    /// What the value is, in words.
    pub(super) fn kind(&self) -> &'static str {
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

/// A table being read.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    /// What the table describes, for messages: "stage `stem`".
    pub(super) what: String,
    /// The place of the table.
    pub(super) span: Span<'a>,
    pub(super) problems: &'a Problems,
    entries: Vec<Entry<'a>>,
    /// The keys that were asked for; a cell, so that what several members share can be read.
    asked: RefCell<Vec<String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        what: impl Into<String>,
        table: &'a DeTable<'a>,
        span: Span<'a>,
        problems: &'a Problems,
    ) -> Self {
        let source = span.source;
        let mut entries: Vec<Entry<'a>> = table
            .iter()
            .map(|(key, value)| {
                let key =
                    Located { value: key.get_ref().as_ref(), span: self::span(key.span(), source) };
                (key, Item::new(value, source))
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.span.start);
        Reader { what: what.into(), span, problems, entries, asked: RefCell::default() }
    }

    /// The same table with the entries of another laid over it.
    pub(super) fn overlaid(mut self, other: &Reader<'a>) -> Self {
        for (key, item) in &other.entries {
            self.entries.retain(|(known, _)| known.value != key.value);
            self.entries.push((*key, *item));
        }
        self
    }

    /// Reports a mistake at a place.
    pub(super) fn problem(&self, message: impl Into<String>, span: Span, label: &str) {
        self.problems.add(Diagnostic::new(message).at(span, label));
    }

    /// The entries nobody has asked for, in the order of the text; they count as asked for now.
    pub(super) fn rest(&self) -> Vec<Entry<'a>> {
        let mut asked = self.asked.borrow_mut();
        let is_new = |(key, _): &&Entry| !asked.iter().any(|asked| asked == key.value);
        let rest: Vec<_> = self.entries.iter().filter(is_new).copied().collect();
        asked.extend(rest.iter().map(|(key, _)| key.value.to_string()));
        rest
    }

    /// Whether the key is there, without asking for it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.look_up(key).is_some()
    }

    /// The value of a key, without asking for it.
    pub(super) fn look_up(&self, key: &str) -> Option<Item<'a>> {
        self.entries.iter().find(|(known, _)| known.value == key).map(|(_, item)| *item)
    }

    /// The value of a key.
    pub(super) fn item(&self, key: &str) -> Option<Item<'a>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|known| known == key) {
            asked.push(key.to_string());
        }
        drop(asked);
        self.look_up(key)
    }

    /// The value of a key that must be there.
    pub(super) fn required(&mut self, key: &str) -> Option<Item<'a>> {
        let item = self.item(key);
        if item.is_none() {
            self.problem(format!("{} has no `{key}`", self.what), self.span, "here");
        }
        item
    }

    /// The value of a key as text.
    pub(super) fn text(&mut self, key: &str) -> Option<Located<'a, &'a str>> {
        let item = self.item(key)?;
        self.typed(key, item, "text", item.value.as_str())
    }

    /// The value of a key as text that must be there.
    pub(super) fn required_text(&mut self, key: &str) -> Option<Located<'a, &'a str>> {
        let item = self.required(key)?;
        self.typed(key, item, "text", item.value.as_str())
    }

    /// The value of a key as a number that is finite.
    pub(super) fn number(&mut self, key: &str) -> Option<Located<'a, f64>> {
        let item = self.item(key)?;
        let number = item.number().filter(|number| number.is_finite());
        self.typed(key, item, "a finite number", number)
    }

    /// The value of a key as a number that is finite and above 0.
    pub(super) fn positive(&mut self, key: &str) -> Option<Located<'a, f64>> {
        let item = self.item(key)?;
        let number = item.number().filter(|number| number.is_finite() && *number > 0.0);
        self.typed(key, item, "a finite number above 0", number)
    }

    /// The value of a key as a whole number of at least `least`.
    pub(super) fn integer(&mut self, key: &str, least: u64) -> Option<Located<'a, u64>> {
        let item = self.item(key)?;
        let integer = item.integer().filter(|integer| *integer >= least);
        self.typed(key, item, &format!("a whole number of at least {least}"), integer)
    }

    /// The value of a key as a list.
    pub(super) fn list(&mut self, key: &str) -> Option<Vec<Item<'a>>> {
        let item = self.item(key)?;
        self.items(key, item)
    }

    /// A value as a list.
    pub(super) fn items(&self, key: &str, item: Item<'a>) -> Option<Vec<Item<'a>>> {
        let list = self.typed(key, item, "a list", item.value.as_array())?.value;
        Some(list.iter().map(|value| Item::new(value, item.span.source)).collect())
    }

    /// The value of a key as a table to read.
    pub(super) fn table(&mut self, key: &str, what: impl Into<String>) -> Option<Reader<'a>> {
        let item = self.item(key)?;
        self.reader(key, item, what)
    }

    /// A value as a table to read.
    pub(super) fn reader(
        &self,
        key: &str,
        item: Item<'a>,
        what: impl Into<String>,
    ) -> Option<Reader<'a>> {
        let table = self.typed(key, item, "a table", item.value.as_table())?.value;
        Some(Reader::new(what, table, item.span, self.problems))
    }

    /// `value`, or a mistake that says what the key needs and what was found.
    pub(super) fn typed<T>(
        &self,
        key: &str,
        item: Item<'a>,
        expected: &str,
        value: Option<T>,
    ) -> Option<Located<'a, T>> {
        if value.is_none() {
            let message = format!("`{key}` of {} must be {expected}", self.what);
            self.problem(message, item.span, &format!("this is {}", item.kind()));
        }
        value.map(|value| Located { value, span: item.span })
    }

    /// Reports every key that nobody asked for; `also` are names that would have been taken.
    pub(super) fn finish(&self, also: &[&str]) {
        let asked = self.asked.borrow().clone();
        let mut known: Vec<&str> = asked.iter().map(String::as_str).collect();
        for name in also {
            if !known.contains(name) {
                known.push(name);
            }
        }
        for (key, _) in self.rest() {
            let message = format!("unknown key `{}` in {}", key.value, self.what);
            let problem = Diagnostic::new(message).at(key.span, "not known here");
            self.problems.add_harmless(problem.known("known here", key.value, &known));
        }
    }
}

/// A place in a text.
pub(super) fn span(range: std::ops::Range<usize>, source: &Source) -> Span<'_> {
    Span { source, start: range.start, end: range.end }
}
