//! The candidates of a search, and how they came out.

use crate::counting::ledger::Event;
use crate::families::scaling::Coefficients;
use crate::reports::{Cell, Column, Report, Section, column};
use crate::search::{Candidate, Constraint, CostRatio, Entry, Measurement, Ranked};

/// How many columns the coefficients take.
const COEFFICIENTS: usize = 3;

/// What was searched.
#[derive(Clone, Debug)]
pub struct Searched<'a> {
    /// The family's name.
    pub family: &'a str,
    /// What candidates have to meet.
    pub constraint: Constraint,
    /// The φ of the candidates.
    pub phi: f64,
}

/// The report of `phiscale search --dry-run`: every candidate, and the same coefficients at the φ where they
/// are to be reused.
#[must_use]
pub fn candidates(searched: &Searched, candidates: &[Candidate], reused: &[Candidate]) -> Report {
    let rows = candidates.iter().map(cells).collect();
    let mut sections =
        vec![searched.section(candidates), Section::rows("candidates", columns(), rows)];
    if let Some(first) = reused.first() {
        let rows = reused.iter().map(cells).collect();
        let mut section = Section::rows("reused", columns(), rows);
        section.title = Some(format!("Reused at φ = {}", first.phi));
        sections.push(section);
    }
    Report { schema: "phiscale.candidates/1", sections, notes: Vec::new() }
}

/// The report of `phiscale search`: the measured candidates, the best first.
#[must_use]
pub fn ranking(
    searched: &Searched,
    candidates: &[Candidate],
    ranked: &[Ranked],
    strays: &[Measurement],
    failed: &[&Entry],
) -> Report {
    // What was found stands beside the coefficients, before all that follows from them.
    let mut columns = columns();
    columns.splice(COEFFICIENTS..COEFFICIENTS, measured_columns());
    let row = |ranked: &Ranked| {
        let mut row = cells(&ranked.candidate);
        row.splice(COEFFICIENTS..COEFFICIENTS, measured_cells(ranked));
        row
    };
    let rows = ranked.iter().map(row).collect();
    let mut sections = vec![searched.section(candidates), Section::rows("ranking", columns, rows)];
    sections.push(failures(failed));
    let notes = notes(candidates, ranked, strays);
    Report { schema: "phiscale.search/1", sections, notes }
}

/// The candidates that failed, and why.
pub(super) fn failures(failed: &[&Entry]) -> Section {
    let mut columns = coefficient_columns();
    columns.extend([column("phi", "φ"), column("attempts", "attempts"), column("error", "error")]);
    let row = |entry: &&Entry| {
        let mut row = coefficient_cells(entry.coefficients());
        row.extend([
            Cell::factor(entry.phi),
            Cell::integer(entry.attempts),
            entry.error.as_ref().map_or(Cell::Missing, |error| Cell::text(one_line(error))),
        ]);
        row
    };
    let mut section = Section::rows("failed", columns, failed.iter().map(row).collect());
    section.title = Some("Candidates that failed".into());
    section
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Searched<'_> {
    fn section(&self, candidates: &[Candidate]) -> Section {
        let Constraint { target, tolerance, by } = self.constraint;
        let rule = match by {
            CostRatio::Counted => "counted MACs",
            CostRatio::Product => "α·β²·γ²",
        };
        let points: usize = candidates.iter().map(|candidate| 1 + candidate.same.len()).sum();
        let fields = vec![
            (column("family", "family"), Cell::text(self.family)),
            (column("phi", "φ"), Cell::factor(self.phi)),
            (column("rule", "near the target is"), Cell::text(rule)),
            (column("target", "target"), Cell::factor(target)),
            (column("tolerance", "within, ±"), Cell::factor(tolerance)),
            (column("points", "points of the grid"), Cell::integer(points as u128)),
            (column("networks", "different networks"), Cell::integer(candidates.len() as u128)),
        ];
        Section::record(None, fields)
    }
}

/// The columns of what was measured.
pub(super) fn measured_columns() -> [Column; 4] {
    [
        column("accuracy", "accuracy (%)"),
        column("standard_error", "± (%)"),
        column("is_worse", "worse than the best"),
        column("measured", "measured"),
    ]
}

/// What was measured.
pub(super) fn measured_cells(ranked: &Ranked) -> [Cell; 4] {
    [
        percent(ranked.accuracy),
        ranked.standard_error.map_or(Cell::Missing, percent),
        ranked.is_worse.map_or(Cell::Missing, Cell::Bool),
        Cell::integer(ranked.measured),
    ]
}

/// An accuracy, or its standard error.
pub(super) fn percent(value: f64) -> Cell {
    Cell::Real { value, decimals: 3, unit: "" }
}

/// The columns of α, β and γ.
pub(super) fn coefficient_columns() -> Vec<Column> {
    vec![column("alpha", "α"), column("beta", "β"), column("gamma", "γ")]
}

/// α, β and γ.
pub(super) fn coefficient_cells(coefficients: Coefficients) -> Vec<Cell> {
    let Coefficients { alpha, beta, gamma } = coefficients;
    [alpha, beta, gamma].map(Cell::factor).into()
}

fn columns() -> Vec<Column> {
    let mut columns = coefficient_columns();
    columns.extend([
        column("product", "α·β²·γ²"),
        column("ratio", "MACs ÷ φ=0"),
        column("input", "input (px)"),
        column("macs", "MACs (conv-linear)"),
        column("params", "params"),
        column("same", "points that round to the same"),
    ]);
    columns
}

fn cells(candidate: &Candidate) -> Vec<Cell> {
    let same: Vec<String> = candidate.same.iter().map(point).collect();
    let mut cells = coefficient_cells(candidate.coefficients);
    cells.extend([
        Cell::factor(candidate.product),
        Cell::ratio(candidate.ratio),
        input(candidate),
        Cell::integer(candidate.cost.total(Event::MACS)),
        Cell::integer(candidate.cost.total(Event::PARAMS)),
        if same.is_empty() { Cell::Missing } else { Cell::text(same.join(" ")) },
    ]);
    cells
}

/// Height and width of a candidate's input.
pub(super) fn input(candidate: &Candidate) -> Cell {
    let [height, width] = candidate.image;
    Cell::text(if height == width { height.to_string() } else { format!("{height}×{width}") })
}

/// α, β and γ as a point of the grid.
pub(super) fn point(coefficients: &Coefficients) -> String {
    format!("({coefficients})")
}

fn notes(candidates: &[Candidate], ranked: &[Ranked], strays: &[Measurement]) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(best) = ranked.first() {
        let tied = ranked[1..].iter().filter(|other| other.is_worse == Some(false));
        let tied: Vec<String> = tied.map(|other| point(&other.candidate.coefficients)).collect();
        let best = point(&best.candidate.coefficients);
        notes.push(if tied.is_empty() {
            format!("The best is {best}.")
        } else {
            format!(
                "The best is {best}; not told from it (Welch's t-test, 95 %) are: {}.",
                tied.join(" ")
            )
        });
        if ranked.iter().any(|other| other.is_worse.is_none()) {
            notes.push(
                "Without a standard error, or repeats with other seeds, nobody can say which of them \
                 are really worse."
                    .into(),
            );
        }
    }
    let unmeasured = candidates.len() - ranked.len();
    if unmeasured > 0 {
        notes.push(format!("{unmeasured} candidates have no measurement."));
    }
    if !strays.is_empty() {
        let points: Vec<String> = strays.iter().map(|stray| point(&stray.coefficients)).collect();
        notes.push(format!("Measured, but no candidates: {}.", points.join(" ")));
    }
    notes
}
