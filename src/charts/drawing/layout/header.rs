//! The texts above the panels (title and subtitle) and below them (note and source).

use crate::charts::drawing::{Canvas, Chart, Element, Omitted, TextStyle, Unit};

/// Charts for screens of at least this width have a large title, in pixels.
const WIDE: f64 = 700.0;

/// Which of the texts are written: each step gives up one more.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(super) enum Texts {
    All,
    WithoutSource,
    /// Title and subtitle.
    Title,
    None,
}

impl Texts {
    /// In the order in which they are given up.
    pub(super) const ALL: [Texts; 4] =
        [Texts::All, Texts::WithoutSource, Texts::Title, Texts::None];
}

/// The texts around the panels.
pub(super) struct Header {
    /// Title and subtitle, and the height where they end.
    pub title: Vec<Element>,
    pub title_bottom: f64,
    /// Note and source, and the height where they start.
    pub source: Vec<Element>,
    pub source_top: f64,
    /// Whether the source is written.
    pub has_source: bool,
    /// Whether no text is cut.
    pub is_whole: bool,
    /// The texts that are not written, or not to their end.
    pub omitted: Vec<Omitted>,
}

pub(super) fn of(chart: &Chart, canvas: &Canvas, texts: Texts) -> Header {
    let (title, subtitle) = if texts < Texts::None { titles(chart) } else { ("", "") };
    let source = match texts {
        Texts::All => joined(&chart.note, &chart.source),
        Texts::WithoutSource => chart.note.clone(),
        Texts::Title | Texts::None => String::new(),
    };
    let titles = balanced(title, title_style(canvas), canvas);
    let subtitles = canvas.metrics.wrap(subtitle, TextStyle::Muted, width(canvas), 2);
    let sources = canvas.metrics.wrap(&source, TextStyle::Small, width(canvas), 4);
    let is_title_cut = is_cut(title, &titles) || is_cut(subtitle, &subtitles);
    let is_source_cut = is_cut(&source, &sources);
    let mut omitted = omitted(chart, texts);
    omitted.extend(is_title_cut.then(|| Omitted::Title(joined(title, subtitle))));
    omitted.extend(is_source_cut.then(|| Omitted::Source(source.clone())));
    let (title, title_bottom) = downwards(&titles, &subtitles, canvas);
    let (source, source_top) = upwards(&sources, canvas);
    let is_whole = !is_title_cut && !is_source_cut;
    let has_source = texts == Texts::All && !chart.source.is_empty();
    Header { title, title_bottom, source, source_top, has_source, is_whole, omitted }
}

/// The title, unless it is hidden, and the subtitle.
fn titles(chart: &Chart) -> (&str, &str) {
    let title = if chart.hides_title { "" } else { &*chart.title };
    (title, chart.subtitle.as_deref().unwrap_or_default())
}

/// The texts that are not written.
fn omitted(chart: &Chart, texts: Texts) -> Vec<Omitted> {
    let (title, subtitle) = titles(chart);
    let all = [
        (Texts::None, Omitted::Title(joined(title, subtitle))),
        (Texts::Title, Omitted::Note(chart.note.clone())),
        (Texts::WithoutSource, Omitted::Source(chart.source.clone())),
    ];
    let is_left_out = |(from, omitted): &(Texts, Omitted)| match omitted {
        Omitted::Title(text) | Omitted::Note(text) | Omitted::Source(text) => {
            texts >= *from && !text.is_empty()
        }
        Omitted::Label(_) | Omitted::Characters(_) => false,
    };
    all.into_iter().filter(is_left_out).map(|(_, omitted)| omitted).collect()
}

/// Two texts, each on its own line.
fn joined(first: &str, second: &str) -> String {
    let texts = [first, second].into_iter().filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join("\n")
}

/// Whether a text's lines end before the text does.
fn is_cut(text: &str, lines: &[String]) -> bool {
    lines.iter().any(|line| line.ends_with('…')) && !text.contains('…')
}

fn title_style(canvas: &Canvas) -> TextStyle {
    match canvas.width {
        _ if canvas.is_compact => TextStyle::BoldLabel,
        width if width < WIDE || canvas.look.size.unit != Unit::Pixel => TextStyle::SmallTitle,
        _ => TextStyle::Title,
    }
}

/// Title and subtitle from the top down, and the height where they end.
fn downwards(titles: &[String], subtitles: &[String], canvas: &Canvas) -> (Vec<Element>, f64) {
    let style = title_style(canvas);
    let mut texts = Vec::new();
    let mut top = canvas.margin;
    for line in titles {
        texts.push(Element::text_below(line.clone(), (canvas.margin, top), style));
        top += (style.size() * 1.28).round();
    }
    // Without a title there is no gap below it.
    top += if titles.is_empty() { 0.0 } else { 2.0 };
    for line in subtitles {
        texts.push(Element::text_below(line.clone(), (canvas.margin, top), TextStyle::Muted));
        top += 20.0;
    }
    (texts, top)
}

/// The source from the bottom up, and the height where it starts.
fn upwards(sources: &[String], canvas: &Canvas) -> (Vec<Element>, f64) {
    let mut texts = Vec::new();
    let mut top = canvas.height - canvas.margin;
    for line in sources.iter().rev() {
        top -= 18.0;
        texts.push(Element::text_below(line.clone(), (canvas.margin, top), TextStyle::Small));
    }
    (texts, top - if sources.is_empty() { 0.0 } else { 6.0 })
}

fn width(canvas: &Canvas) -> f64 {
    canvas.width - 2.0 * canvas.margin
}

/// The title in as few lines as it needs, of about equal length.
fn balanced(title: &str, style: TextStyle, canvas: &Canvas) -> Vec<String> {
    let wrap = |share: f64| canvas.metrics.wrap(title, style, width(canvas) * share, 3);
    let is_uncut = |lines: &Vec<String>| !lines.iter().any(|line| line.ends_with('…'));
    let lines = wrap(1.0);
    if lines.len() < 2 || !is_uncut(&lines) {
        return lines;
    }
    let narrower = (1..10).map(|step| wrap(1.0 - 0.05 * f64::from(step)));
    let as_few = narrower.take_while(|tried| tried.len() == lines.len() && is_uncut(tried));
    as_few.last().unwrap_or(lines)
}
