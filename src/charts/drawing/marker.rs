//! Which colour and shape each family has, and how its marker is drawn.

use crate::charts::drawing::attributes;
use crate::charts::drawing::backend::Pen;
use crate::charts::drawing::page::{Page, Pixel, Stroke};
use crate::charts::drawing::theme::Palette;
use crate::charts::drawing::{Chart, PlotError, Role, Series};
use plotters::style::{Color, RGBColor};
use std::collections::BTreeMap;

/// How many families have a colour and a shape of their own; the next ones are hollow.
const SLOTS: usize = 6;

/// From this many points in a panel, markers are small.
pub(crate) const CROWD: usize = 200;

/// The hole of an open marker, as a share of the marker; its outline makes it larger.
const HOLE: f64 = 0.24;

/// The families of a chart, heroes first and clouds last, in the order of their first series.
pub(crate) struct Families {
    pub names: Vec<(String, Look)>,
    looks: BTreeMap<(bool, String), Look>,
}

/// How the markers of a family look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Look {
    /// The colour and shape of a slot.
    Family { slot: usize, hero: bool, open: bool },
    /// Small grey dots.
    Cloud,
}

impl Families {
    pub(crate) fn of(chart: &Chart) -> Self {
        let mut families = Self { names: Vec::new(), looks: BTreeMap::new() };
        for role in [Role::Hero, Role::Other, Role::Muted] {
            let series = chart.panels.iter().flat_map(|panel| &panel.series);
            for series in series.filter(|series| series.role == role && !series.points.is_empty()) {
                let look = match role {
                    Role::Muted => Look::Cloud,
                    _ => Look::Family {
                        slot: families.names.len(),
                        hero: role == Role::Hero,
                        open: false,
                    },
                };
                families.looks.entry(key(series)).or_insert_with(|| {
                    families.names.push((series.name.clone(), look));
                    look
                });
            }
        }
        families
    }

    pub(crate) fn look(&self, series: &Series) -> Look {
        self.looks.get(&key(series)).copied().unwrap_or(Look::Cloud)
    }
}

/// A cloud may have the name of a family.
fn key(series: &Series) -> (bool, String) {
    (series.role == Role::Muted, series.name.clone())
}

impl Look {
    /// The same with a hole, for single points of a family.
    pub(crate) fn opened(self, is_open: bool) -> Self {
        match self {
            Self::Family { slot, hero, open } => Self::Family { slot, hero, open: open || is_open },
            Self::Cloud => self,
        }
    }

    /// Half the width of a marker in a panel of `crowd` points, in pixels.
    pub(crate) fn radius(self, crowd: usize) -> f64 {
        match self {
            Self::Cloud => 2.4,
            Self::Family { .. } if crowd > CROWD => 3.6,
            Self::Family { hero: true, .. } => 6.0,
            Self::Family { hero: false, .. } => 5.2,
        }
    }

    /// Colour of its lines.
    pub(crate) fn colour(self, palette: &Palette) -> RGBColor {
        match self {
            Self::Family { slot, .. } => palette.mark(slot),
            Self::Cloud => palette.cloud,
        }
    }

    /// What the markers of a group have in common.
    pub(crate) fn attributes(self, palette: &Palette) -> String {
        let (fill, outline) = self.paint(palette);
        attributes::fill(fill, outline)
    }

    /// Draws a marker with a hover text.
    pub(crate) fn draw(
        self,
        page: &Page,
        at: Pixel,
        radius: f64,
        tip: Option<String>,
    ) -> Result<(), PlotError> {
        let (fill, outline) = self.paint(&page.palette);
        page.pen(Pen { tip, outline, dash: None });
        // Half the outline of a hollow marker lies outside.
        let radius = if self.hollow() { radius - 1.0 } else { radius };
        match self.corners() {
            None => page.circle(at, radius, fill.filled())?,
            Some(corners) => page.fill(&around(at, radius, corners), fill)?,
        }
        if matches!(self, Self::Family { open: true, .. }) {
            page.pen(Pen::default());
            page.circle(self.middle(at, radius), HOLE * radius, page.palette.background.filled())?;
        }
        Ok(())
    }

    /// The middle of a marker's area: the mean of its corners.
    fn middle(self, at: Pixel, radius: f64) -> Pixel {
        let corners = self.corners().unwrap_or(&[]);
        let mean = corners.iter().map(|corner| corner.1 / corners.len() as f64).sum::<f64>();
        (at.0, at.1 + mean * radius)
    }

    /// Draws the outline of a marker that another one would hide, around both.
    pub(crate) fn draw_ring(
        self,
        page: &Page,
        at: Pixel,
        radius: f64,
        tip: Option<String>,
    ) -> Result<(), PlotError> {
        let stroke = Stroke { colour: self.colour(&page.palette), width: 2.0, dash: None };
        page.pen(Pen { tip, ..Pen::default() });
        match self.corners() {
            None => page.circle(at, radius, stroke.style()),
            Some(corners) => {
                let mut ring = around(at, radius, corners);
                ring.extend(ring.first().copied());
                page.line(&ring, stroke)
            }
        }
    }

    /// Fill, and the outline that tells a marker from its neighbours.
    fn paint(self, palette: &Palette) -> (RGBColor, Option<(RGBColor, f64)>) {
        let colour = self.colour(palette);
        match self {
            Self::Cloud => (colour, None),
            Self::Family { .. } if self.hollow() => (palette.background, Some((colour, 2.0))),
            Self::Family { .. } => (colour, Some((palette.background, 1.5))),
        }
    }

    fn hollow(self) -> bool {
        matches!(self, Self::Family { slot, .. } if slot / SLOTS % 2 == 1)
    }

    /// Corners for radius 1, or `None` for a circle; areas are about equal to the eye.
    fn corners(self) -> Option<&'static [Pixel]> {
        let Self::Family { slot, .. } = self else { return None };
        match slot % SLOTS {
            0 => None,
            1 => Some(&[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]),
            2 => Some(&[(0.0, -1.1), (1.1, 0.85), (-1.1, 0.85)]),
            3 => Some(&[(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)]),
            4 => Some(&[(0.0, 1.1), (-1.1, -0.85), (1.1, -0.85)]),
            _ => Some(&[
                (-0.5, -0.9),
                (0.5, -0.9),
                (1.05, 0.0),
                (0.5, 0.9),
                (-0.5, 0.9),
                (-1.05, 0.0),
            ]),
        }
    }
}

fn around(at: Pixel, radius: f64, corners: &[Pixel]) -> Vec<Pixel> {
    corners.iter().map(|(x, y)| (at.0 + x * radius, at.1 + y * radius)).collect()
}
