//! Chart files: TOML in, a [`ChartFile`] or every error out.

use std::str::FromStr;

use crate::charts::drawing::{Length, Size, Theme};
use crate::charts::{
    AccuracyRequest, Captions, GrowthRequest, MeasuredTimesRequest, RooflineRequest, RunRequest,
    StagesRequest,
};
use crate::error::{Error, Source};
use crate::families::declared::json::Json;
use crate::families::declared::schema::{JsonSchema, document};
use crate::families::declared::{Key, Table, Takes};
use crate::families::spec::LocatedText;
use crate::families::spec::reader::{self, Item, Reader, table};

/// A parsed chart file, before anything that it names is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartFile {
    /// The kind of chart and its request.
    pub kind: ChartKind,
    /// The texts around it.
    pub captions: Captions,
    /// Width and height.
    pub size: Option<Size>,
    /// Size of most text.
    pub font_size: Option<Length>,
    /// The paths of its regular and its bold font, relative to the chart file.
    pub fonts: Vec<LocatedText>,
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
    /// Layers under the roof of a device.
    Roofline(RooflineRequest),
    /// Predicted against measured times.
    MeasuredTimes(MeasuredTimesRequest),
}

/// Reads the keys of one kind of chart.
type ReadKind = fn(&mut Reader) -> Option<ChartKind>;

/// Every kind of chart by its name in a chart file, with its keys.
const KINDS: [(&str, Table, ReadKind); 5] = [
    ("accuracy", ACCURACY, |reader| AccuracyRequest::read(reader).map(ChartKind::Accuracy)),
    ("growth", GROWTH, |reader| GrowthRequest::read(reader).map(ChartKind::Growth)),
    ("stages", STAGES, |reader| StagesRequest::read(reader).map(ChartKind::Stages)),
    ("roofline", ROOFLINE, |reader| RooflineRequest::read(reader).map(ChartKind::Roofline)),
    ("measured", MEASURED, |reader| {
        MeasuredTimesRequest::read(reader).map(ChartKind::MeasuredTimes)
    }),
];

const ACCURACY: Table = Table {
    one_of: &[&["series", "panel"]],
    ..Table::new(&[
        &[Key::required("chart", Takes::Exactly("accuracy"), "Accuracy against cost.")],
        &CAPTIONS,
        AccuracyRequest::KEYS,
        RunRequest::KEYS,
    ])
};

const GROWTH: Table = Table::new(&[
    &[Key::required("chart", Takes::Exactly("growth"), "Growth of a family's cost with φ.")],
    &CAPTIONS,
    GrowthRequest::KEYS,
    RunRequest::KEYS,
]);

const STAGES: Table = Table::new(&[
    &[Key::required("chart", Takes::Exactly("stages"), "Cost by stage.")],
    &CAPTIONS,
    StagesRequest::KEYS,
]);

const ROOFLINE: Table = Table {
    one_of: &[&["device"]],
    ..Table::new(&[
        &[Key::required("chart", Takes::Exactly("roofline"), "Layers under a device's roof.")],
        &CAPTIONS,
        RooflineRequest::KEYS,
        RunRequest::KEYS,
    ])
};

const MEASURED: Table = Table {
    one_of: &[&["device"]],
    ..Table::new(&[
        &[Key::required("chart", Takes::Exactly("measured"), "Predicted against measured times.")],
        &CAPTIONS,
        MeasuredTimesRequest::KEYS,
        RunRequest::KEYS,
    ])
};

/// A chart file until its kind is known.
const ANY: Table = Table::new(&[
    &[Key::required("chart", Takes::Words(|| KINDS.map(|(name, ..)| name).to_vec()), "")],
    &CAPTIONS,
])
.with_others();

/// The keys of every kind of chart, besides `chart`.
const CAPTIONS: [Key; 8] = [
    Key::new("title", Takes::Text, "The title; without it, one that says what the chart shows."),
    Key::new("subtitle", Takes::Text, "A line below the title."),
    Key::new("note", Takes::Text, "A line below the chart."),
    Key::new("sources", Takes::Flag, "Whether the chart names its sources (true)."),
    Key::new(
        "size",
        Takes::Either(&[Takes::Two(&Takes::Whole(0)), Takes::Matching(Size::PATTERN)]),
        "[width, height] in pixels, or such as \"3.3x2.4in\" or \"one-column\".",
    ),
    Key::new(
        "font_size",
        Takes::Matching(Length::PATTERN),
        "Size of most text: \"8pt\", \"14px\".",
    ),
    Key::new("font", Takes::OneOrMore(&Takes::Text), "Paths of a regular and a bold font."),
    Key::new(
        "theme",
        Takes::OneOrMore(&Takes::Words(|| Theme::ALL.map(Theme::name).to_vec())),
        "The colours: one theme, or a file for each of several (light).",
    ),
];

/// The JSON Schema of chart files.
pub(crate) fn schema() -> JsonSchema {
    let kinds = KINDS.iter().map(|(_, table, _)| table.schema()).collect();
    let root = Json::object([("type", "object".into()), ("oneOf", Json::List(kinds))]);
    document("chart", "A chart file: what `phiscale plot` draws", root, Vec::new())
}

/// Whether a TOML text is a chart file: it has the key `chart`.
#[must_use]
pub fn is_chart_file(text: &str) -> bool {
    table(&Source::new("", text)).0.get_ref().iter().any(|(key, _)| key.get_ref() == "chart")
}

/// Reads a chart file; `path` is its name in messages.
pub fn read(path: &str, text: &str) -> Result<ChartFile, Error> {
    reader::read(&Source::new(path, text), "the chart", &ANY, chart_file)
}

fn chart_file(mut reader: Reader) -> Option<ChartFile> {
    if reader.has("stage") && !reader.has("chart") {
        reader.problem("this looks like a spec, not a chart file", reader.span, "it has stages");
        return None;
    }
    let name = reader.required_text("chart");
    let [title, subtitle, note] = ["title", "subtitle", "note"]
        .map(|key| reader.text(key).map(|text| text.value.to_string()));
    let without_sources = reader.flag("sources") == Some(false);
    let size = size(&mut reader);
    let font_size = parsed(&mut reader, "font_size");
    let fonts = reader.texts("font");
    let themes = themes(&mut reader);
    let (_, declared, read) = reader.choice("chart", name?, &KINDS)?;
    reader.declared = declared;
    let kind = read(&mut reader)?;
    reader.finish(&[]);
    let captions = Captions { title, subtitle, note, without_sources };
    Some(ChartFile { kind, captions, size, font_size, fonts, themes })
}

/// `[width, height]` in pixels, or a size with its unit.
fn size(reader: &mut Reader) -> Option<Size> {
    if reader.item("size").is_some_and(|item| item.text().is_some()) {
        return parsed(reader, "size");
    }
    reader.pair("size", "[width, height] in pixels, or such as \"3.3x2.4in\"", |sides| {
        let [width, height] =
            sides.map(|side| side.integer().and_then(|side| u32::try_from(side).ok()));
        Some(Size::pixels(width?, height?))
    })
}

/// The value of a key that is written as text.
fn parsed<T: FromStr<Err = String>>(reader: &mut Reader, key: &str) -> Option<T> {
    let text = reader.text(key)?;
    match text.value.parse() {
        Ok(value) => Some(value),
        Err(message) => {
            reader.problem(message, text.span, "here");
            None
        }
    }
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
