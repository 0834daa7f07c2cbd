//! A family's time as φ grows, checked against the cost rule, and why it is not 2^φ.

use crate::analysis::check::{Check, CheckKind};
use crate::analysis::growth::Since;
use crate::analysis::time::{Causes, Deployment, Spent, TimeGrowth, TimeStep, TimedMember, Work};
use crate::counting::units::three_digits;
use crate::error::{Error, Span};
use crate::reports::check::rule::tolerance;
use crate::reports::declared::TIME_RULE;
use crate::reports::time::{certainty, expected_fields};
use crate::reports::{Cell, Column, Report, Section, column, hidden};

/// The report of `phiscale check` for the cost rule applied to time.
pub fn time_rule(
    name: &str,
    growth: &TimeGrowth,
    deployment: &Deployment,
) -> Result<Report, Error> {
    let Deployment { device, mode, .. } = deployment;
    let expected = deployment.expected;
    let mut head = vec![
        (column("family", "family"), Cell::text(name)),
        (hidden("device"), Cell::text(&device.name)),
        (column("device_title", "device"), Cell::text(&device.title)),
        (column("batch", "images in a batch"), Cell::integer(growth.batch)),
        (column("dtype", "type of numbers"), Cell::text(mode.dtype.name())),
        (hidden("compiled"), Cell::Bool(mode.compiled)),
    ];
    head.extend(expected_fields(expected));
    head.extend([
        (column("target", "target per φ"), Cell::factor(growth.target)),
        (column("tolerance_percent", "tolerance, ±"), tolerance(growth.rule.tolerance)),
        (column("holds", "passes"), Cell::Bool(growth.passes())),
    ]);
    let sections = vec![
        Section::record(None, head),
        steps(growth),
        causes(growth),
        members(growth),
        parts(growth),
    ];
    let mut notes: Vec<String> = explained(growth).into_iter().collect();
    notes.push(ORDER.into());
    notes.extend(certainty(device, *mode, growth.batch, expected));
    Ok(Report::new(&TIME_RULE, sections, notes))
}

/// A note on the factors.
const ORDER: &str = "The factors are switched on from left to right: at first all parts of the time grow as the MACs, \
                     then traffic as the bytes, overhead as the layers, and each kind of arithmetic as its own MACs. \
                     Another order would give other factors with the same product. Why MACs are not what the rule \
                     promises: `phiscale check` without --cost time.";

fn steps(growth: &TimeGrowth) -> Section {
    let columns = vec![
        column("phi", "φ"),
        hidden("depth"),
        hidden("width"),
        hidden("resolution"),
        column("input", "input"),
        column("macs_ratio", "MACs ÷ φ=0"),
        column("activations_ratio", "activations"),
        column("bytes_ratio", "bytes moved"),
        column("intensity", "FLOPs per byte"),
        column("seconds", "time (ms)"),
        column("ratio", "÷ φ=0"),
        column("promised", format!("{}^φ", three_digits(growth.target))),
        column("step", if growth.rule.cumulative { "÷ φ=0" } else { "÷ last" }),
        column("step_promised", "target"),
        column("step_off_percent", "off by"),
        column("holds", "passes"),
    ];
    let row = |step: &TimeStep| {
        let mut row = vec![
            Cell::factor(step.phi),
            Cell::factor(step.scale.depth),
            Cell::factor(step.scale.width),
            Cell::factor(step.scale.resolution),
            Cell::Shape(step.input.clone()),
        ];
        row.extend(grown(&step.work, &growth.baseline));
        row.push(Cell::ratio(step.promised));
        row.extend(match step.since {
            Some(Since { ratio, promised, passes, .. }) => [
                Cell::ratio(ratio),
                Cell::ratio(promised),
                Cell::percent(ratio / promised - 1.0),
                Cell::Bool(passes),
            ],
            None => [const { Cell::Missing }; 4],
        });
        row
    };
    let mut section = Section::rows("steps", columns, growth.steps.iter().map(row).collect());
    section.title = Some(match growth.batch {
        1 => "Growth of the time of an image".into(),
        batch => format!("Growth of the time of {batch} images"),
    });
    section
}

/// How MACs, activations, bytes and time grew, and the intensity and the time.
fn grown(work: &Work, baseline: &Work) -> Vec<Cell> {
    vec![
        Cell::ratio(work.macs / baseline.macs),
        Cell::ratio(work.activations / baseline.activations),
        Cell::ratio(work.bytes / baseline.bytes),
        Cell::Real { value: work.intensity(), decimals: 1, unit: "" },
        Cell::milliseconds(work.seconds),
        Cell::ratio(work.seconds / baseline.seconds),
    ]
}

/// The factors whose product is the time ÷ the promise.
fn causes(growth: &TimeGrowth) -> Section {
    let target = three_digits(growth.target);
    let mut columns =
        vec![column("phi", "φ"), column("time_over_promised", format!("time ÷ {target}^φ"))];
    columns.extend(cause_columns(growth, format!("= MACs ÷ {target}^φ")));
    let row = |step: &TimeStep| {
        let mut row = vec![Cell::factor(step.phi), part(step.causes.whole() / step.promised)];
        row.extend(cause_cells(Causes { macs: step.causes.macs / step.promised, ..step.causes }));
        row
    };
    let mut section = Section::rows("causes", columns, growth.steps.iter().map(row).collect());
    section.title = Some(format!("Why time is not {target}^φ: factors whose product is the gap"));
    section
}

fn part(value: f64) -> Cell {
    Cell::Real { value, decimals: 4, unit: "×" }
}

/// The columns of the factors; text formats hide overlap where arithmetic and traffic never do.
fn cause_columns(growth: &TimeGrowth, macs: String) -> [Column; 5] {
    let overlaps = growth.steps.iter().any(|step| (step.causes.overlap - 1.0).abs() > 1e-9);
    [
        column("macs", macs),
        column("traffic", "× bytes per MAC"),
        column("layers", "× overhead of layers"),
        column("arithmetic", "× depthwise and dense"),
        if overlaps { column("overlap", "× overlap") } else { hidden("overlap") },
    ]
}

fn cause_cells(causes: Causes) -> [Cell; 5] {
    causes.factors().map(part)
}

/// The published members, whose multipliers are not those of a whole φ.
fn members(growth: &TimeGrowth) -> Section {
    let target = three_digits(growth.target);
    let mut columns = vec![
        column("network", "network"),
        column("phi_fitted", "φ by d, w and r"),
        column("promised", format!("{target}^φ")),
        hidden("activations_ratio"),
        column("bytes_ratio", "bytes ÷ baseline"),
        hidden("intensity"),
        hidden("seconds"),
        column("ratio", "time ÷ baseline"),
    ];
    columns.extend(cause_columns(growth, "= MACs ÷ baseline".into()));
    let row = |member: &TimedMember| {
        let phi = |value| Cell::Real { value, decimals: 3, unit: "" };
        let promised = |phi| Cell::ratio(growth.target.powf(phi));
        let mut row = vec![
            Cell::text(&member.network),
            member.phi.map_or(Cell::Missing, phi),
            member.phi.map_or(Cell::Missing, promised),
        ];
        row.extend(grown(&member.work, &growth.baseline).into_iter().skip(1));
        row.extend(cause_cells(member.causes));
        row
    };
    let mut section = Section::rows("members", columns, growth.members.iter().map(row).collect());
    section.title = Some("The published members: factors whose product is time ÷ baseline".into());
    section
}

/// What the time is spent on at φ = 0, and at the last φ.
fn parts(growth: &TimeGrowth) -> Section {
    let (baseline, last) = (&growth.baseline, last(growth));
    let columns = vec![
        column("part", "spent on"),
        column("baseline_seconds", "φ=0 (ms)"),
        column("baseline_share", "share"),
        column("seconds", format!("{} (ms)", last.0)),
        column("share", "share"),
        column("ratio", "grows"),
    ];
    let row = |spent: Spent| {
        let index = spent as usize;
        let grows = work_growth(spent, last.1, baseline);
        vec![
            Cell::text(spent.name()),
            Cell::milliseconds(baseline.parts[index]),
            Cell::Share(baseline.share(spent)),
            Cell::milliseconds(last.1.parts[index]),
            Cell::Share(last.1.share(spent)),
            grows.map_or(Cell::Missing, Cell::ratio),
        ]
    };
    let spent = Spent::ALL.into_iter().filter(|spent| baseline.parts[*spent as usize] > 0.0);
    let mut section = Section::rows("parts", columns, spent.map(row).collect());
    section.title = Some("What the time is spent on".into());
    section
}

fn work_growth(spent: Spent, work: &Work, baseline: &Work) -> Option<f64> {
    Some(work.growth(spent, baseline)).filter(|growth| growth.is_finite())
}

/// The largest published member within the φ asked for, as published networks are what people run; without members, the
/// last φ.
fn last(growth: &TimeGrowth) -> (String, &Work, f64) {
    let most = growth.steps.iter().map(|step| step.phi).fold(0.0, f64::max);
    let within = growth.members.iter().filter_map(|member| Some((member, member.phi?)));
    let largest =
        within.filter(|(_, phi)| *phi <= most).max_by(|one, other| one.1.total_cmp(&other.1));
    match (largest, growth.steps.last()) {
        (Some((member, phi)), _) if phi > 0.0 => (member.network.clone(), &member.work, phi),
        (_, Some(step)) => (format!("φ={}", step.phi), &step.work, step.phi),
        (_, None) => ("φ=0".into(), &growth.baseline, 0.0),
    }
}

/// Why the time of the last φ grew as it did, in a sentence.
fn explained(growth: &TimeGrowth) -> Option<String> {
    let (name, work, phi) = last(growth);
    let baseline = &growth.baseline;
    let largest = Spent::ALL.into_iter().max_by(|one, other| {
        baseline.parts[*one as usize].total_cmp(&baseline.parts[*other as usize])
    })?;
    let grows = three_digits(work_growth(largest, work, baseline)?);
    let [time, macs, promised] =
        [work.seconds / baseline.seconds, work.macs / baseline.macs, growth.target.powf(phi)]
            .map(three_digits);
    let (share, part) = (baseline.share(largest) * 100.0, largest.name());
    let [from, to] = [baseline, work].map(|work| three_digits(work.intensity()));
    Some(format!(
        "{name}: the time grows {time}×, the MACs {macs}×, and the rule promises {promised}× at its φ of {}. At φ = 0, \
         {share:.0} % of the time is {part}, which grows {grows}×. FLOPs per byte go from {from} to {to}.",
        three_digits(phi)
    ))
}

/// One check for each step, for CI.
#[must_use]
pub fn time_rule_checks(name: &str, growth: &TimeGrowth, place: Option<&Span>) -> Vec<Check> {
    let check = |step: &TimeStep| {
        let Since { phi, ratio, promised, passes } = step.since?;
        let within = if passes { "within" } else { "outside" };
        Some(Check {
            network: name.into(),
            name: format!("φ = {}", step.phi),
            kind: CheckKind::Rule,
            passes,
            message: format!(
                "φ = {}: the time grows {ratio:.3}× from φ = {phi}, where the rule asks for {promised:.3}×: {}, {within} \
                 ±{}.",
                step.phi,
                Cell::percent(ratio / promised - 1.0).shown(),
                tolerance(growth.rule.tolerance).shown()
            ),
            details: Vec::new(),
            place: place.cloned(),
        })
    };
    growth.steps.iter().filter_map(check).collect()
}
