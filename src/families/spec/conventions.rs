//! Reading the counting conventions.

use crate::counting::convention::{Convention, Term};
use crate::counting::ledger::{Event, Part};
use crate::error::{Diagnostic, Error, Source};
use crate::families::declared::Table;
use crate::families::spec::bundled::CONVENTIONS;
use crate::families::spec::reader::{self, Reader};

/// Every bundled convention, in the order of the file.
pub fn conventions() -> Result<Vec<Convention>, Error> {
    let (name, text) = CONVENTIONS;
    read_those(&Source::new(name, text), |_| true)
}

/// The conventions whose own name is `wanted`.
fn read_those(source: &Source, wanted: impl Fn(&str) -> bool) -> Result<Vec<Convention>, Error> {
    reader::read(source, "the conventions", &Table::OPEN, |reader| {
        let entries = reader.rest().into_iter().filter(|(name, _)| wanted(name.value));
        let read = entries.filter_map(|(name, item)| {
            let reader = reader.reader(name.value, item, format!("convention `{}`", name.value))?;
            read(name.value, reader)
        });
        Some(read.collect())
    })
}

/// The convention with this name or alias (`calflops-macs`), ignoring case. Fails if there is none.
pub fn convention(name: &str) -> Result<Convention, Error> {
    let (path, text) = CONVENTIONS;
    let source = Source::new(path, text);
    let mut of_this_name = read_those(&source, |known| known.eq_ignore_ascii_case(name))?;
    if let Some(convention) = of_this_name.pop() {
        return Ok(convention);
    }
    let conventions = read_those(&source, |_| true)?;
    let names: Vec<String> = conventions.iter().flat_map(Convention::names).collect();
    let found = conventions.into_iter().find(|convention| convention.is_called(name));
    found.ok_or_else(|| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let problem = Diagnostic::new(format!("unknown convention `{name}`"));
        problem.known("conventions", name, &names).into()
    })
}

fn read(name: &str, mut reader: Reader) -> Option<Convention> {
    let text = |text: Option<super::reader::Located<&str>>| Some(text?.value.to_string());
    let names = reader.list("also").unwrap_or_default().into_iter();
    let name_of = |item| reader.typed("also", item, "a list of names", item.value.as_str());
    let also = names.filter_map(name_of).map(|name| name.value.to_string()).collect();
    let quantity = text(reader.required_text("quantity"));
    let about = text(reader.required_text("about"));
    let source = text(reader.required_text("source"));
    let terms = terms(name, &mut reader);
    reader.finish(&[]);
    Some(Convention {
        name: name.into(),
        also,
        quantity: quantity?,
        about: about?,
        source: source?,
        terms: terms?,
    })
}

/// `weights` hold in every part of a network. A part's name overrides them: 0 if the tool does not see the part, or
/// a table of the weights that differ.
fn terms(name: &str, reader: &mut Reader) -> Option<Vec<Term>> {
    let item = reader.required("weights")?;
    let table = reader.reader("weights", item, format!("the weights of convention `{name}`"))?;
    let everywhere = weights(&table, 1);
    let mut terms = Vec::new();
    for part in Part::ALL {
        let mut in_part = everywhere;
        let item = if part == Part::Main { None } else { reader.item(part.name()) };
        if let Some(item) = item {
            if item.integer() == Some(0) {
                continue;
            }
            let expected = "0, or a table of weights";
            let table = reader.typed(part.name(), item, expected, item.value.as_table())?;
            let what = format!("the `{}` weights of convention `{name}`", part.name());
            let (table, open) = (table.value, &Table::OPEN);
            let changes = weights(&Reader::new(what, open, table, item.span, reader.problems), 0);
            for (weight, change) in in_part.iter_mut().zip(changes) {
                *weight = change.or(*weight);
            }
        }
        let term = |(event, weight): (&Event, Option<u16>)| {
            let weight = weight.filter(|weight| *weight > 0)?;
            Some(Term { event: *event, part, weight })
        };
        terms.extend(Event::ALL.iter().zip(in_part).filter_map(term));
    }
    terms.sort_by_key(|term| term.event);
    Some(terms)
}

/// The weights of a table's events, each at least `least`, in the order of the ledger.
fn weights(reader: &Reader, least: u16) -> [Option<u16>; Event::ALL.len()] {
    let mut weights = [None; Event::ALL.len()];
    for (weight, event) in weights.iter_mut().zip(Event::ALL) {
        let Some(item) = reader.item(event.name()) else { continue };
        let read = item.integer().and_then(|weight| u16::try_from(weight).ok());
        let read = read.filter(|weight| *weight >= least);
        let expected = format!("a whole number from {least} to 65535");
        *weight = reader.typed(event.name(), item, &expected, read).map(|weight| weight.value);
    }
    reader.finish(&[]);
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(rest: &str) -> String {
        let text = format!("[tool]\nquantity = 'MACs'\nabout = 'A.'\nsource = 'b'\n{rest}");
        let problems = read_those(&Source::new("tool.toml", &text), |_| true).expect_err(rest);
        problems.to_string()
    }

    #[test]
    fn unknown_events_and_parts_are_mistakes_with_a_place() {
        for (rest, message) in [
            (
                "weights = { conv_mac = 1 }",
                "unknown key `conv_mac` in the weights of convention `tool`",
            ),
            ("weights = { conv_macs = 1 }\nfuse = 0", "unknown key `fuse` in convention `tool`"),
            ("weights = { conv_macs = 1 }\nmain = 0", "unknown key `main` in convention `tool`"),
            ("weights = { conv_macs = 0 }", "must be a whole number from 1 to 65535"),
            ("weights = { conv_macs = 1 }\nfused = 1", "must be 0, or a table of weights"),
            ("weights = {}\nfused = { macs = 0 }", "unknown key `macs` in the `fused` weights"),
            ("fused = 0", "convention `tool` has no `weights`"),
        ] {
            let found = problems(rest);
            assert!(found.contains(message) && found.contains("tool.toml"), "{rest}: {found}");
        }
    }

    #[test]
    fn a_table_of_a_part_overrides_the_weights() {
        let text = "[tool]\nquantity = 'MACs'\nabout = 'A.'\nsource = 'b'\n\
            weights = { conv_macs = 2, relu_elements = 1 }\nfunction = { relu_elements = 0 }\nfused = 0";
        let read = read_those(&Source::new("tool.toml", text), |_| true).expect("a convention");
        let weights = |event| Part::ALL.map(|part| read[0].weight(event, part));
        assert_eq!(weights(Event::ConvMacs), [2, 2, 0]);
        assert_eq!(weights(Event::ReluElements), [1, 0, 0]);
    }
}
