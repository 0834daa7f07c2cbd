//! Scaling strategies at equal cost: the paper's Figures 3 and 8, from measured accuracies.

use crate::charts::drawing::{Chart, Line, Panel, Point, Role, Scale, Series};
use crate::charts::search::{accuracy, accuracy_axis, macs_axis};
use crate::counting::units::{grouped, three_digits};
use crate::search::{Contender, CostRound, EqualCostComparison, RankedCandidate};

/// Draws accuracy against MACs for each strategy, starting at the baseline. `single` names those that scale
/// one dimension; the others are emphasised. `source` is where the accuracies come from.
#[must_use]
pub fn equal_cost(
    family: &str,
    comparison: &EqualCostComparison,
    contenders: &[Contender],
    single: &[&str],
    verdict: &str,
    source: &str,
) -> Chart {
    let role = |contender: &Contender| {
        if single.contains(&contender.name.as_str()) { Role::Other } else { Role::Hero }
    };
    let series = contenders.iter().map(|one| series(comparison, one, role(one)));
    Chart {
        title: format!("{family}: {verdict}"),
        description: description(family, verdict, comparison),
        subtitle: Some(subtitle(comparison)),
        panels: vec![Panel {
            y: accuracy_axis("Accuracy"),
            series: series.collect(),
            ..Panel::default()
        }],
        x: macs_axis(Scale::Log, "MACs per image (conv-linear, log scale)"),
        source: format!("Accuracies: {source}. Costs counted by phiscale. Welch's t-test at 95 %."),
        ..Chart::default()
    }
}

fn subtitle(comparison: &EqualCostComparison) -> String {
    let best = |round: &CostRound| {
        round.ranking.first().map(|(best, _)| format!("{} at {}×", best.name, round.cost))
    };
    let best: Vec<String> = comparison.rounds.iter().filter_map(best).collect();
    format!("Scaled to nearly equal counted MACs; the best are {}", best.join(", "))
}

fn description(family: &str, verdict: &str, comparison: &EqualCostComparison) -> String {
    let one = |round: &CostRound| {
        let each = round.ranking.iter();
        let each =
            each.map(|(contender, ranked)| format!("{} {}", contender.name, accuracy(ranked)));
        format!("at {} times the cost {}", round.cost, each.collect::<Vec<_>>().join(", "))
    };
    let rounds: Vec<String> = comparison.rounds.iter().map(one).collect();
    format!("{family}: {verdict}. Accuracy against counted MACs: {}.", rounds.join("; "))
}

fn series(comparison: &EqualCostComparison, contender: &Contender, role: Role) -> Series {
    let scaled = comparison.rounds.iter().flat_map(|round| &round.ranking);
    let scaled = scaled.filter(|(other, _)| other == contender).map(|(_, ranked)| ranked);
    let points = comparison.baseline.iter().chain(scaled).map(|ranked| point(contender, ranked));
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
    let ratio = three_digits(ranked.candidate.macs_ratio);
    Point {
        x: macs as f64,
        y: ranked.accuracy,
        tip: format!("{}, {ratio}×: {}, {} MACs", contender.name, accuracy(ranked), grouped(macs)),
        error: ranked.standard_error.unwrap_or_default(),
        ..Point::default()
    }
}
