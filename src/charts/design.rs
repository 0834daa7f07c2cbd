//! The networks that a design trained to the end: accuracy against cost, and the front of both.

use crate::charts::drawing::{Axis, Chart, Line, Panel, Point, Role, Scale, Series};
use crate::charts::search::{count_axis, time_axis};
use crate::counting::units::plural;
use crate::search::design::{Design, MeasuredNetwork, Target};

/// Draws the networks, which come the best score first; `source` is where the accuracies come from.
#[must_use]
pub fn design(design: &Design, found: &[MeasuredNetwork], source: &str) -> Chart {
    let title = title(design, found);
    Chart {
        description: description(design, &title, found),
        subtitle: Some(subtitle(design, found)),
        title,
        panels: vec![Panel {
            y: Axis::percent(format!(
                "Accuracy after {}, one training run",
                plural(design.longest(), "epoch")
            )),
            series: series(design, found),
            ..Panel::default()
        }],
        x: cost_axis(design),
        source: format!("Accuracies: {source}. Costs counted by phiscale."),
        ..Chart::default()
    }
}

fn cost_axis(design: &Design) -> Axis {
    match design.objective.target {
        Target::Macs(_) => count_axis(Scale::Log, "MACs per image (conv-linear, log scale)"),
        Target::Seconds(_) => time_axis(),
    }
}

/// A cost on the axis.
fn x(design: &Design, one: &MeasuredNetwork) -> f64 {
    let cost = design.objective.cost(&one.network);
    match design.objective.target {
        Target::Macs(_) => cost,
        Target::Seconds(_) => cost * 1e3,
    }
}

fn title(design: &Design, found: &[MeasuredNetwork]) -> String {
    let space = &design.networks.space.title;
    found.first().map_or_else(
        || format!("No network of {space} was trained to the end"),
        |best| {
            format!(
                "{space}: the best score of {} networks is that of {}",
                found.len(),
                shown(design, best)
            )
        },
    )
}

/// `81.2 % at 258K MACs`.
fn shown(design: &Design, one: &MeasuredNetwork) -> String {
    let cost = design.objective.shown(design.objective.cost(&one.network));
    format!("{:.1} % at {cost}", one.accuracy)
}

fn subtitle(design: &Design, found: &[MeasuredNetwork]) -> String {
    let target = design.objective.shown(design.objective.target.amount());
    let front = found.iter().filter(|one| one.is_on_front).count();
    let front = plural(front as u64, "network");
    format!("For a target of {target}; on the front of accuracy and cost: {front}")
}

fn description(design: &Design, title: &str, found: &[MeasuredNetwork]) -> String {
    let front = found.iter().filter(|one| one.is_on_front).take(8);
    let front: Vec<String> = front.map(|one| shown(design, one)).collect();
    format!(
        "{title}. Accuracy against cost of each network; on the front are {}.",
        front.join(", ")
    )
}

fn series(design: &Design, found: &[MeasuredNetwork]) -> Vec<Series> {
    let point = |one: &MeasuredNetwork| Point {
        x: x(design, one),
        y: one.accuracy,
        tip: format!("{}, score {:.2}", shown(design, one), one.score),
        ..Point::default()
    };
    let others: Vec<Point> =
        found.iter().skip(1).filter(|one| !one.is_on_front).map(point).collect();
    let mut front: Vec<Point> = found.iter().filter(|one| one.is_on_front).map(point).collect();
    front.sort_by(|a, b| a.x.total_cmp(&b.x));
    let best = found.first().map(|one| Point { label: Some(shown(design, one)), ..point(one) });
    let all = [
        Series { name: "trained".into(), role: Role::Muted, points: others, ..Series::default() },
        Series {
            name: "front".into(),
            line: Line::Step,
            marker: true,
            points: front,
            ..Series::default()
        },
        Series {
            name: "best score".into(),
            role: Role::Hero,
            marker: true,
            points: best.into_iter().collect(),
            ..Series::default()
        },
    ];
    all.into_iter().filter(|series| !series.points.is_empty()).collect()
}
