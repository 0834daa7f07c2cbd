//! Resolved series: points with their costs, accuracies and sources, and how they look.

use crate::analysis::accuracy::{Curve, InSeries, LeftOut, NetworkPoint, Reason};
use crate::charts::accuracy::{AccuracyOptions, Omissions};
use crate::charts::drawing::{Colour, MarkerShape, Role};
use crate::families::spec::LocatedText;

/// Series on one pair of axes.
#[derive(Clone, Debug)]
pub struct AccuracyPanel {
    /// The title above it.
    pub title: Option<String>,
    /// The name of the data on which accuracies are measured, such as CIFAR-100. Without one it is ImageNet if a
    /// network's accuracy is from a spec or a publication, and none is counted with other than its 1000 classes.
    pub dataset: Option<String>,
    /// The series.
    pub series: Vec<AccuracySeries>,
    /// The networks that are not shown.
    pub omissions: Vec<Omissions>,
}

/// Networks that belong together.
#[derive(Clone, Debug)]
pub struct AccuracySeries {
    /// Its name in the key.
    pub name: String,
    /// The curve that it is part of, by index: series of one family are parts of one curve.
    pub curve: usize,
    /// How it looks.
    pub style: Style,
    /// Its points; by cost if a line joins them.
    pub points: Vec<NetworkPoint>,
}

/// How a series looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// Its prominence: hero, other or muted.
    pub role: Role,
    /// Whether its points are joined.
    pub line: bool,
    /// Where its networks are named.
    pub naming: Naming,
    /// Whether its networks can be part of the front of the others.
    pub in_front: bool,
    /// Its colour, if given.
    pub colour: Option<Colour>,
    /// The shape of its markers, if given.
    pub shape: Option<MarkerShape>,
    /// Networks that are not named at their points: their labels, titles or addresses.
    pub unnamed: Vec<LocatedText>,
}

/// Where the networks of a series are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// At each point.
    Points,
    /// At the end of the series, by the series' name.
    End,
    /// In hover titles only.
    Tips,
}

impl Style {
    /// A line with a name at each point, for the hero of the chart or for another series.
    #[must_use]
    pub fn curve(is_hero: bool) -> Self {
        let role = if is_hero { Role::Hero } else { Role::Other };
        Style {
            role,
            line: true,
            naming: Naming::Points,
            in_front: !is_hero,
            colour: None,
            shape: None,
            unnamed: Vec::new(),
        }
    }

    /// Whether a network's name stands at its point.
    pub(super) fn names(&self, point: &NetworkPoint) -> bool {
        let is_meant = |name: &LocatedText| point.is_called(&name.value);
        self.naming == Naming::Points && !self.unnamed.iter().any(is_meant)
    }

    /// The look of another series of the same family: its marker tells it apart.
    fn of_sibling(&self) -> Style {
        let shape = self.shape.filter(|_| self.colour.is_none());
        Style { shape, ..self.clone() }
    }
}

impl AccuracySeries {
    /// Whether the chart is about it.
    pub(super) fn is_hero(&self) -> bool {
        self.style.role == Role::Hero
    }

    /// Whether it is a cloud of small dots in the background.
    pub(super) fn is_cloud(&self) -> bool {
        self.style.role == Role::Muted
    }
}

impl AccuracyPanel {
    /// A panel of curves, each with the name of its family or series, and its style. Clouds lose the points that
    /// another series has and those outside the axes: curves widen the axes, clouds do not.
    #[must_use]
    pub fn new(
        title: Option<String>,
        curves: Vec<(String, Style, Curve)>,
        options: &AccuracyOptions,
    ) -> Self {
        let (dataset, series, omissions) = (None, Vec::new(), Vec::new());
        let mut panel = AccuracyPanel { title, dataset, series, omissions };
        for (index, (of, style, curve)) in curves.into_iter().enumerate() {
            let (drawn, left_out) = (curve.len(), curve.left_out);
            panel.omissions.push(Omissions { of, drawn, left_out });
            for (number, (name, mut points)) in curve.series.into_iter().enumerate() {
                let style = if number == 0 { style.clone() } else { style.of_sibling() };
                if style.line {
                    points.sort_by(|a, b| a.cost.total_cmp(&b.cost));
                }
                panel.series.push(AccuracySeries { name, curve: index, style, points });
            }
        }
        panel.thin_clouds(options);
        panel.omissions.retain(|omissions| !omissions.left_out.is_empty());
        panel
    }

    fn thin_clouds(&mut self, options: &AccuracyOptions) {
        let named = self.series.iter().filter(|series| !series.is_cloud());
        let named = named.flat_map(|series| &series.points);
        let named: Vec<(f64, f64)> = named.map(|point| (point.cost, point.accuracy)).collect();
        let is_within = |range: Option<(f64, f64)>, value: f64| {
            range.is_none_or(|(first, last)| (first..=last).contains(&value))
        };
        for cloud in self.series.iter_mut().filter(|series| series.is_cloud()) {
            cloud.points.retain(|point| !named.contains(&(point.cost, point.accuracy)));
            let (inside, outside) = cloud.points.drain(..).partition(|point: &NetworkPoint| {
                is_within(options.costs, point.cost)
                    && is_within(options.accuracies, point.accuracy)
            });
            cloud.points = inside;
            self.omissions[cloud.curve].leave_out(outside);
        }
    }

    /// All points.
    pub(super) fn points(&self) -> impl Iterator<Item = &NetworkPoint> {
        self.series.iter().flat_map(|series| &series.points)
    }

    /// The points that the chart is about.
    pub(super) fn heroes(&self) -> impl Iterator<Item = &NetworkPoint> {
        self.series.iter().filter(|series| series.is_hero()).flat_map(|series| &series.points)
    }

    /// All points of the heroes, or all of the others, each with the name of its series.
    pub(super) fn named(&self, is_hero: bool) -> Vec<InSeries<'_>> {
        let series = self.series.iter().filter(|series| series.is_hero() == is_hero);
        let points = series.map(|series| series.points.iter().map(|point| (&*series.name, point)));
        points.flatten().collect()
    }

    /// The points that can be part of the front of the others.
    pub(super) fn front_candidates(&self) -> impl Iterator<Item = &NetworkPoint> {
        self.series.iter().filter(|series| series.style.in_front).flat_map(|series| &series.points)
    }
}

impl Omissions {
    fn leave_out(&mut self, outside: Vec<NetworkPoint>) {
        self.drawn -= outside.len();
        let left_out = outside
            .into_iter()
            .map(|point| LeftOut { network: point.title, reason: Reason::OutsideAxes });
        self.left_out.extend(left_out);
    }
}
