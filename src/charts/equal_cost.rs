//! Scaling strategies at equal cost: the paper's Figures 3 and 8, from measured accuracies.

use crate::analysis::time::Deployment;
use crate::charts::drawing::{Chart, Line, Panel, Point, Role, Scale, Series};
use crate::charts::estimates;
use crate::charts::search::{accuracy, accuracy_axis, count_axis, time_axis};
use crate::counting::units::{grouped, three_digits};
use crate::search::{Candidate, Contender, CostRound, EqualCostComparison, RankedCandidate};

/// What accuracies are drawn against.
#[derive(Clone, Copy, Debug)]
pub enum ComparedCost<'a> {
    /// Counted MACs.
    Macs,
    /// Counted params.
    Params,
    /// Estimated times of networks that run like this.
    Time(&'a Deployment),
}

/// Draws accuracy against a cost for each strategy, starting at the baseline. `single` names those that scale one
/// dimension; the others are emphasised. `source` is where the accuracies come from.
#[must_use]
pub fn equal_cost(
    family: &str,
    comparison: &EqualCostComparison,
    contenders: &[Contender],
    single: &[&str],
    verdict: &str,
    source: &str,
    cost: ComparedCost,
) -> Chart {
    let role = |contender: &Contender| {
        if single.contains(&contender.name.as_str()) { Role::Other } else { Role::Hero }
    };
    let series = contenders.iter().map(|one| series(comparison, one, role(one), cost));
    Chart {
        title: format!("{family}: {verdict}"),
        description: description(family, verdict, comparison, cost),
        subtitle: Some(subtitle(comparison)),
        panels: vec![Panel {
            y: accuracy_axis("Accuracy"),
            series: series.collect(),
            ..Panel::default()
        }],
        x: match cost {
            ComparedCost::Macs => count_axis(Scale::Log, "MACs per image (conv-linear, log scale)"),
            ComparedCost::Params => count_axis(Scale::Log, "Params (log scale)"),
            ComparedCost::Time(_) => time_axis(),
        },
        source: format!("Accuracies: {source}. {} Welch's t-test at 95 %.", cost.method()),
        ..Chart::default()
    }
}

impl ComparedCost<'_> {
    const MACS: &'static str = "counted MACs";
    const TIME: &'static str = "estimated time";

    /// Where costs are from.
    fn method(self) -> String {
        match self {
            ComparedCost::Macs | ComparedCost::Params => "Costs counted by phiscale.".into(),
            ComparedCost::Time(run) => {
                format!("{}: {}", estimates::run(run), estimates::method(run))
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            ComparedCost::Macs => Self::MACS,
            ComparedCost::Params => "counted params",
            ComparedCost::Time(_) => Self::TIME,
        }
    }

    /// What a network costs, on the axis.
    fn of(self, candidate: &Candidate) -> f64 {
        match self {
            ComparedCost::Macs => candidate.macs() as f64,
            ComparedCost::Params => candidate.params() as f64,
            ComparedCost::Time(_) => candidate.seconds.unwrap_or_default() * 1e3,
        }
    }
}

fn subtitle(comparison: &EqualCostComparison) -> String {
    let mut all = comparison.rounds.iter().flat_map(|round| &round.ranking);
    let is_by_time = all.any(|(_, ranked)| ranked.candidate.time_ratio.is_some());
    let equal = if is_by_time { ComparedCost::TIME } else { ComparedCost::MACS };
    let best = |round: &CostRound| {
        round.ranking.first().map(|(best, _)| format!("{} at {}×", best.name, round.cost))
    };
    let scaled = comparison.rounds.iter().filter(|round| round.cost > 1.0);
    let best: Vec<String> = scaled.filter_map(best).collect();
    format!("Scaled to nearly equal {equal}; the best are {}", best.join(", "))
}

fn description(
    family: &str,
    verdict: &str,
    comparison: &EqualCostComparison,
    cost: ComparedCost,
) -> String {
    let one = |round: &CostRound| {
        let each = round.ranking.iter();
        let each =
            each.map(|(contender, ranked)| format!("{} {}", contender.name, accuracy(ranked)));
        format!("at {} times the cost {}", round.cost, each.collect::<Vec<_>>().join(", "))
    };
    let rounds: Vec<String> = comparison.rounds.iter().map(one).collect();
    format!("{family}: {verdict}. Accuracy against {}: {}.", cost.name(), rounds.join("; "))
}

fn series(
    comparison: &EqualCostComparison,
    contender: &Contender,
    role: Role,
    cost: ComparedCost,
) -> Series {
    let scaled = comparison.rounds.iter().flat_map(|round| &round.ranking);
    let scaled = scaled.filter(|(other, _)| other == contender).map(|(_, ranked)| ranked);
    // Another family has its own network at the cost of the baseline.
    let starts = comparison.rounds.first().is_some_and(|round| {
        round.cost <= 1.0 && round.ranking.iter().any(|(other, _)| other == contender)
    });
    let start = comparison.baseline.iter().filter(|_| !starts);
    let points = start.chain(scaled).map(|ranked| point(contender, ranked, cost));
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

fn point(contender: &Contender, ranked: &RankedCandidate, cost: ComparedCost) -> Point {
    let macs = ranked.candidate.macs();
    let ratio = three_digits(ranked.candidate.cost_ratio());
    Point {
        x: cost.of(&ranked.candidate),
        y: ranked.accuracy,
        tip: format!("{}, {ratio}×: {}, {} MACs", contender.name, accuracy(ranked), grouped(macs)),
        error: ranked.standard_error.unwrap_or_default(),
        ..Point::default()
    }
}
