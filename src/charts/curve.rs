//! How a curve of networks is drawn: its marks, their names and hover texts, its line.

use crate::analysis::comparison::{Curve, Origin, Placed};
use crate::charts::drawing::{Line, Point, Role, Series};
use crate::charts::words;
use crate::counting::measure::Measure;
use crate::families::sketch::{Naming, Weight};

/// What a curve is drawn among.
pub(super) struct Scene<'a> {
    /// All curves of the panel.
    pub(super) curves: &'a [Curve],
    /// The front of the others, whose names are kept.
    pub(super) front: &'a [&'a Placed],
    /// The cost on the x axis.
    pub(super) measure: Measure,
    /// Whether marks of published costs are hollow.
    pub(super) has_hollows: bool,
}

impl Scene<'_> {
    /// The series of a curve. Where it starts at a point of the hero, as scaled networks do at their baseline,
    /// one marker is enough: its line then is a series of its own.
    pub(super) fn drawn(&self, curve: &Curve) -> Vec<Series> {
        let whole = self.whole(curve);
        let heroes =
            self.curves.iter().filter(|curve| curve.is_hero()).flat_map(|curve| &curve.points);
        let start = curve.points.first().map(|placed| (placed.cost, placed.top1));
        let mut starts = heroes.map(|placed| Some((placed.cost, placed.top1)));
        if curve.is_hero() || !curve.style.line || !starts.any(|other| other == start) {
            return vec![whole];
        }
        let bare = |point: &Point| Point { x: point.x, y: point.y, ..Point::default() };
        let line = Series {
            marker: false,
            points: whole.points.iter().map(bare).collect(),
            ..whole.clone()
        };
        let points = whole.points.into_iter().skip(1).collect();
        vec![line, Series { line: Line::None, points, end_label: None, ..whole }]
    }

    fn whole(&self, curve: &Curve) -> Series {
        let role = match curve.style.weight {
            Weight::Hero => Role::Hero,
            Weight::Other => Role::Other,
            Weight::Cloud => Role::Muted,
        };
        let point = |(index, placed): (usize, &Placed)| Point {
            x: placed.cost,
            y: placed.top1,
            label: (curve.style.naming == Naming::Points).then(|| name(curve, index, placed)),
            tip: tip(placed, self.measure),
            keep_label: self.front.iter().any(|best| std::ptr::eq(*best, placed)),
            error: 0.0,
            error_x: 0.0,
            hollow: self.has_hollows && placed.origin == Origin::Published,
        };
        let last = curve.points.last().filter(|_| curve.style.naming == Naming::End);
        Series {
            name: curve.name.clone(),
            role,
            line: if curve.style.line { Line::Solid } else { Line::None },
            marker: true,
            points: curve.points.iter().enumerate().map(point).collect(),
            end_label: last.map(|last| format!("{} {}", curve.name, words::percent(last.top1))),
            ..Series::default()
        }
    }
}

/// The hero's first member carries the whole name; its others, their own alone.
fn name(curve: &Curve, index: usize, placed: &Placed) -> String {
    let is_whole = index == 0 || !curve.is_hero();
    if is_whole { placed.title.clone() } else { placed.label.clone() }
}

fn tip(placed: &Placed, measure: Measure) -> String {
    let cost = match placed.origin {
        Origin::Counted => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count
            let count = crate::counting::units::grouped(placed.cost as u128);
            format!("{count} {} counted", measure.amounts())
        }
        Origin::Published => {
            format!(
                "{} {} as published",
                crate::counting::units::short(placed.cost),
                measure.amounts()
            )
        }
    };
    format!("{}: {cost}, {} % top-1", placed.title, placed.top1)
}
