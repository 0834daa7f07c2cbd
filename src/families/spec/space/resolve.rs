//! The text that a space is where everything has been chosen, and the place in the space of each place in it.

use std::ops::Range;

use crate::error::{Error, Label, Source, Span};
use crate::families::spec::space::{Alternative, Written};

/// A resolved text, in pieces.
pub(super) struct Resolved {
    pub(super) text: String,
    pieces: Vec<Piece>,
}

/// A part of a resolved text.
struct Piece {
    /// Where it starts in the resolved text.
    start: usize,
    /// Where it is from in the space.
    place: Range<usize>,
    /// Whether it is of an alternative, where it stands for its place as a whole.
    is_chosen: bool,
}

/// The text without what is `cut`, and with what is chosen.
pub(super) fn resolve<'a>(
    text: &str,
    cut: &[Range<usize>],
    chosen: impl Iterator<Item = &'a Alternative>,
) -> Resolved {
    let chosen = chosen.map(|one| (&one.replaced, &one.written[..]));
    let mut edits: Vec<_> = cut.iter().map(|range| (range, &[][..])).chain(chosen).collect();
    // A stage that is left out comes before the choices in it.
    edits.sort_by_key(|(range, ..)| (range.start, usize::MAX - range.end));
    let mut resolved = Resolved { text: String::with_capacity(text.len()), pieces: Vec::new() };
    let mut at = 0;
    for (range, written) in edits {
        if range.start < at {
            continue;
        }
        resolved.push(&text[at..range.start], at..range.start, false);
        for Written { text, place } in written {
            resolved.push(text, place.clone(), true);
        }
        at = range.end;
    }
    resolved.push(&text[at..], at..text.len(), false);
    resolved
}

impl Resolved {
    fn push(&mut self, text: &str, place: Range<usize>, is_chosen: bool) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece { start: self.text.len(), place, is_chosen });
        self.text.push_str(text);
    }

    /// The error with its places in the text of the space.
    pub(super) fn at_home(&self, error: Error, space: &Source) -> Error {
        let place = |label: Label| {
            if label.span.source.text() != self.text {
                return label;
            }
            let Span { start, end, .. } = label.span;
            // The last byte, because the one after it may be from elsewhere.
            let last = self.place(end.max(start + 1) - 1);
            let is_empty = end <= start;
            let start = self.place(start).start;
            let end = if last.is_empty() { last.end + usize::from(!is_empty) } else { last.end };
            let span = Span { source: space.clone(), start, end: end.max(start) };
            Label { span, ..label }
        };
        error.map(|mut problem| {
            problem.labels = problem.labels.into_iter().map(place).collect();
            problem
        })
    }

    /// Where the byte at an offset is from: an alternative as a whole, or the same byte.
    fn place(&self, offset: usize) -> Range<usize> {
        let index = self.pieces.partition_point(|piece| piece.start <= offset).max(1) - 1;
        match self.pieces.get(index) {
            None => 0..0,
            Some(piece) if piece.is_chosen => piece.place.clone(),
            Some(piece) => {
                let at = (piece.place.start + offset - piece.start).min(piece.place.end);
                at..at
            }
        }
    }
}

/// The first line, if it names the schema of a space.
pub(super) fn schema_line(text: &str) -> Option<Range<usize>> {
    text.starts_with("#:schema ").then(|| 0..line_end(text, 0))
}

/// The start of the line after the one with this byte.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| at + end + 1)
}
