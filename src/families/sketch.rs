//! What a chart file asks for: a chart before anything is loaded or counted.

use crate::counting::measure::Measure;
use crate::error::Span;
use crate::families::measurement::Measurement;
use crate::families::publication::Printed;

/// A chart that somebody wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Sketch {
    /// What it shows.
    pub subject: Subject,
    /// Its title, in place of the computed finding.
    pub title: Option<String>,
    /// A quieter line under the title.
    pub subtitle: Option<String>,
    /// What its note says besides the sources.
    pub note: Option<String>,
    /// Width and height in pixels.
    pub size: Option<[u32; 2]>,
    /// The pages it is drawn for: `light`, `dark` or `auto`.
    pub themes: Vec<Paper>,
}

/// The page a chart is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// Dark on white.
    Light,
    /// Light on black.
    Dark,
    /// As the reader's page is.
    Auto,
}

/// A value and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its place in the chart file.
    pub span: Span,
}

/// What a chart shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// Accuracy against cost.
    Accuracy(Accuracy),
    /// Cost growth against 2^φ.
    Growth(Growth),
    /// Cost by stage.
    Stages(Stages),
}

/// Accuracy against cost, in one panel or several.
#[derive(Clone, Debug, PartialEq)]
pub struct Accuracy {
    /// What is on the x axis.
    pub measure: Measure,
    /// The panels, side by side.
    pub panels: Vec<Panel>,
    /// The published files whose networks the series may name.
    pub publications: Vec<Located<String>>,
    /// Whether the front of the others is drawn; `None` where there are enough of them.
    pub front: Option<bool>,
    /// The most arrows of ratios.
    pub arrows: usize,
    /// First and last accuracy of the axis, in percent.
    pub accuracies: Option<(f64, f64)>,
    /// First and last cost of the axis.
    pub costs: Option<(f64, f64)>,
}

/// Series on axes of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What stands above it.
    pub title: Option<String>,
    /// What is in it.
    pub series: Vec<Series>,
}

/// Networks that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the key; without one, the first family's.
    pub name: Option<String>,
    /// How it stands in the picture.
    pub style: Style,
    /// Which published accuracy is taken: words of its source.
    pub accuracy: Option<String>,
    /// Whether costs are as printed, even where they can be counted.
    pub as_printed: bool,
    /// Where its networks come from, in order.
    pub entries: Vec<Entry>,
    /// Where it is written.
    pub span: Span,
}

/// How a series stands in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// How heavy it is.
    pub weight: Weight,
    /// Whether its points are joined.
    pub line: bool,
    /// Where its networks are named.
    pub naming: Naming,
    /// Whether it is part of the front of the others.
    pub in_front: bool,
}

/// How heavy a series is in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// What the chart is about.
    Hero,
    /// What it is compared with.
    Other,
    /// All that there is besides, without names.
    Cloud,
}

/// Where the networks of a series are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// At each point.
    Points,
    /// The series, at its end.
    End,
    /// In hover titles alone.
    Nowhere,
}

/// Where networks of a series come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A family, or a member of one, by its address.
    Network(Network),
    /// A network of the published files.
    Published(Published),
    /// A network that the chart file describes itself.
    Point(Point),
    /// All rows of a file of measurements, or those of one series in it.
    Measured(Measured),
}

/// A family or a member, and what the chart file says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// `efficientnet`, `efficientnet:b3` or `torchvision/resnet50`.
    pub address: Located<String>,
    /// Its name in the chart.
    pub label: Option<String>,
    /// Its top-1 accuracy in percent and where that is from, in place of what its spec says.
    pub accuracy: Option<(f64, String)>,
}

/// A network of the published files.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Its name there.
    pub name: Located<String>,
    /// Its name in the chart.
    pub label: Option<String>,
}

/// A network described in a chart file.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its name.
    pub label: String,
    /// Its costs as printed.
    pub printed: Printed,
    /// Its top-1 accuracy in percent.
    pub top1: f64,
    /// Where all of that is from.
    pub source: String,
}

/// A file of measurements.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Its path, relative to the chart file.
    pub path: Located<String>,
    /// Take only the rows whose `series` this is.
    pub rows: Option<String>,
    /// Leave out the rows whose name has one of these words.
    pub without: Vec<String>,
    /// The family that depth, width and resolution scale.
    pub of: Option<Located<String>>,
}

/// Cost growth of one family.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// The family's address.
    pub family: Located<String>,
    /// The values of φ.
    pub phis: Vec<f64>,
    /// What a step should multiply the cost by.
    pub target: f64,
    /// The convention that counts.
    pub convention: Located<String>,
}

/// Cost by stage of networks side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Stages {
    /// The networks' addresses.
    pub networks: Vec<Located<String>>,
    /// The costs, each in a panel of its own.
    pub measures: Vec<Measure>,
}

impl Measured {
    /// Whether a row of the file is wanted.
    #[must_use]
    pub fn wants(&self, row: &Measurement) -> bool {
        let name = row.label().to_lowercase();
        let is_unwanted = |word: &String| name.contains(&word.to_lowercase());
        (self.rows.is_none() || self.rows == row.series) && !self.without.iter().any(is_unwanted)
    }
}
