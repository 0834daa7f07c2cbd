//! A study: the ways of scaling at equal cost, and the choices before.

mod notes;
mod planned;

use crate::reports::declared::STUDY;
use crate::reports::search::{
    accuracy_cells, accuracy_columns, coefficient_cells, coefficient_columns, input, learning_rate,
    one_line,
};
use crate::reports::study::notes::{beside, distant, same_networks};
use crate::reports::{Cell, Column, Report, Section, column};
use crate::reports::{design, equal_cost};
use crate::search::design::{Design, DesignResult};
use crate::search::study::{CoefficientSource, Study, StudyResult};
use crate::search::{CostRound, JournalEntry, RankedCandidate};
pub use planned::planned_study;

/// How the baseline of a study was found.
#[derive(Clone, Copy, Debug)]
pub struct Designed<'a> {
    /// The design.
    pub design: &'a Design<'a>,
    /// What it found.
    pub result: &'a DesignResult,
}

/// The report of `phiscale study`. `designed` says how the baseline was found, if it was not given; `verdict` is the
/// conclusion of the comparison with each dimension alone.
#[must_use]
pub fn study(
    family: &str,
    study: &Study,
    result: &StudyResult,
    designed: Option<Designed>,
    (verdict, alone): (&str, &[&str]),
    failed: &[&JournalEntry],
) -> Report {
    let baseline = designed.map(|Designed { design, result }| design::answer(design, result));
    // CSV has the first table.
    let sections = vec![
        scope(family, study, result),
        ways(study, result),
        baseline.unwrap_or_else(|| Section::rows("answer", design::answer_columns(), Vec::new())),
        grid(result),
        learning_rates(result),
        study_failures(failed),
    ];
    let verdict = format!("In these measurements of ways of scaling {family}, {verdict}.");
    let best = result.own.rounds.iter().filter_map(equal_cost::best_of);
    let best = best.chain(beside(study, result)).chain(same_networks(result));
    let unmeasured = equal_cost::unmeasured(&result.own, alone);
    let found = designed.and_then(|one| design::best_note(one.design, one.result));
    let time = study.run.as_ref().map(equal_cost::equal_time);
    let notes = std::iter::once(verdict)
        .chain(unmeasured)
        .chain(best)
        .chain(result.distant.iter().map(distant));
    let notes = notes.chain(found).chain(time).collect();
    Report::new(&STUDY, sections, notes)
}

/// The training runs that failed, and why.
fn study_failures(failed: &[&JournalEntry]) -> Section {
    let mut columns = vec![column("spec", "spec"), column("chosen", "chosen")];
    columns.extend(coefficient_columns());
    columns.extend([
        column("phi", "φ"),
        column("learning_rate", "learning rate"),
        column("seed", "seed"),
        column("attempts", "attempts"),
        column("error", "error"),
    ]);
    let text = |text: &str| if text.is_empty() { Cell::Missing } else { Cell::text(text) };
    let row = |entry: &&JournalEntry| {
        let variant = &entry.variant;
        let mut row =
            vec![text(variant.family.as_deref().unwrap_or_default()), text(&variant.chosen())];
        row.extend(coefficient_cells(entry.coefficients()));
        row.extend([
            Cell::factor(entry.phi),
            learning_rate(variant.learning_rate),
            variant.seed.map_or(Cell::Missing, Cell::integer),
            Cell::integer(entry.attempts),
            entry.error.as_deref().map_or(Cell::Missing, |error| Cell::text(one_line(error))),
        ]);
        row
    };
    let rows = failed.iter().map(row).collect();
    titled("Failed training runs", "failed", columns, rows)
}

fn scope(family: &str, study: &Study, result: &StudyResult) -> Section {
    let source = match study.coefficients {
        CoefficientSource::Given(_) => "given",
        CoefficientSource::Searched { .. } => "searched",
    };
    let mut fields = vec![
        (column("family", "family"), Cell::text(family)),
        (column("coefficients", "coefficients"), Cell::text(source)),
    ];
    fields.extend(coefficient_columns().into_iter().zip(coefficient_cells(result.coefficients)));
    fields.extend([
        (column("choice_runs", "runs behind a choice"), Cell::integer(study.choice_seeds)),
        (column("runs", "runs of each network compared"), Cell::integer(study.seeds)),
    ]);
    Section::record(None, fields)
}

/// The candidates for α, β and γ.
fn grid(result: &StudyResult) -> Section {
    let mut columns = coefficient_columns();
    columns.extend(accuracy_columns());
    columns.extend([
        column("ratio", "MACs ÷ baseline"),
        column("in_tolerance", "in tolerance"),
        column("input", "input (px)"),
        column("macs", "MACs (conv-linear)"),
    ]);
    let row = |ranked: &RankedCandidate| {
        let candidate = &ranked.candidate;
        let mut row = coefficient_cells(candidate.coefficients);
        row.extend(accuracy_cells(ranked));
        row.extend([
            Cell::ratio(candidate.macs_ratio),
            Cell::Bool(candidate.in_tolerance),
            input(candidate),
            Cell::integer(candidate.macs()),
        ]);
        row
    };
    let rows = result.grid.iter().map(row).collect();
    titled("α, β and γ by accuracy on images kept back", "grid", columns, rows)
}

fn learning_rates(result: &StudyResult) -> Section {
    let mut columns = vec![
        column("way", "strategy"),
        column("learning_rate", "learning rate"),
        column("chosen", "chosen"),
    ];
    columns.extend(accuracy_columns());
    let rows = result.tuned.iter().flat_map(|way| {
        way.tried.iter().map(|ranked| {
            let rate = ranked.candidate.variant.learning_rate;
            let is_chosen = rate.is_some_and(|rate| rate.to_bits() == way.chosen.to_bits());
            let mut row = vec![Cell::text(&way.name), learning_rate(rate), Cell::Bool(is_chosen)];
            row.extend(accuracy_cells(ranked));
            row
        })
    });
    titled(
        "Learning rates by accuracy on images kept back",
        "learning_rates",
        columns,
        rows.collect(),
    )
}

/// All ways at every cost, by accuracy on the test images.
fn ways(study: &Study, result: &StudyResult) -> Section {
    let comparison = &result.comparison;
    let of = |round: &CostRound| {
        let cost = round.cost;
        let each = round.ranking.iter();
        each.map(|(way, ranked)| (way.name.clone(), cost, ranked.clone())).collect::<Vec<_>>()
    };
    let all: Vec<(String, f64, RankedCandidate)> = comparison.rounds.iter().flat_map(of).collect();
    let is_on_front = |one: &RankedCandidate| {
        !all.iter().any(|(_, _, other)| {
            let (cost, own) = (other.candidate.macs(), one.candidate.macs());
            cost <= own
                && other.accuracy >= one.accuracy
                && (cost < own || other.accuracy > one.accuracy)
        })
    };
    let mut columns = equal_cost::columns(false);
    // The strategy and the cost tell as much.
    for column in &mut columns {
        if ["phi", "depth", "width", "resolution"].contains(&column.key.as_ref()) {
            column.header = None;
        }
    }
    columns.extend(study.run.as_ref().map(|_| column("seconds", "time (ms)")));
    columns.extend(accuracy_columns());
    columns.extend([column("learning_rate", "learning rate"), column("front", "on the front")]);
    let rows = all.iter().map(|(name, cost, ranked)| {
        let mut row = equal_cost::cells(name, *cost, &ranked.candidate);
        row.extend(ranked.candidate.seconds.map(Cell::milliseconds));
        row.extend(accuracy_cells(ranked));
        let rate = ranked.candidate.variant.learning_rate;
        row.extend([learning_rate(rate), Cell::Bool(is_on_front(ranked))]);
        row
    });
    let title = "All ways at equal cost, by accuracy on the test images";
    titled(title, "ways", columns, rows.collect())
}

fn titled(title: &str, name: &'static str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Section {
    let mut section = Section::rows(name, columns, rows);
    section.title = Some(title.into());
    section
}
