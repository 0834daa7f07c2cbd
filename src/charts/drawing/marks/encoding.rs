//! The visual encoding: the marker and line of each series, the colour of each segment of bars.

use crate::charts::drawing::marks::slots::{Given, MarkColour, SeriesLook, looks};
use crate::charts::drawing::theme;
use crate::charts::drawing::{Chart, Colour, Line, MarkerStyle, Palette, Role, Series, Stroke};
use plotters::style::RGBColor;

/// Markers and colours by name, the same in all panels.
pub(crate) struct Encoding<'a> {
    /// Names of series with their markers: heroes first and clouds last, in order of appearance.
    pub series: Vec<(&'a str, MarkerStyle)>,
    /// Names of segments in order of appearance.
    pub segments: Vec<&'a str>,
    /// Names of levels, from the lowest.
    pub levels: Vec<&'a str>,
    /// Whether any panel has a band.
    pub has_bands: bool,
}

impl<'a> Encoding<'a> {
    pub(crate) fn of(chart: &'a Chart) -> Self {
        let series = styles(&listed(chart), chart);
        let has_bands = chart.panels.iter().any(|panel| !panel.bands.is_empty());
        let mut encoding = Self { series, segments: Vec::new(), levels: Vec::new(), has_bands };
        for level in chart.panels.iter().flat_map(|panel| &panel.levels) {
            if !encoding.levels.contains(&level.name.as_str()) {
                encoding.levels.push(&level.name);
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

    /// Each light colour with the dark one that replaces it. For each to have
    /// one dark colour, the blue of a given colour that is also another light colour changes a little.
    pub(crate) fn light_to_dark(&mut self) -> Vec<(RGBColor, RGBColor)> {
        let mut pairs = theme::light_to_dark(self.segments.len(), self.levels.len());
        pairs.extend(self.has_bands.then(theme::band));
        for (_, style) in &mut self.series {
            if let MarkerStyle::Slot {
                look: SeriesLook { colour: MarkColour::Given(colour), .. },
                ..
            } = style
            {
                *colour = apart(*colour, &pairs);
                let pair = (colour.on(false), colour.on(true));
                if !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        pairs
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

    /// The colour of the series with this name; that of axes if there is none.
    pub(crate) fn colour_of(&self, name: &str, palette: &Palette) -> RGBColor {
        let found = self.series.iter().find(|(known, _)| *known == name);
        found.map_or(palette.axis, |(_, style)| style.colour(palette))
    }

    pub(crate) fn segment_colour(&self, name: &str, palette: &Palette) -> RGBColor {
        let index = self.segments.iter().position(|other| *other == name).unwrap_or(0);
        palette.segment(index, self.segments.len())
    }

    pub(crate) fn level_colour(&self, name: &str, palette: &Palette) -> RGBColor {
        let index = self.levels.iter().position(|other| *other == name).unwrap_or(0);
        palette.level(index, self.levels.len())
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

/// One series of each name: heroes first and clouds last, in order of appearance. A cloud may have the same name as
/// another series.
fn listed(chart: &Chart) -> Vec<&Series> {
    let mut listed: Vec<&Series> = Vec::new();
    for role in [Role::Hero, Role::Other, Role::Muted] {
        let series = chart.panels.iter().flat_map(|panel| &panel.series);
        for series in series.filter(|series| series.role == role && !series.points.is_empty()) {
            let is_cloud = |series: &Series| series.role == Role::Muted;
            let is_same =
                |other: &&Series| is_cloud(other) == is_cloud(series) && other.name == series.name;
            if !listed.iter().any(is_same) {
                listed.push(series);
            }
        }
    }
    listed
}

/// The markers of series by name; a look that is given in one panel holds in all.
fn styles<'a>(listed: &[&'a Series], chart: &Chart) -> Vec<(&'a str, MarkerStyle)> {
    let given = listed.iter().map(|series| {
        let panels = chart.panels.iter().flat_map(|panel| &panel.series);
        let alike = panels.filter(|other| other.role != Role::Muted && other.name == series.name);
        let given = |(colour, shape): Given, other: &Series| {
            (colour.or(other.colour), shape.or(other.shape))
        };
        alike.fold((None, None), given)
    });
    let looks = looks(&given.collect::<Vec<_>>());
    let style = |(series, look): (&&'a Series, SeriesLook)| {
        let style = match series.role {
            Role::Muted => MarkerStyle::Dot,
            role => MarkerStyle::Slot { look, is_hero: role == Role::Hero, has_hole: false },
        };
        (series.name.as_str(), style)
    };
    listed.iter().zip(looks).map(style).collect()
}

/// The colour, or one of another blue that no pair with another dark colour has.
fn apart(colour: Colour, pairs: &[(RGBColor, RGBColor)]) -> Colour {
    let [red, green, blue] = colour.light;
    let shifted = |step: u8| {
        let blue = if blue < 128 { blue + step } else { blue - step };
        Colour { light: [red, green, blue], ..colour }
    };
    let is_free = |colour: &Colour| {
        pairs.iter().all(|(light, dark)| *light != colour.on(false) || *dark == colour.on(true))
    };
    (0..128).map(shifted).find(is_free).unwrap_or(colour)
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
