//! Reading what was published or measured about a member.

use crate::counting::units::Figure;
use crate::error::Diagnostic;
use crate::families::family::{ExactCounts, Published};
use crate::families::spec::reader::{Item, Reader};

/// One table, or a list of tables, each read by `read`.
pub(super) fn each<'a, T>(
    reader: &mut Reader<'a>,
    key: &str,
    read: fn(&mut Reader<'a>) -> T,
) -> Vec<T> {
    let Some(item) = reader.item(key) else {
        return Vec::new();
    };
    let items: Vec<Item> = match item.value.as_array() {
        Some(_) => reader.items(key, item).unwrap_or_default(),
        None => vec![item],
    };
    let what = format!("`{key}` of {}", reader.what);
    let tables = items.into_iter().filter_map(|item| reader.reader(key, item, what.clone()));
    tables
        .map(|mut table| {
            let value = read(&mut table);
            table.finish(&[]);
            value
        })
        .collect()
}

pub(super) fn exact(reader: &mut Reader) -> ExactCounts {
    let source = reader.required_text("source").map_or("", |source| source.value).to_string();
    let mut counts = Vec::new();
    if let Some(table) = reader.table("counts", "`counts`") {
        for (name, item) in table.rest() {
            let count = table.typed(name.value, item, "a whole number", item.integer());
            counts.extend(count.map(|count| (name.value.to_string(), count.value)));
        }
    }
    let mut count = |key| reader.integer(key, 0).map(|count| count.value);
    ExactCounts {
        counts,
        source,
        params: count("params"),
        norm_stats: count("norm_stats"),
        macs: count("macs"),
        activations: count("activations"),
    }
}

pub(super) fn published(reader: &mut Reader) -> Published {
    let source = reader.required_text("source").map_or("", |source| source.value).to_string();
    let top1 = percent(reader, "top1");
    let top5 = percent(reader, "top5");
    Published {
        source,
        params: figure(reader, "params"),
        macs: figure(reader, "macs"),
        activations: figure(reader, "activations"),
        top1,
        top5,
    }
}

pub(super) fn percent(reader: &mut Reader, key: &str) -> Option<f64> {
    let percent = reader.number(key)?;
    if (0.0..=100.0).contains(&percent.value) {
        return Some(percent.value);
    }
    reader.problem(format!("`{key}` is a percentage, from 0 to 100"), percent.span, "not this");
    None
}

pub(super) fn figure(reader: &mut Reader, key: &str) -> Option<Figure> {
    let text = reader.text(key)?;
    let figure = Figure::parse(text.value);
    if figure.is_none() {
        let message = format!("`{}` is not a figure", text.value);
        let problem = Diagnostic::new(message).at(text.span, "here");
        let help = "figures are written as they are printed: \"5.3M\", \"0.39B\", \"5,288,548\"";
        reader.problems.add(problem.help(help));
    }
    figure
}
