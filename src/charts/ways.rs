//! Ways to scale at equal counted cost: the paper's Figures 3 and 8, from what was measured.

use crate::charts::drawing::{Axis, Chart, Line, Panel, Point, Role, Scale, Series, Ticks};
use crate::charts::words::with_error;
use crate::counting::ledger::Event;
use crate::counting::units::{grouped, three_digits};
use crate::search::{Contest, Ranked, Way};

/// Draws accuracy against counted cost for each way, from the baseline on. `single` are the names of the ways
/// that scale one dimension; the others are what the chart is about. `measured_by` says where the accuracies
/// come from.
#[must_use]
pub fn ways(
    family: &str,
    contest: &Contest,
    ways: &[Way],
    single: &[&str],
    verdict: &str,
    measured_by: &str,
) -> Chart {
    let role =
        |way: &Way| if single.contains(&way.name.as_str()) { Role::Other } else { Role::Hero };
    Chart {
        title: format!("{family}: {verdict}"),
        description: description(family, verdict, contest),
        subtitle: Some(subtitle(contest)),
        panels: vec![Panel {
            y: Axis::percent("Accuracy, with one standard error either way"),
            series: ways.iter().map(|way| series(contest, way, role(way))).collect(),
            ..Panel::default()
        }],
        x: Axis {
            label: "MACs per image (conv-linear, log scale)".into(),
            scale: Scale::Log,
            ticks: Ticks::Si,
            range: None,
        },
        source: format!(
            "Source of the accuracies: {measured_by}. Costs counted by phiscale. Told apart: by Welch's t-test at 95 %."
        ),
        ..Chart::default()
    }
}

fn subtitle(contest: &Contest) -> String {
    let best = |(cost, ranked): &(f64, Vec<(Way, Ranked)>)| {
        ranked.first().map(|(way, _)| format!("{} at {cost}×", way.name))
    };
    let best: Vec<String> = contest.rounds.iter().filter_map(best).collect();
    format!("Scaled to nearly the same counted MACs; the best are {}", best.join(", "))
}

fn description(family: &str, verdict: &str, contest: &Contest) -> String {
    let one = |(cost, ranked): &(f64, Vec<(Way, Ranked)>)| {
        let each: Vec<String> = ranked
            .iter()
            .map(|(way, ranked)| format!("{} {}", way.name, accuracy(ranked)))
            .collect();
        format!("at {cost} times the cost {}", each.join(", "))
    };
    let rounds: Vec<String> = contest.rounds.iter().map(one).collect();
    format!("{family}: {verdict}. Accuracy against counted MACs: {}.", rounds.join("; "))
}

fn series(contest: &Contest, way: &Way, role: Role) -> Series {
    let own = contest.rounds.iter().flat_map(|(_, ranked)| ranked);
    let own = own.filter(|(other, _)| other == way).map(|(_, ranked)| ranked);
    let points = contest.baseline.iter().chain(own).map(|ranked| point(way, ranked));
    Series {
        name: way.name.clone(),
        role,
        line: Line::Solid,
        marker: true,
        points: points.collect(),
        end_label: Some(way.name.clone()),
        ..Series::default()
    }
}

fn point(way: &Way, ranked: &Ranked) -> Point {
    let macs = ranked.candidate.cost.total(Event::MACS);
    let ratio = three_digits(ranked.candidate.ratio);
    Point {
        x: macs as f64,
        y: ranked.accuracy,
        tip: format!("{}, {ratio}×: {}, {} MACs", way.name, accuracy(ranked), grouped(macs)),
        error: ranked.standard_error.unwrap_or_default(),
        ..Point::default()
    }
}

fn accuracy(ranked: &Ranked) -> String {
    with_error(ranked.accuracy, ranked.standard_error)
}
