//! Whether the coefficients that win at one φ win at a larger one.

use crate::reports::search::{coefficient_cells, coefficient_columns, failures, percent, point};
use crate::reports::{Cell, Column, Report, Searched, Section, column};
use crate::search::{Entry, Pair, Reuse};

/// The report of `phiscale search --reuse`: the candidates at both φ, in the order of the smaller one. `of` is
/// how many candidates there are; without `reuse`, none was measured at both.
#[must_use]
pub fn reuse(
    searched: &Searched,
    phi: f64,
    of: usize,
    reuse: Option<&Reuse>,
    failed: &[&Entry],
) -> Report {
    let fields = vec![
        (column("family", "family"), Cell::text(searched.family)),
        (column("phi", "φ"), Cell::factor(searched.phi)),
        (column("reused_at", "reused at φ ="), Cell::factor(phi)),
        (column("networks", "different networks"), Cell::integer(of as u128)),
        (column("correlation", "rank correlation (Spearman)"), correlation(reuse)),
    ];
    let pairs = reuse.map_or(&[][..], |reuse| &reuse.pairs);
    let rows = pairs.iter().map(row).collect();
    let sections = vec![
        Section::record(None, fields),
        Section::rows("pairs", columns(searched.phi, phi), rows),
        failures(failed),
    ];
    let notes = reuse.map_or_else(
        || vec!["No candidate was measured at both φ.".into()],
        |reuse| notes(searched, phi, of, reuse),
    );
    Report { schema: "phiscale.reuse/1", sections, notes }
}

fn correlation(reuse: Option<&Reuse>) -> Cell {
    let correlation = reuse.and_then(|reuse| reuse.correlation);
    correlation.map_or(Cell::Missing, |one| Cell::Real { value: one.value, decimals: 2, unit: "" })
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

fn row(pair: &Pair) -> Vec<Cell> {
    let mut row = coefficient_cells(pair.coefficients());
    for (place, ranked) in [&pair.small, &pair.large] {
        row.extend([
            Cell::integer(*place as u128),
            percent(ranked.accuracy),
            ranked.standard_error.map_or(Cell::Missing, percent),
            Cell::ratio(ranked.candidate.ratio),
        ]);
    }
    row.push(pair.large.1.is_worse.map_or(Cell::Missing, Cell::Bool));
    row
}

fn notes(searched: &Searched, phi: f64, of: usize, reuse: &Reuse) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(first) = reuse.pairs.first() {
        notes.push(winner(searched.phi, phi, first, reuse));
    }
    if let Some(correlation) = reuse.correlation {
        notes.push(format!(
            "The ranks at φ = {} and φ = {phi} go together with Spearman's ρ = {correlation}.",
            searched.phi
        ));
    }
    let ratios = || reuse.pairs.iter().map(|pair| pair.large.1.candidate.ratio);
    let (low, high) = (ratios().fold(f64::INFINITY, f64::min), ratios().fold(0.0, f64::max));
    let with = reuse.by_cost.map_or(String::new(), |correlation| {
        format!("; accuracy goes with cost there with ρ = {correlation}")
    });
    notes.push(format!(
        "Reused coefficients cost {low:.2} to {high:.2} times φ = 0 at φ = {phi}{with}."
    ));
    let missing = of - reuse.pairs.len();
    if missing > 0 {
        notes.push(format!("{missing} candidates were not measured at both φ."));
    }
    notes
}

/// What became of the best at the smaller φ.
fn winner(small: f64, large: f64, first: &Pair, reuse: &Reuse) -> String {
    let (place, ranked) = &first.large;
    let name = point(&first.coefficients());
    if *place == 1 {
        return format!("The best at φ = {small}, {name}, is the best at φ = {large} too.");
    }
    let behind = reuse.best.accuracy - ranked.accuracy;
    let told = match ranked.is_worse {
        Some(true) => "and is worse by Welch's t-test at 95 %",
        Some(false) => "and cannot be told from it (Welch's t-test, 95 %)",
        None => "and nobody can say whether that is more than chance",
    };
    format!(
        "The best at φ = {small}, {name}, is number {place} at φ = {large}: {behind:.2} points below {}, {told}.",
        point(&reuse.best.candidate.coefficients)
    )
}
