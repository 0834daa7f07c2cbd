//! How a series is drawn: its marks, their names and hover texts, its line.

use std::collections::BTreeMap;

use crate::analysis::accuracy::{NetworkPoint, Origin};
use crate::charts::accuracy::{AccuracyOptions, AccuracyPanel, AccuracySeries, Naming, words};
use crate::charts::drawing::{Line, Point, Series};
use crate::counting::measure::Measure;
use crate::counting::units::{grouped, short, three_digits};

/// The context in which a series is drawn.
pub(super) struct Scene<'a> {
    pub(super) panel: &'a AccuracyPanel,
    /// The front of the others; their labels are never dropped.
    pub(super) front: &'a [&'a NetworkPoint],
    /// What is on the axes.
    pub(super) options: &'a AccuracyOptions,
    /// Whether marks of costs that are not counted are hollow.
    pub(super) has_hollows: bool,
}

impl Scene<'_> {
    /// A series as it is drawn: each of its lines with the points that it joins, and the points that no line joins. All
    /// have the name of the series, and so its colour and marker.
    pub(super) fn drawn(&self, series: &AccuracySeries) -> Vec<Series> {
        let full = self.full(series);
        let mut parts: BTreeMap<usize, Vec<Point>> = BTreeMap::new();
        let mut loose = Vec::new();
        for (known, point) in series.points.iter().zip(full.points) {
            match known.line.filter(|_| series.style.line) {
                Some(line) => parts.entry(line).or_default().push(point),
                None => loose.push(point),
            }
        }
        let end = series.points.last().map(|last| (last.cost, last.accuracy));
        let full = Series { points: Vec::new(), ..full };
        let part = |line, points: Vec<Point>| {
            let is_last = points.last().map(|last| (last.x, last.y)) == end;
            let end_label = full.end_label.clone().filter(|_| is_last);
            Series { line, points, end_label, ..full.clone() }
        };
        let mut drawn = Vec::new();
        for points in parts.into_values() {
            drawn.extend(self.with_shared_start(series, part(Line::Solid, points)));
        }
        if !loose.is_empty() {
            drawn.push(part(Line::None, loose));
        }
        drawn
    }

    /// Where a line starts at a point of the hero, such as a shared baseline, only the hero's marker is drawn there: the
    /// line becomes a series without markers.
    fn with_shared_start(&self, series: &AccuracySeries, full: Series) -> Vec<Series> {
        let start = full.points.first().map(|point| (point.x, point.y));
        let mut starts = self.panel.heroes().map(|point| Some((point.cost, point.accuracy)));
        if series.is_hero() || !starts.any(|other| other == start) {
            return vec![full];
        }
        let bare = |point: &Point| Point { x: point.x, y: point.y, ..Point::default() };
        let line = Series {
            marker: false,
            points: full.points.iter().map(bare).collect(),
            end_label: None,
            ..full.clone()
        };
        let points = full.points.into_iter().skip(1).collect();
        vec![line, Series { line: Line::None, points, ..full }]
    }

    fn full(&self, series: &AccuracySeries) -> Series {
        let style = &series.style;
        let point = |(index, point): (usize, &NetworkPoint)| Point {
            x: point.cost,
            y: point.accuracy,
            label: style.names(point).then(|| name(series, index, point)),
            short_label: match style.naming {
                Naming::Points => style.names(point).then(|| point.label.clone()),
                Naming::End => Some(words::percent(point.accuracy)),
                Naming::Tips => None,
            },
            tip: tip(point, self.options),
            error: error_bar(series, point),
            keep_label: self.front.iter().any(|best| std::ptr::eq(*best, point)),
            hollow: self.has_hollows && point.origin != Origin::Counted,
            ..Point::default()
        };
        let last = series.points.last().filter(|_| style.naming == Naming::End);
        Series {
            name: series.name.clone(),
            role: style.role,
            colour: style.colour,
            shape: style.shape,
            marker: true,
            points: series.points.iter().enumerate().map(point).collect(),
            end_label: last
                .map(|last| format!("{} {}", series.name, words::percent(last.accuracy))),
            ..Series::default()
        }
    }
}

/// The hero's first point has its full name, the hero's other points have short names.
fn name(series: &AccuracySeries, index: usize, point: &NetworkPoint) -> String {
    let is_full = index == 0 || !series.is_hero();
    if is_full { point.title.clone() } else { point.label.clone() }
}

/// Half the height of the error bar. A cloud has none: its points are many and small.
fn error_bar(series: &AccuracySeries, point: &NetworkPoint) -> f64 {
    let uncertainty = point.uncertainty.filter(|_| !series.is_cloud());
    uncertainty.map_or(0.0, |uncertainty| uncertainty.standard_error)
}

fn tip(point: &NetworkPoint, options: &AccuracyOptions) -> String {
    let title = &point.title;
    let amounts = options.cost.measure().map_or("", Measure::unit);
    let cost = match point.origin {
        _ if options.cost.measure().is_none() => {
            let unit = if options.cost.is_price() { "ms per image" } else { "FLOPs per byte" };
            format!("{} {unit} estimated", three_digits(point.cost))
        }
        Origin::Counted => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count
            let count = grouped(point.cost as u128);
            format!("{count} {amounts} counted")
        }
        Origin::Published => format!("{} {amounts} as published", short(point.cost)),
        Origin::Given => format!("{} {amounts} as given", short(point.cost)),
    };
    format!("{title}: {cost}, {} % {}", words::accuracy(point), options.y.name())
}
