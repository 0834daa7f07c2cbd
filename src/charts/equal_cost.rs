//! Scaling strategies at equal cost: the paper's Figures 3 and 8, from measured accuracies.

use crate::analysis::time::Deployment;
use crate::charts::drawing::{Axis, Chart, Line, Panel, Point, Role, Scale, Series, Ticks};
use crate::charts::estimates;
use crate::charts::search::{accuracy, accuracy_axis, macs_axis};
use crate::counting::units::{grouped, three_digits};
use crate::search::{Contender, CostRound, EqualCostComparison, RankedCandidate};

/// Draws accuracy against MACs for each strategy, or against estimated time for networks that `run` like this, starting
/// at the baseline. `single` names those that scale
/// one dimension; the others are emphasised. `source` is where the accuracies come from.
#[must_use]
pub fn equal_cost(
    family: &str,
    comparison: &EqualCostComparison,
    contenders: &[Contender],
    single: &[&str],
    verdict: &str,
    source: &str,
    run: Option<&Deployment>,
) -> Chart {
    let role = |contender: &Contender| {
        if single.contains(&contender.name.as_str()) { Role::Other } else { Role::Hero }
    };
    let series = contenders.iter().map(|one| series(comparison, one, role(one)));
    Chart {
        title: format!("{family}: {verdict}"),
        description: description(family, verdict, comparison, run),
        subtitle: Some(subtitle(comparison, run)),
        panels: vec![Panel {
            y: accuracy_axis("Accuracy"),
            series: series.collect(),
            ..Panel::default()
        }],
        x: match run {
            None => macs_axis(Scale::Log, "MACs per image (conv-linear, log scale)"),
            Some(_) => Axis {
                label: "Estimated time relative to the baseline (log scale)".into(),
                scale: Scale::Log,
                ticks: Ticks::Times,
                ..Axis::default()
            },
        },
        source: format!("Accuracies: {source}. {} Welch's t-test at 95 %.", costs(run)),
        ..Chart::default()
    }
}

/// Where costs are from.
fn costs(run: Option<&Deployment>) -> String {
    run.map_or("Costs counted by phiscale.".into(), |run| {
        format!("{}: {}", estimates::run(run), estimates::method(run))
    })
}

fn cost(run: Option<&Deployment>) -> &'static str {
    if run.is_some() { "estimated time" } else { "counted MACs" }
}

fn subtitle(comparison: &EqualCostComparison, run: Option<&Deployment>) -> String {
    let best = |round: &CostRound| {
        round.ranking.first().map(|(best, _)| format!("{} at {}×", best.name, round.cost))
    };
    let best: Vec<String> = comparison.rounds.iter().filter_map(best).collect();
    format!("Scaled to nearly equal {}; the best are {}", cost(run), best.join(", "))
}

fn description(
    family: &str,
    verdict: &str,
    comparison: &EqualCostComparison,
    run: Option<&Deployment>,
) -> String {
    let one = |round: &CostRound| {
        let each = round.ranking.iter();
        let each =
            each.map(|(contender, ranked)| format!("{} {}", contender.name, accuracy(ranked)));
        format!("at {} times the cost {}", round.cost, each.collect::<Vec<_>>().join(", "))
    };
    let rounds: Vec<String> = comparison.rounds.iter().map(one).collect();
    format!("{family}: {verdict}. Accuracy against {}: {}.", cost(run), rounds.join("; "))
}

fn series(comparison: &EqualCostComparison, contender: &Contender, role: Role) -> Series {
    let scaled = comparison.rounds.iter().flat_map(|round| &round.ranking);
    let scaled = scaled.filter(|(other, _)| other == contender).map(|(_, ranked)| ranked);
    // Another family has its own network at the cost of the baseline.
    let starts = comparison.rounds.first().is_some_and(|round| {
        round.cost <= 1.0 && round.ranking.iter().any(|(other, _)| other == contender)
    });
    let start = comparison.baseline.iter().filter(|_| !starts);
    let points = start.chain(scaled).map(|ranked| point(contender, ranked));
    Series {
        name: contender.name.clone(),
        role,
        line: Line::Solid,
        marker: true,
        points: points.collect(),
        end_label: Some(contender.name.clone()),
        ..Series::default()
    }
}

fn point(contender: &Contender, ranked: &RankedCandidate) -> Point {
    let macs = ranked.candidate.macs();
    let ratio = three_digits(ranked.candidate.cost_ratio());
    Point {
        x: ranked.candidate.time_ratio.unwrap_or(macs as f64),
        y: ranked.accuracy,
        tip: format!("{}, {ratio}×: {}, {} MACs", contender.name, accuracy(ranked), grouped(macs)),
        error: ranked.standard_error.unwrap_or_default(),
        ..Point::default()
    }
}
