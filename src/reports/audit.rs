//! Published figures against counted ones.

use crate::analysis::audit::{Audit, Comparison, Finding, Verdict};
use crate::counting::units::grouped;
use crate::reports::explain::ranges;
use crate::reports::{Cell, Report, Section, column};

/// The report of `phiscale audit`: every figure, or only those that are not reproduced.
#[must_use]
pub fn audit(audits: &[Audit], only_failing: bool) -> Report {
    let figures: Vec<&Finding> = audits.iter().flat_map(|audit| &audit.figures).collect();
    let exact: Vec<&Comparison> = audits.iter().flat_map(|audit| &audit.exact).collect();
    let count = |wanted: fn(&Verdict) -> bool| {
        Cell::integer(figures.iter().filter(|finding| wanted(&finding.verdict)).count() as u128)
    };
    let off = |verdict: &Verdict| matches!(verdict, Verdict::Off { .. });
    let holding = exact.iter().filter(|comparison| comparison.holds()).count() as u128;
    let summary = vec![
        (column("figures", "printed figures"), count(|_| true)),
        (column("reproduced", "that the count rounds to"), count(|v| *v == Verdict::Rounds)),
        (
            column("reproduced_otherwise", "that only another convention gives"),
            count(|v| *v == Verdict::RoundsOtherwise),
        ),
        (column("cut_off", "that it gives cut off, not rounded"), count(|v| *v == Verdict::CutOff)),
        (column("not_reproduced", "that it does not give"), count(off)),
        (column("exact", "integers claimed as exact"), Cell::integer(exact.len() as u128)),
        (column("exact_reproduced", "that are counted so"), Cell::integer(holding)),
    ];
    let is_shown = |finding: &&Finding| !only_failing || off(&finding.verdict);
    let shown: Vec<&Finding> = figures.iter().copied().filter(is_shown).collect();
    let mut sections = vec![Section::record(Some("summary"), summary), findings(&shown)];
    sections.push(broken(&exact));
    Report { schema: "phiscale.audit/1", sections, notes: Vec::new() }
}

fn findings(figures: &[&Finding]) -> Section {
    let columns = vec![
        column("network", "network"),
        column("quantity", "figure"),
        column("printed", "printed"),
        column("counted", "counted"),
        column("convention", "convention"),
        column("input", "input"),
        column("off_percent", "printed is off by"),
        column("reproduced", "reproduced"),
        column("remark", "remark"),
        column("source", "source"),
    ];
    Section::rows("findings", columns, figures.iter().map(|finding| row(finding)).collect())
}

fn row(finding: &Finding) -> Vec<Cell> {
    let verdict = match finding.verdict {
        Verdict::Rounds => "yes",
        Verdict::RoundsOtherwise => "otherwise",
        Verdict::CutOff => "cut off",
        Verdict::Off { .. } => "no",
    };
    vec![
        Cell::text(&finding.network),
        Cell::text(finding.quantity),
        Cell::text(&finding.figure.text),
        Cell::integer(finding.counted),
        Cell::text(&finding.convention),
        Cell::Shape(finding.input.clone()),
        Cell::percent(finding.figure.value / finding.counted as f64 - 1.0),
        Cell::text(verdict),
        remark(finding).map_or(Cell::Missing, Cell::Text),
        Cell::text(&finding.source),
    ]
}

fn remark(finding: &Finding) -> Option<String> {
    let Verdict::Off { sides, rather } = &finding.verdict else { return None };
    let sides = if !sides.is_empty() {
        Some(format!("fits at {} px", ranges(sides)))
    } else if finding.quantity == "params" {
        None
    } else {
        Some("fits no input within 25 % of its own".into())
    };
    let rather =
        rather.as_ref().map(|(network, value)| format!("{network} counts {}", grouped(*value)));
    let parts: Vec<String> = sides.into_iter().chain(rather).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The integers that are not what is counted: all are said to be exact, so that these are mistakes.
fn broken(exact: &[&Comparison]) -> Section {
    let columns = vec![
        column("network", "network"),
        column("what", "claimed as exact"),
        column("claimed", "claimed"),
        column("counted", "counted"),
        column("source", "source"),
    ];
    let row = |comparison: &&&Comparison| {
        vec![
            Cell::text(&comparison.network),
            Cell::text(&comparison.what),
            Cell::integer(comparison.claimed),
            comparison.counted.map_or(Cell::Missing, Cell::Integer),
            Cell::text(&comparison.source),
        ]
    };
    let rows: Vec<_> = exact.iter().filter(|c| !c.holds()).collect();
    Section::rows("not_exact", columns, rows.iter().map(row).collect())
}
