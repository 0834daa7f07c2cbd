//! The key: one row of markers and names under the title.
//!
//! plotters' legend sits inside the plot, has an absolute width and ignores the
//! backend's text metrics; this one is laid out like any other text.

use crate::charts::drawing::backend::Pen;
use crate::charts::drawing::font::Style;
use crate::charts::drawing::layout::MARGIN;
use crate::charts::drawing::marker::{Families, Look};
use crate::charts::drawing::page::{Page, Pixel, Stroke, Words};
use crate::charts::drawing::panel::guide_stroke;
use crate::charts::drawing::{Chart, PlotError, Role, Series};
use plotters::style::text_anchor::HPos;
use std::collections::BTreeMap;

/// What has a colour of its own by its name.
pub(crate) struct Keyed {
    pub families: Families,
    /// The parts of bars, in the order in which they first appear.
    pub parts: BTreeMap<String, usize>,
}

impl Keyed {
    pub(crate) fn of(chart: &Chart) -> Self {
        let mut parts = BTreeMap::new();
        let bars = chart.panels.iter().flat_map(|panel| &panel.bars);
        for part in bars.flat_map(|bar| &bar.parts) {
            let next = parts.len();
            parts.entry(part.name.clone()).or_insert(next);
        }
        Self { families: Families::of(chart), parts }
    }

    /// The place of a part among all.
    pub(crate) fn part(&self, name: &str) -> usize {
        self.parts.get(name).copied().unwrap_or(0)
    }
}

/// One entry of the key.
pub(crate) struct Item {
    name: String,
    sample: Sample,
    bold: bool,
    /// Left end of the sample, at half its height.
    at: Pixel,
}

#[derive(Clone, Copy)]
enum Sample {
    Mark(Look),
    Line(Stroke),
    /// A part of bars.
    Part(usize),
    None,
}

const ROW: f64 = 22.0;
const MOST_ROWS: u32 = 3;

/// Lays the key out from `top` down; gives the height where it ends.
pub(crate) fn plan(chart: &Chart, keyed: &Keyed, page: &Page, top: f64) -> (Vec<Item>, f64) {
    let entries = entries(chart, keyed, page);
    if entries.len() < 2 {
        return (Vec::new(), top);
    }
    let right = page.width - MARGIN;
    let count = entries.len();
    let mut items: Vec<Item> = Vec::new();
    let (mut x, mut row) = (MARGIN, 1);
    for (name, sample, bold) in entries {
        let name = page.metrics.shorten(&name, Style::name(bold), (page.width * 0.4).min(260.0));
        let width = sample_width(sample) + page.metrics.width(&name, Style::name(bold));
        // The last row keeps room to say how many names are missing.
        let room = if row == MOST_ROWS { right - 90.0 } else { right };
        if x + width > room && x > MARGIN {
            if row == MOST_ROWS {
                let name = format!("+ {} more", count - items.len());
                items.push(Item {
                    name,
                    sample: Sample::None,
                    bold: false,
                    at: (x, middle(top, row)),
                });
                break;
            }
            (x, row) = (MARGIN, row + 1);
        }
        items.push(Item { name, sample, bold, at: (x, middle(top, row)) });
        x += width + 22.0;
    }
    (items, top + f64::from(row) * ROW + 6.0)
}

/// Draws the key.
pub(crate) fn draw(page: &Page, items: &[Item], parts: usize) -> Result<(), PlotError> {
    for item in items {
        let (x, y) = item.at;
        match item.sample {
            Sample::Mark(look) => look.draw(page, (x + 6.0, y), look.radius(0), None)?,
            Sample::Part(index) => {
                let outline = Some((page.palette.mark(0), 1.0));
                page.pen(Pen { outline, ..Pen::default() });
                let (left, right, top, bottom) = (x, x + 24.0, y - 6.0, y + 6.0);
                let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
                page.fill(&corners, page.palette.part(index, parts))?;
            }
            Sample::Line(stroke) => page.line(&[(x, y), (x + 28.0, y)], stroke)?,
            Sample::None => {}
        }
        let at = (x + sample_width(item.sample), y + 5.0);
        page.write(&Words::new(&item.name, at, HPos::Left, Style::name(item.bold)))?;
    }
    Ok(())
}

/// All families, then the guides that have no name at their end.
fn entries(chart: &Chart, keyed: &Keyed, page: &Page) -> Vec<(String, Sample, bool)> {
    let mut entries = Vec::new();
    for (name, look) in &keyed.families.names {
        let bold = matches!(look, Look::Family { hero: true, .. });
        entries.push((name.clone(), Sample::Mark(*look), bold));
    }
    let unnamed = |series: &&Series| series.role == Role::Guide && series.end_label.is_none();
    for guide in chart.panels.iter().flat_map(|panel| &panel.series).filter(unnamed) {
        if !guide.name.is_empty() && entries.iter().all(|(name, ..)| *name != guide.name) {
            entries.push((
                guide.name.clone(),
                Sample::Line(guide_stroke(guide.line, &page.palette)),
                false,
            ));
        }
    }
    let mut parts: Vec<(&String, &usize)> = keyed.parts.iter().collect();
    parts.sort_by_key(|(_, index)| **index);
    entries
        .extend(parts.iter().map(|(name, index)| ((*name).clone(), Sample::Part(**index), false)));
    entries
}

fn sample_width(sample: Sample) -> f64 {
    match sample {
        Sample::Mark(_) => 18.0,
        Sample::Part(_) => 30.0,
        Sample::Line(_) => 36.0,
        Sample::None => 0.0,
    }
}

fn middle(top: f64, row: u32) -> f64 {
    top + (f64::from(row) - 0.5) * ROW
}
