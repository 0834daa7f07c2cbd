//! Reading the counting conventions.

use crate::counting::convention::Convention;
use crate::counting::ledger::Event;
use crate::error::{Diagnostic, Error, Source};
use crate::families::spec::bundled::CONVENTIONS;
use crate::families::spec::reader::{self, Reader};

/// Every bundled convention, in the order of the file.
pub fn conventions() -> Result<Vec<Convention>, Error> {
    let (name, text) = CONVENTIONS;
    reader::read(&Source::new(name, text), "the conventions", |reader| {
        let read = reader.rest().into_iter().filter_map(|(name, item)| {
            let reader = reader.reader(name.value, item, format!("convention `{}`", name.value))?;
            read(name.value, reader)
        });
        Some(read.collect())
    })
}

/// The convention with this name, or another that it goes by (`ptflops`).
pub fn convention(name: &str) -> Result<Convention, Error> {
    let conventions = conventions()?;
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
    let weights = reader
        .table("weights", format!("weights of convention `{name}`"))
        .map(|table| weights(&table));
    reader.finish(&[]);
    Some(Convention {
        name: name.into(),
        also,
        quantity: quantity?,
        about: about?,
        source: source?,
        weights: weights?,
    })
}

fn weights(reader: &Reader) -> Vec<(Event, u16)> {
    let mut weights = Vec::new();
    for event in Event::ALL {
        let Some(item) = reader.item(event.name()) else { continue };
        let weight = item.integer().and_then(|weight| u16::try_from(weight).ok());
        let weight = weight.filter(|weight| *weight >= 1);
        let weight = reader.typed(event.name(), item, "a whole number from 1 to 65535", weight);
        weights.extend(weight.map(|weight| (*event, weight.value)));
    }
    reader.finish(&[]);
    weights
}
