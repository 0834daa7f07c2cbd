//! The key: one row of markers and names under the title.
//!
//! plotters' legend sits inside the plot, has an absolute width and ignores the
//! backend's text metrics; this one is laid out like any other text.

use crate::plot::backend::Pen;
use crate::plot::font::Style;
use crate::plot::layout::MARGIN;
use crate::plot::marker::{Families, Mark, paint};
use crate::plot::page::{Page, Pixel, Stroke, Words, refused, units};
use crate::plot::panel::{guide_stroke, marker_radius};
use crate::plot::{Chart, PlotError, Role, Series};
use plotters::style::text_anchor::HPos;

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
    Mark { slot: usize, role: Role },
    Line(Stroke),
    None,
}

const ROW: f64 = 22.0;
const MOST_ROWS: u32 = 3;

/// Lays the key out from `top` down; gives the height where it ends.
pub(crate) fn plan(chart: &Chart, families: &Families, page: &Page, top: f64) -> (Vec<Item>, f64) {
    let entries = entries(chart, families, page);
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
pub(crate) fn draw(page: &Page, items: &[Item]) -> Result<(), PlotError> {
    for item in items {
        let (x, y) = item.at;
        match item.sample {
            Sample::Mark { slot, role } => {
                let (fill, outline) = paint(slot, &page.palette);
                page.pen(Pen { outline: Some(outline), ..Pen::default() });
                let radius = marker_radius(role, 0);
                page.root
                    .draw(&Mark { at: units((x + 6.0, y)), slot, radius, fill })
                    .map_err(refused)?;
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
fn entries(chart: &Chart, families: &Families, page: &Page) -> Vec<(String, Sample, bool)> {
    let mut entries = Vec::new();
    for (slot, (name, role)) in families.names.iter().enumerate() {
        entries.push((name.clone(), Sample::Mark { slot, role: *role }, *role == Role::Hero));
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
    entries
}

fn sample_width(sample: Sample) -> f64 {
    match sample {
        Sample::Mark { .. } => 18.0,
        Sample::Line(_) => 36.0,
        Sample::None => 0.0,
    }
}

fn middle(top: f64, row: u32) -> f64 {
    top + (f64::from(row) - 0.5) * ROW
}
