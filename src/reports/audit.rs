//! Published figures compared with counts.

use crate::analysis::audit::{Audit, ExactClaim, Finding, Verdict};
use crate::counting::units::grouped;
use crate::reports::declared::AUDIT;
use crate::reports::explain::ranges;
use crate::reports::{Cell, Report, Section, column};

/// The report of `phiscale audit`: every figure, or only those that the counts do not reproduce.
#[must_use]
pub fn audit(audits: &[Audit], only_failing: bool) -> Report {
    let figures: Vec<&Finding> = audits.iter().flat_map(|audit| &audit.figures).collect();
    let exact: Vec<&ExactClaim> = audits.iter().flat_map(|audit| &audit.exact).collect();
    let count = |wanted: fn(&Verdict) -> bool| {
        Cell::integer(figures.iter().filter(|finding| wanted(&finding.verdict)).count() as u128)
    };
    let off = |verdict: &Verdict| matches!(verdict, Verdict::Off { .. });
    let matching = exact.iter().filter(|claim| claim.matches()).count() as u128;
    let summary = vec![
        (column("figures", "printed figures"), count(|_| true)),
        (column("reproduced", "reproduced"), count(|v| *v == Verdict::Rounds)),
        (
            column("reproduced_otherwise", "reproduced under another convention"),
            count(|v| *v == Verdict::RoundsOtherwise),
        ),
        (column("cut_off", "reproduced with digits cut off"), count(|v| *v == Verdict::CutOff)),
        (column("not_reproduced", "not reproduced"), count(off)),
        (column("exact", "exact integers claimed"), Cell::integer(exact.len() as u128)),
        (column("exact_reproduced", "exact integers reproduced"), Cell::integer(matching)),
    ];
    let is_shown = |finding: &&Finding| !only_failing || off(&finding.verdict);
    let shown: Vec<&Finding> = figures.iter().copied().filter(is_shown).collect();
    let mut sections = vec![Section::record(Some("summary"), summary), findings(&shown)];
    sections.push(mismatches(&exact));
    let empty = audits.iter().filter(|audit| audit.is_empty());
    let notes = empty.map(|audit| {
        format!(
            "{} has nothing to compare: no published figures and no exact counts.",
            audit.family
        )
    });
    Report::new(&AUDIT, sections, notes.collect())
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
        Cell::Source(finding.source.clone()),
    ]
}

fn remark(finding: &Finding) -> Option<String> {
    let Verdict::Off { sides, rather } = &finding.verdict else { return None };
    let sides = if !sides.is_empty() {
        Some(format!("fits at {} px", ranges(sides)))
    } else if finding.quantity == "params" {
        None
    } else {
        Some("fits no input within 25 % of this one".into())
    };
    let rather =
        rather.as_ref().map(|(network, value)| format!("{network} counts {}", grouped(*value)));
    let parts: Vec<String> = sides.into_iter().chain(rather).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The integers claimed as exact that differ from the count.
fn mismatches(exact: &[&ExactClaim]) -> Section {
    let columns = vec![
        column("network", "network"),
        column("what", "quantity"),
        column("claimed", "claimed"),
        column("counted", "counted"),
        column("source", "source"),
    ];
    let row = |claim: &&ExactClaim| {
        vec![
            Cell::text(&claim.network),
            Cell::text(&claim.what),
            Cell::integer(claim.claimed),
            claim.counted.map_or(Cell::Missing, Cell::Integer),
            Cell::Source(claim.source.clone()),
        ]
    };
    let wrong = exact.iter().filter(|claim| !claim.matches());
    Section::rows("not_exact", columns, wrong.map(row).collect())
}
