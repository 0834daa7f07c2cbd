//! The markers of a panel's points; a marker hidden by others also gets a ring.

use crate::charts::drawing::marks::marker::MAX_LARGE;
use crate::charts::drawing::spatial_index::SpatialIndex;
use crate::charts::drawing::{
    Element, Encoding, Frame, MarkerStyle, Palette, Pixel, Point, Rect, Role, Series,
};

/// Two markers nearer than this share of a radius hide each other.
const HIDDEN: f64 = 0.9;
/// From a marker to its ring, and from a ring to the next, in pixels.
const RING_GAP: f64 = 3.6;
/// More rings around one point would look like a target.
const MAX_RINGS: usize = 3;

/// The marker of a point, or the ring around it.
#[derive(Clone, Copy)]
pub(crate) struct Marker<'a> {
    pub series: &'a Series,
    pub point: &'a Point,
    pub at: Pixel,
    pub style: MarkerStyle,
    /// In pixels.
    pub radius: f64,
    /// Labels keep this far from the point: the radius of the largest ring around it.
    pub clearance: f64,
    pub is_ring: bool,
}

pub(crate) fn has_markers(series: &Series) -> bool {
    match series.role {
        Role::Hero | Role::Other => series.marker,
        Role::Muted => true,
        Role::Guide => false,
    }
}

/// The markers and rings of `series`, in the order in which they are drawn; `scale` is the size of markers. Those of a
/// dense panel are small and have no rings.
pub(crate) fn markers<'a>(
    series: &[&'a Series],
    is_dense: bool,
    frame: &Frame,
    encoding: &Encoding<'_>,
    scale: f64,
) -> Vec<Marker<'a>> {
    let marked = || series.iter().filter(|series| has_markers(series));
    let count = marked().filter(|series| series.role != Role::Muted);
    let count = count.map(|series| series.points.len()).sum();
    let count = if is_dense { usize::MAX } else { count };
    let mut markers: Vec<Marker<'a>> = Vec::new();
    for series in marked() {
        let style = encoding.marker(series);
        let radius = style.radius(count) * scale;
        markers.extend(series.points.iter().map(|point| {
            let (at, style) = (frame.position(point.x, point.y), style.with_hole(point.hollow));
            Marker { series, point, at, style, radius, clearance: radius, is_ring: false }
        }));
    }
    // Among very many markers, rings would hide more than they show.
    if count > MAX_LARGE { markers } else { with_rings(markers, frame, RING_GAP * scale) }
}

/// Adds a ring to each marker behind others, right after it; `gap` lies between rings.
fn with_rings<'a>(markers: Vec<Marker<'a>>, frame: &Frame, gap: f64) -> Vec<Marker<'a>> {
    let mut nearby = SpatialIndex::over(&frame.plot);
    let bounds = |marker: &Marker<'_>| Rect::around(marker.at, marker.radius, marker.radius);
    // How many rings lie around each point, and the clearance of its label.
    let mut rings = vec![0; markers.len()];
    let mut clearances: Vec<f64> = markers.iter().map(|marker| marker.radius).collect();
    for (index, marker) in markers.iter().enumerate().rev() {
        if marker.style == MarkerStyle::Dot {
            continue;
        }
        let hides = |other: &usize| {
            let (x, y) = markers[*other].at;
            (x - marker.at.0).hypot(y - marker.at.1) < HIDDEN * marker.radius
        };
        let hiding: Vec<usize> = nearby.near(&bounds(marker)).filter(hides).collect();
        rings[index] = hiding.iter().map(|&other| rings[other] + 1).max().unwrap_or(0);
        if (1..=MAX_RINGS).contains(&rings[index]) {
            clearances[index] += gap * rings[index] as f64;
            for other in hiding {
                clearances[other] = clearances[other].max(clearances[index]);
            }
        }
        nearby.insert(index, &bounds(marker));
    }
    let with_ring = |((marker, rings), clearance): ((Marker<'a>, usize), f64)| {
        let marker = Marker { clearance, ..marker };
        let radius = marker.radius + gap * rings as f64;
        let ring = (1..=MAX_RINGS).contains(&rings);
        let ring = ring.then_some(Marker { radius, is_ring: true, ..marker });
        [Some(marker), ring].into_iter().flatten()
    };
    markers.into_iter().zip(rings).zip(clearances).flat_map(with_ring).collect()
}

/// Draws markers, in groups of equal style.
pub(crate) fn draw(markers: &[Marker<'_>], palette: &Palette) -> impl Iterator<Item = Element> {
    markers.chunk_by(|one, other| one.style == other.style).map(|alike| {
        let mut elements = Vec::with_capacity(alike.len());
        for Marker { point, at, style, radius, is_ring, .. } in alike.iter().copied() {
            let tip = Some(&point.tip).filter(|tip| !tip.is_empty());
            let tooltip = tip.or(point.label.as_ref()).cloned();
            if is_ring {
                elements.push(style.draw_ring(palette, at, radius, tooltip));
            } else {
                elements.extend(style.draw(palette, at, radius, tooltip));
            }
        }
        Element::Group(alike[0].style.paint(palette), elements)
    })
}
