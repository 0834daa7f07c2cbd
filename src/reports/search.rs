//! The candidates of a search and their ranking.

use crate::families::scaling::Coefficients;
use crate::reports::declared::{CANDIDATES, SEARCH};
use crate::reports::{Cell, Column, Report, Section, column};
use crate::search::{
    Candidate, Constraint, CostBasis, JournalEntry, MeasuredAccuracy, RankedCandidate,
    without_candidate,
};

/// The number of coefficient columns.
const COEFFICIENTS: usize = 3;

/// The family, cost constraint and φ of a search.
#[derive(Clone, Debug)]
pub struct SearchScope<'a> {
    /// The family's name.
    pub family: &'a str,
    /// The condition on the cost of candidates.
    pub constraint: Constraint,
    /// φ of the candidates.
    pub phi: f64,
    /// The published coefficients, if the family has any.
    pub published: Option<PublishedCoefficients<'a>>,
    /// Whether the cost is estimated time, not counted MACs.
    pub is_by_time: bool,
}

/// The answer that the family's authors gave.
#[derive(Clone, Debug)]
pub struct PublishedCoefficients<'a> {
    /// α, β and γ.
    pub coefficients: Coefficients,
    /// Where they were published, if the spec says it.
    pub source: Option<&'a str>,
    /// The MACs of their network divided by those of the network at φ = 0; `None` if they give none.
    pub macs_ratio: Option<f64>,
}

/// The report of `phiscale search --dry-run`: every candidate, and those at the larger φ of `--reuse`.
#[must_use]
pub fn candidates(scope: &SearchScope, candidates: &[Candidate], larger: &[Candidate]) -> Report {
    let rows = candidates.iter().map(cells).collect();
    let mut sections = vec![
        scope.section(candidates),
        Section::rows("candidates", columns(scope.is_by_time), rows),
    ];
    if let Some(first) = larger.first() {
        let rows = larger.iter().map(cells).collect();
        let mut section = Section::rows("reused", columns(scope.is_by_time), rows);
        section.title = Some(format!("Reused at φ = {}", first.phi));
        sections.push(section);
    }
    let notes = scope.published_note(candidates, &[]).into_iter().collect();
    Report::new(&CANDIDATES, sections, notes)
}

/// The report of `phiscale search`: the measured candidates, the best first.
#[must_use]
pub fn ranking(
    scope: &SearchScope,
    candidates: &[Candidate],
    ranked: &[RankedCandidate],
    measurements: &[MeasuredAccuracy],
    failed: &[&JournalEntry],
) -> Report {
    // The accuracy comes right after the coefficients, before everything that was computed.
    let mut columns = columns(scope.is_by_time);
    columns.splice(COEFFICIENTS..COEFFICIENTS, accuracy_columns());
    let row = |ranked: &RankedCandidate| {
        let mut row = cells(&ranked.candidate);
        row.splice(COEFFICIENTS..COEFFICIENTS, accuracy_cells(ranked));
        row
    };
    let rows = ranked.iter().map(row).collect();
    let sections =
        vec![scope.section(candidates), Section::rows("ranking", columns, rows), failures(failed)];
    let mut notes = notes(candidates, ranked, &without_candidate(candidates, measurements));
    notes.extend(nothing_measured(ranked.len(), failed));
    notes.extend(scope.published_note(candidates, ranked));
    Report::new(&SEARCH, sections, notes)
}

/// The candidates that failed, and why.
pub(super) fn failures(failed: &[&JournalEntry]) -> Section {
    let mut columns = coefficient_columns();
    columns.extend([column("phi", "φ"), column("attempts", "attempts"), column("error", "error")]);
    let row = |entry: &&JournalEntry| {
        let mut row = coefficient_cells(entry.coefficients());
        row.extend([
            Cell::factor(entry.phi),
            Cell::integer(entry.attempts),
            entry.error.as_ref().map_or(Cell::Missing, |error| Cell::text(one_line(error))),
        ]);
        row
    };
    let mut section = Section::rows("failed", columns, failed.iter().map(row).collect());
    section.title = Some("Failed candidates".into());
    section
}

/// The note of a report on candidates of which every one failed.
pub(super) fn nothing_measured(measured: usize, failed: &[&JournalEntry]) -> Option<String> {
    let note = "Nothing could be measured: every candidate failed, and its error names its log.";
    (measured == 0 && !failed.is_empty()).then(|| note.to_string())
}

pub(super) fn learning_rate(rate: Option<f64>) -> Cell {
    rate.map_or(Cell::Missing, |rate| Cell::Real { value: rate, decimals: 6, unit: "" })
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl SearchScope<'_> {
    /// Where the published coefficients stand in a search.
    fn published_note(
        &self,
        candidates: &[Candidate],
        ranked: &[RankedCandidate],
    ) -> Option<String> {
        let PublishedCoefficients { coefficients, source, macs_ratio } = self.published.as_ref()?;
        let is_it = |candidate: &Candidate| candidate.is_at(self.phi, *coefficients);
        let standing = match (macs_ratio, candidates.iter().find(|one| is_it(one))) {
            (None, _) => "they give no valid network".into(),
            (_, None) => "the grid does not have them".into(),
            (_, Some(one)) if one.in_tolerance => "a candidate like the others".into(),
            _ => format!(
                "further from {} than {}, so they take part only to be compared with",
                self.constraint.target, self.constraint.tolerance
            ),
        };
        let ahead = ranked.iter().find(|one| is_it(&one.candidate)).map(|own| {
            let ahead = ranked.iter().filter(|other| other.accuracy > own.accuracy).count();
            format!(". By accuracy they rank {} of {}", ahead + 1, ranked.len())
        });
        let source = source.map_or("the spec's own".into(), |source| format!("from {source}"));
        let counted = macs_ratio.map_or(String::new(), |ratio| {
            format!(", counted MACs {ratio:.3} times those at φ = 0")
        });
        Some(format!(
            "The published coefficients are {}, {source}: α·β²·γ² = {:.2}{counted}; {standing}{}.",
            point(coefficients),
            coefficients.growth(),
            ahead.unwrap_or_default()
        ))
    }

    fn section(&self, candidates: &[Candidate]) -> Section {
        let Constraint { target, tolerance, by } = self.constraint;
        let rule = match by {
            CostBasis::Counted if self.is_by_time => "estimated time",
            CostBasis::Counted => "counted MACs",
            CostBasis::Product => "α·β²·γ²",
        };
        let points: usize = candidates.iter().map(|one| 1 + one.same_network.len()).sum();
        let fields = vec![
            (column("family", "family"), Cell::text(self.family)),
            (column("phi", "φ"), Cell::factor(self.phi)),
            (column("rule", "cost rule"), Cell::text(rule)),
            (column("target", "target"), Cell::factor(target)),
            (column("tolerance", "tolerance"), Cell::factor(tolerance)),
            (column("points", "grid points"), Cell::integer(points as u128)),
            (column("networks", "distinct networks"), Cell::integer(candidates.len() as u128)),
        ];
        Section::record(None, fields)
    }
}

pub(super) fn accuracy_columns() -> [Column; 4] {
    [
        column("accuracy", "accuracy (%)"),
        column("standard_error", "± (%)"),
        column("is_worse", "worse than the best"),
        column("measured", "runs"),
    ]
}

pub(super) fn accuracy_cells(ranked: &RankedCandidate) -> [Cell; 4] {
    [
        percent(ranked.accuracy),
        ranked.standard_error.map_or(Cell::Missing, percent),
        ranked.is_worse.map_or(Cell::Missing, Cell::Bool),
        Cell::integer(ranked.runs),
    ]
}

/// An accuracy or a standard error, in percent.
pub(super) fn percent(value: f64) -> Cell {
    Cell::Real { value, decimals: 3, unit: "" }
}

pub(super) fn coefficient_columns() -> Vec<Column> {
    vec![column("alpha", "α"), column("beta", "β"), column("gamma", "γ")]
}

pub(super) fn coefficient_cells(coefficients: Coefficients) -> Vec<Cell> {
    let Coefficients { alpha, beta, gamma } = coefficients;
    [alpha, beta, gamma].map(Cell::factor).into()
}

fn columns(is_by_time: bool) -> Vec<Column> {
    let mut columns = coefficient_columns();
    columns.extend([column("product", "α·β²·γ²"), column("ratio", "MACs ÷ φ=0")]);
    columns.extend(is_by_time.then(|| column("time_ratio", "time ÷ φ=0")));
    columns.extend([
        column("in_tolerance", "in tolerance"),
        column("input", "input (px)"),
        column("macs", "MACs (conv-linear)"),
        column("params", "params"),
        column("same", "points of the same network"),
    ]);
    columns
}

fn cells(candidate: &Candidate) -> Vec<Cell> {
    let same: Vec<String> = candidate.same_network.iter().map(point).collect();
    let mut cells = coefficient_cells(candidate.coefficients);
    cells.push(Cell::factor(candidate.coefficients.growth()));
    cells.push(Cell::ratio(candidate.macs_ratio));
    cells.extend(candidate.time_ratio.map(Cell::ratio));
    cells.extend([
        Cell::Bool(candidate.in_tolerance),
        input(candidate),
        Cell::integer(candidate.macs()),
        Cell::integer(candidate.params()),
        if same.is_empty() { Cell::Missing } else { Cell::Names(same) },
    ]);
    cells
}

/// Height and width of a candidate's input, in pixels.
pub(super) fn input(candidate: &Candidate) -> Cell {
    let [height, width] = candidate.input;
    Cell::text(if height == width { height.to_string() } else { format!("{height}×{width}") })
}

/// α, β and γ as a point of the grid.
pub(super) fn point(coefficients: &Coefficients) -> String {
    format!("({coefficients})")
}

fn notes(
    candidates: &[Candidate],
    ranked: &[RankedCandidate],
    others: &[MeasuredAccuracy],
) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some((best, others)) = ranked.split_first() {
        let is_equal = |other: &&RankedCandidate| {
            other.candidate.in_tolerance && other.is_worse == Some(false)
        };
        let equal = others.iter().filter(is_equal);
        let equal: Vec<String> = equal.map(|other| point(&other.candidate.coefficients)).collect();
        let best_point = point(&best.candidate.coefficients);
        notes.push(if equal.is_empty() {
            format!("The best is {best_point}.")
        } else {
            let equal = equal.join(" ");
            format!(
                "The best is {best_point}; not significantly worse (Welch's t-test, 95 %): {equal}."
            )
        });
        if ranked.iter().any(|other| other.is_worse.is_none()) {
            notes.push(
                "Without standard errors or repeated runs, it is unknown which candidates are \
                 significantly worse."
                    .into(),
            );
        }
    }
    let unmeasured = candidates.len() - ranked.len();
    if unmeasured > 0 {
        notes.push(format!("Candidates without a measurement: {unmeasured}."));
    }
    if !others.is_empty() {
        let points: Vec<String> = others.iter().map(|other| point(&other.coefficients)).collect();
        notes.push(format!("Measured points that are not candidates: {}.", points.join(" ")));
    }
    notes
}
