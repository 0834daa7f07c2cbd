//! The names inside a panel: at points, on arrows, and where series end.

use crate::charts::drawing::font::{ASCENT, DESCENT, Style, TEXT_SIZE};
use crate::charts::drawing::geometry::Rect;
use crate::charts::drawing::label::{self, Wanted};
use crate::charts::drawing::layout::Frame;
use crate::charts::drawing::marker::Look;
use crate::charts::drawing::marks::{Mark, has_markers};
use crate::charts::drawing::page::{Page, Pixel, Stroke, Words};
use crate::charts::drawing::panel::{corners, error_bars, foot};
use crate::charts::drawing::scene::{PASSED, PASSED_DOT, Scene};
use crate::charts::drawing::{Panel, PlotError, Point, Role, Series, arrow, ends, note};
use plotters::style::text_anchor::HPos;

/// Everything written in a panel, with the thin lines that belong to it.
#[derive(Default)]
pub(crate) struct Names {
    pub texts: Vec<Words>,
    pub lines: Vec<[Pixel; 2]>,
    /// Arrow heads.
    pub heads: Vec<[Pixel; 3]>,
    /// Labels there was no room for, as the caller wrote them.
    pub dropped: Vec<String>,
}

/// Height of a name, in pixels.
pub(crate) const HEIGHT: f64 = (ASCENT + DESCENT) * TEXT_SIZE;
/// Up to this many labels are never dropped; more would only cover each other.
const MOST_ESSENTIAL: usize = 60;

/// Finds a place for every name of `panel`.
pub(crate) fn place(page: &Page, panel: &Panel, frame: &Frame, marks: &[Mark<'_>]) -> Names {
    let mut names = Names::default();
    let mut scene = scene(panel, frame, marks);
    for arrow in &panel.arrows {
        arrow::place(page, arrow, frame, &mut scene, &mut names);
    }
    note::place(page, panel, frame, &mut scene, &mut names);
    let labels = labels(page, panel, frame, marks);
    let wanted: Vec<Wanted> = labels.iter().map(|label| label.wanted.clone()).collect();
    for (label, place) in labels.into_iter().zip(label::place(&wanted, &scene)) {
        let Some(place) = place else {
            names.dropped.push(label.whole.clone());
            continue;
        };
        names.lines.extend(place.leader);
        let side = side(&place.rect, label.wanted.at.0);
        names.texts.push(words_in(label.text, &place.rect, side, label.style));
    }
    ends::place(page, panel, frame, &mut names);
    names
}

/// Leaders, connectors and arrows: under the markers.
pub(crate) fn draw_lines(page: &Page, names: &Names) -> Result<(), PlotError> {
    let colour = page.palette.axis;
    let stroke = Stroke { colour, width: 1.0, dash: None };
    let lines = || names.lines.iter().try_for_each(|line| page.line(line, stroke));
    page.group(stroke.attributes(), lines)?;
    names.heads.iter().try_for_each(|head| page.fill(head, colour))
}

/// `text` filling `rect`, anchored at its `side`.
pub(crate) fn words_in(text: String, rect: &Rect, side: HPos, style: Style) -> Words {
    let x = match side {
        HPos::Left => rect.left,
        HPos::Right => rect.right,
        HPos::Center => f64::midpoint(rect.left, rect.right),
    };
    Words::new(text, (x, rect.top + ASCENT * TEXT_SIZE), side, style)
}

/// A label at a point.
struct Label<'a> {
    whole: &'a String,
    /// As it is shown: perhaps shortened.
    text: String,
    style: Style,
    wanted: Wanted,
}

/// What names at points must keep clear of.
fn scene(panel: &Panel, frame: &Frame, marks: &[Mark<'_>]) -> Scene {
    let mut scene = Scene::new(Rect { right: frame.reach, ..frame.plot });
    for series in &panel.series {
        let weight = if series.role == Role::Hero { 400.0 } else { 200.0 };
        for pair in corners(series, frame).windows(2) {
            scene.add_stroke([pair[0], pair[1]], weight);
        }
        for ends in series.points.iter().flat_map(|point| error_bars(point, frame)) {
            scene.add_stroke(ends, weight);
        }
        for point in series.points.iter().filter(|_| series.stems) {
            scene.add_stroke([foot(point, frame), frame.position(point.x, point.y)], weight);
        }
    }
    for mark in marks.iter().filter(|mark| !mark.ring) {
        let passing = if mark.look == Look::Cloud { PASSED_DOT } else { PASSED };
        scene.add_marker(mark.at, mark.space, passing);
    }
    scene
}

/// The labels of points with markers, and of those without.
fn labels<'a>(page: &Page, panel: &'a Panel, frame: &Frame, marks: &[Mark<'a>]) -> Vec<Label<'a>> {
    let limit = (frame.plot.width() * 0.4).min(220.0);
    let marked = marks.iter().filter(|mark| !mark.ring);
    let marked = marked.map(|mark| (mark.series, mark.point, mark.space));
    let bare = panel.series.iter().filter(|series| !has_markers(series));
    let bare = bare.flat_map(|series| series.points.iter().map(move |point| (series, point, 0.0)));
    let mut labels = Vec::new();
    for (series, point, radius) in marked.chain(bare) {
        let hero = series.role == Role::Hero;
        let Some(whole) = point.label.as_ref().filter(|label| !label.trim().is_empty()) else {
            continue;
        };
        if series.role == Role::Muted {
            continue;
        }
        let style = Style::name(hero && !series.stems);
        let text = page.metrics.shorten(whole, style, limit);
        let wanted = Wanted {
            at: frame.position(point.x, point.y),
            radius,
            width: page.metrics.width(&text, style),
            height: HEIGHT,
            direction: direction(series, point, frame),
            essential: hero || point.keep,
        };
        labels.push(Label { whole, text, style, wanted });
    }
    if labels.iter().filter(|label| label.wanted.essential).count() > MOST_ESSENTIAL {
        for label in &mut labels {
            label.wanted.essential = false;
        }
    }
    labels
}

/// Where a name would like to stand: above a rising hero, right of others, at a stem's tip.
fn direction(series: &Series, point: &Point, frame: &Frame) -> f64 {
    match series.role {
        _ if series.stems && point.y < frame.y.base() => -std::f64::consts::FRAC_PI_2,
        _ if series.stems => std::f64::consts::FRAC_PI_2,
        Role::Hero => 0.75 * std::f64::consts::PI,
        Role::Other | Role::Guide | Role::Muted => -0.35,
    }
}

/// Anchoring at the point's side keeps a name beside it in a narrower font, too.
fn side(rect: &Rect, x: f64) -> HPos {
    if rect.left >= x {
        HPos::Left
    } else if rect.right <= x {
        HPos::Right
    } else {
        HPos::Center
    }
}
