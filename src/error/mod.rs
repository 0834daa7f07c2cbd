//! Errors: what is wrong in an input, where, and what is allowed there.

mod render;

use std::fmt;
use std::sync::Arc;

/// Everything wrong with an input: at least one mistake, each with its place in the text if it has one.
///
/// Prints like a compiler error, with file, line and column, the line itself and help:
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
    /// Where it is: the mistake itself first, then places that explain it.
    pub labels: Vec<Label>,
    /// What is allowed, or the nearest right name.
    pub help: Vec<String>,
}

/// A place in a text, and a few words shown beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// What to point at.
    pub span: Span,
    /// What to write beside it.
    pub text: String,
}

/// A range of bytes in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub source: Source,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset one past the last byte.
    pub end: usize,
}

/// An input text and its name in messages: a path, or the name of a bundled spec. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Source {
    name_and_text: Arc<(String, String)>,
}

/// Maximum mistakes that are shown together; a reader mends the first and tries again.
const MAX_PROBLEMS: usize = 100;

/// Maximum bytes of a name that may resemble a known one.
const MAX_RESEMBLING: usize = 100;

impl Error {
    /// One mistake without a place.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Diagnostic::new(message).into()
    }

    /// `Ok` if there are no mistakes. Of more than a hundred, the first are kept, and the others counted.
    pub fn check(mut problems: Vec<Diagnostic>) -> Result<(), Self> {
        if problems.len() > MAX_PROBLEMS {
            let more = problems.split_off(MAX_PROBLEMS - 1).len();
            problems.push(Diagnostic::new(format!("{more} more mistakes are not shown")));
        }
        if problems.is_empty() { Ok(()) } else { Err(Error { problems }) }
    }

    /// The mistakes, at least one.
    #[must_use]
    pub fn problems(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// The message of the first mistake, without place or help.
    #[must_use]
    pub fn message(&self) -> &str {
        self.problems.first().map_or("", |problem| problem.message.as_str())
    }

    /// Unwraps the mistakes, at least one.
    #[must_use]
    pub fn into_problems(self) -> Vec<Diagnostic> {
        self.problems
    }

    /// Applies `change` to every mistake.
    #[must_use]
    pub fn map(self, change: impl FnMut(Diagnostic) -> Diagnostic) -> Self {
        Error { problems: self.problems.into_iter().map(change).collect() }
    }

    /// Keeps only the first mistake.
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

    /// Puts a context before every message: a file that cannot be pointed into, or `at φ = 2`.
    #[must_use]
    pub fn in_context(self, context: &str) -> Self {
        self.map(|problem| Diagnostic {
            message: format!("{context}: {}", problem.message),
            ..problem
        })
    }

    /// All mistakes as text with terminal colours; `Display` writes the same without colours.
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

/// The same as [`Display`](fmt::Display), because a `main` that returns an error prints it with `Debug`.
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

    /// Adds a place. The first one added is the mistake's own.
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

    /// Adds `did you mean …?` if a known name resembles `found`.
    #[must_use]
    pub fn nearest(mut self, found: &str, known: &[&str]) -> Self {
        if let Some(name) = nearest(found, known) {
            self.help.push(format!("did you mean `{name}`?"));
        }
        self
    }

    /// Adds `did you mean …?` if a known name resembles `found`, and `what: ` with all known names.
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
    /// The line it starts on, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        1 + self.source.text().bytes().take(self.start).filter(|byte| *byte == b'\n').count()
    }

    /// The column it starts at, counted in characters from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        let before = self.source.text().get(..self.start).unwrap_or_default();
        1 + before.chars().rev().take_while(|c| *c != '\n').count()
    }
}

impl From<&Span> for Span {
    fn from(span: &Span) -> Self {
        span.clone()
    }
}

impl Source {
    /// A text under a name.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source { name_and_text: Arc::new((name.into(), text.into())) }
    }

    /// The name shown before line and column.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name_and_text.0
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.name_and_text.1
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The known name most similar to `found`, if one is similar enough to suggest.
#[must_use]
pub fn nearest<'a>(found: &str, known: &[&'a str]) -> Option<&'a str> {
    if found.len() > MAX_RESEMBLING {
        return None;
    }
    let found = found.to_lowercase();
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(&found, &name.to_lowercase()), *name))
        .filter(|(similarity, _)| *similarity >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_suggests_the_intended_name() {
        assert_eq!(nearest("strid", &["stride", "kernel"]), Some("stride"));
        assert_eq!(nearest("EfficientNt", &["resnet", "efficientnet"]), Some("efficientnet"));
        assert_eq!(nearest("zzz", &["stride", "kernel"]), None);
    }

    #[test]
    fn an_error_can_be_boxed_and_prints_its_place() {
        let source = Source::new("mine.toml", "[stage]\nstrid = 2\n");
        let problem = Diagnostic::new("unknown key `strid`");
        let error: Error = problem.at(Span { source, start: 8, end: 13 }, "not known here").into();
        let text = error.to_string();
        assert!(text.contains("mine.toml:2:1") && text.ends_with("not known here"), "{text}");
        let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
        assert_eq!(boxed.to_string(), text);
    }
}
