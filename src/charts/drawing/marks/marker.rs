//! The markers of points: their shapes, sizes and colours.

use crate::charts::drawing::marks::slots::SeriesLook;
use crate::charts::drawing::shape::{Outline, Shape};
use crate::charts::drawing::{Element, MarkerShape, Paint, Palette, Pixel, Stroke};
use plotters::style::RGBColor;

/// In a panel of more points, markers are small and have no rings.
pub(crate) const MAX_LARGE: usize = 200;

/// Radius of a marker's hole, as a share of the marker's; the outline makes the marker larger.
pub(crate) const HOLE: f64 = 0.24;

/// How the points of a series are marked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum MarkerStyle {
    /// The look of a series.
    Slot { look: SeriesLook, is_hero: bool, has_hole: bool },
    /// A small grey dot.
    Dot,
}

impl MarkerStyle {
    /// The same style, with a hole where the point asks for one.
    pub(crate) fn with_hole(self, wants_hole: bool) -> Self {
        match self {
            Self::Slot { look, is_hero, has_hole } => {
                Self::Slot { look, is_hero, has_hole: has_hole || wants_hole }
            }
            Self::Dot => self,
        }
    }

    /// Half the width of a marker in a panel of `count` points, in pixels.
    pub(crate) fn radius(self, count: usize) -> f64 {
        match self {
            Self::Dot => 2.4,
            Self::Slot { .. } if count > MAX_LARGE => 3.6,
            Self::Slot { is_hero: true, .. } => 6.0,
            Self::Slot { is_hero: false, .. } => 5.2,
        }
    }

    /// The colour of the marker and of its series' line.
    pub(crate) fn colour(self, palette: &Palette) -> RGBColor {
        match self {
            Self::Slot { look, .. } => look.colour.in_palette(palette),
            Self::Dot => palette.cloud,
        }
    }

    /// Fill, and the outline that sets a marker off from its neighbours.
    pub(crate) fn paint(self, palette: &Palette) -> Paint {
        let colour = self.colour(palette);
        match self {
            Self::Dot => Paint::Fill { colour, outline: None },
            Self::Slot { .. } if self.is_hollow() => {
                Paint::Fill { colour: palette.background, outline: Some((colour, 2.0)) }
            }
            Self::Slot { .. } => Paint::Fill { colour, outline: Some((palette.background, 1.5)) },
        }
    }

    /// A marker and its hole.
    pub(crate) fn draw(
        self,
        palette: &Palette,
        at: Pixel,
        radius: f64,
        tooltip: Option<String>,
    ) -> impl Iterator<Item = Element> {
        // Half the outline of a hollow marker lies outside.
        let radius = if self.is_hollow() { radius - 1.0 } else { radius };
        let outline = self.outline(at, radius);
        let marker = Shape { outline, paint: self.paint(palette), tooltip };
        let has_hole = matches!(self, Self::Slot { has_hole: true, .. });
        let hole = has_hole.then(|| Shape {
            outline: Outline::Circle { centre: self.centroid(at, radius), radius: HOLE * radius },
            paint: Paint::Fill { colour: palette.background, outline: None },
            tooltip: None,
        });
        [Some(marker), hole].into_iter().flatten().map(Element::Shape)
    }

    /// A ring around a marker that others hide.
    pub(crate) fn draw_ring(
        self,
        palette: &Palette,
        at: Pixel,
        radius: f64,
        tooltip: Option<String>,
    ) -> Element {
        let mut outline = self.outline(at, radius);
        if let Outline::Path(corners) = &mut outline {
            corners.extend(corners.first().copied());
        }
        let paint = Paint::Stroke(Stroke::solid(self.colour(palette), 2.0));
        Element::Shape(Shape { outline, paint, tooltip })
    }

    fn outline(self, at: Pixel, radius: f64) -> Outline {
        let Some(corners) = self.corners() else { return Outline::Circle { centre: at, radius } };
        let corner = |(x, y): &Pixel| (at.0 + x * radius, at.1 + y * radius);
        Outline::Path(corners.iter().map(corner).collect())
    }

    /// The mean of a marker's corners.
    fn centroid(self, at: Pixel, radius: f64) -> Pixel {
        let corners = self.corners().unwrap_or(&[]);
        let mean = corners.iter().map(|corner| corner.1 / corners.len() as f64).sum::<f64>();
        (at.0, at.1 + mean * radius)
    }

    pub(crate) fn is_hollow(self) -> bool {
        matches!(self, Self::Slot { look, .. } if look.is_hollow)
    }

    /// Corners for radius 1, or `None` for a circle; the areas look about equal.
    fn corners(self) -> Option<&'static [Pixel]> {
        let Self::Slot { look, .. } = self else { return None };
        match look.shape {
            MarkerShape::Circle => None,
            MarkerShape::Square => {
                Some(&[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)])
            }
            MarkerShape::Triangle => Some(&[(0.0, -1.1), (1.1, 0.85), (-1.1, 0.85)]),
            MarkerShape::Diamond => Some(&[(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)]),
            MarkerShape::TriangleDown => Some(&[(0.0, 1.1), (-1.1, -0.85), (1.1, -0.85)]),
            MarkerShape::Hexagon => Some(&[
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
