//! Reading files of published figures about networks that have no layer spec.

use crate::error::{Error, Source};
use crate::families::publication::{Printed, Publication, PublishedNetwork};
use crate::families::spec::published::{figure, percent};
use crate::families::spec::reader::{self, Reader};

/// Reads published figures; `path` is the text's name in messages.
pub fn publication(path: &str, text: &str) -> Result<Publication, Error> {
    reader::read(&Source::new(path, text), "the file", |reader| Some(read(reader)))
}

fn read(mut reader: Reader) -> Publication {
    let title = reader.required_text("title").map_or("", |title| title.value).to_string();
    let source = reader.required_text("source").map_or("", |source| source.value);
    reader.text("about");
    let mut networks = Vec::new();
    let item = reader.required("network");
    if let Some(table) = item.and_then(|item| reader.reader("network", item, "`network`")) {
        for (name, item) in table.rest() {
            let what = format!("network `{}`", name.value);
            if let Some(entry) = table.reader(name.value, item, what) {
                networks.push(network(name.value, source, entry));
            }
        }
    }
    reader.finish(&[]);
    Publication { title, networks }
}

fn network(name: &str, file_source: &str, mut reader: Reader) -> PublishedNetwork {
    let source = reader.text("source").map_or(file_source, |source| source.value);
    let printed = printed(&mut reader);
    let address = reader.text("spec").map(|spec| spec.value.to_string());
    if printed.is_empty() && address.is_none() {
        let message = format!("nothing says what {} costs", reader.what);
        let label = "needs `params`, `macs`, `activations` or `spec`";
        reader.problem(message, reader.span, label);
    }
    let network = PublishedNetwork {
        name: name.to_string(),
        address,
        printed,
        top1: percent(&mut reader, "top1"),
        top5: percent(&mut reader, "top5"),
        input: reader.integer("input", 1).map(|input| input.value),
        source: source.to_string(),
        span: reader.span.into(),
    };
    reader.finish(&[]);
    network
}

/// The costs that a table prints.
pub(super) fn printed(reader: &mut Reader) -> Printed {
    Printed {
        params: figure(reader, "params"),
        macs: figure(reader, "macs"),
        activations: figure(reader, "activations"),
    }
}
