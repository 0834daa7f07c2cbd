//! The labels inside a panel: at points, on arrows, at the ends of series, and notes.

mod arrow;
mod candidates;
mod margin;
mod note;
mod obstacles;
mod placement;
mod points;
mod selection;

use crate::charts::drawing::font::{ASCENT, DESCENT, TEXT_SIZE};
use crate::charts::drawing::marks::series::{stems, vertices};
use crate::charts::drawing::marks::{error_bars, levels};
use crate::charts::drawing::{
    Arrow, Canvas, Element, Frame, Marker, MarkerStyle, Paint, Panel, Pixel, Rect, Role, Stroke,
    TextStyle,
};
use arrow::PlacedArrow;
use candidates::Candidate;
use obstacles::{Disc, OVER_DOT, OVER_MARKER, Obstacles};
use plotters::style::text_anchor::HPos;
use std::collections::BTreeSet;

/// Height of a label, in pixels.
const LABEL_HEIGHT: f64 = (ASCENT + DESCENT) * TEXT_SIZE;
/// Costs of a label crossed by an arrow or a hero's line, and by another line.
const OVER_HERO_LINE: f64 = 400.0;
const OVER_OTHER_LINE: f64 = 200.0;
/// Cost of a label on a row of cells.
const OVER_CELLS: f64 = 4.0;

/// Where labels are placed.
struct Site<'a> {
    panel: &'a Panel,
    frame: &'a Frame,
    markers: &'a [Marker<'a>],
    canvas: &'a Canvas<'a>,
    /// The names of series whose points have short labels.
    short: BTreeSet<String>,
}

/// The labels of a panel, with the thin lines and arrow heads that belong to them.
#[derive(Default)]
pub(crate) struct Labels {
    pub texts: Vec<Element>,
    lines: Vec<[Pixel; 2]>,
    pub(crate) arrows: Vec<PlacedArrow>,
    pub(crate) at_points: Vec<Candidate>,
    /// Labels without room, as the caller wrote them.
    pub dropped: Vec<String>,
    /// The names of series with such a label, or on paper with a leader.
    crowded: BTreeSet<String>,
}

impl Labels {
    /// Places all labels of `panel`. Arrows that a label must lie on, because it is never dropped, are left out.
    ///
    /// If the key names the series, those whose labels find no place have short ones. So have those whose labels
    /// need leaders in a compact chart or on paper.
    pub(crate) fn of(
        panel: &Panel,
        frame: &Frame,
        markers: &[Marker<'_>],
        canvas: &Canvas,
        has_key: bool,
    ) -> Self {
        let mut site = Site { panel, frame, markers, canvas, short: BTreeSet::new() };
        let mut best = Self::beside_arrows(&site);
        while has_key && !best.crowded.is_subset(&site.short) {
            site.short.extend(best.crowded.iter().cloned());
            let tried = Self::beside_arrows(&site);
            if tried.faults(canvas) >= best.faults(canvas) {
                break;
            }
            best = tried;
        }
        best
    }

    /// Labels that are left out, and leaders that confuse a small chart.
    fn faults(&self, canvas: &Canvas) -> (usize, usize) {
        let leaders = self.at_points.iter().filter(|label| label.leader.is_some()).count();
        (self.dropped.len(), if canvas.prefers_short { leaders } else { 0 })
    }

    fn beside_arrows(site: &Site) -> Self {
        let mut arrows: Vec<&Arrow> = site.panel.arrows.iter().collect();
        let mut left_out = Vec::new();
        loop {
            let mut labels = Self::around(&arrows, site);
            let Some(covered) = labels.covered_arrow() else {
                labels.dropped.extend(left_out);
                return labels;
            };
            left_out.push(arrows.remove(covered).label.clone());
        }
    }

    fn around(arrows: &[&Arrow], site: &Site) -> Self {
        let Site { panel, frame, markers, canvas, .. } = *site;
        let mut labels = Self::default();
        let mut obstacles = obstacles(panel, frame, markers, canvas);
        for (index, arrow) in arrows.iter().enumerate() {
            match arrow::place(arrow, index, frame, canvas, &mut obstacles) {
                Some((placed, text)) => {
                    labels.arrows.push(placed);
                    labels.texts.push(text);
                }
                None => labels.dropped.push(arrow.label.clone()),
            }
        }
        note::place(&panel.notes, frame, canvas, &mut obstacles, &mut labels);
        points::place(site, &obstacles, &mut labels);
        margin::place(panel, frame, canvas, &mut labels);
        labels
    }

    /// The number of an arrow whose label is under another label or its leader.
    fn covered_arrow(&self) -> Option<usize> {
        let is_on = |one: &Candidate, arrow: &PlacedArrow| {
            one.rect.overlaps(&arrow.label)
                || one.leader.is_some_and(|leader| arrow.label.meets(leader))
        };
        let covered = |arrow: &&PlacedArrow| self.at_points.iter().any(|label| is_on(label, arrow));
        self.arrows.iter().find(covered).map(|arrow| arrow.index)
    }

    /// Leaders, connectors and arrows, which lie under the markers.
    pub(crate) fn draw_lines(&self, canvas: &Canvas, elements: &mut Vec<Element>) {
        let colour = canvas.palette.axis;
        let stroke = Stroke::solid(colour, 1.0);
        let shafts = self.arrows.iter().flat_map(|arrow| &arrow.shaft);
        let lines = shafts.chain(&self.lines).map(|&line| Element::line(line, stroke)).collect();
        elements.push(Element::Group(Paint::Stroke(stroke), lines));
        let heads = self.arrows.iter().map(|arrow| arrow.head);
        elements.extend(heads.map(|corners| Element::polygon(corners, colour, None, None)));
    }
}

/// A text of label size that fills `rect`.
fn text_in(content: String, rect: &Rect, anchor: HPos, style: TextStyle) -> Element {
    let x = match anchor {
        HPos::Left => rect.left,
        HPos::Right => rect.right,
        HPos::Center => f64::midpoint(rect.left, rect.right),
    };
    Element::text(content, (x, rect.top + ASCENT * TEXT_SIZE), anchor, style)
}

/// The markers, lines and cells of a panel.
fn obstacles(panel: &Panel, frame: &Frame, markers: &[Marker<'_>], canvas: &Canvas) -> Obstacles {
    let mut obstacles = Obstacles::new(Rect { right: frame.labels_right, ..frame.plot });
    for series in &panel.series {
        let cost = if series.role == Role::Hero { OVER_HERO_LINE } else { OVER_OTHER_LINE };
        let vertices = vertices(series, frame);
        let bars = series.points.iter();
        let bars =
            bars.flat_map(|point| error_bars::bars(point, frame, canvas.mark_scale)).flatten();
        let segments = vertices.windows(2).map(|pair| [pair[0], pair[1]]);
        for segment in segments.chain(bars).chain(stems(series, frame)) {
            obstacles.add_line(segment, cost);
        }
    }
    for rect in panel.levels.iter().flat_map(|level| levels::rects(level, frame)) {
        let middle = f64::midpoint(rect.top, rect.bottom);
        obstacles.add_line([(rect.left, middle), (rect.right, middle)], OVER_CELLS);
    }
    for marker in markers.iter().filter(|marker| !marker.is_ring) {
        let leader_cost = if marker.style == MarkerStyle::Dot { OVER_DOT } else { OVER_MARKER };
        obstacles.add_marker(Disc { at: marker.at, radius: marker.clearance, leader_cost });
    }
    obstacles
}
