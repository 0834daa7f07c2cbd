//! The visual encoding: the marker and line of each series, the colour of each segment of bars.

use crate::charts::drawing::{Chart, Line, MarkerStyle, Palette, Role, Series, Stroke};
use plotters::style::RGBColor;

/// Markers and colours by name, the same in all panels.
pub(crate) struct Encoding<'a> {
    /// Names of series with their markers: heroes first and clouds last, in order of appearance.
    pub series: Vec<(&'a str, MarkerStyle)>,
    /// Names of segments in order of appearance.
    pub segments: Vec<&'a str>,
}

impl<'a> Encoding<'a> {
    pub(crate) fn of(chart: &'a Chart) -> Self {
        let mut encoding = Self { series: Vec::new(), segments: Vec::new() };
        for role in [Role::Hero, Role::Other, Role::Muted] {
            let series = chart.panels.iter().flat_map(|panel| &panel.series);
            for series in series.filter(|series| series.role == role && !series.points.is_empty()) {
                let style = match role {
                    Role::Muted => MarkerStyle::Dot,
                    _ => {
                        let (slot, is_hero) = (encoding.series.len(), role == Role::Hero);
                        MarkerStyle::Slot { slot, is_hero, has_hole: false }
                    }
                };
                if encoding.find(series).is_none() {
                    encoding.series.push((&series.name, style));
                }
            }
        }
        let bars = chart.panels.iter().flat_map(|panel| &panel.bars);
        for segment in bars.flat_map(|bar| &bar.segments) {
            if !encoding.segments.contains(&segment.name.as_str()) {
                encoding.segments.push(&segment.name);
            }
        }
        encoding
    }

    pub(crate) fn marker(&self, series: &Series) -> MarkerStyle {
        self.find(series).unwrap_or(MarkerStyle::Dot)
    }

    pub(crate) fn stroke(&self, series: &Series, palette: &Palette) -> Stroke {
        let width = match series.role {
            Role::Guide => return guide_stroke(series.line, palette),
            Role::Hero => 3.0,
            Role::Other => 1.8,
            Role::Muted => 1.0,
        };
        Stroke { colour: self.marker(series).colour(palette), width, dash: dash(series.line) }
    }

    pub(crate) fn segment_colour(&self, name: &str, palette: &Palette) -> RGBColor {
        let index = self.segments.iter().position(|other| *other == name).unwrap_or(0);
        palette.segment(index, self.segments.len())
    }

    /// The marker of a series; a cloud may have the same name as another series.
    fn find(&self, series: &Series) -> Option<MarkerStyle> {
        let is_cloud = series.role == Role::Muted;
        let same = |(name, style): &&(&str, MarkerStyle)| {
            (*style == MarkerStyle::Dot) == is_cloud && *name == series.name
        };
        self.series.iter().find(same).map(|(_, style)| *style)
    }
}

pub(crate) fn guide_stroke(line: Line, palette: &Palette) -> Stroke {
    Stroke { colour: palette.axis, width: 1.6, dash: dash(line) }
}

fn dash(line: Line) -> Option<[u8; 2]> {
    match line {
        Line::None | Line::Solid => None,
        Line::Dashed => Some([8, 4]),
        Line::Dotted => Some([2, 3]),
        Line::Step => Some([5, 3]),
    }
}
