//! Whether the best coefficients at one φ are also the best at a larger one.

use crate::reports::declared::REUSE;
use crate::reports::search::{
    SearchScope, coefficient_cells, coefficient_columns, failures, percent, point,
};
use crate::reports::{Cell, Column, Report, Section, column};
use crate::search::{JournalEntry, RankPair, Transfer};

/// The report of `phiscale search --reuse`: the candidates at both φ, in the order of the smaller one. `count` is
/// the number of candidates; `transfer` is `None` if no candidate was measured at both.
#[must_use]
pub fn transfer(
    scope: &SearchScope,
    phi: f64,
    count: usize,
    transfer: Option<&Transfer>,
    failed: &[&JournalEntry],
) -> Report {
    let correlation = transfer.and_then(|transfer| transfer.correlation);
    let correlation = correlation.map_or(Cell::Missing, |one| Cell::Real {
        value: one.value,
        decimals: 2,
        unit: "",
    });
    let fields = vec![
        (column("family", "family"), Cell::text(scope.family)),
        (column("phi", "φ"), Cell::factor(scope.phi)),
        (column("reused_at", "larger φ"), Cell::factor(phi)),
        (column("networks", "distinct networks"), Cell::integer(count as u128)),
        (column("correlation", "rank correlation (Spearman)"), correlation),
    ];
    let pairs = transfer.map_or(&[][..], |transfer| &transfer.pairs);
    let rows = pairs.iter().map(row).collect();
    let sections = vec![
        Section::record(None, fields),
        Section::rows("pairs", columns(scope.phi, phi), rows),
        failures(failed),
    ];
    let notes = transfer.map_or_else(
        || vec!["No candidate was measured at both φ.".into()],
        |transfer| notes(scope, phi, count, transfer),
    );
    Report::new(&REUSE, sections, notes)
}

fn columns(small: f64, large: f64) -> Vec<Column> {
    let mut columns = coefficient_columns();
    let at = |name: &str, phi: f64| format!("{name}, φ={phi}");
    for (phi, keys) in [
        (small, ["accuracy", "standard_error", "rank", "ratio"]),
        (large, ["reused_accuracy", "reused_standard_error", "reused_rank", "reused_ratio"]),
    ] {
        let [accuracy, error, rank, ratio] = keys;
        columns.extend([
            column(rank, at("rank", phi)),
            column(accuracy, at("accuracy (%)", phi)),
            column(error, "± (%)"),
            column(ratio, "MACs ÷ φ=0"),
        ]);
    }
    columns.push(column("is_worse", at("worse than the best", large)));
    columns
}

fn row(pair: &RankPair) -> Vec<Cell> {
    let mut row = coefficient_cells(pair.coefficients());
    for ranked in [&pair.small, &pair.large] {
        row.extend([
            Cell::integer(ranked.rank as u128),
            percent(ranked.accuracy),
            ranked.standard_error.map_or(Cell::Missing, percent),
            Cell::ratio(ranked.candidate.macs_ratio),
        ]);
    }
    row.push(pair.large.is_worse.map_or(Cell::Missing, Cell::Bool));
    row
}

fn notes(scope: &SearchScope, phi: f64, count: usize, transfer: &Transfer) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(first) = transfer.pairs.first() {
        notes.push(winner(scope.phi, phi, first, transfer));
    }
    if let Some(correlation) = transfer.correlation {
        notes.push(format!(
            "Spearman's rank correlation between φ = {} and φ = {phi} is {correlation}.",
            scope.phi
        ));
    }
    let ratios = || transfer.pairs.iter().map(|pair| pair.large.candidate.macs_ratio);
    let (low, high) = (ratios().fold(f64::INFINITY, f64::min), ratios().fold(0.0, f64::max));
    let by_cost = transfer.cost_correlation.map_or(String::new(), |correlation| {
        format!("; the rank correlation of accuracy and cost there is {correlation}")
    });
    notes.push(format!(
        "At φ = {phi}, the candidates cost {low:.2} to {high:.2} times as much as φ = 0{by_cost}."
    ));
    let missing = count - transfer.pairs.len();
    if missing > 0 {
        notes.push(format!("Candidates not measured at both φ: {missing}."));
    }
    notes
}

/// Where the best candidate at the smaller φ ranks at the larger one.
fn winner(small: f64, large: f64, first: &RankPair, transfer: &Transfer) -> String {
    let ranked = &first.large;
    let name = point(&first.coefficients());
    if ranked.rank == 1 {
        return format!("The best at φ = {small}, {name}, is also the best at φ = {large}.");
    }
    let behind = transfer.best.accuracy - ranked.accuracy;
    let significance = match ranked.is_worse {
        Some(true) => "significantly worse (Welch's t-test, 95 %)",
        Some(false) => "not significantly worse (Welch's t-test, 95 %)",
        None => "of unknown significance",
    };
    format!(
        "The best at φ = {small}, {name}, ranks {} at φ = {large}: {behind:.2} points below {}, {significance}.",
        ranked.rank,
        point(&transfer.best.candidate.coefficients)
    )
}
