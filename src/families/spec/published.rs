//! Reading what was published or measured about a member.

use crate::families::declared::{Key, Table, Takes};
use crate::families::family::ExactCounts;
use crate::families::published::{ACCURACIES, COSTS, Published, figures};
use crate::families::spec::reader::Reader;

pub(super) const EXACT: Table = Table::new(&[&[
    Key::required("source", Takes::Text, "Who measured them, with the version."),
    Key::new(
        "counts",
        Takes::Table(&Table::named(&Takes::Whole(0))),
        "Numbers under conventions, by the names of the conventions.",
    ),
    Key::new("params", Takes::Whole(0), "Trained params."),
    Key::new("norm_stats", Takes::Whole(0), "Stored norm statistics."),
    Key::new("macs", Takes::Whole(0), "MACs per image."),
    Key::new("activations", Takes::Whole(0), "Activations per image, in elements."),
]]);

pub(super) const PUBLISHED: Table = Table::new(&[
    &[Key::required("source", Takes::Text, "Where they are printed, with the version.")],
    &COSTS,
    &ACCURACIES,
]);

/// One table, or a list of tables, each read by `read`.
pub(super) fn each<'a, T>(
    reader: &mut Reader<'a>,
    key: &str,
    read: fn(&mut Reader<'a>) -> T,
) -> Vec<T> {
    let items = reader.one_or_more(key);
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
    let mut count = |key| reader.integer(key).map(|count| count.value);
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
    let source = reader.required_text("source").map_or("", |source| source.value);
    figures(reader, source)
}
