//! Reading the alternatives of a choice.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Diagnostic, Source};
use crate::families::spec::reader::{Item, Problems, Span, span};
use crate::families::spec::space::declared::{CHOOSE, PLUS, PRESENT, TIMES};
use crate::families::spec::space::resolve::line_end;
use crate::families::spec::space::{Alternative, Written};

/// The most alternatives of a choice.
const MOST: usize = 1000;

/// A key whose value is to be chosen.
pub(super) struct Slot<'s, 'p> {
    /// What names it: `stage1.kernel`.
    pub(super) name: &'s str,
    pub(super) key_name: &'s str,
    /// Where the key is.
    pub(super) key: Range<usize>,
    pub(super) value: &'s Spanned<DeValue<'s>>,
    pub(super) place: Span<'p>,
    pub(super) source: &'p Source,
    pub(super) problems: &'p Problems,
}

/// A stage, and its keys.
type Stage<'t> = (&'t Spanned<DeValue<'t>>, &'t DeTable<'t>);

impl Slot<'_, '_> {
    fn problem(&self, message: String, place: Range<usize>, label: &str) -> Diagnostic {
        Diagnostic::new(message).at(span(place, self.source), label)
    }

    fn refuse<T>(&self, message: String, place: Range<usize>, label: &str) -> Option<T> {
        self.problems.add(self.problem(message, place, label));
        None
    }

    fn text(&self, place: Range<usize>) -> &str {
        self.source.text().get(place).unwrap_or_default()
    }

    /// What the tables of a stage's `choose` set: its block, if that is among their keys.
    pub(super) fn subject(&self) -> &'static str {
        let list = self.value.get_ref().as_array();
        let first = list.and_then(|list| list.iter().next()).map(Spanned::get_ref);
        let has_block =
            first.and_then(DeValue::as_table).is_some_and(|table| table.contains_key("block"));
        if has_block { "block" } else { CHOOSE }
    }

    /// The values in a list to choose from: at least one, each another one, and all of a kind.
    fn list<'v>(&self, list: &'v Spanned<DeValue<'v>>) -> Option<Vec<&'v Spanned<DeValue<'v>>>> {
        let Some(values) = list.get_ref().as_array() else {
            let label = format!("this is {}", Item::new(list, self.source).kind());
            let message = format!("`{CHOOSE}` of {} must be a list", self.name);
            return self.refuse(message, list.span(), &label);
        };
        let values: Vec<&Spanned<DeValue>> = values.iter().collect();
        if values.is_empty() || values.len() > MOST {
            let message = match values.len() {
                0 => format!("there is nothing to choose for {}: the list is empty", self.name),
                many => format!("{many} alternatives for {}; the most are {MOST}", self.name),
            };
            return self.refuse(message, list.span(), "here");
        }
        self.check_kinds(&values)?;
        Some(values)
    }

    fn check_kinds(&self, values: &[&Spanned<DeValue>]) -> Option<()> {
        let kind = |value: &Spanned<DeValue>| match value.get_ref() {
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            _ => Item::new(value, self.source).kind(),
        };
        let first = values.first()?;
        let (expected, other) = (kind(first), values.iter().find(|one| kind(one) != kind(first)));
        if let Some(other) = other {
            let message = format!("the values to choose from for {} are of mixed types", self.name);
            let label = format!("this is {}, the first is {expected}", kind(other));
            return self.refuse(message, other.span(), &label);
        }
        let text = |value: &Spanned<DeValue>| one_line(self.text(value.span()));
        let is_again =
            |index: &usize| values[..*index].iter().any(|one| text(one) == text(values[*index]));
        if let Some(again) = (1..values.len()).find(is_again) {
            let message = format!("`{}` is listed twice for {}", text(values[again]), self.name);
            return self.refuse(message, values[again].span(), "again");
        }
        Some(())
    }
}

/// The alternatives of `{ choose = [3, 5] }`, each in place of the table.
pub(super) fn alternatives(slot: &Slot, choice: &DeTable) -> Option<Vec<Alternative>> {
    let unknown =
        choice.keys().find(|key| ![CHOOSE, PLUS, TIMES].contains(&key.get_ref().as_ref()));
    if let Some(key) = unknown {
        let message = format!("unknown key `{}` in the choice {}", key.get_ref(), slot.name);
        let problem = slot.problem(message, key.span(), "not known here");
        let known = [CHOOSE, PLUS, TIMES];
        slot.problems.add(problem.known("known here", key.get_ref(), &known));
        return None;
    }
    let values = slot.list(choice.get(CHOOSE)?)?;
    let [plus, times] = [PLUS, TIMES].map(|key| Some((key, choice.get(key)?)));
    if let (Some(_), Some((_, times))) = (plus, times) {
        let message = format!("{} has both `{PLUS}` and `{TIMES}`", slot.name);
        return slot.refuse(message, times.span(), "leave out one of them");
    }
    let change = plus.or(times);
    let alternative = |value: &&Spanned<DeValue>| {
        let written = match change {
            Some((key, by)) => relative(slot, value, key, by)?,
            None if matches!(value.get_ref(), DeValue::Table(_)) => {
                let message = format!("{} cannot be a table", slot.name);
                return slot.refuse(message, value.span(), "here");
            }
            None => slot.text(value.span()).to_string(),
        };
        let value_text = one_line(&written);
        Some(Alternative {
            label: unquoted(&value_text).into(),
            value: value_text,
            replaced: slot.value.span(),
            written: vec![Written { text: written, place: value.span() }],
        })
    };
    values.iter().map(alternative).collect()
}

/// A value that is written as a difference from a number, or as a multiple of it.
fn relative(
    slot: &Slot,
    value: &Spanned<DeValue>,
    key: &str,
    by: &Spanned<DeValue>,
) -> Option<String> {
    let number = |value: &Spanned<DeValue>| {
        let text = slot.text(value.span()).replace('_', "");
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        let message = format!("`{CHOOSE}` and `{key}` of {} need numbers", slot.name);
        number.or_else(|| slot.refuse(message, value.span(), "not a decimal number"))
    };
    let (own, by_number) = (number(value)?, number(by)?);
    let (sign, result) = match key {
        PLUS => ("+", own + by_number),
        _ => ("×", own * by_number),
    };
    // 0.1 × 3 is 0.30000000000000004: what differs from a decimal by less is the decimal.
    let result = (result * 1e9).round() / 1e9;
    let needs_whole = ["width", "depth"].contains(&slot.key_name);
    if needs_whole && (result.fract() != 0.0 || result < 0.0) {
        let sum = format!("{} {sign} {}", slot.text(value.span()), slot.text(by.span()));
        let message = format!("{} would be {sum} = {result}, not a whole number", slot.name);
        return slot.refuse(message, value.span(), "with this");
    }
    Some(result.to_string())
}

/// The alternatives of `present = { choose = [true, false] }`: the stage without this line, or nothing.
pub(super) fn presence(
    slot: &Slot,
    choice: &DeTable,
    (stage, keys): Stage,
) -> Option<Vec<Alternative>> {
    under_heading(slot, stage)?;
    let values = slot.list(choice.get(CHOOSE)?)?;
    let text = slot.source.text();
    let line = slot.key.start..line_end(text, slot.value.span().end);
    let end = keys.iter().map(|(_, value)| value.span().end).max().unwrap_or(stage.span().end);
    let section = stage.span().start..line_end(text, end);
    let alternative = |value: &&Spanned<DeValue>| {
        let Some(is_there) = value.get_ref().as_bool() else {
            let message = format!("`{PRESENT}` chooses between true and false");
            return slot.refuse(message, value.span(), "neither");
        };
        let replaced = if is_there { line.clone() } else { section.clone() };
        let (label, value) = (is_there.to_string(), is_there.to_string());
        Some(Alternative { value, label, replaced, written: Vec::new() })
    };
    values.iter().map(alternative).collect()
}

/// The alternatives of `choose = [{ … }, { … }]` in a stage: the keys of each table, a line for each.
pub(super) fn splices(slot: &Slot, (stage, _): Stage) -> Option<Vec<Alternative>> {
    under_heading(slot, stage)?;
    let values = slot.list(slot.value)?;
    let alternative = |value: &&Spanned<DeValue>| {
        let Some(table) = value.get_ref().as_table() else {
            let message =
                format!("`{CHOOSE}` of stage `{}` chooses between tables of keys", slot.name);
            let problem = slot.problem(message, value.span(), "not a table");
            let help = "write `kernel = { choose = [3, 5] }` to choose the value of one key";
            slot.problems.add(problem.help(help));
            return None;
        };
        let mut pairs: Vec<(&Spanned<Cow<str>>, &Spanned<DeValue>)> = table.iter().collect();
        pairs.sort_by_key(|(key, _)| key.span().start);
        if let Some((_, inner)) = pairs.iter().find(|(_, value)| value.get_ref().is_table()) {
            let message = format!("a choice within the choice of stage `{}`", slot.name);
            return slot.refuse(message, inner.span(), "list its values as tables of their own");
        }
        let written = |text: String, place: Range<usize>| Written { text, place };
        let line = |(index, (key, value)): (usize, &(&Spanned<Cow<str>>, &Spanned<DeValue>))| {
            let end = if index == 0 { "" } else { "\n" };
            [
                written(format!("{end}{} = ", slot.text(key.span())), key.span()),
                written(slot.text(value.span()).into(), value.span()),
            ]
        };
        let written = pairs.iter().enumerate().flat_map(line).collect();
        Some(Alternative {
            value: one_line(slot.text(value.span())),
            label: label(slot, &pairs),
            replaced: slot.key.start..slot.value.span().end,
            written,
        })
    };
    values.iter().map(alternative).collect()
}

/// Fails if a stage is one of a list in brackets, where a line of it cannot be left out.
fn under_heading(slot: &Slot, stage: &Spanned<DeValue>) -> Option<()> {
    if slot.text(stage.span()).starts_with("[[") {
        return Some(());
    }
    let message = format!("`{}` needs its stage under a heading `[[stage]]`", slot.key_name);
    slot.refuse(message, slot.key.clone(), "here")
}

/// The keys of a table in short, its block first: `mbconv(expand=3, se=0.25)`.
fn label(slot: &Slot, pairs: &[(&Spanned<Cow<str>>, &Spanned<DeValue>)]) -> String {
    let is_block = |key: &Spanned<Cow<str>>| key.get_ref() == "block";
    let block = pairs.iter().find(|(key, _)| is_block(key));
    let block = block.map_or("", |(_, value)| unquoted(slot.text(value.span())));
    let others = pairs.iter().filter(|(key, _)| !is_block(key));
    let others: Vec<String> = others
        .map(|(key, value)| format!("{}={}", key.get_ref(), unquoted(slot.text(value.span()))))
        .collect();
    if others.is_empty() { block.into() } else { format!("{block}({})", others.join(", ")) }
}

/// A text without the quotes around it.
fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(text)
}

/// A text with one space for each run of white space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
