//! Reading a TOML table, in which every unused key is a mistake.
//!
//! Serde stops at the first mistake and places it no better than the table; a reader collects all of them,
//! each with its place, what was found and what is allowed. What a table can hold is declared as data, from which its
//! JSON Schema is written as well.

use std::cell::RefCell;
use std::fmt;

use toml::Spanned;
use toml::de::DeTable;

use crate::error::{Diagnostic, Error, Source};
use crate::families::declared::{Table, Takes};
pub(crate) use crate::families::spec::item::{Entry, Item, Located, Span, span};
pub(crate) use crate::families::spec::problems::Problems;

/// The table of a TOML text, and every syntax error in it.
pub(crate) fn table(source: &Source) -> (Spanned<DeTable<'_>>, Vec<Diagnostic>) {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    let problem = |error: &toml::de::Error| {
        let place = span(error.span().unwrap_or(0..0), source);
        Diagnostic::new(error.message().trim()).at(place, "here")
    };
    (root, errors.iter().map(problem).collect())
}

/// Reads a whole text with `read`, which uses all its keys, or collects every mistake in it. `what` names the text
/// in messages.
pub(crate) fn read<T>(
    source: &Source,
    what: &str,
    declared: &'static Table,
    read: impl FnOnce(Reader) -> Option<T>,
) -> Result<T, Error> {
    let (root, mistakes) = table(source);
    Error::check(mistakes)?;
    let problems = Problems::default();
    let root_span = span(root.span(), source);
    let read = read(Reader::new(what, declared, root.get_ref(), root_span, &problems));
    problems.check()?;
    read.ok_or_else(|| Error::new(format!("{} could not be read", source.name())))
}

/// The end of a name among those asked for.
const END: char = '\0';

/// Bytes that the names asked for in most tables fit in.
const ASKED_BYTES: usize = 128;

/// A table being read.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    /// What the table describes, for messages: "stage `stem`".
    pub(crate) what: String,
    /// The keys that it can have.
    pub(crate) declared: &'static Table,
    /// The place of the table.
    pub(crate) span: Span<'a>,
    pub(crate) problems: &'a Problems,
    /// What helps with an unknown key, beside the known ones.
    pub(crate) help: Option<String>,
    entries: Vec<Entry<'a>>,
    /// Which entries were used so far; a cell, so that several members can share a table.
    used: RefCell<Vec<bool>>,
    /// The keys asked for so far, each ended by a zero byte, where their names are needed: in tables with keys that are
    /// not declared, and for debug assertions. One text, because most are never looked at.
    asked: RefCell<String>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        what: impl Into<String>,
        declared: &'static Table,
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
        let (used, asked) = (RefCell::new(vec![false; entries.len()]), RefCell::default());
        Reader { what: what.into(), declared, span, problems, help: None, entries, used, asked }
    }

    /// The same table, overridden by the entries of another.
    pub(crate) fn overlaid(mut self, other: &Reader<'a>) -> Self {
        for (key, item) in &other.entries {
            self.entries.retain(|(known, _)| known.value != key.value);
            self.entries.push((*key, *item));
        }
        self.used = RefCell::new(vec![false; self.entries.len()]);
        self
    }

    /// Reports a mistake at a place.
    pub(crate) fn problem(&self, message: impl Into<String>, span: Span, label: &str) {
        self.problems.add(Diagnostic::new(message).at(span, label));
    }

    /// The entries not used yet, in the order of the text; marks them as used.
    pub(crate) fn rest(&self) -> Vec<Entry<'a>> {
        let mut used = self.used.borrow_mut();
        let entries = self.entries.iter().zip(used.iter_mut());
        let rest =
            entries.filter_map(|(entry, used)| (!std::mem::replace(used, true)).then_some(*entry));
        rest.collect()
    }

    /// Keeps the name of a key that is asked for.
    fn ask(&self, key: &str) {
        if self.declared.others.is_none() && !cfg!(debug_assertions) {
            return;
        }
        let mut asked = self.asked.borrow_mut();
        if asked.is_empty() {
            asked.reserve(ASKED_BYTES);
        }
        asked.push_str(key);
        asked.push(END);
    }

    fn is_asked(&self, key: &str) -> bool {
        self.asked.borrow().split_terminator(END).any(|asked| asked == key)
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|(known, _)| known.value == key)
    }

    /// Whether the key is there; does not mark it as used.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.look_up(key).is_some()
    }

    /// The value of a key; does not mark it as used.
    pub(crate) fn look_up(&self, key: &str) -> Option<Item<'a>> {
        self.position(key).map(|index| self.entries[index].1)
    }

    /// The value of a key.
    pub(crate) fn item(&self, key: &str) -> Option<Item<'a>> {
        debug_assert!(self.declared.takes(key).is_some(), "{} declares no `{key}`", self.what);
        self.ask(key);
        let index = self.position(key)?;
        self.used.borrow_mut()[index] = true;
        Some(self.entries[index].1)
    }

    /// Reports a key that is there but may not be, and marks it as used.
    pub(crate) fn refuse(&self, key: &str, message: &str) {
        self.ask(key);
        if let Some(index) = self.position(key) {
            self.used.borrow_mut()[index] = true;
            self.problem(message, self.entries[index].1.span, "here");
        }
    }

    /// The value of a key that must be there.
    pub(crate) fn required(&mut self, key: &str) -> Option<Item<'a>> {
        let item = self.item(key);
        if item.is_none() {
            self.problem(format!("{} has no `{key}`", self.what), self.span, "here");
        }
        item
    }

    /// The value of a key as text.
    pub(crate) fn text(&mut self, key: &str) -> Option<Located<'a, &'a str>> {
        let item = self.item(key)?;
        self.typed(key, item, "text", item.value.as_str())
    }

    /// The value of a key as text that must be there.
    pub(crate) fn required_text(&mut self, key: &str) -> Option<Located<'a, &'a str>> {
        let item = self.required(key)?;
        self.typed(key, item, "text", item.value.as_str())
    }

    /// The value of a key as one of the words that are declared for it.
    pub(crate) fn word(&mut self, key: &str) -> Option<&'static str> {
        let word = self.text(key)?;
        let words = self.takes(key).words();
        self.choice(key, word, &words).copied()
    }

    /// The one of `all` that a word names; the words declared for the key are in the same order.
    pub(crate) fn choice<'c, T>(
        &self,
        key: &str,
        word: Located<&str>,
        all: &'c [T],
    ) -> Option<&'c T> {
        let names = self.takes(key).words();
        debug_assert_eq!(names.len(), all.len(), "the words of `{key}`");
        let index = names.iter().position(|name| *name == word.value);
        if index.is_none() {
            let message = format!("`{key}` cannot be `{}`", word.value);
            let problem = Diagnostic::new(message).at(word.span, "here");
            self.problems.add(problem.known(&format!("`{key}` can be"), word.value, &names));
        }
        all.get(index?)
    }

    /// The value of a key as true or false.
    pub(crate) fn flag(&mut self, key: &str) -> Option<bool> {
        let item = self.item(key)?;
        self.typed(key, item, "true or false", item.value.as_bool()).map(|flag| flag.value)
    }

    /// The value of a key as a finite number.
    pub(crate) fn number(&mut self, key: &str) -> Option<Located<'a, f64>> {
        let item = self.item(key)?;
        let number = item.number().filter(|number| number.is_finite());
        self.numeric(key, item, "a finite number", number)
    }

    /// The value of a key as a finite number above 0.
    pub(crate) fn positive(&mut self, key: &str) -> Option<Located<'a, f64>> {
        let item = self.item(key)?;
        let number = item.number().filter(|number| number.is_finite() && *number > 0.0);
        self.numeric(key, item, "a finite number above 0", number)
    }

    /// What is declared for a key.
    pub(crate) fn takes(&self, key: &str) -> &'static Takes {
        self.declared.takes(key).unwrap_or(&Takes::Anything)
    }

    /// The value of a key as a whole number of at least what is declared for it.
    pub(crate) fn integer(&mut self, key: &str) -> Option<Located<'a, u64>> {
        let item = self.item(key)?;
        let least = self.takes(key).least();
        let integer = item.integer().filter(|integer| *integer >= least);
        self.numeric(key, item, format_args!("a whole number of at least {least}"), integer)
    }

    /// The value of a key as a list.
    pub(crate) fn list(&mut self, key: &str) -> Option<Vec<Item<'a>>> {
        let item = self.item(key)?;
        self.items(key, item)
    }

    /// A value as a list.
    pub(crate) fn items(&self, key: &str, item: Item<'a>) -> Option<Vec<Item<'a>>> {
        let list = self.typed(key, item, "a list", item.value.as_array())?.value;
        Some(list.iter().map(|value| Item::new(value, item.span.source)).collect())
    }

    /// The value of a key as a list; a single value is a list of one.
    pub(crate) fn one_or_more(&mut self, key: &str) -> Vec<Item<'a>> {
        match self.item(key) {
            None => Vec::new(),
            Some(item) if item.value.is_array() => self.items(key, item).unwrap_or_default(),
            Some(item) => vec![item],
        }
    }

    /// The value of a key as a list of two, read by `read`.
    pub(crate) fn pair<T>(
        &mut self,
        key: &str,
        expected: &str,
        read: impl Fn([Item<'a>; 2]) -> Option<T>,
    ) -> Option<T> {
        let item = self.item(key)?;
        let items = <[Item; 2]>::try_from(self.items(key, item)?);
        self.typed(key, item, expected, items.ok().and_then(read)).map(|pair| pair.value)
    }

    /// The value of a key as one text or several.
    pub(crate) fn texts<T: From<Located<'a, &'a str>>>(&mut self, key: &str) -> Vec<T> {
        let items = self.one_or_more(key).into_iter();
        let texts = items.filter_map(|item| self.typed(key, item, "text", item.text()));
        texts.map(T::from).collect()
    }

    /// The value of a key as a table to read.
    pub(crate) fn table(&mut self, key: &str, what: impl Into<String>) -> Option<Reader<'a>> {
        let item = self.item(key)?;
        self.reader(key, item, what)
    }

    /// A value as a table to read.
    pub(crate) fn reader(
        &self,
        key: &str,
        item: Item<'a>,
        what: impl Into<String>,
    ) -> Option<Reader<'a>> {
        let table = self.typed(key, item, "a table", item.value.as_table())?.value;
        Some(Reader::new(what, self.takes(key).table(), table, item.span, self.problems))
    }

    /// `value`, or a mistake that says what the key needs and what was found.
    pub(crate) fn typed<T>(
        &self,
        key: &str,
        item: Item<'a>,
        expected: impl fmt::Display,
        value: Option<T>,
    ) -> Option<Located<'a, T>> {
        self.checked(key, item, expected, value, Item::kind)
    }

    /// [`typed`](Self::typed) for numbers: of a number that does not fit, says why.
    pub(crate) fn numeric<T>(
        &self,
        key: &str,
        item: Item<'a>,
        expected: impl fmt::Display,
        value: Option<T>,
    ) -> Option<Located<'a, T>> {
        self.checked(key, item, expected, value, Item::number_kind)
    }

    fn checked<T>(
        &self,
        key: &str,
        item: Item<'a>,
        expected: impl fmt::Display,
        value: Option<T>,
        found: fn(&Item<'a>) -> &'static str,
    ) -> Option<Located<'a, T>> {
        if value.is_none() {
            let message = format!("`{key}` of {} must be {expected}", self.what);
            self.problem(message, item.span, &format!("this is {}", found(&item)));
        }
        value.map(|value| Located { value, span: item.span })
    }

    /// Reports every key that was not read; `also` names further keys that are allowed.
    pub(crate) fn finish(&self, also: &[&str]) {
        debug_assert!(
            self.declared.keys().all(|key| self.is_asked(key.name) || !self.problems.are_none()),
            "{} declares a key that is not read",
            self.what
        );
        let rest = self.rest();
        if rest.is_empty() {
            return;
        }
        let mut known: Vec<&str> = self.declared.keys().map(|key| key.name).collect();
        let asked = self.asked.borrow();
        let asked = asked.split_terminator(END).filter(|_| self.declared.others.is_some());
        for name in asked.chain(also.iter().copied()) {
            if !known.contains(&name) {
                known.push(name);
            }
        }
        for (key, _) in rest {
            let message = format!("unknown key `{}` in {}", key.value, self.what);
            let problem = Diagnostic::new(message).at(key.span, "not known here");
            let mut problem = problem.known("known here", key.value, &known);
            problem.help.extend(self.help.clone());
            self.problems.add_harmless(problem);
        }
    }
}
