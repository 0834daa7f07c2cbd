//! The request for a chart of accuracy in a chart file: panels, series, and their networks.

use crate::analysis::cost::Estimate;
use crate::charts::accuracy::axis::{COST, X, X_AXES};
use crate::charts::accuracy::entry::{ENTRY, Entry, MeasuredRows, entry};
use crate::charts::accuracy::{AccuracyOptions, Naming, Style};
use crate::charts::drawing::{Colour, MarkerShape, Role};
use crate::charts::run::RunRequest;
use crate::counting::measure::Measure;
use crate::error::{Diagnostic, Span};
use crate::families::accuracy::Accuracy;
use crate::families::declared::{Key, Table, Takes};
use crate::families::spec::LocatedText;
use crate::families::spec::reader::{Item, Reader};

/// More arrows than this cover what they point at.
const MAX_ARROWS: u64 = 4;

/// The key of a colour, in both spellings.
const COLOUR_KEYS: [&str; 2] = ["colour", "color"];

/// What a colour is, for messages.
const COLOUR: &str = "a colour such as \"#D55E00\", or two: for the light and for the dark theme";

/// Accuracy against cost, in one panel or several.
#[derive(Clone, Debug, PartialEq)]
pub struct AccuracyRequest {
    /// How it looks; the cost is that of `estimate`, if there is one.
    pub options: AccuracyOptions,
    /// What is estimated instead of counted, and for what.
    pub estimate: Option<(Estimate, RunRequest)>,
    /// The panels, side by side.
    pub panels: Vec<PanelRequest>,
    /// The paths of files with published figures.
    pub published: Vec<LocatedText>,
}

/// Series on one pair of axes.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelRequest {
    /// The title above it.
    pub title: Option<String>,
    /// The name of the data on which accuracies are measured.
    pub dataset: Option<String>,
    /// The series.
    pub series: Vec<SeriesRequest>,
}

/// Networks that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesRequest {
    /// Its name in the key; without one, its family's.
    pub name: Option<String>,
    /// How it looks.
    pub style: Style,
    /// Words in the source of the accuracies.
    pub accuracy: Option<String>,
    /// Whether costs are taken as printed even where a spec can count them.
    pub as_printed: bool,
    /// Where its networks come from, in order.
    pub entries: Vec<Entry>,
    /// Its place in the chart file.
    pub span: Span,
}

const SERIES_KEY: Key =
    Key::new("series", Takes::NonEmpty(&Takes::Table(&SERIES)), "The series, the hero first.");

const DATASET: Key = Key::new(
    "dataset",
    Takes::Matching("\\S"),
    "The data that accuracies are of, if not ImageNet.",
);

const PANEL: Table = Table::new(&[&[
    Key::new("title", Takes::Text, "The title of the panel."),
    DATASET,
    Key { is_required: true, ..SERIES_KEY },
]]);

const SERIES: Table = Table {
    one_of: &[&["networks", "measured"]],
    ..Table::new(&[
        &[
            Key::new("name", Takes::Text, "Its name; without it, that of its first network."),
            Key::new(
                "role",
                Takes::Words(|| ROLES.to_vec()),
                "How it stands out: the first is the hero.",
            ),
            Key::new(
                "names",
                Takes::Words(|| NAMES.to_vec()),
                "Where its networks are named; none: in hover titles alone.",
            ),
            Key::new("line", Takes::Flag, "Whether a line joins its networks."),
            Key::new(
                "in_front",
                Takes::Flag,
                "Whether its networks can be part of the front of the others.",
            ),
        ],
        &[
            Key::new(COLOUR_KEYS[0], COLOURS, COLOUR),
            Key::new(COLOUR_KEYS[1], COLOURS, COLOUR),
            Key::new(
                "marker",
                Takes::Words(|| MarkerShape::ALL.map(MarkerShape::name).to_vec()),
                "Its marker.",
            ),
            Key::new(
                "unnamed",
                Takes::OneOrMore(&Takes::Text),
                "Networks not named at their points: labels, titles or addresses.",
            ),
            Key::new("accuracy", Takes::Text, "Words of the source whose accuracies are shown."),
            Key::new(
                "as_printed",
                Takes::Flag,
                "Whether costs are as printed even where a spec counts them (false).",
            ),
            Key::new("networks", Takes::List(&ENTRY), "Addresses, published networks, or points."),
        ],
        MeasuredRows::KEYS,
    ])
};

/// What [`Colour::parse`] reads.
const COLOURS: Takes = Takes::OneOrMore(&Takes::Matching("^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$"));

const ROLES: [&str; 3] = ["hero", "other", "cloud"];

const NAMES: [&str; 3] = ["points", "end", "none"];

impl AccuracyRequest {
    pub(in crate::charts) const KEYS: &[Key] = &[
        Key::new("x", COST, "The cost (macs); time and intensity need a device."),
        Key::new(
            "y",
            Takes::Words(|| Accuracy::ALL.map(Accuracy::key).to_vec()),
            "The accuracy (top1).",
        ),
        Key::new("published", Takes::OneOrMore(&Takes::Text), "Files of published figures."),
        Key::new(
            "front",
            Takes::Flag,
            "Whether the front of the others is drawn; else where enough are on it.",
        ),
        Key::new(
            "arrows",
            Takes::WholeUpTo(MAX_ARROWS),
            "Most arrows from the front to the hero (3).",
        ),
        Key::new(
            "accuracies",
            Takes::Two(&Takes::Number),
            "First and last accuracy of the axis, in percent.",
        ),
        Key::new(
            "costs",
            Takes::Two(&Takes::Number),
            "First and last cost of the axis; of time, in milliseconds.",
        ),
        Key::new(
            "law",
            Takes::Flag,
            "Whether the law of each line is drawn: accuracies to expect of larger networks (false).",
        ),
        Key::new("accuracy", Takes::Text, "Words of the source whose accuracies are shown."),
        DATASET,
        Key::new("panel", Takes::Rows(&PANEL), "Panels, side by side."),
        SERIES_KEY,
    ];

    pub(in crate::charts) fn read(reader: &mut Reader) -> Option<Self> {
        let x = reader.text("x").and_then(|word| reader.choice("x", word, &X_AXES)).copied();
        let (measure, estimate) = match x.unwrap_or(X::Counted(Measure::Macs)) {
            X::Counted(measure) => (measure, None),
            X::Estimated(estimate) => (Measure::Macs, Some(estimate)),
        };
        let run = RunRequest::read(reader, estimate.map(Estimate::key));
        if estimate.is_none() && run.is_some() {
            reader.refuse("device", "`device` has no effect here: `x` is not time or intensity");
        }
        let y = reader.text("y").map(|word| reader.choice("y", word, &Accuracy::ALL));
        let published = reader.texts("published");
        let options = AccuracyOptions {
            y: y.flatten().copied().unwrap_or_default(),
            front: reader.flag("front"),
            arrows: arrows(reader),
            accuracies: range(reader, "accuracies"),
            costs: range(reader, "costs"),
            law: reader.flag("law").unwrap_or(false),
            ..AccuracyOptions::new(measure.into())
        };
        let accuracy = reader.text("accuracy").map(|words| words.value);
        let panels = panels(reader, accuracy)?;
        Some(AccuracyRequest { options, estimate: estimate.zip(run), panels, published })
    }
}

fn arrows(reader: &mut Reader) -> usize {
    let Some(arrows) = reader.integer("arrows") else { return 3 };
    if arrows.value > MAX_ARROWS {
        let message = format!("`arrows` must be at most {MAX_ARROWS}, not {}", arrows.value);
        reader.problem(message, arrows.span, "here");
    }
    usize::try_from(arrows.value).unwrap_or_default()
}

/// `[first, last]` of an axis.
fn range(reader: &mut Reader, key: &str) -> Option<(f64, f64)> {
    reader.pair(key, "[first, last], two increasing numbers", |ends| {
        let [first, last] = ends.map(|end| end.number().filter(|number| number.is_finite()));
        first.zip(last).filter(|(first, last)| first < last)
    })
}

/// The chart's own series as one panel, or those of each `[[panel]]`. `accuracy` selects the accuracies of series
/// that do not select any.
fn panels(reader: &mut Reader, accuracy: Option<&str>) -> Option<Vec<PanelRequest>> {
    let dataset = dataset_of(reader);
    if reader.item("panel").is_none() {
        let series = all_series(reader, accuracy)?;
        return Some(vec![PanelRequest { title: None, dataset, series }]);
    }
    reader.refuse("series", "a chart with panels has its series in them");
    let items = reader.list("panel")?.into_iter();
    let tables: Vec<_> = items.filter_map(|item| reader.reader("panel", item, "a panel")).collect();
    let panels = tables.into_iter().map(|mut table| {
        let title = table.text("title").map(|title| title.value.to_string());
        let dataset = dataset_of(&mut table).or_else(|| dataset.clone());
        let series = all_series(&mut table, accuracy);
        refuse_axes(&mut table);
        table.finish(&[]);
        Some(PanelRequest { title, dataset, series: series? })
    });
    panels.collect()
}

/// The name of the data, which stands before "top-1 accuracy".
fn dataset_of(reader: &mut Reader) -> Option<String> {
    let name = reader.text("dataset")?;
    if name.value.trim().is_empty() {
        reader.problem("`dataset` is empty", name.span, "leave it out, or name the data");
    }
    Some(name.value.trim().to_string())
}

/// Reports axes of one panel.
fn refuse_axes(panel: &mut Reader) {
    for key in ["x", "y"] {
        panel.refuse(key, &format!("all panels of a chart have one `{key}`: write it at the top"));
    }
}

fn all_series(reader: &mut Reader, accuracy: Option<&str>) -> Option<Vec<SeriesRequest>> {
    let item = reader.required("series")?;
    let items = reader.items("series", item)?;
    if items.is_empty() {
        reader.problem("a chart needs at least one series", item.span, "this list is empty");
        return None;
    }
    let mut known: Vec<String> = Vec::new();
    let series = items.into_iter().enumerate().map(|(index, item)| {
        let mut table = reader.reader("series", item, "a series")?;
        refuse_known_name(&mut table, &mut known);
        let series = series(&mut table, index == 0, accuracy);
        table.finish(&[]);
        Some(series)
    });
    series.collect()
}

/// Reports a name that another series of the panel has: both would have one look and one place in the key.
fn refuse_known_name(series: &mut Reader, known: &mut Vec<String>) {
    let Some(name) = series.text("name") else { return };
    if known.iter().any(|other| other == name.value) {
        let message = format!("two series of a panel are called `{}`", name.value);
        series.problem(message, name.span, "the second");
    }
    known.push(name.value.to_string());
}

fn series(reader: &mut Reader, is_first: bool, accuracy: Option<&str>) -> SeriesRequest {
    let name = reader.text("name").map(|name| name.value.to_string());
    let style = style(reader, is_first);
    let series_accuracy = reader.text("accuracy").map(|words| words.value);
    let accuracy = series_accuracy.or(accuracy).map(str::to_string);
    let as_printed = reader.flag("as_printed").unwrap_or(false);
    let networks = reader.list("networks").unwrap_or_default().into_iter();
    let mut entries: Vec<Entry> = networks.filter_map(|item| entry(reader, item)).collect();
    entries.extend(MeasuredRows::read(reader).map(Entry::Measured));
    if entries.is_empty() {
        let problem =
            Diagnostic::new("a series needs networks").at(reader.span, "this one is empty");
        let help =
            "`networks` lists specs, members, published networks or points; `measured` names a CSV";
        reader.problems.add(problem.help(help));
    }
    if name.is_none() && !matches!(entries.first(), Some(Entry::Network { .. }) | None) {
        let message = "a series needs a `name` unless its first network is a family or a member";
        reader.problem(message, reader.span, "here");
    }
    SeriesRequest { name, style, accuracy, as_printed, entries, span: reader.span.into() }
}

fn style(reader: &mut Reader, is_first: bool) -> Style {
    let role = match reader.word("role") {
        Some("hero") => Role::Hero,
        Some("cloud") => Role::Muted,
        None if is_first => Role::Hero,
        _ => Role::Other,
    };
    let naming = match reader.word("names") {
        Some("end") => Naming::End,
        Some("none") => Naming::Tips,
        None if role == Role::Muted => Naming::Tips,
        _ => Naming::Points,
    };
    let line = reader.flag("line").unwrap_or(role == Role::Hero);
    let in_front = reader.flag("in_front").unwrap_or(role != Role::Hero);
    let (colour, shape) = (colour(reader), shape(reader));
    let unnamed = reader.texts("unnamed");
    refuse_without_effect(reader, role, naming);
    Style { role, line, naming, in_front, colour, shape, unnamed }
}

/// Reports keys of a look that a series does not have.
fn refuse_without_effect(reader: &Reader, role: Role, naming: Naming) {
    let refuse = |key: &str, reason: &str| {
        reader.refuse(key, &format!("`{key}` has no effect here: {reason}"));
    };
    if role == Role::Muted {
        for key in COLOUR_KEYS.into_iter().chain(["marker"]) {
            refuse(key, "a cloud has small grey dots");
        }
    }
    if naming != Naming::Points {
        refuse("unnamed", "no network of this series is named at its point");
    }
}

/// One colour, or one for the light and one for the dark theme.
fn colour(reader: &mut Reader) -> Option<Colour> {
    if let [Some(_), Some(second)] = COLOUR_KEYS.map(|key| reader.look_up(key)) {
        reader.problem("`colour` and `color` are one key", second.span, "give one of them");
    }
    for key in COLOUR_KEYS {
        reader.item(key);
    }
    let [key, other] = COLOUR_KEYS;
    let key = if reader.has(key) { key } else { other };
    let items = reader.one_or_more(key);
    let colours: Option<Vec<[u8; 3]>> =
        items.iter().map(|item| one_colour(reader, key, *item)).collect();
    match colours?[..] {
        [] if !reader.has(key) => None,
        [both] => Some(Colour { light: both, dark: both }),
        [light, dark] => Some(Colour { light, dark }),
        _ => reader.typed(key, reader.look_up(key)?, COLOUR, None).map(|colour| colour.value),
    }
}

fn one_colour(reader: &Reader, key: &str, item: Item) -> Option<[u8; 3]> {
    let text = reader.typed(key, item, COLOUR, item.text())?;
    let colour = Colour::parse(text.value);
    if colour.is_none() {
        let problem = Diagnostic::new(format!("`{}` is not a colour", text.value));
        let help = "write red, green and blue in hexadecimal, such as \"#D55E00\"";
        reader.problems.add(problem.at(text.span, "here").help(help));
    }
    colour
}

fn shape(reader: &mut Reader) -> Option<MarkerShape> {
    let word = reader.text("marker")?;
    reader.choice("marker", word, &MarkerShape::ALL).copied()
}
