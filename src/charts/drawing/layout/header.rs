//! The texts above the panels (title and subtitle) and below them (the source).

use crate::charts::drawing::{Canvas, Chart, Element, MARGIN, TextStyle};

/// Canvases of at least this width have a large title, in pixels.
const WIDE: f64 = 700.0;

/// Title and subtitle from the top down, and the height where they end.
pub(crate) fn title(chart: &Chart, canvas: &Canvas) -> (Vec<Element>, f64) {
    let style = if canvas.width < WIDE { TextStyle::SmallTitle } else { TextStyle::Title };
    let mut texts = Vec::new();
    let mut top = MARGIN;
    for line in balanced(&chart.title, style, canvas) {
        texts.push(Element::text_below(line, (MARGIN, top), style));
        top += (style.size() * 1.28).round();
    }
    top += 2.0;
    let subtitle = chart.subtitle.as_deref().unwrap_or_default();
    for line in canvas.metrics.wrap(subtitle, TextStyle::Muted, width(canvas), 2) {
        texts.push(Element::text_below(line, (MARGIN, top), TextStyle::Muted));
        top += 20.0;
    }
    (texts, top)
}

/// The source from the bottom up, and the height where it starts.
pub(crate) fn source(chart: &Chart, canvas: &Canvas) -> (Vec<Element>, f64) {
    let mut texts = Vec::new();
    let mut top = canvas.height - MARGIN;
    let lines = canvas.metrics.wrap(&chart.source, TextStyle::Small, width(canvas), 4);
    for line in lines.into_iter().rev() {
        top -= 18.0;
        texts.push(Element::text_below(line, (MARGIN, top), TextStyle::Small));
    }
    (texts, top - 6.0)
}

fn width(canvas: &Canvas) -> f64 {
    canvas.width - 2.0 * MARGIN
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
