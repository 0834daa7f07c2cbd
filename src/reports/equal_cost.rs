//! Scaling strategies compared at equal cost.

use crate::analysis::time::{Deployment, Expected};
use crate::reports::declared::{COMPARE, CONTESTANTS};
use crate::reports::search::{accuracy_cells, accuracy_columns, failures, input, nothing_measured};
use crate::reports::{Cell, Column, Report, Section, column};
use crate::search::{
    Candidate, Contender, CostRound, EqualCostComparison, JournalEntry, MatchedNetwork,
    RankedCandidate,
};

/// The report of `phiscale compare`: the strategies at each cost, the best first. `verdict` is the conclusion
/// about the single dimensions.
#[must_use]
pub fn equal_cost(
    family: &str,
    comparison: &EqualCostComparison,
    (verdict, single): (&str, &[&str]),
    failed: &[&JournalEntry],
) -> Report {
    let mut rounds = comparison.rounds.iter().flat_map(|round| &round.ranking);
    let is_by_time = rounds.any(|(_, ranked)| ranked.candidate.time_ratio.is_some());
    let mut columns = columns(is_by_time);
    columns.extend(accuracy_columns());
    let baseline = comparison.baseline.iter().map(|ranked| row("baseline", 1.0, ranked));
    let rounds = comparison.rounds.iter().flat_map(|round| {
        round.ranking.iter().map(|(contender, ranked)| row(&contender.name, round.cost, ranked))
    });
    let sections = vec![
        Section::record(None, vec![(column("family", "family"), Cell::text(family))]),
        Section::rows("ways", columns, baseline.chain(rounds).collect()),
        failures(failed),
    ];
    let measured = comparison.rounds.iter().map(|round| round.ranking.len()).sum();
    let verdict = || format!("In these measurements, {verdict}.");
    let verdict = nothing_measured(measured, failed).unwrap_or_else(verdict);
    let best = comparison.rounds.iter().filter_map(best_of);
    let unmeasured = if measured > 0 { unmeasured(comparison, single) } else { Vec::new() };
    let notes = std::iter::once(verdict).chain(unmeasured).chain(best).collect();
    Report::new(&COMPARE, sections, notes)
}

/// What networks of equal time are equal in.
#[must_use]
pub fn equal_time(run: &Deployment) -> String {
    let Deployment { device, mode, batch, .. } = run;
    let images = if *batch == 1 { "image" } else { "images" };
    let error = match run.expected {
        Expected::Measured { error, networks, .. } => {
            format!("half of {networks} measured networks were within {:.1} %", error * 100.0)
        }
        Expected::DataSheet { .. } => "nothing was measured in this mode".into(),
    };
    format!(
        "Times are estimated for {}, {}, {batch} {images} in a batch: {error}.",
        device.title,
        mode.dtype.name()
    )
}

/// The conclusion: at how many costs a compound strategy beats every single-dimension strategy, named in `single`.
#[must_use]
pub fn verdict(comparison: &EqualCostComparison, single: &[&str]) -> String {
    let is_single = |contender: &Contender| single.contains(&contender.name.as_str());
    let is_won = |round: &&CostRound| {
        let is_beaten = |name: &&str| {
            let mut others = round.ranking.iter().filter(|(contender, _)| contender.name == *name);
            others.any(|(_, other)| other.is_worse == Some(true))
        };
        round.ranking.first().is_some_and(|(contender, _)| !is_single(contender))
            && single.iter().all(is_beaten)
    };
    let measured = || comparison.rounds.iter().filter(|round| !round.ranking.is_empty());
    let (won, all) = (measured().filter(is_won).count(), measured().count());
    format!("compound scaling beats every dimension alone at {won} of {all} costs")
}

/// At which costs a single dimension is missing, of which nothing is said then.
pub(super) fn unmeasured(comparison: &EqualCostComparison, single: &[&str]) -> Vec<String> {
    let lacks =
        |round: &CostRound, name: &str| !round.ranking.iter().any(|(one, _)| one.name == name);
    let of = |name: &&str| {
        let rounds = comparison.rounds.iter().filter(|round| lacks(round, name));
        let costs: Vec<String> = rounds.map(|round| round.cost.to_string()).collect();
        let costs = costs.join(", ");
        (!costs.is_empty()).then(|| {
            format!("{name} alone was not measured at {costs} times the cost, so nothing counts as beating it there.")
        })
    };
    single.iter().filter_map(of).collect()
}

/// The best strategy at a cost, and those that are not significantly worse.
pub(super) fn best_of(round: &CostRound) -> Option<String> {
    let ((contender, best), others) = round.ranking.split_first()?;
    let equal = others.iter().filter(|(_, other)| other.is_worse == Some(false));
    let equal: Vec<&str> = equal.map(|(contender, _)| contender.name.as_str()).collect();
    let equal = match &equal[..] {
        [] => String::new(),
        equal => format!("; not significantly worse (Welch's t-test, 95 %): {}", equal.join(", ")),
    };
    let (cost, name, accuracy) = (round.cost, &contender.name, best.accuracy);
    Some(format!("At {cost} times the cost, the best is {name} with {accuracy:.1} %{equal}."))
}

/// The report of `phiscale compare --dry-run`: the networks that would be measured.
#[must_use]
pub fn matched_networks(family: &str, baseline: &Candidate, matched: &[MatchedNetwork]) -> Report {
    let is_by_time = baseline.time_ratio.is_some();
    let baseline = std::iter::once(cells("baseline", 1.0, baseline));
    let others = matched.iter().map(|one| cells(&one.contender.name, one.cost, &one.candidate));
    let sections = vec![
        Section::record(None, vec![(column("family", "family"), Cell::text(family))]),
        Section::rows("networks", columns(is_by_time), baseline.chain(others).collect()),
    ];
    Report::new(&CONTESTANTS, sections, Vec::new())
}

pub(super) fn columns(is_by_time: bool) -> Vec<Column> {
    let mut columns = vec![
        column("cost", "target"),
        column("way", "strategy"),
        column("ratio", "MACs ÷ baseline"),
    ];
    columns.extend(is_by_time.then(|| column("time_ratio", "time ÷ baseline")));
    columns.extend([
        column("phi", "φ"),
        column("depth", "depth"),
        column("width", "width"),
        column("resolution", "resolution"),
        column("input", "input (px)"),
        column("macs", "MACs (conv-linear)"),
        column("params", "params"),
    ]);
    columns
}

fn row(name: &str, cost: f64, ranked: &RankedCandidate) -> Vec<Cell> {
    let mut row = cells(name, cost, &ranked.candidate);
    row.extend(accuracy_cells(ranked));
    row
}

pub(super) fn cells(name: &str, cost: f64, candidate: &Candidate) -> Vec<Cell> {
    let mut cells = vec![Cell::ratio(cost), Cell::text(name), Cell::ratio(candidate.macs_ratio)];
    cells.extend(candidate.time_ratio.map(Cell::ratio));
    cells.extend([
        Cell::factor(candidate.phi),
        Cell::factor(candidate.scale.depth),
        Cell::factor(candidate.scale.width),
        Cell::factor(candidate.scale.resolution),
        input(candidate),
        Cell::integer(candidate.macs()),
        Cell::integer(candidate.params()),
    ]);
    cells
}
