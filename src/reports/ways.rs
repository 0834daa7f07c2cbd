//! Ways to scale at equal counted cost.

use crate::counting::ledger::Event;
use crate::reports::search::{failures, input, measured_cells, measured_columns};
use crate::reports::{Cell, Column, Report, Section, column};
use crate::search::{Candidate, Contest, Contestant, Entry, Ranked, Way};

/// The report of `phiscale compare`: for each cost the ways, the best first. `verdict` is what it comes to.
#[must_use]
pub fn ways(family: &str, contest: &Contest, verdict: &str, failed: &[&Entry]) -> Report {
    let mut columns = columns();
    columns.extend(measured_columns());
    let start = contest.baseline.iter().map(|ranked| row("baseline", 1.0, ranked));
    let ranked = contest.rounds.iter().flat_map(|(cost, ranked)| {
        ranked.iter().map(|(Way { name, .. }, ranked)| row(name, *cost, ranked))
    });
    let rows = start.chain(ranked).collect();
    let sections = vec![
        Section::record(None, vec![(column("family", "family"), Cell::text(family))]),
        Section::rows("ways", columns, rows),
        failures(failed),
    ];
    let notes = std::iter::once(format!("Measured here, {verdict}.")).chain(best(contest));
    Report { schema: "phiscale.compare/1", sections, notes: notes.collect() }
}

/// What a contest comes to: at how many costs all of `single` are worse than a way that scales several dimensions.
#[must_use]
pub fn verdict(contest: &Contest, single: &[&str]) -> String {
    let is_single = |way: &Way| single.contains(&way.name.as_str());
    let is_won = |ranked: &[(Way, Ranked)]| {
        let mut others = ranked.iter().filter(|(way, _)| is_single(way));
        ranked.first().is_some_and(|(way, _)| !is_single(way))
            && others.all(|(_, other)| other.is_worse == Some(true))
    };
    let rounds = || contest.rounds.iter().filter(|(_, ranked)| !ranked.is_empty());
    let (won, all) = (rounds().filter(|(_, ranked)| is_won(ranked)).count(), rounds().count());
    format!("compound scaling beats every dimension alone at {won} of {all} costs")
}

/// Which way is the best at each cost, and which others cannot be told from it.
fn best(contest: &Contest) -> Vec<String> {
    let sentence = |(cost, ranked): &(f64, Vec<(Way, Ranked)>)| {
        let (way, best) = ranked.first()?;
        let rivals = ranked.iter().skip(1).filter(|(_, other)| other.is_worse == Some(false));
        let rivals: Vec<&str> = rivals.map(|(way, _)| way.name.as_str()).collect();
        let rivals = match &rivals[..] {
            [] => String::new(),
            rivals => format!("; not told from it (Welch's t-test, 95 %): {}", rivals.join(", ")),
        };
        Some(format!(
            "At {cost} times the cost, {} is the best with {:.1} %{rivals}.",
            way.name, best.accuracy
        ))
    };
    contest.rounds.iter().filter_map(sentence).collect()
}

/// The report of `phiscale compare --dry-run`: the networks that would be measured.
#[must_use]
pub fn contestants(family: &str, baseline: &Candidate, contestants: &[Contestant]) -> Report {
    let start = std::iter::once(cells("baseline", 1.0, baseline));
    let others = contestants.iter().map(|one| cells(&one.way.name, one.cost, &one.candidate));
    let sections = vec![
        Section::record(None, vec![(column("family", "family"), Cell::text(family))]),
        Section::rows("networks", columns(), start.chain(others).collect()),
    ];
    Report { schema: "phiscale.contestants/1", sections, notes: Vec::new() }
}

fn columns() -> Vec<Column> {
    vec![
        column("cost", "wanted"),
        column("way", "way"),
        column("ratio", "MACs ÷ baseline"),
        column("phi", "φ"),
        column("depth", "depth"),
        column("width", "width"),
        column("resolution", "resolution"),
        column("input", "input (px)"),
        column("macs", "MACs (conv-linear)"),
        column("params", "params"),
    ]
}

fn row(way: &str, cost: f64, ranked: &Ranked) -> Vec<Cell> {
    let mut row = cells(way, cost, &ranked.candidate);
    row.extend(measured_cells(ranked));
    row
}

fn cells(way: &str, cost: f64, candidate: &Candidate) -> Vec<Cell> {
    vec![
        Cell::ratio(cost),
        Cell::text(way),
        Cell::ratio(candidate.ratio),
        Cell::factor(candidate.phi),
        Cell::factor(candidate.scale.depth),
        Cell::factor(candidate.scale.width),
        Cell::factor(candidate.scale.resolution),
        input(candidate),
        Cell::integer(candidate.cost.total(Event::MACS)),
        Cell::integer(candidate.cost.total(Event::PARAMS)),
    ]
}
