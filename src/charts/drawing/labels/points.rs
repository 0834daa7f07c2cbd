//! The labels of points.

use crate::charts::drawing::labels::candidates::{Candidate, PointLabel};
use crate::charts::drawing::labels::obstacles::Obstacles;
use crate::charts::drawing::labels::placement;
use crate::charts::drawing::labels::{LABEL_HEIGHT, Labels, Site, text_in};
use crate::charts::drawing::marks::points::has_markers;
use crate::charts::drawing::{Frame, Point, Rect, Role, Series, TextStyle};
use plotters::style::text_anchor::HPos;
use std::f64::consts::{FRAC_PI_2, PI};

/// With more essential labels than this, none is essential: they would cover each other.
const MAX_ESSENTIAL: usize = 60;

/// Labels are cut to two fifths of the plot's width, but between these, in pixels.
const MIN_LIMIT: f64 = 180.0;
const MAX_LIMIT: f64 = 220.0;

/// The text of a label: as the caller wrote it, and as it is shown, perhaps shortened.
struct LabelText<'a> {
    /// The series, if the point has a shorter label than this.
    shortens: Option<&'a String>,
    full: &'a String,
    shown: String,
    style: TextStyle,
}

/// Adds the labels of all points, with leaders; drops those without room.
pub(super) fn place(site: &Site, obstacles: &Obstacles, labels: &mut Labels) {
    let (texts, wanted) = point_labels(site);
    let placed = legible(placement::place(&wanted, obstacles), obstacles);
    for ((text, wanted), candidate) in texts.into_iter().zip(wanted).zip(placed) {
        let has_leader = candidate.is_some_and(|candidate| candidate.leader.is_some());
        let is_long = text.shown.ends_with('…');
        if candidate.is_none() || is_long || (has_leader && site.canvas.prefers_short) {
            labels.crowded.extend(text.shortens.cloned());
        }
        let Some(candidate) = candidate else {
            labels.dropped.push(text.full.clone());
            continue;
        };
        let is_cut = text.shown.ends_with('…') && !text.full.ends_with('…');
        labels.dropped.extend(is_cut.then(|| text.full.clone()));
        labels.lines.extend(candidate.leader);
        labels.at_points.push(candidate);
        let anchor = anchor(&candidate.rect, wanted.at.0);
        labels.texts.push(text_in(text.shown, &candidate.rect, anchor, text.style));
    }
}

/// The candidates without those that cover a marker, or a text or leader of another: nobody could read either. Labels of
/// what is in front, which come last, are kept.
fn legible(placed: Vec<Option<Candidate>>, obstacles: &Obstacles) -> Vec<Option<Candidate>> {
    let mut kept: Vec<Candidate> = Vec::new();
    let is_in_the_way = |one: &Candidate, other: &Candidate| {
        one.rect.overlaps(&other.rect) || one.leader.is_some_and(|leader| other.rect.meets(leader))
    };
    let mut is_legible = |candidate: &Candidate| {
        let is_free = obstacles.covered(&candidate.rect) == 0
            && !kept
                .iter()
                .any(|one| is_in_the_way(one, candidate) || is_in_the_way(candidate, one));
        kept.extend(is_free.then_some(*candidate));
        is_free
    };
    let mut legible: Vec<_> =
        placed.into_iter().rev().map(|label| label.filter(&mut is_legible)).collect();
    legible.reverse();
    legible
}

/// The labels of points with markers, then of those without.
fn point_labels<'a>(site: &'a Site) -> (Vec<LabelText<'a>>, Vec<PointLabel>) {
    let Site { panel, frame, markers, canvas, short } = site;
    let limit = (frame.plot.width() * 0.4).clamp(MIN_LIMIT, MAX_LIMIT);
    let marked = markers.iter().filter(|marker| !marker.is_ring);
    let marked = marked.map(|marker| (marker.series, marker.point, marker.clearance));
    let bare = panel.series.iter().filter(|series| !has_markers(series));
    let bare = bare.flat_map(|series| series.points.iter().map(move |point| (series, point, 0.0)));
    let (mut texts, mut wanted) = (Vec::new(), Vec::new());
    for (series, point, radius) in marked.chain(bare) {
        let short = point.short_label.as_ref().filter(|_| short.contains(&series.name));
        let label = short.or(point.label.as_ref()).filter(|label| !label.trim().is_empty());
        let Some(full) = label.filter(|_| series.role != Role::Muted) else { continue };
        let is_hero = series.role == Role::Hero;
        let style = TextStyle::label(is_hero && !series.stems);
        let shown = canvas.metrics.shorten(full, style, limit);
        wanted.push(PointLabel {
            at: frame.position(point.x, point.y),
            radius,
            width: canvas.metrics.width(&shown, style),
            height: LABEL_HEIGHT,
            direction: direction(series, point, frame),
            is_essential: is_hero || point.keep_label,
        });
        let is_shorter = |short: &String| short.chars().count() < full.chars().count();
        let shortens = point.short_label.as_ref().filter(|short| is_shorter(short));
        texts.push(LabelText { shortens: shortens.map(|_| &series.name), full, shown, style });
    }
    if wanted.iter().filter(|label| label.is_essential).count() > MAX_ESSENTIAL {
        for label in &mut wanted {
            label.is_essential = false;
        }
    }
    (texts, wanted)
}

/// The preferred direction: above a rising hero, right of others, beyond a stem's tip.
fn direction(series: &Series, point: &Point, frame: &Frame) -> f64 {
    match series.role {
        _ if series.stems && point.y < frame.y.base() => -FRAC_PI_2,
        _ if series.stems => FRAC_PI_2,
        Role::Hero => 0.75 * PI,
        Role::Other | Role::Guide | Role::Muted => -0.35,
    }
}

/// Anchored on the side of its point, a label stays beside it even in a narrower font.
fn anchor(rect: &Rect, x: f64) -> HPos {
    if rect.left >= x {
        HPos::Left
    } else if rect.right <= x {
        HPos::Right
    } else {
        HPos::Center
    }
}
