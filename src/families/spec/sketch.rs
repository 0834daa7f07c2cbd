//! Reading chart files: TOML in, a [`Sketch`] out, or every mistake in it.

use toml::de::DeValue;

use crate::counting::measure::Measure;
use crate::error::{Diagnostic, Error, Source};
use crate::families::sketch::{Accuracy, Growth, Located, Paper, Sketch, Stages, Subject};
use crate::families::spec::reader::{self, Item, Reader, table};
use crate::families::spec::series;

/// The subjects of charts, as a chart file names them.
const SUBJECTS: [&str; 3] = ["accuracy", "growth", "stages"];

/// Arrows beyond this cover what they point at.
const MOST_ARROWS: u64 = 4;

/// Whether a text is a chart file and no spec: it says which `chart` it is.
#[must_use]
pub fn is_sketch(text: &str) -> bool {
    table(&Source::new("", text)).0.get_ref().iter().any(|(key, _)| key.get_ref() == "chart")
}

/// Reads a chart file; `path` is the text's name in messages.
pub fn sketch(path: &str, text: &str) -> Result<Sketch, Error> {
    reader::read(&Source::new(path, text), "the chart", read)
}

fn read(mut reader: Reader) -> Option<Sketch> {
    let subject = reader.required_text("chart");
    let text = |reader: &mut Reader, key| reader.text(key).map(|text| text.value.to_string());
    let title = text(&mut reader, "title");
    let subtitle = text(&mut reader, "subtitle");
    let note = text(&mut reader, "note");
    let size = size(&mut reader);
    let themes = themes(&mut reader);
    let subject = match subject?.value {
        "accuracy" => Subject::Accuracy(accuracy(&mut reader)?),
        "growth" => Subject::Growth(growth(&mut reader)?),
        "stages" => Subject::Stages(stages(&mut reader)?),
        other => {
            let problem = Diagnostic::new(format!("there is no chart `{other}`"));
            let problem = problem.at(subject?.span, "here");
            reader.problems.add(problem.known("charts", other, &SUBJECTS));
            return None;
        }
    };
    reader.finish(&["panel"]);
    Some(Sketch { subject, title, subtitle, note, size, themes })
}

fn size(reader: &mut Reader) -> Option<[u32; 2]> {
    let item = reader.item("size")?;
    let pixels = |item: &Item| item.integer().and_then(|pixels| u32::try_from(pixels).ok());
    let sides = match &reader.items("size", item)?[..] {
        [width, height] => pixels(width).zip(pixels(height)).map(|(width, height)| [width, height]),
        _ => None,
    };
    reader.typed("size", item, "[width, height] in pixels", sides).map(|sides| sides.value)
}

fn themes(reader: &mut Reader) -> Vec<Paper> {
    let Some(item) = reader.item("theme") else { return vec![Paper::Light] };
    let items = match item.value {
        DeValue::Array(_) => reader.items("theme", item).unwrap_or_default(),
        _ => vec![item],
    };
    let paper = |item: &Item| match item.value.as_str() {
        Some("light") => Some(Paper::Light),
        Some("dark") => Some(Paper::Dark),
        Some("auto") => Some(Paper::Auto),
        _ => None,
    };
    let expected = "\"light\", \"dark\" or \"auto\", or a list of them";
    let papers = items.into_iter().filter_map(|item| {
        let paper = paper(&item);
        reader.typed("theme", item, expected, paper).map(|paper| paper.value)
    });
    papers.collect()
}

fn accuracy(reader: &mut Reader) -> Option<Accuracy> {
    let measure = measure(reader, "x").unwrap_or(Measure::Macs);
    let publications = texts(reader, "published");
    let front = flag(reader, "front");
    let arrows = reader.integer("arrows", 0).map_or(3, |arrows| {
        if arrows.value > MOST_ARROWS {
            let message =
                format!("`arrows` is {}; at most {MOST_ARROWS} can be read", arrows.value);
            reader.problem(message, arrows.span, "here");
        }
        usize::try_from(arrows.value).unwrap_or_default()
    });
    let accuracies = range(reader, "accuracies");
    let costs = range(reader, "costs");
    let words = reader.text("accuracy").map(|words| words.value.to_string());
    let panels = series::panels(reader, words.as_deref());
    let panels = panels?;
    Some(Accuracy { measure, panels, publications, front, arrows, accuracies, costs })
}

/// `[first, last]` of an axis.
fn range(reader: &mut Reader, key: &str) -> Option<(f64, f64)> {
    let item = reader.item(key)?;
    let number = |item: &Item| item.number().filter(|number| number.is_finite());
    let ends = match &reader.items(key, item)?[..] {
        [first, last] => number(first).zip(number(last)).filter(|(first, last)| first < last),
        _ => None,
    };
    reader.typed(key, item, "[first, last], two numbers that rise", ends).map(|ends| ends.value)
}

/// A measure by its name.
fn measure(reader: &mut Reader, key: &str) -> Option<Measure> {
    let item = reader.item(key)?;
    measure_of(reader, key, item)
}

fn measure_of(reader: &Reader, key: &str, item: Item) -> Option<Measure> {
    let word = reader.typed(key, item, "text", item.value.as_str())?;
    let found = Measure::ALL.into_iter().find(|measure| measure.key() == word.value);
    if found.is_none() {
        let problem = Diagnostic::new(format!("`{}` is nothing that is counted", word.value));
        let known = Measure::ALL.map(Measure::key);
        reader.problems.add(problem.at(word.span, "here").known("known", word.value, &known));
    }
    found
}

/// True or false.
pub(super) fn flag(reader: &mut Reader, key: &str) -> Option<bool> {
    let item = reader.item(key)?;
    reader.typed(key, item, "true or false", item.value.as_bool()).map(|flag| flag.value)
}

/// A text or a list of texts, each with its place.
pub(super) fn texts(reader: &mut Reader, key: &str) -> Vec<Located<String>> {
    let Some(item) = reader.item(key) else { return Vec::new() };
    let items = match item.value {
        DeValue::Array(_) => reader.items(key, item).unwrap_or_default(),
        _ => vec![item],
    };
    let text = |item: Item| {
        let text = reader.typed(key, item, "text", item.value.as_str())?;
        Some(Located { value: text.value.to_string(), span: text.span.into() })
    };
    items.into_iter().filter_map(text).collect()
}

fn growth(reader: &mut Reader) -> Option<Growth> {
    let family = reader.required_text("family");
    let item = reader.item("phi");
    let phis = match item.and_then(|item| reader.items("phi", item)) {
        None => (0..=7).map(f64::from).collect(),
        Some(items) => {
            let phi = |item: Item| {
                let phi = item.number().filter(|phi| phi.is_finite());
                reader.typed("phi", item, "a list of finite numbers", phi).map(|phi| phi.value)
            };
            items.into_iter().filter_map(phi).collect()
        }
    };
    let target = reader.positive("target").map_or(2.0, |target| target.value);
    let convention = reader.text("convention").map_or_else(
        || Located { value: "conv-linear".to_string(), span: reader.span.into() },
        |name| Located { value: name.value.to_string(), span: name.span.into() },
    );
    let family = family?;
    let family = Located { value: family.value.to_string(), span: family.span.into() };
    Some(Growth { family, phis, target, convention })
}

fn stages(reader: &mut Reader) -> Option<Stages> {
    reader.required("networks")?;
    let networks = texts(reader, "networks");
    let measures = match reader.item("costs").and_then(|item| reader.items("costs", item)) {
        None => vec![Measure::Macs, Measure::Params, Measure::Activations],
        Some(items) => {
            items.into_iter().filter_map(|item| measure_of(reader, "costs", item)).collect()
        }
    };
    if measures.contains(&Measure::Memory) {
        let place = reader.look_up("costs").map_or(reader.span, |item| item.span);
        reader.problem("memory is not a sum over stages", place, "among these");
    }
    if networks.is_empty() || measures.is_empty() {
        reader.problem("a chart of stages needs networks and costs", reader.span, "here");
        return None;
    }
    Some(Stages { networks, measures })
}
