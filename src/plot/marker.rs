//! Which colour and shape each family has, and how its marker is drawn.

use crate::plot::page::{Pixel, units, units_long};
use crate::plot::theme::Palette;
use crate::plot::{Chart, Role};
use plotters::element::{Drawable, PointCollection};
use plotters::style::{Color, RGBColor};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};
use std::collections::BTreeMap;

/// How many families have a colour and a shape of their own; the next ones are hollow.
const SLOTS: usize = 6;

/// The families of a chart, heroes first, in the order of their first series.
pub(crate) struct Families {
    pub names: Vec<(String, Role)>,
    slots: BTreeMap<String, usize>,
}

impl Families {
    pub(crate) fn of(chart: &Chart) -> Self {
        let mut families = Self { names: Vec::new(), slots: BTreeMap::new() };
        for role in [Role::Hero, Role::Other] {
            let series = chart.panels.iter().flat_map(|panel| &panel.series);
            for series in series.filter(|series| series.role == role && !series.points.is_empty()) {
                let next = families.names.len();
                families.slots.entry(series.name.clone()).or_insert_with(|| {
                    families.names.push((series.name.clone(), role));
                    next
                });
            }
        }
        families
    }

    /// Slot of the family called `name`: its place in `names`.
    pub(crate) fn slot(&self, name: &str) -> usize {
        self.slots.get(name).copied().unwrap_or(0)
    }
}

/// Fill of a marker, and the outline that tells it from its neighbours.
pub(crate) fn paint(slot: usize, palette: &Palette) -> (RGBColor, (RGBColor, f64)) {
    let colour = palette.mark(slot);
    if hollow(slot) {
        (palette.background, (colour, 2.0))
    } else {
        (colour, (palette.background, 1.5))
    }
}

fn hollow(slot: usize) -> bool {
    slot / SLOTS % 2 == 1
}

/// A marker at `at`, in whatever coordinates the drawing area has.
pub(crate) struct Mark<C> {
    pub at: C,
    pub slot: usize,
    /// Half the width, in pixels.
    pub radius: f64,
    pub fill: RGBColor,
}

impl<'a, C: 'a> PointCollection<'a, C> for &'a Mark<C> {
    type Point = &'a C;
    type IntoIter = std::iter::Once<&'a C>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.at)
    }
}

impl<C, B: DrawingBackend> Drawable<B> for Mark<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        at: I,
        backend: &mut B,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let style = self.fill.filled();
        // Half the outline of a hollow marker lies outside.
        let radius = if hollow(self.slot) { self.radius - 1.0 } else { self.radius };
        for centre in at {
            match corners(self.slot) {
                None => backend.draw_circle(centre, units_long(radius), &style, true)?,
                Some(corners) => {
                    let corner = |&(x, y): &Pixel| {
                        let (dx, dy) = units((x * radius, y * radius));
                        (centre.0.saturating_add(dx), centre.1.saturating_add(dy))
                    };
                    backend.fill_polygon(corners.iter().map(corner), &style)?;
                }
            }
        }
        Ok(())
    }
}

/// Corners for radius 1, or `None` for a circle; areas are about equal to the eye.
fn corners(slot: usize) -> Option<&'static [Pixel]> {
    match slot % SLOTS {
        0 => None,
        1 => Some(&[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]),
        2 => Some(&[(0.0, -1.1), (1.1, 0.85), (-1.1, 0.85)]),
        3 => Some(&[(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)]),
        4 => Some(&[(0.0, 1.1), (-1.1, -0.85), (1.1, -0.85)]),
        _ => Some(&[(-0.5, -0.9), (0.5, -0.9), (1.05, 0.0), (0.5, 0.9), (-0.5, 0.9), (-1.05, 0.0)]),
    }
}
