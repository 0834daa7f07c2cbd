//! Charts as plain data: what a caller fills in.
//!
//! Every type has a default, so that a literal may end in `..Default::default()` and
//! stays as it is when an option is added.

/// A chart: panels below or beside each other, over one shared x axis or their own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The finding, in bold above everything; wrapped to at most three lines.
    pub title: String,
    /// What a screen reader says; should give the numbers, in at least 80 characters.
    pub description: String,
    /// A quieter line under the title.
    pub subtitle: Option<String>,
    /// From top to bottom, or row by row in a grid.
    pub panels: Vec<Panel>,
    /// The x axis of all panels that have none of their own.
    pub x: Axis,
    /// Where the numbers come from; wrapped to the width, `\n` starts a new line.
    pub source: String,
    /// Panels in a row: 0 and 1 stack them, more make a grid of small multiples. Panels of a
    /// row with equal y axes share one scale, whose numbers stand at the left one only.
    pub columns: usize,
}

/// One plot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// The y axis; its label stands above the plot.
    pub y: Axis,
    /// The series; heroes are drawn on top whatever their place.
    pub series: Vec<Series>,
    /// Horizontal arrows, such as "13× fewer".
    pub arrows: Vec<Arrow>,
    /// Share of the height relative to the other panels (2 is twice as tall as 1); 0 means 1.
    pub height_share: f64,
    /// A small title, in bold above the plot.
    pub title: Option<String>,
    /// An x axis of its own, in place of the chart's.
    pub x: Option<Axis>,
    /// Horizontal bars on the x axis in place of series; the y axis then only has its label.
    pub bars: Vec<Bar>,
    /// Quiet lines of text, written together in the emptiest corner of the plot.
    pub notes: Vec<String>,
}

/// A horizontal bar: parts that follow one another from zero.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bar {
    /// Stands left of the bar.
    pub name: String,
    /// From left to right.
    pub parts: Vec<Part>,
}

/// One part of a bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Part {
    /// Name in the key; the same name has the same colour in every bar.
    pub name: String,
    /// Length on the x axis, in its unit; not below zero.
    pub value: f64,
    /// Written inside where there is room; elsewhere the name is, where that fits.
    pub label: Option<String>,
    /// Hover text: the full name and the value.
    pub tip: String,
}

/// A scale with its label and tick numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// Quantity, unit and convention: "MACs per image (conv-linear, log scale)".
    pub label: String,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// How tick numbers are written.
    pub ticks: Ticks,
    /// First and last value, in the data's unit. A side the data oversteps is widened.
    pub range: Option<(f64, f64)>,
}

impl Axis {
    /// A linear axis of percentages.
    #[must_use]
    pub fn percent(label: impl Into<String>) -> Self {
        Axis { label: label.into(), ticks: Ticks::Percent, ..Axis::default() }
    }
}

/// How values become lengths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// A difference is a length.
    #[default]
    Linear,
    /// A ratio is a length; every value must be above zero.
    Log,
}

/// How tick numbers are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Ticks {
    /// "0.5", "10".
    #[default]
    Plain,
    /// With K, M, B, T for thousands to trillions: "0.5B".
    Si,
    /// The value with a per cent sign; 80 is "80%".
    Percent,
    /// As a factor, "2×"; a log axis then ticks powers of two.
    Times,
    /// As "name=value", such as "φ=3".
    Named(String),
}

/// Points that belong together: a family of networks, or a guide line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Name in the key; the same name has the same colour and shape in every panel.
    pub name: String,
    /// Weight in the picture.
    pub role: Role,
    /// How the points are joined.
    pub line: Line,
    /// Whether points carry a marker; guides never do.
    pub marker: bool,
    /// Whether each point stands on a stem from zero (or from the axis on a log scale).
    pub stems: bool,
    /// The points, joined in this order.
    pub points: Vec<Point>,
    /// A name in the right margin, level with the last point.
    pub end_label: Option<String>,
}

/// Weight of a series in the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// What the chart is about: strong line, bold names that are never dropped (up to
    /// sixty in a panel; more would only cover each other).
    Hero,
    /// What it is compared with.
    #[default]
    Other,
    /// A grey reference line without markers, such as 2^φ.
    Guide,
    /// A cloud in the background: small grey dots with hover titles and without names.
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
    /// By dashed steps: level until the next point. A front of best values claims
    /// nothing between its points.
    Step,
}

/// One point.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Point {
    /// Value on the shared x axis, in the axis' unit.
    pub x: f64,
    /// Value on the panel's y axis, in the axis' unit.
    pub y: f64,
    /// Name at the point.
    pub label: Option<String>,
    /// Hover text: the full name and the values.
    pub tip: String,
    /// Whether its name is never dropped, as on a front; a hero's name never is.
    pub keep: bool,
    /// Half the height of its error bar, in the y axis' unit; 0 draws none.
    pub error: f64,
    /// Half the width of the error bar along the x axis, in its unit; 0 draws none.
    pub error_x: f64,
    /// Whether its marker has a hole, so that it is told from the others of its family.
    pub hollow: bool,
}

/// A horizontal arrow at height `y`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrow {
    /// Height, on the panel's y axis.
    pub y: f64,
    /// Where it starts, on the x axis.
    pub from_x: f64,
    /// Where its head is, on the x axis.
    pub to_x: f64,
    /// What stands on it, such as "13× fewer".
    pub label: String,
}
