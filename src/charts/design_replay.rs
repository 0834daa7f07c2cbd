//! Evolution against random search: the score of the best network so far against what was trained.

use crate::charts::drawing::{Axis, Chart, Line, Panel, Point, Role, Series};
use crate::search::Interval;
use crate::search::design::{Design, PairedDifference, Replay, ReplayedBudget};

/// Draws both methods, each with the 95 % interval of its mean over all seeds, and the difference of the pairs below.
#[must_use]
pub fn design_replay(design: &Design, replay: &Replay) -> Chart {
    let title = title(replay);
    let space = &design.networks.space.title;
    let scores = [
        ("evolution", Role::Hero, (|pair| pair.evolution) as fn(PairedDifference) -> Interval),
        ("random search", Role::Other, |pair| pair.random),
    ];
    let scores = scores.map(|(name, role, of)| series(replay, name, role, of)).into();
    let difference =
        series(replay, "evolution less random search", Role::Other, |pair| pair.difference);
    let zero = Series {
        name: "no difference".into(),
        role: Role::Guide,
        points: difference
            .points
            .iter()
            .map(|point| Point { x: point.x, ..Point::default() })
            .collect(),
        line: Line::Dashed,
        ..Series::default()
    };
    Chart {
        description: description(&title, replay),
        title,
        subtitle: Some(format!(
            "{space}, {} networks, all of them measured; {} searches of each method, with 95 % intervals",
            replay.networks, replay.seeds
        )),
        panels: vec![
            Panel {
                y: axis("Score of the best network so far"),
                series: scores,
                height_share: 2.0,
                ..Panel::default()
            },
            Panel {
                y: axis("Difference of the pairs"),
                series: vec![zero, difference],
                ..Panel::default()
            },
        ],
        x: axis("Networks that each method has trained, by successive halving"),
        source: "Searches replayed against a table of all networks, each measured once.".into(),
        ..Chart::default()
    }
}

fn axis(label: &str) -> Axis {
    Axis { label: label.into(), ..Axis::default() }
}

fn title(replay: &Replay) -> String {
    let Some(last) = replay.budgets.last() else { return "Nothing was replayed".into() };
    let Interval { mean, half_width } = last.score.difference;
    let by = format!("by {:.3} ± {half_width:.3}", mean.abs());
    match (last.score.is_significant(), mean > 0.0) {
        (false, _) => format!(
            "After {} networks, evolution and random search cannot be told apart",
            last.candidates
        ),
        (true, true) => {
            format!(
                "After {} networks, evolution scores higher than random search {by}",
                last.candidates
            )
        }
        (true, false) => {
            format!(
                "After {} networks, random search scores higher than evolution {by}",
                last.candidates
            )
        }
    }
}

fn description(title: &str, replay: &Replay) -> String {
    let one = |budget: &ReplayedBudget| {
        let PairedDifference { evolution, random, .. } = budget.score;
        format!("{} networks {:.2} and {:.2}", budget.candidates, evolution.mean, random.mean)
    };
    let each: Vec<String> = replay.budgets.iter().map(one).collect();
    format!("{title}. Mean scores of evolution and random search after {}.", each.join(", "))
}

fn series(replay: &Replay, name: &str, role: Role, of: fn(PairedDifference) -> Interval) -> Series {
    let point = |budget: &ReplayedBudget| {
        let Interval { mean, half_width } = of(budget.score);
        Point {
            x: budget.candidates as f64,
            y: mean,
            tip: format!("{name}, {} networks: {mean:.3} ± {half_width:.3}", budget.candidates),
            error: half_width,
            ..Point::default()
        }
    };
    Series {
        name: name.into(),
        role,
        line: Line::Solid,
        marker: true,
        points: replay.budgets.iter().map(point).collect(),
        ..Series::default()
    }
}
