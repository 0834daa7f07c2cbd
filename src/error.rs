//! What is wrong with an input, where, and what to write instead. Rendering is the report's work.

/// One mistake, in words a user can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What was found, as one sentence without a full stop.
    pub message: String,
    /// The places it concerns; the first is where the mistake is, the others explain it.
    pub labels: Vec<Label>,
    /// What is allowed, or the nearest right name.
    pub help: Vec<String>,
}

/// A place in a source text and what it says there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words shown beside it.
    pub text: String,
}

/// A stretch of bytes in one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The index of the text in [`Sources`].
    pub source: usize,
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The texts that were read, in the order of reading.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    texts: Vec<Source>,
}

/// A text and the name a user knows it by (a path, or a bundled spec's name).
#[derive(Clone, Debug)]
pub struct Source {
    /// The name shown in front of line and column.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// Everything that is wrong with an input: never empty.
pub type Diagnostics = Vec<Diagnostic>;

impl Diagnostic {
    /// A mistake without a place.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Diagnostic { message: message.into(), labels: Vec::new(), help: Vec::new() }
    }

    /// Names the file that it is about, where there is no text to point into.
    #[must_use]
    pub fn in_file(mut self, name: &str) -> Self {
        self.message = format!("{name}: {}", self.message);
        self
    }

    /// Adds a place; call it for the place of the mistake first.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds `did you mean …?` where a known name is near `found`.
    #[must_use]
    pub fn nearest(mut self, found: &str, known: &[&str]) -> Self {
        if let Some(name) = nearest(found, known) {
            self.help.push(format!("did you mean `{name}`?"));
        }
        self
    }

    /// Adds `did you mean …?` where a known name is near `found`, and the list of known names.
    #[must_use]
    pub fn known(mut self, what: &str, found: &str, known: &[&str]) -> Self {
        self = self.nearest(found, known);
        if !known.is_empty() {
            self.help.push(format!("{what}: {}", known.join(", ")));
        }
        self
    }
}

impl Sources {
    /// Keeps a text and returns its index.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> usize {
        self.texts.push(Source { name: name.into(), text: text.into() });
        self.texts.len() - 1
    }

    /// Keeps all texts of others and returns the index of their first.
    pub fn extend(&mut self, others: &Sources) -> usize {
        let first = self.texts.len();
        self.texts.extend(others.texts.iter().cloned());
        first
    }

    /// The text with this index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Source> {
        self.texts.get(index)
    }
}

/// The known name most like `found`, if one is alike enough to be worth suggesting.
#[must_use]
pub fn nearest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    let found = found.to_lowercase();
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(&found, &name.to_lowercase()), *name))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_gets_the_name_that_was_meant() {
        assert_eq!(nearest("strid", &["stride", "kernel"]), Some("stride"));
        assert_eq!(nearest("EfficientNt", &["resnet", "efficientnet"]), Some("efficientnet"));
        assert_eq!(nearest("zzz", &["stride", "kernel"]), None);
    }
}
