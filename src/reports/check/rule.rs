//! A family's growth with φ, checked against the cost rule.

use crate::analysis::check::{Check, CheckKind};
use crate::analysis::effective::EffectivePhi;
use crate::analysis::growth::{Growth, GrowthStep, Since};
use crate::counting::convention::Convention;
use crate::counting::ledger::Event;
use crate::counting::polynomial::Monomial;
use crate::counting::units::three_digits;
use crate::error::Span;
use crate::reports::declared::RULE;
use crate::reports::{Cell, Column, Report, Section, column};

/// The report of `phiscale check` for the cost rule.
#[must_use]
pub fn cost_rule(name: &str, growth: &Growth, convention: &Convention) -> Report {
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
                (column("holds", "passes"), Cell::Bool(growth.passes())),
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
    Report::new(&RULE, sections, notes(growth, &counts))
}

/// A note on the order of the gap's factors.
const ORDER: &str = "The factors are switched on from left to right: first what the rule itself leaves out, then the \
                     roundings, the coarsest first. Another order would give other factors with the same product.";

/// What is counted, with the convention's name if that adds anything.
pub(in crate::reports) fn counts(convention: &Convention) -> String {
    let Convention { name, quantity, .. } = convention;
    if name == quantity { name.clone() } else { format!("{quantity} ({name})") }
}

pub(super) fn tolerance(share: f64) -> Cell {
    Cell::Real { value: share * 100.0, decimals: 2, unit: " %" }
}

fn steps(growth: &Growth, counts: &str) -> Section {
    let (target, predicted) = (three_digits(growth.target), growth.predicted);
    let promises = [format!("{target}^φ"), format!("{predicted:.3}^φ")];
    let mut columns = growth_columns(counts, promises);
    columns.extend([
        column("step", if growth.rule.cumulative { "÷ φ=0" } else { "÷ last" }),
        column("step_promised", "target"),
        column("step_off_percent", "off by"),
        column("holds", "passes"),
    ]);
    let mut section = Section::rows("steps", columns, growth.steps.iter().map(row).collect());
    section.title = Some(format!("Growth of {counts} per image"));
    section
}

/// The columns of `growth_row`; `promises` are the headings of what was promised and what the coefficients predict.
pub(in crate::reports) fn growth_columns(counts: &str, promises: [String; 2]) -> Vec<Column> {
    let [target, predicted] = promises;
    vec![
        column("phi", "φ"),
        column("depth", "d"),
        column("width", "w"),
        column("resolution", "r"),
        column("input", "input"),
        column("params", "params"),
        column("counted", counts),
        column("ratio", "÷ φ=0"),
        column("promised", target),
        column("off_promise_percent", "off by"),
        column("predicted", predicted),
        column("off_prediction_percent", "off by"),
    ]
}

/// The multipliers, the count and its growth at one φ.
pub(in crate::reports) fn growth_row(step: &GrowthStep) -> Vec<Cell> {
    vec![
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
    ]
}

fn row(step: &GrowthStep) -> Vec<Cell> {
    let mut row = growth_row(step);
    row.extend(match step.since {
        Some(Since { ratio, promised, passes, .. }) => [
            Cell::ratio(ratio),
            Cell::ratio(promised),
            Cell::percent(ratio / promised - 1.0),
            Cell::Bool(passes),
        ],
        None => [Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing],
    });
    row
}

/// The factors whose product is counted ÷ promised.
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
    let row = |step: &GrowthStep| {
        let part = |value: f64| Cell::Real { value, decimals: 4, unit: "×" };
        let mut row = vec![Cell::factor(step.phi), part(step.ratio / step.promised)];
        row.extend(step.gap.as_ref()?.factors().map(part));
        Some(row)
    };
    let mut section = Section::rows("gaps", columns, growth.steps.iter().filter_map(row).collect());
    section.title = Some(format!(
        "Why {counts} are not {}^φ: factors whose product is the gap",
        three_digits(growth.target)
    ));
    section
}

/// What each monomial adds to the factor `other terms`.
fn terms(growth: &Growth) -> Section {
    let monomials = growth.shares.iter().map(|share| share.monomial);
    let mut columns = vec![column("phi", "φ")];
    columns.extend(monomials.clone().map(|monomial| {
        let name = monomial.to_string();
        Column { key: name.clone().into(), header: Some(name), is_wide: false }
    }));
    let row = |step: &GrowthStep| {
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
        Some("Other terms: what each adds because it does not grow as the rule assumes".into());
    section
}

fn monomials_of(step: &GrowthStep) -> impl Iterator<Item = (Monomial, f64)> {
    step.gap.iter().flat_map(|gap| gap.monomials.iter().copied())
}

/// The φ of each published member.
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
    section.title = Some("The φ of each published member".into());
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
    section.title = Some("The count as a polynomial in depth d, width w and resolution r".into());
    section
}

fn notes(growth: &Growth, counts: &str) -> Vec<String> {
    let failed = growth.steps.iter().filter(|step| step.since.is_some_and(|since| !since.passes));
    let sentences = failed.filter_map(|step| step_sentence(growth, step, counts));
    let mut notes: Vec<String> = match &growth.no_closed_form {
        None => vec![ORDER.into()],
        Some(reason) => {
            vec![format!(
                "The gap cannot be split into factors, because the family has no closed form: {reason}."
            )]
        }
    };
    notes.extend(sentences);
    notes.extend(growth.steps.iter().filter_map(advice));
    notes
}

/// How a step compares with its target.
fn step_sentence(growth: &Growth, step: &GrowthStep, counts: &str) -> Option<String> {
    let Since { phi, ratio, promised, passes } = step.since?;
    let within = if passes { "within" } else { "outside" };
    Some(format!(
        "φ = {}: {counts} grow {ratio:.3}× from φ = {phi}, where the rule asks for {promised:.3}×: \
         {}, {within} ±{}.",
        step.phi,
        Cell::percent(ratio / promised - 1.0).shown(),
        tolerance(growth.rule.tolerance).shown()
    ))
}

/// One check for each step, for CI.
#[must_use]
pub fn rule_checks(
    name: &str,
    growth: &Growth,
    convention: &Convention,
    place: Option<&Span>,
) -> Vec<Check> {
    let counts = counts(convention);
    let check = |step: &GrowthStep| {
        let message = step_sentence(growth, step, &counts)?;
        Some(Check {
            network: name.into(),
            name: format!("φ = {}", step.phi),
            kind: CheckKind::Rule,
            passes: step.since?.passes,
            message,
            details: advice(step).into_iter().collect(),
            place: place.cloned(),
        })
    };
    growth.steps.iter().filter_map(check).collect()
}

/// The change that brings the count at a φ nearest to its target.
fn advice(step: &GrowthStep) -> Option<String> {
    let best = step.advice.first()?;
    Some(format!(
        "φ = {}: with {}, the count would be {:.3}× the baseline's instead of {:.3}×.",
        step.phi, best.change, best.ratio, step.ratio
    ))
}
