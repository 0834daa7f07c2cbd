//! What stands above the panels (title, subtitle, key) and below them (the source).

use crate::charts::drawing::Chart;
use crate::charts::drawing::font::Style;
use crate::charts::drawing::key::{self, Item, Keyed};
use crate::charts::drawing::layout::{MARGIN, line_at};
use crate::charts::drawing::page::{Page, Words};

/// Width from which the title is large, in pixels.
const WIDE: f64 = 700.0;

/// Title, subtitle and key from the top down; also the height where they end.
pub(crate) fn above(chart: &Chart, keyed: &Keyed, page: &Page) -> (Vec<Words>, Vec<Item>, f64) {
    let style = if page.width < WIDE { Style::SmallTitle } else { Style::Title };
    let mut texts = Vec::new();
    let mut top = MARGIN;
    for line in balanced_title(&chart.title, style, page) {
        texts.push(line_at(line, top, style));
        top += (style.size() * 1.28).round();
    }
    top += 2.0;
    let subtitle = chart.subtitle.as_deref().unwrap_or_default();
    for line in page.metrics.wrap(subtitle, Style::Quiet, width(page), 2) {
        texts.push(line_at(line, top, Style::Quiet));
        top += 20.0;
    }
    let (key, bottom) = key::plan(chart, keyed, page, top + 4.0);
    (texts, key, bottom + 4.0)
}

/// The source from the bottom up; also the height where it starts.
pub(crate) fn below(chart: &Chart, page: &Page) -> (Vec<Words>, f64) {
    let mut texts = Vec::new();
    let mut top = page.height - MARGIN;
    for line in page.metrics.wrap(&chart.source, Style::Small, width(page), 4).into_iter().rev() {
        top -= 18.0;
        texts.push(line_at(line, top, Style::Small));
    }
    (texts, top - 6.0)
}

fn width(page: &Page) -> f64 {
    page.width - 2.0 * MARGIN
}

/// The title in as few lines as it needs, of about equal length.
fn balanced_title(title: &str, style: Style, page: &Page) -> Vec<String> {
    let wrap = |share: f64| page.metrics.wrap(title, style, width(page) * share, 3);
    let whole = |lines: &Vec<String>| !lines.iter().any(|line| line.ends_with('…'));
    let lines = wrap(1.0);
    if lines.len() < 2 || !whole(&lines) {
        return lines;
    }
    let narrower = (1..10).map(|step| wrap(1.0 - 0.05 * f64::from(step)));
    let as_few = narrower.take_while(|tried| tried.len() == lines.len() && whole(tried));
    as_few.last().unwrap_or(lines)
}
