//! Resolved series: points with their costs, accuracies and sources, and how they look.

use crate::analysis::accuracy::{Curve, InSeries, NetworkPoint};
use crate::charts::accuracy::AccuracyOptions;
use crate::charts::drawing::Role;

/// Series on one pair of axes.
#[derive(Clone, Debug)]
pub struct AccuracyPanel {
    /// The title above it.
    pub title: Option<String>,
    /// The series.
    pub series: Vec<AccuracySeries>,
    /// Networks that are not shown, each with the reason.
    pub left_out: Vec<String>,
}

/// Networks that belong together.
#[derive(Clone, Debug)]
pub struct AccuracySeries {
    /// Its name in the key.
    pub name: String,
    /// How it looks.
    pub style: Style,
    /// Its points; by cost if a line joins them.
    pub points: Vec<NetworkPoint>,
}

/// How a series looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Its prominence: hero, other or muted.
    pub role: Role,
    /// Whether its points are joined.
    pub line: bool,
    /// Where its networks are named.
    pub naming: Naming,
    /// Whether its networks can be part of the front of the others.
    pub in_front: bool,
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
        Style { role, line: true, naming: Naming::Points, in_front: !is_hero }
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
    /// A panel of curves, each with its name and style. Clouds lose the points that another series has and those
    /// outside the axes: curves widen the axes, clouds do not.
    #[must_use]
    pub fn new(
        title: Option<String>,
        curves: Vec<(String, Style, Curve)>,
        options: &AccuracyOptions,
    ) -> Self {
        let mut panel = AccuracyPanel { title, series: Vec::new(), left_out: Vec::new() };
        for (name, style, Curve { mut points, left_out }) in curves {
            if style.line {
                points.sort_by(|a, b| a.cost.total_cmp(&b.cost));
            }
            let series = AccuracySeries { name, style, points };
            panel.left_out.extend(summarised(&series, left_out));
            panel.series.push(series);
        }
        panel.thin_clouds(options);
        panel
    }

    fn thin_clouds(&mut self, options: &AccuracyOptions) {
        let named = self.series.iter().filter(|series| !series.is_cloud());
        let named = named.flat_map(|series| &series.points);
        let named: Vec<(f64, f64)> = named.map(|point| (point.cost, point.top1)).collect();
        let is_within = |range: Option<(f64, f64)>, value: f64| {
            range.is_none_or(|(first, last)| (first..=last).contains(&value))
        };
        for cloud in self.series.iter_mut().filter(|series| series.is_cloud()) {
            cloud.points.retain(|point| !named.contains(&(point.cost, point.top1)));
            let all = cloud.points.len();
            cloud.points.retain(|point| {
                is_within(options.costs, point.cost) && is_within(options.accuracies, point.top1)
            });
            let outside = all - cloud.points.len();
            if outside > 0 {
                let name = &cloud.name;
                self.left_out.push(format!("{outside} of {all} of {name}: outside the axes"));
            }
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

/// For a cloud, only the number of networks left out: nobody looks for them by name.
fn summarised(series: &AccuracySeries, left_out: Vec<String>) -> Vec<String> {
    if !series.is_cloud() || left_out.is_empty() {
        return left_out;
    }
    let (count, name) = (left_out.len(), &series.name);
    let all = count + series.points.len();
    vec![format!("{count} of {all} of {name}: no cost or no accuracy is known")]
}
