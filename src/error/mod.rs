//! Errors: what was found in an input, where, and what is allowed there.

mod render;

use std::fmt;
use std::sync::Arc;

/// Everything that an input got wrong: at least one mistake, each with its place in the text it was read from.
///
/// It prints itself as a compiler does, with file, line and column, the line itself and help:
///
/// ```text
/// error: unknown key `strid` in stage `stem`
///  --> mine.toml:7:1
///   |
/// 7 | strid = 2
///   | ^^^^^ not known here
///   |
///   = help: did you mean `stride`?
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    /// Never empty.
    problems: Vec<Diagnostic>,
}

/// One mistake, in words a user can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What was found, as one sentence without a full stop.
    pub message: String,
    /// The places it concerns: the mistake itself first, then those that explain it.
    pub labels: Vec<Label>,
    /// What is allowed, or the nearest right name.
    pub help: Vec<String>,
}

/// A place in a text, and a few words shown beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words.
    pub text: String,
}

/// A stretch of bytes in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub source: Source,
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A text that was read, with the name a user knows it by: a path, or that of a bundled spec. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    named: Arc<(String, String)>,
}

impl Error {
    /// One mistake without a place.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Diagnostic::new(message).into()
    }

    /// `Ok` where there are no mistakes.
    pub fn check(problems: Vec<Diagnostic>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Error { problems }) }
    }

    /// The mistakes, at least one.
    #[must_use]
    pub fn problems(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// The sentence of the first mistake, without place and help.
    #[must_use]
    pub fn message(&self) -> &str {
        self.problems.first().map_or("", |problem| problem.message.as_str())
    }

    /// The mistakes by themselves.
    #[must_use]
    pub fn into_problems(self) -> Vec<Diagnostic> {
        self.problems
    }

    /// Changes every mistake.
    #[must_use]
    pub fn map(self, change: impl FnMut(Diagnostic) -> Diagnostic) -> Self {
        Error { problems: self.problems.into_iter().map(change).collect() }
    }

    /// Keeps the first mistake alone.
    #[must_use]
    pub fn first(mut self) -> Self {
        self.problems.truncate(1);
        self
    }

    /// Adds a line of help to every mistake.
    #[must_use]
    pub fn help(self, help: &str) -> Self {
        self.map(|problem| problem.help(help))
    }

    /// Puts what it is about before every mistake: a file without a text to point into, or `at φ = 2`.
    #[must_use]
    pub fn in_context(self, context: &str) -> Self {
        self.map(|problem| Diagnostic {
            message: format!("{context}: {}", problem.message),
            ..problem
        })
    }

    /// The text of all mistakes with colours for a terminal; `Display` writes the same without.
    #[must_use]
    pub fn styled(&self) -> String {
        render::render(&self.problems, true)
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&render::render(&self.problems, false))
    }
}

/// As [`Display`](fmt::Display), because a `main` that returns an error shows it so.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Diagnostic> for Error {
    fn from(problem: Diagnostic) -> Self {
        Error { problems: vec![problem] }
    }
}

impl Diagnostic {
    /// A mistake without a place.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Diagnostic { message: message.into(), labels: Vec::new(), help: Vec::new() }
    }

    /// Adds a place; call it for the place of the mistake first.
    #[must_use]
    pub fn at(mut self, span: impl Into<Span>, text: impl Into<String>) -> Self {
        self.labels.push(Label { span: span.into(), text: text.into() });
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

impl Span {
    /// The line on which it starts, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        1 + self.source.text().bytes().take(self.start).filter(|byte| *byte == b'\n').count()
    }
}

impl From<&Span> for Span {
    fn from(span: &Span) -> Self {
        span.clone()
    }
}

impl Source {
    /// Keeps a text and its name.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source { named: Arc::new((name.into(), text.into())) }
    }

    /// The name shown in front of line and column.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.named.0
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.named.1
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
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

    #[test]
    fn an_error_can_be_handed_on_and_prints_its_place() {
        let source = Source::new("mine.toml", "[stage]\nstrid = 2\n");
        let problem = Diagnostic::new("unknown key `strid`");
        let error: Error = problem.at(Span { source, start: 8, end: 13 }, "not known here").into();
        let text = error.to_string();
        assert!(text.contains("mine.toml:2:1") && text.ends_with("not known here"), "{text}");
        let handed_on: Box<dyn std::error::Error + Send + Sync> = error.into();
        assert_eq!(handed_on.to_string(), text);
    }
}
