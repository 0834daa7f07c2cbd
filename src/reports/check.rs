//! How a family's cost grows with φ.

use crate::analysis::effective::EffectivePhi;
use crate::analysis::gate::Case;
use crate::analysis::growth::{Growth, Since, Step};
use crate::counting::convention::Convention;
use crate::counting::ledger::Event;
use crate::counting::polynomial::Monomial;
use crate::counting::units::three_digits;
use crate::reports::{Cell, Column, Report, Section, column};

/// The report of `phiscale check`.
#[must_use]
pub fn check(name: &str, growth: &Growth, convention: &Convention) -> Report {
    let rule = &growth.rule;
    let coefficients = &rule.coefficients;
    let counts = counts(convention);
    let sections = vec![
        Section::record(
            None,
            vec![
                (column("family", "family"), Cell::text(name)),
                (column("convention", "convention"), Cell::text(&convention.name)),
                (column("counts", "counts"), Cell::text(&convention.quantity)),
                (column("target", "target per φ"), Cell::factor(growth.target)),
                (column("tolerance_percent", "tolerance, ±"), tolerance(rule.tolerance)),
                (column("holds", "holds"), Cell::Bool(growth.holds())),
            ],
        ),
        Section::record(
            Some("coefficients"),
            vec![
                (column("alpha", "α (depth)"), Cell::factor(coefficients.alpha)),
                (column("beta", "β (width)"), Cell::factor(coefficients.beta)),
                (column("gamma", "γ (resolution)"), Cell::factor(coefficients.gamma)),
                (column("growth", "α·β²·γ²"), Cell::factor(coefficients.growth())),
            ],
        ),
        steps(growth, &counts),
        gaps(growth, &counts),
        terms(growth),
        shares(growth, &counts),
        members(growth, &counts),
    ];
    Report { schema: "phiscale.check/1", sections, notes: notes(growth, &counts) }
}

/// Why the parts of the gap stand in the order they do.
const ORDER: &str = "The parts of the gap are switched on from left to right: first what the rule itself leaves out, \
                     then the roundings, the coarsest first. Another order would give other parts with the same product.";

/// What is counted, and under which convention where that says more.
fn counts(convention: &Convention) -> String {
    let Convention { name, quantity, .. } = convention;
    if name == quantity { name.clone() } else { format!("{quantity} ({name})") }
}

fn tolerance(share: f64) -> Cell {
    Cell::Real { value: share * 100.0, decimals: 2, unit: " %" }
}

fn steps(growth: &Growth, counts: &str) -> Section {
    let (target, predicted) = (growth.target, growth.predicted);
    let columns = vec![
        column("phi", "φ"),
        column("depth", "d"),
        column("width", "w"),
        column("resolution", "r"),
        column("input", "input"),
        column("params", "params"),
        column("counted", counts),
        column("ratio", "÷ φ=0"),
        column("promised", format!("{}^φ", three_digits(target))),
        column("off_promise_percent", "off by"),
        column("predicted", format!("{predicted:.3}^φ")),
        column("off_prediction_percent", "off by"),
        column("step", if growth.rule.cumulative { "÷ φ=0" } else { "÷ last" }),
        column("step_promised", "target"),
        column("step_off_percent", "off by"),
        column("holds", "holds"),
    ];
    let mut section = Section::rows("steps", columns, growth.steps.iter().map(row).collect());
    section.title = Some(format!("Growth of {counts} per image"));
    section
}

fn row(step: &Step) -> Vec<Cell> {
    let mut row = vec![
        Cell::factor(step.phi),
        Cell::factor(step.scale.depth),
        Cell::factor(step.scale.width),
        Cell::factor(step.scale.resolution),
        Cell::Shape(step.input.clone()),
        Cell::integer(step.cost.total(Event::PARAMS)),
        Cell::integer(step.counted),
        Cell::ratio(step.ratio),
        Cell::ratio(step.promised),
        Cell::percent(step.off_promise()),
        Cell::ratio(step.predicted),
        Cell::percent(step.off_prediction()),
    ];
    row.extend(match step.since {
        Some(Since { ratio, promised, holds, .. }) => [
            Cell::ratio(ratio),
            Cell::ratio(promised),
            Cell::percent(ratio / promised - 1.0),
            Cell::Bool(holds),
        ],
        None => [Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing],
    });
    row
}

/// The gap in parts that multiply to counted ÷ promised.
fn gaps(growth: &Growth, counts: &str) -> Section {
    let columns = vec![
        column("phi", "φ"),
        column("counted_over_promised", format!("counted ÷ {}^φ", three_digits(growth.target))),
        column("constants", format!("= constants ({:.3}^φ)", growth.predicted)),
        column("terms", "× other terms"),
        column("repeats", "× whole repeats"),
        column("channels", "× whole channels"),
        column("pixels", "× whole pixels"),
        column("maps", "× odd maps"),
    ];
    let row = |step: &Step| {
        let part = |value: f64| Cell::Real { value, decimals: 4, unit: "×" };
        let mut row = vec![Cell::factor(step.phi), part(step.ratio / step.promised)];
        row.extend(step.gap.as_ref()?.parts().map(part));
        Some(row)
    };
    let mut section = Section::rows("gaps", columns, growth.steps.iter().filter_map(row).collect());
    section.title = Some(format!(
        "Why {counts} are not {}^φ: parts that multiply to the gap",
        three_digits(growth.target)
    ));
    section
}

/// What each monomial adds to the part `other terms`.
fn terms(growth: &Growth) -> Section {
    let monomials = growth.shares.iter().map(|share| share.monomial);
    let mut columns = vec![column("phi", "φ")];
    columns.extend(monomials.clone().map(|monomial| {
        let name = monomial.to_string();
        Column { key: name.clone().into(), header: Some(name) }
    }));
    let row = |step: &Step| {
        let mut row = vec![Cell::factor(step.phi)];
        row.extend(monomials.clone().map(|monomial| {
            let found = monomials_of(step).find(|(other, _)| *other == monomial);
            found.map_or(Cell::Missing, |(_, share)| Cell::percent(share))
        }));
        row
    };
    let split = growth.steps.iter().filter(|step| step.gap.is_some());
    let mut section = Section::rows("terms", columns, split.map(row).collect());
    section.title =
        Some("Other terms: what each adds for growing otherwise than the rule says".into());
    section
}

fn monomials_of(step: &Step) -> impl Iterator<Item = (Monomial, f64)> {
    step.gap.iter().flat_map(|gap| gap.monomials.iter().copied())
}

/// Which φ the published members are.
fn members(growth: &Growth, counts: &str) -> Section {
    let columns = vec![
        column("network", "network"),
        column("depth", "d"),
        column("width", "w"),
        column("resolution", "r"),
        column("phi_depth", "φ by depth"),
        column("phi_width", "φ by width"),
        column("phi_resolution", "φ by resolution"),
        column("phi_fitted", "φ by all three"),
        column("ratio", format!("{counts} ÷ baseline")),
        column("phi_count", "φ by count"),
    ];
    let phi = |value: Option<f64>| {
        value.map_or(Cell::Missing, |value| Cell::Real { value, decimals: 3, unit: "" })
    };
    let row = |member: &EffectivePhi| {
        vec![
            Cell::text(&member.network),
            Cell::factor(member.scale.depth),
            Cell::factor(member.scale.width),
            Cell::factor(member.scale.resolution),
            phi(member.depth),
            phi(member.width),
            phi(member.resolution),
            phi(member.fitted),
            Cell::ratio(member.ratio),
            phi(member.count),
        ]
    };
    let mut section = Section::rows("members", columns, growth.members.iter().map(row).collect());
    section.title = Some("Which φ the published members are".into());
    section
}

fn shares(growth: &Growth, counts: &str) -> Section {
    let columns = vec![
        column("monomial", "grows as"),
        column("coefficient", counts),
        column("share_percent", "share at φ=0"),
    ];
    let rows = growth.shares.iter().map(|share| {
        vec![
            Cell::text(share.monomial.to_string()),
            Cell::Real { value: share.coefficient, decimals: 0, unit: "" },
            Cell::Real { value: share.share * 100.0, decimals: 2, unit: " %" },
        ]
    });
    let mut section = Section::rows("shares", columns, rows.collect());
    section.title =
        Some("The same formulas read as a polynomial in depth d, width w, resolution r".into());
    section
}

fn notes(growth: &Growth, counts: &str) -> Vec<String> {
    let broken = growth.steps.iter().filter(|step| step.since.is_some_and(|since| !since.holds));
    let said = broken.filter_map(|step| step_sentence(growth, step, counts));
    let mut notes: Vec<String> = match &growth.no_closed_form {
        None => vec![ORDER.into()],
        Some(reason) => {
            vec![format!("There is no closed form, and so no split of the gap: {reason}.")]
        }
    };
    notes.extend(said);
    notes.extend(growth.steps.iter().filter_map(advice));
    notes
}

/// What a step was held to and what it did.
fn step_sentence(growth: &Growth, step: &Step, counts: &str) -> Option<String> {
    let Since { phi, ratio, promised, holds } = step.since?;
    let within = if holds { "within" } else { "outside" };
    Some(format!(
        "φ = {}: {counts} grow {ratio:.3}× since φ = {phi}, where the rule asks for {promised:.3}×: \
         {}, {within} ±{}.",
        step.phi,
        Cell::percent(ratio / promised - 1.0).shown(),
        tolerance(growth.rule.tolerance).shown()
    ))
}

/// A case for each step that is held to the rule, for CI.
#[must_use]
pub fn rule_cases(name: &str, growth: &Growth, convention: &Convention) -> Vec<Case> {
    let counts = counts(convention);
    let case = |step: &Step| {
        let message = step_sentence(growth, step, &counts)?;
        Some(Case {
            network: name.into(),
            name: format!("φ = {}", step.phi),
            holds: step.since?.holds,
            message,
            details: advice(step).into_iter().collect(),
            place: None,
        })
    };
    growth.steps.iter().filter_map(case).collect()
}

/// The change that brings the count at a φ nearest to its promise.
fn advice(step: &Step) -> Option<String> {
    let best = step.advice.first()?;
    Some(format!(
        "φ = {}: with {}, the count is {:.3}× the baseline's and not {:.3}×.",
        step.phi, best.change, best.ratio, step.ratio
    ))
}
