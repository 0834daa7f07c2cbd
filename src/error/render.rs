//! Mistakes as text, each with its line and column in the user's file.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label};

/// Renders mistakes one below the other; `styled` adds colours for a terminal.
pub(super) fn render(diagnostics: &[Diagnostic], styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let parts: Vec<String> =
        diagnostics.iter().map(|diagnostic| renderer.render(&[group(diagnostic)])).collect();
    parts.join("\n\n")
}

fn group(diagnostic: &Diagnostic) -> Group<'_> {
    let mut group = Group::with_title(Level::ERROR.primary_title(&diagnostic.message));
    let mut labels: &[Label] = &diagnostic.labels;
    while let Some(first) = labels.first() {
        // Successive labels in one text share a snippet; the very first label is the mistake's own place.
        let same = labels.iter().take_while(|label| label.span.source == first.span.source).count();
        let (here, rest) = labels.split_at(same);
        let is_primary = labels.len() == diagnostic.labels.len();
        let source = &first.span.source;
        let snippet = Snippet::source(source.text()).path(source.name());
        group = group.element(here.iter().enumerate().fold(snippet, |snippet, (index, label)| {
            let kind = match (is_primary, index) {
                (true, 0) => AnnotationKind::Primary,
                _ => AnnotationKind::Context,
            };
            let range = clamped(source.text(), label.span.start, label.span.end);
            snippet.annotation(kind.span(range).label(label.text.as_str()))
        }));
        labels = rest;
    }
    diagnostic.help.iter().fold(group, |group, help| group.element(Level::HELP.message(help)))
}

/// The range, moved to character boundaries and cut off at the end of its first line.
fn clamped(text: &str, start: usize, end: usize) -> std::ops::Range<usize> {
    let start = floor_boundary(text, start.min(text.len()));
    let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let end = floor_boundary(text, end.min(line_end)).max(start);
    start..end
}

fn floor_boundary(text: &str, mut index: usize) -> usize {
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}
