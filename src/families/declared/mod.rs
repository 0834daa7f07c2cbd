//! What a file or a report can hold, as data: the reader of TOML and the writers of reports keep to it, and JSON
//! Schemas are written from it.

pub(crate) mod file;
pub(crate) mod json;
pub(crate) mod schema;

/// The keys of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    /// Its keys, in lists that several tables can share.
    pub(crate) keys: &'static [&'static [Key]],
    /// What keys with other names take; without it, there are no others.
    pub(crate) others: Option<&'static Takes>,
    /// What such names are like.
    pub(crate) names: Option<&'static Takes>,
    /// Groups of keys of which a table needs at least one.
    pub(crate) one_of: &'static [&'static [&'static str]],
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) takes: Takes,
    /// What it means, with the unit; may be empty.
    pub(crate) about: &'static str,
    pub(crate) is_required: bool,
    /// Keys that a table with this one needs as well.
    pub(crate) needs: &'static [&'static str],
}

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Takes {
    /// Any value.
    Anything,
    Text,
    /// Text that matches a regular expression.
    Matching(&'static str),
    /// A name in expressions, but none of these.
    Name(fn() -> Vec<&'static str>),
    /// One of these words.
    Words(fn() -> Vec<&'static str>),
    /// Text: one of these, or one that the file defines.
    Suggested(fn() -> Vec<&'static str>),
    Flag,
    /// `true`.
    True,
    Number,
    /// A number above 0.
    Positive,
    /// A number of at least 0.
    NotNegative,
    /// A number from the first to the second.
    Between(f64, f64),
    /// A percentage; what is above 0 and below 1 is a mistaken fraction.
    Percent,
    /// A whole number of at least so many.
    Whole(u64),
    /// A whole number of at most so many.
    WholeUpTo(u64),
    /// A whole number, of either sign.
    Difference,
    /// A whole number of at least so many, or an expression.
    Dimension(u64),
    /// A number, true or false, or an expression.
    Expression,
    /// This text.
    Exactly(&'static str),
    /// A table that the schema defines by this name, with more than is known here.
    Defined(&'static str, &'static Table),
    Table(&'static Table),
    List(&'static Takes),
    /// A list of tables.
    Rows(&'static Table),
    /// A list with at least one item.
    NonEmpty(&'static Takes),
    /// A list of two.
    Two(&'static Takes),
    /// One, or a list.
    OneOrMore(&'static Takes),
    /// One of several kinds of value.
    Either(&'static [Takes]),
    /// A value, or `null`, which TOML does not have.
    OrNull(&'static Takes),
}

impl Table {
    /// A table with any keys.
    pub(crate) const OPEN: Table = Table { others: Some(&Takes::Anything), ..Table::new(&[]) };

    pub(crate) const fn new(keys: &'static [&'static [Key]]) -> Self {
        Table { keys, others: None, names: None, one_of: &[] }
    }

    /// A table whose keys are names, which all take the same.
    pub(crate) const fn named(others: &'static Takes) -> Self {
        Table { others: Some(others), ..Table::new(&[]) }
    }

    /// The same table, which may have any other keys.
    pub(crate) const fn with_others(self) -> Self {
        Table { others: Some(&Takes::Anything), ..self }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().copied().flatten()
    }

    /// What a key takes; `None` if the table cannot have it.
    pub(crate) fn takes(&self, name: &str) -> Option<&'static Takes> {
        let key = self.keys().find(|key| key.name == name);
        key.map(|key| &key.takes).or(self.others)
    }
}

impl Key {
    pub(crate) const fn new(name: &'static str, takes: Takes, about: &'static str) -> Self {
        Key { name, takes, about, is_required: false, needs: &[] }
    }

    /// A key that must be there.
    pub(crate) const fn required(name: &'static str, takes: Takes, about: &'static str) -> Self {
        Key { is_required: true, ..Key::new(name, takes, about) }
    }

    /// The same key, which may be left out.
    pub(crate) const fn optional(self) -> Self {
        Key { is_required: false, ..self }
    }

    pub(crate) const fn needs(self, needs: &'static [&'static str]) -> Self {
        Key { needs, ..self }
    }
}

impl Takes {
    /// The keys of a value that is a table.
    pub(crate) fn table(&self) -> &'static Table {
        match self {
            Takes::Table(table) | Takes::Rows(table) | Takes::Defined(_, table) => table,
            Takes::List(item) | Takes::OneOrMore(item) | Takes::NonEmpty(item) => item.table(),
            _ => &Table::OPEN,
        }
    }

    /// The words that it allows.
    pub(crate) fn words(&self) -> Vec<&'static str> {
        match self {
            Takes::Words(words) => words(),
            Takes::List(item) | Takes::OneOrMore(item) | Takes::NonEmpty(item) => item.words(),
            _ => Vec::new(),
        }
    }

    /// The least whole number that it allows.
    pub(crate) fn least(&self) -> u64 {
        match self {
            Takes::Whole(least) | Takes::Dimension(least) => *least,
            _ => 0,
        }
    }
}
