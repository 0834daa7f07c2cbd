//! Reading what was published or measured about a member.

use crate::families::family::ExactCounts;
use crate::families::published::{Published, figures};
use crate::families::spec::reader::Reader;

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
    let source = reader.required_text("source").map_or("", |source| source.value);
    figures(reader, source)
}
