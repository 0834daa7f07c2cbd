//! A chart as plain data, as the caller describes it.
//!
//! Every type has a default: a literal that ends in `..Default::default()` needs no change when an
//! option is added.

use crate::charts::drawing::series_look::{Colour, MarkerShape};

/// A chart: panels in rows, which share an x axis or have their own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The finding, in bold above the panels, on at most three lines.
    pub title: String,
    /// Whether the title is given to screen readers and readers of PDFs alone, and not drawn.
    pub hides_title: bool,
    /// Text for screen readers: should give the numbers, in at least 80 characters.
    pub description: String,
    /// A muted line below the title.
    pub subtitle: Option<String>,
    /// The panels, row by row.
    pub panels: Vec<Panel>,
    /// The x axis shared by all panels that set none themselves.
    pub x: Axis,
    /// Lines above the source. Where there is no room for both, the source is given up first.
    pub note: String,
    /// Where the numbers come from. It has at most four lines with the note; `\n` starts a new one.
    pub source: String,
    /// What hollow markers are, for the key of a chart whose source is not drawn; empty if nothing is to be said.
    pub hollow: String,
    /// Panels in a row; 0 means 1. Panels of a row with equal y axes share one scale, whose tick
    /// labels are left of the first.
    pub columns: usize,
}

/// One plot with its axes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// The y axis; its label is above the plot.
    pub y: Axis,
    /// The series; heroes are drawn in front of all others.
    pub series: Vec<Series>,
    /// Arrows between points, such as "13× fewer".
    pub arrows: Vec<Arrow>,
    /// Whether markers are small and without rings, as they are among very many points.
    pub is_dense: bool,
    /// Height relative to the other panels: 2 is twice as tall as 1; 0 means 1.
    pub height_share: f64,
    /// A small bold title above the plot.
    pub title: Option<String>,
    /// An x axis that replaces the chart's.
    pub x: Option<Axis>,
    /// Horizontal bars instead of series. The x axis needs a `range` from 0; the y axis is then its label alone.
    pub bars: Vec<Bar>,
    /// Small texts, written together in a free corner of the plot.
    pub notes: Vec<String>,
    /// Areas behind the series, from the lowest level to the highest: at most [`Level::MOST`].
    pub levels: Vec<Level>,
    /// Areas behind the series. They do not widen the y axis, and end at the border of the plot.
    pub bands: Vec<Band>,
}

/// An area between two curves, such as a prediction interval.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Band {
    /// The series that it belongs to, whose colour its edges have.
    pub series: String,
    /// The x, the lower and the upper y of each place, from left to right, in the axes' units.
    pub points: Vec<[f64; 3]>,
    /// Hover text.
    pub tip: String,
}

/// A level of a density: cells that are filled with one colour of a scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Level {
    /// Name in the legend, and hover text of the cells.
    pub name: String,
    /// The lower left and the upper right corner of each cell, as x and y in the axes' units.
    pub cells: Vec<[(f64, f64); 2]>,
}

impl Level {
    /// How many colours a scale has.
    pub const MOST: usize = 5;
}

/// A horizontal stacked bar that starts at zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bar {
    /// Name, left of the bar.
    pub name: String,
    /// The segments from left to right.
    pub segments: Vec<Segment>,
}

/// One segment of a bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Segment {
    /// Name in the legend; the same name has the same colour in every bar.
    pub name: String,
    /// Length in the x axis' unit; not negative.
    pub value: f64,
    /// Text inside the segment; where it does not fit, the name is tried.
    pub label: Option<String>,
    /// Hover text: the full name and the value.
    pub tip: String,
}

/// An axis: its label, scale and ticks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// Quantity, unit and convention, such as "MACs per image (conv-linear, log scale)".
    pub label: String,
    /// The label where the whole one finds no room, such as "MACs (log scale)"; empty if there is none.
    pub short_label: String,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// How tick labels are written.
    pub ticks: Ticks,
    /// First and last value, in the data's unit; widened where data lies outside.
    pub range: Option<(f64, f64)>,
}

impl Axis {
    /// A linear axis of percentages.
    #[must_use]
    pub fn percent(label: impl Into<String>) -> Self {
        Axis { label: label.into(), ticks: Ticks::Percent, ..Axis::default() }
    }
}

/// How values become positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Equal differences have equal lengths.
    #[default]
    Linear,
    /// Equal ratios have equal lengths; every value must be above zero.
    Log,
}

/// How tick labels are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Ticks {
    /// "0.5", "10".
    #[default]
    Plain,
    /// With K, M, B or T for thousands to trillions: "0.5B".
    Si,
    /// With a per cent sign: 80 is "80%".
    Percent,
    /// As a factor, "2×"; the ticks of a log axis are then powers of two.
    Times,
    /// As "name=value", such as "φ=3".
    Named(String),
}

/// Points that belong together: a family, a front, a guide line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Name in the legend; the same name has the same colour and marker in every panel.
    pub name: String,
    /// Prominence in the picture.
    pub role: Role,
    /// How the points are joined.
    pub line: Line,
    /// Whether the points have markers; guides never do, and clouds always.
    pub marker: bool,
    /// Whether each point has a stem from zero (on a log scale, from the axis).
    pub stems: bool,
    /// The points, joined in this order.
    pub points: Vec<Point>,
    /// A label in the right margin, level with the last point.
    pub end_label: Option<String>,
    /// The colour of its marks; without one, that of its number among the series.
    pub colour: Option<Colour>,
    /// The shape of its markers; without one, that of its number among the series.
    pub shape: Option<MarkerShape>,
}

/// Prominence of a series in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// What the chart is about: a strong line, and bold labels that are never dropped (up to sixty
    /// in a panel; more would cover each other).
    Hero,
    /// What the hero is compared with.
    #[default]
    Other,
    /// A grey reference line without markers, such as 2^φ.
    Guide,
    /// A cloud in the background: small grey dots with hover texts and without labels.
    Muted,
}

/// How the points of a series are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Line {
    /// Not at all.
    #[default]
    None,
    /// By straight lines.
    Solid,
    /// By dashes.
    Dashed,
    /// By dots.
    Dotted,
    /// By dashed steps, level until the next point: a front of best values claims nothing between
    /// its points.
    Step,
}

/// One point.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Point {
    /// Value on the panel's x axis, in the axis' unit.
    pub x: f64,
    /// Value on the panel's y axis, in the axis' unit.
    pub y: f64,
    /// Label at the point.
    pub label: Option<String>,
    /// The label where the whole one finds no room, and the key names the series: "B1" for "EfficientNet-B1".
    pub short_label: Option<String>,
    /// Hover text: the full name and the values.
    pub tip: String,
    /// Whether the label is never dropped, as on a front; a hero's labels never are.
    pub keep_label: bool,
    /// Half the height of the vertical error bar, in the y axis' unit; 0 for no bar.
    pub error: f64,
    /// Half the width of the horizontal error bar, in the x axis' unit; 0 for no bar.
    pub error_x: f64,
    /// Whether the marker has a hole, to tell the point from others of its series.
    pub hollow: bool,
}

/// An arrow from one point to another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrow {
    /// The point at which it starts, as x and y in the axes' units.
    pub from: (f64, f64),
    /// The point at which its head ends.
    pub to: (f64, f64),
    /// Label on the arrow, such as "13× fewer". An arrow whose label finds no free place is left out.
    pub label: String,
}
