//! Chart files: TOML in, a [`ChartFile`] or every error out.

use crate::charts::drawing::{Size, Theme};
use crate::charts::{AccuracyRequest, GrowthRequest, StagesRequest};
use crate::error::{Error, Source};
use crate::families::spec::reader::{self, Item, Reader, table};

/// A parsed chart file, before anything that it names is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartFile {
    /// The kind of chart and its request.
    pub kind: ChartKind,
    /// The title, instead of the computed finding.
    pub title: Option<String>,
    /// A muted line under the title.
    pub subtitle: Option<String>,
    /// Lines before the sources at the bottom.
    pub note: Option<String>,
    /// Size in pixels.
    pub size: Option<Size>,
    /// The themes in which it is drawn.
    pub themes: Vec<Theme>,
}

/// A kind of chart and its request.
#[derive(Clone, Debug, PartialEq)]
pub enum ChartKind {
    /// Accuracy against cost.
    Accuracy(AccuracyRequest),
    /// Cost growth against 2^φ.
    Growth(GrowthRequest),
    /// Cost by stage.
    Stages(StagesRequest),
}

/// Reads the keys of one kind of chart.
type ReadKind = fn(&mut Reader) -> Option<ChartKind>;

/// Every kind of chart by its name in a chart file.
const KINDS: [(&str, ReadKind); 3] = [
    ("accuracy", |reader| AccuracyRequest::read(reader).map(ChartKind::Accuracy)),
    ("growth", |reader| GrowthRequest::read(reader).map(ChartKind::Growth)),
    ("stages", |reader| StagesRequest::read(reader).map(ChartKind::Stages)),
];

/// Whether a TOML text is a chart file: it has the key `chart`.
#[must_use]
pub fn is_chart_file(text: &str) -> bool {
    table(&Source::new("", text)).0.get_ref().iter().any(|(key, _)| key.get_ref() == "chart")
}

/// Reads a chart file; `path` is its name in messages.
pub fn read(path: &str, text: &str) -> Result<ChartFile, Error> {
    reader::read(&Source::new(path, text), "the chart", chart_file)
}

fn chart_file(mut reader: Reader) -> Option<ChartFile> {
    if reader.has("stage") && !reader.has("chart") {
        reader.problem("this looks like a spec, not a chart file", reader.span, "it has stages");
        return None;
    }
    let name = reader.required_text("chart");
    let [title, subtitle, note] = ["title", "subtitle", "note"]
        .map(|key| reader.text(key).map(|text| text.value.to_string()));
    let size = reader.pair("size", "[width, height] in pixels", |sides| {
        let [width, height] =
            sides.map(|side| side.integer().and_then(|side| side.try_into().ok()));
        Some(Size { width: width?, height: height? })
    });
    let themes = themes(&mut reader);
    let read = reader.choice("chart", name?, &KINDS.map(|(name, _)| name), &KINDS)?.1;
    let kind = read(&mut reader)?;
    reader.finish(&[]);
    Some(ChartFile { kind, title, subtitle, note, size, themes })
}

fn themes(reader: &mut Reader) -> Vec<Theme> {
    let items = reader.one_or_more("theme");
    if items.is_empty() {
        return vec![Theme::Light];
    }
    let theme =
        |item: &Item| Theme::ALL.into_iter().find(|theme| Some(theme.name()) == item.text());
    let expected = "\"light\", \"dark\" or \"auto\", or a list of them";
    let themes = items.into_iter();
    themes
        .filter_map(|item| Some(reader.typed("theme", item, expected, theme(&item))?.value))
        .collect()
}
