//! The legend: rows of markers, lines and colours with their names, under the title.
//!
//! plotters' legend lies inside the plot, has a fixed width and guesses the widths of texts.

use crate::charts::drawing::marks::encoding::guide_stroke;
use crate::charts::drawing::marks::marker::HOLE;
use crate::charts::drawing::shape::{Outline, Shape};
use crate::charts::drawing::{
    Canvas, Chart, Element, Encoding, MarkerStyle, Paint, Pixel, Rect, Role, Series, Stroke,
    TextStyle,
};
use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

/// Maximum rows; a compact chart has fewer names in each.
const MAX_ROWS: u32 = 3;
const MAX_COMPACT_ROWS: u32 = 6;
/// Room kept in the last row for the number of names that are left out, in pixels.
const MORE_WIDTH: f64 = 90.0;
/// Radius of the marker that stands for all hollow ones, in pixels.
const HOLLOW_RADIUS: f64 = 5.2;

pub(crate) struct Entry<'a> {
    name: &'a str,
    symbol: Symbol,
    is_bold: bool,
}

#[derive(Clone, Copy)]
enum Symbol {
    Marker(MarkerStyle),
    Line(Stroke),
    Segment(RGBColor),
    Level(RGBColor),
    /// A marker with a hole, in the colour of axes.
    Hollow,
}

/// The key, and what found no room in it.
pub(crate) struct Legend {
    pub elements: Vec<Element>,
    /// The height where it ends.
    pub bottom: f64,
    /// The names that it leaves out.
    pub left_out: Vec<String>,
}

/// The legend from `top` down; one name needs no legend.
pub(crate) fn legend(entries: &[Entry], canvas: &Canvas, top: f64) -> Legend {
    let mut legend = Legend { elements: Vec::new(), bottom: top, left_out: Vec::new() };
    if entries.len() < 2 {
        return legend;
    }
    let height = canvas.heights.key;
    let places = places(entries, canvas);
    let middle = |row: u32| top + (f64::from(row) - 0.5) * height;
    for (entry, &(x, row)) in entries.iter().zip(&places) {
        entry.draw(canvas, (x, middle(row)), &mut legend.elements);
    }
    let last = places.last().copied().unwrap_or((canvas.margin, 1));
    legend.bottom = top + f64::from(last.1) * height + canvas.heights.key_gap;
    let left_out = &entries[places.len()..];
    if !left_out.is_empty() {
        let more = format!("+ {} more", left_out.len());
        let at = (canvas.width - canvas.margin, middle(last.1) + 5.0);
        legend.elements.push(Element::text(more, at, HPos::Right, TextStyle::Label));
        legend.left_out = left_out.iter().map(|entry| entry.name.to_owned()).collect();
    }
    legend
}

/// Left end and row of each entry, as far as there is room.
fn places(entries: &[Entry], canvas: &Canvas) -> Vec<(f64, u32)> {
    let max_rows = if canvas.is_compact { MAX_COMPACT_ROWS } else { MAX_ROWS };
    let right = canvas.width - canvas.margin;
    let (mut x, mut row) = (canvas.margin, 1);
    let mut places = Vec::new();
    for entry in entries {
        let width = entry.width(canvas);
        let limit = if row == max_rows { right - MORE_WIDTH } else { right };
        if x + width > limit && x > canvas.margin {
            if row == max_rows {
                break;
            }
            (x, row) = (canvas.margin, row + 1);
        }
        places.push((x, row));
        x += width + 22.0;
    }
    places
}

impl Entry<'_> {
    fn shown(&self, canvas: &Canvas) -> (String, TextStyle) {
        let style = TextStyle::label(self.is_bold);
        (canvas.metrics.shorten(self.name, style, max_name(canvas)), style)
    }

    fn width(&self, canvas: &Canvas) -> f64 {
        let (name, style) = self.shown(canvas);
        self.symbol.width() + canvas.metrics.width(&name, style)
    }

    /// Draws symbol and name right of `at`.
    fn draw(&self, canvas: &Canvas, at @ (x, y): Pixel, elements: &mut Vec<Element>) {
        let (name, style) = self.shown(canvas);
        self.symbol.draw(canvas, at, elements);
        let baseline = (x + self.symbol.width(), y + 5.0);
        elements.push(Element::text(name, baseline, HPos::Left, style));
    }
}

/// Maximum width of a name in pixels; in a compact chart, that of a row.
fn max_name(canvas: &Canvas) -> f64 {
    if canvas.is_compact { canvas.width - 60.0 } else { (canvas.width * 0.4).min(260.0) }
}

/// All series with markers, guides without a label at their end, segments of bars, and levels; without a source also hollow
/// markers.
pub(crate) fn entries<'a>(
    chart: &'a Chart,
    encoding: &Encoding<'a>,
    canvas: &Canvas,
    has_source: bool,
) -> Vec<Entry<'a>> {
    let marked = encoding.series.iter().map(|&(name, marker)| Entry {
        name,
        symbol: Symbol::Marker(marker),
        is_bold: matches!(marker, MarkerStyle::Slot { is_hero: true, .. }),
    });
    let mut entries: Vec<Entry<'a>> = marked.collect();
    let unlabelled = |series: &&Series| series.role == Role::Guide && series.end_label.is_none();
    for guide in chart.panels.iter().flat_map(|panel| &panel.series).filter(unlabelled) {
        if !guide.name.is_empty() && entries.iter().all(|entry| entry.name != guide.name) {
            let symbol = Symbol::Line(guide_stroke(guide.line, &canvas.palette));
            entries.push(Entry { name: &guide.name, symbol, is_bold: false });
        }
    }
    entries.extend(encoding.segments.iter().map(|&name| {
        let symbol = Symbol::Segment(encoding.segment_colour(name, &canvas.palette));
        Entry { name, symbol, is_bold: false }
    }));
    entries.extend(encoding.levels.iter().map(|&name| {
        let symbol = Symbol::Level(encoding.level_colour(name, &canvas.palette));
        Entry { name, symbol, is_bold: false }
    }));
    if !has_source && !chart.hollow.is_empty() {
        entries.push(Entry { name: &chart.hollow, symbol: Symbol::Hollow, is_bold: false });
    }
    entries
}

impl Symbol {
    /// Width with the gap before the name, in pixels.
    fn width(self) -> f64 {
        match self {
            Self::Marker(_) | Self::Hollow | Self::Level(_) => 18.0,
            Self::Segment(_) => 30.0,
            Self::Line(_) => 36.0,
        }
    }

    /// Draws the symbol right of `at`.
    fn draw(self, canvas: &Canvas, at @ (x, y): Pixel, elements: &mut Vec<Element>) {
        match self {
            Self::Marker(marker) => {
                let radius = marker.radius(0) * canvas.mark_scale;
                elements.extend(marker.draw(&canvas.palette, (x + 6.0, y), radius, None));
            }
            Self::Hollow => {
                let circle = |radius: f64, colour| {
                    let radius = radius * canvas.mark_scale;
                    let outline = Outline::Circle { centre: (x + 6.0, y), radius };
                    let paint = Paint::Fill { colour, outline: None };
                    Element::Shape(Shape { outline, paint, tooltip: None })
                };
                elements.push(circle(HOLLOW_RADIUS, canvas.palette.axis));
                elements.push(circle(HOLE * HOLLOW_RADIUS, canvas.palette.background));
            }
            Self::Line(stroke) => {
                elements.push(Element::line([at, (x + 28.0, y)], stroke.scaled(canvas.mark_scale)));
            }
            Self::Level(colour) => {
                let rect = Rect { left: x, top: y - 6.0, right: x + 12.0, bottom: y + 6.0 };
                elements.push(Element::polygon(rect.corners(), colour, None, None));
            }
            Self::Segment(colour) => {
                let rect = Rect { left: x, top: y - 6.0, right: x + 24.0, bottom: y + 6.0 };
                let outline = Some((canvas.palette.mark(0), 1.0));
                elements.push(Element::polygon(rect.corners(), colour, outline, None));
            }
        }
    }
}
