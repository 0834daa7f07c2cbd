//! Reading the members of a family and what was published about them.

use crate::diagnostic::Diagnostic;
use crate::family::{ExactCounts, Member, Published, StageSpec};
use crate::spec::image;
use crate::spec::library::Library;
use crate::spec::reader::{Item, Reader};
use crate::spec::stages::{WrittenStage, stage};
use crate::units::Figure;

/// Reads all members; `None` where one is not usable.
pub(super) fn members<'a>(
    reader: &mut Reader<'a>,
    baseline: &[WrittenStage<'a>],
    defaults: Option<&Reader<'a>>,
    library: &mut Library,
) -> Option<Vec<Member>> {
    let Some(mut members) = reader.table("member", "`member`") else {
        return Some(Vec::new());
    };
    let entries = members.rest();
    let read = entries.into_iter().map(|(name, item)| {
        let reader = members.reader(name.value, item, format!("member `{}`", name.value))?;
        member(name.value, reader, baseline, defaults, library)
    });
    read.collect::<Vec<_>>().into_iter().collect()
}

fn member<'a>(
    name: &str,
    mut reader: Reader<'a>,
    baseline: &[WrittenStage<'a>],
    defaults: Option<&Reader<'a>>,
    library: &mut Library,
) -> Option<Member> {
    let width = reader.positive("width").map(|width| width.value);
    let depth = reader.positive("depth").map(|depth| depth.value);
    let image = reader.item("resolution").map(|item| image(&reader, "resolution", item));
    let exact = each(&mut reader, "exact", exact);
    let published = each(&mut reader, "published", published);
    let stages = stages(&mut reader, baseline, defaults, library);
    reader.finish(&[]);
    let image = match image {
        Some(image) => Some(image?),
        None => None,
    };
    Some(Member { name: name.into(), width, depth, image, stages: stages?, exact, published })
}

/// The baseline's stages with the member's changes.
fn stages<'a>(
    reader: &mut Reader<'a>,
    baseline: &[WrittenStage<'a>],
    defaults: Option<&Reader<'a>>,
    library: &mut Library,
) -> Option<Vec<StageSpec>> {
    let own = reader.table("defaults", format!("defaults of {}", reader.what));
    let what = format!("stages of {}", reader.what);
    let mut changes = reader.table("stage", what);
    let mut stages = Vec::with_capacity(baseline.len());
    for written in baseline {
        let change = changes.as_mut().and_then(|changes| {
            let item = changes.item(written.name)?;
            changes.reader(written.name, item, format!("stage `{}`", written.name))
        });
        let unchanged = change.is_none() && own.is_none();
        if unchanged || written.spec.is_none() {
            stages.push(written.spec.clone());
            continue;
        }
        let table = reader.reader("stage", written.item, "a stage");
        let defaults = [own.as_ref(), defaults];
        stages.push(table.and_then(|table| stage(table, change.as_ref(), &defaults, library).1));
    }
    if let Some(mut changes) = changes {
        changes.finish(&[]);
    }
    stages.into_iter().collect()
}

/// One table, or a list of tables, each read by `read`.
fn each<'a, T>(reader: &mut Reader<'a>, key: &str, read: fn(&mut Reader<'a>) -> T) -> Vec<T> {
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

fn exact(reader: &mut Reader) -> ExactCounts {
    let source = reader.required_text("source").map_or("", |source| source.value).to_string();
    let mut counts = Vec::new();
    if let Some(mut table) = reader.table("counts", "`counts`") {
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

fn published(reader: &mut Reader) -> Published {
    let source = reader.required_text("source").map_or("", |source| source.value).to_string();
    let top1 = percent(reader, "top1");
    let top5 = percent(reader, "top5");
    Published { source, params: figure(reader, "params"), macs: figure(reader, "macs"), top1, top5 }
}

fn percent(reader: &mut Reader, key: &str) -> Option<f64> {
    let percent = reader.number(key)?;
    if (0.0..=100.0).contains(&percent.value) {
        return Some(percent.value);
    }
    reader.problem(format!("`{key}` is a percentage, from 0 to 100"), percent.span, "not this");
    None
}

fn figure(reader: &mut Reader, key: &str) -> Option<Figure> {
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
