//! Reading values that may be expressions.

use crate::error::Diagnostic;
use crate::families::block::{Formula, Parameter, Setting};
use crate::families::spec::reader::{Item, Reader, Span};

/// A number, true or false, or an expression in quotes.
pub(super) fn formula(reader: &Reader, key: &str, item: Item, names: &[String]) -> Option<Formula> {
    if let Some(number) = item.number() {
        let finite = Some(number).filter(|number| number.is_finite());
        let number = reader.numeric(key, item, "a finite number", finite)?;
        return Some(Formula::number(number.value, item.span));
    }
    if let Some(value) = item.value.as_bool() {
        return Some(Formula::bool(value, item.span));
    }
    let expected = "a number, true or false, or an expression in quotes";
    let text = reader.numeric(key, item, expected, item.value.as_str())?.value;
    match Formula::parse(text, names, item.span) {
        Ok(formula) => Some(formula),
        Err(error) => {
            let mut problem = Diagnostic::new(format!("{} in `{key}`", error.message))
                .at(at(item.span, error.offset), "here");
            problem.help.extend(sides(text));
            problem.help.extend(error.help);
            reader.problems.add(problem);
            None
        }
    }
}

/// How to write two sides that are given as `3x3`.
fn sides(text: &str) -> Option<String> {
    let (rows, columns) = text.split_once(['x', '×', '*'])?;
    let [rows, columns] = [rows.trim(), columns.trim()];
    let are_numbers = [rows, columns].iter().all(|side| side.parse::<u64>().is_ok());
    are_numbers.then(|| {
        let both =
            if rows == columns { format!("{rows} for both sides, or ") } else { String::new() };
        format!("write {both}[{rows}, {columns}] in a step: rows and columns")
    })
}

/// A parameter's value in a stage or call. If its default is a word, text that is not an expression is a word.
pub(super) fn argument(
    reader: &Reader,
    parameter: &Parameter,
    item: Item,
    names: &[String],
) -> Option<Formula> {
    if !matches!(parameter.default, Some(Setting::Word(_))) {
        return formula(reader, &parameter.name, item, names);
    }
    let text = reader.typed(&parameter.name, item, "a word", item.value.as_str())?.value;
    // Most words are known for words without parsing them and finding what their mistake as an expression is.
    if is_unknown_name(text, names) {
        return Some(Formula::word(text, item.span));
    }
    match Formula::parse(text, names, item.span) {
        Ok(formula) => Some(formula),
        Err(_) => Some(Formula::word(text, item.span)),
    }
}

/// Whether a text is one name that an expression does not know.
fn is_unknown_name(text: &str, names: &[String]) -> bool {
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name && !["true", "false"].contains(&text) && !names.iter().any(|name| name == text)
}

/// The place of a byte inside a text value: one past the opening quote.
fn at(span: Span, offset: usize) -> Span {
    let start = (span.start + 1 + offset).min(span.end.saturating_sub(1)).max(span.start);
    Span { start, end: (start + 1).min(span.end), ..span }
}
