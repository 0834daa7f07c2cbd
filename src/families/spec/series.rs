//! Reading the series of a chart file: which networks, and how they stand in the picture.

use crate::error::Diagnostic;
use crate::families::publication::Printed;
use crate::families::sketch::{
    Entry, Located, Measured, Naming, Network, Panel, Point, Published, Series, Style, Weight,
};
use crate::families::spec::publication::printed;
use crate::families::spec::published::percent;
use crate::families::spec::reader::{Item, Reader};
use crate::families::spec::sketch::{flag, texts};

/// The panels of a chart: its own series, or those of each `[[panel]]`. `words` choose the accuracy
/// where a series does not.
pub(super) fn panels(reader: &mut Reader, words: Option<&str>) -> Option<Vec<Panel>> {
    if !reader.has("panel") {
        let series = all_series(reader, words)?;
        return Some(vec![Panel { title: None, series }]);
    }
    let items = reader.list("panel")?;
    let tables: Vec<_> =
        items.into_iter().filter_map(|item| reader.reader("panel", item, "a panel")).collect();
    let panels = tables.into_iter().map(|mut table| {
        let title = table.text("title").map(|title| title.value.to_string());
        let series = all_series(&mut table, words);
        table.finish(&[]);
        Some(Panel { title, series: series? })
    });
    panels.collect()
}

fn all_series(reader: &mut Reader, words: Option<&str>) -> Option<Vec<Series>> {
    let item = reader.required("series")?;
    let items = reader.items("series", item)?;
    if items.is_empty() {
        reader.problem("a chart needs a series", item.span, "there is none");
        return None;
    }
    let mut all = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let mut table = reader.reader("series", item, "a series")?;
        let read = series(&mut table, index == 0, words);
        table.finish(&["rows", "without", "of"]);
        all.push(read);
    }
    Some(all)
}

fn series(reader: &mut Reader, is_first: bool, words: Option<&str>) -> Series {
    let name = reader.text("name").map(|name| name.value.to_string());
    let style = style(reader, is_first);
    let accuracy = reader.text("accuracy").map(|words| words.value).or(words).map(str::to_string);
    let as_printed = flag(reader, "as_printed").unwrap_or(false);
    let mut entries = Vec::new();
    if let Some(items) = reader.list("networks") {
        for item in items {
            entries.extend(entry(reader, item));
        }
    }
    entries.extend(measured(reader).map(Entry::Measured));
    if entries.is_empty() {
        let problem = Diagnostic::new("a series needs networks").at(reader.span, "there are none");
        let help =
            "`networks` lists specs, members, published networks or points; `measured` names a CSV";
        reader.problems.add(problem.help(help));
    }
    if name.is_none() && !matches!(entries.first(), Some(Entry::Network(_)) | None) {
        reader.problem("a series needs a `name`, where no spec gives one", reader.span, "here");
    }
    Series { name, style, accuracy, as_printed, entries, span: reader.span.into() }
}

fn style(reader: &mut Reader, is_first: bool) -> Style {
    let role = word(reader, "role", &["hero", "other", "cloud"]);
    let weight = match role {
        Some("hero") => Weight::Hero,
        Some("other") => Weight::Other,
        Some("cloud") => Weight::Cloud,
        _ if is_first => Weight::Hero,
        _ => Weight::Other,
    };
    let naming = match word(reader, "names", &["points", "end", "none"]) {
        Some("end") => Naming::End,
        Some("none") => Naming::Nowhere,
        None if weight == Weight::Cloud => Naming::Nowhere,
        _ => Naming::Points,
    };
    let line = flag(reader, "line").unwrap_or(weight == Weight::Hero);
    let in_front = flag(reader, "in_front").unwrap_or(weight != Weight::Hero);
    Style { weight, line, naming, in_front }
}

/// One of a few words.
fn word<'a>(reader: &mut Reader<'a>, key: &str, known: &[&str]) -> Option<&'a str> {
    let word = reader.text(key)?;
    if known.contains(&word.value) {
        return Some(word.value);
    }
    let problem = Diagnostic::new(format!("`{key}` of {} cannot be `{}`", reader.what, word.value));
    reader.problems.add(problem.at(word.span, "here").known("it can be", word.value, known));
    None
}

/// A text is an address; a table says more, or describes the network itself.
fn entry(reader: &Reader, item: Item) -> Option<Entry> {
    if let Some(address) = item.value.as_str() {
        let address = Located { value: address.to_string(), span: item.span.into() };
        return Some(Entry::Network(Network { address, label: None, accuracy: None }));
    }
    let table = reader.typed(
        "networks",
        item,
        "a list of addresses such as \"resnet:50\", or tables",
        item.value.as_table(),
    );
    let mut table = Reader::new("a network", table?.value, item.span, reader.problems);
    let entry = described(&mut table);
    table.finish(&["network", "published", "label"]);
    entry
}

fn described(table: &mut Reader) -> Option<Entry> {
    let label = table.text("label").map(|label| label.value.to_string());
    let located = |text: crate::families::spec::reader::Located<&str>| Located {
        value: text.value.to_string(),
        span: text.span.into(),
    };
    if let Some(address) = table.text("network").map(located) {
        let accuracy = match percent(table, "top1") {
            None => None,
            Some(top1) => Some((top1, table.required_text("source")?.value.to_string())),
        };
        return Some(Entry::Network(Network { address, label, accuracy }));
    }
    if let Some(name) = table.text("published").map(located) {
        return Some(Entry::Published(Published { name, label }));
    }
    let printed = printed(table);
    let source = table.required_text("source");
    let has_accuracy = table.required("top1").is_some();
    let top1 = percent(table, "top1");
    if label.is_none() {
        table.required("label");
    }
    let is_tried = ["params", "macs", "activations"].iter().any(|key| table.has(key));
    if printed == Printed::default() && !is_tried {
        let label = "needs `network`, `published`, or `params`, `macs` or `activations`";
        table.problem("nothing says what the network costs", table.span, label);
    }
    let top1 = top1.filter(|_| has_accuracy)?;
    Some(Entry::Point(Point { label: label?, printed, top1, source: source?.value.to_string() }))
}

fn measured(reader: &mut Reader) -> Option<Measured> {
    let path = reader.text("measured")?;
    let rows = reader.text("rows").map(|rows| rows.value.to_string());
    let without = texts(reader, "without").into_iter().map(|word| word.value).collect();
    let of = reader.text("of");
    let of = of.map(|of| Located { value: of.value.to_string(), span: of.span.into() });
    let path = Located { value: path.value.to_string(), span: path.span.into() };
    Some(Measured { path, rows, without, of })
}
