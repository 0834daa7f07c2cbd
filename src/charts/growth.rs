//! Cost growth against 2^φ.

use crate::analysis::growth::{Growth, GrowthStep};
use crate::charts::drawing::{Axis, Chart, Line, Panel, Point, Role, Scale, Series, Ticks};
use crate::charts::run::RunRequest;
use crate::counting::convention::Convention;
use crate::counting::units::{grouped, three_digits};
use crate::families::declared::{Key, Takes};
use crate::families::family::Family;
use crate::families::scaling::Coefficients;
use crate::families::spec::reader::{Item, Located, Reader};
use crate::families::spec::{LocatedText, convention_names};

/// A chart file's request for a chart of cost growth.
#[derive(Clone, Debug, PartialEq)]
pub struct GrowthRequest {
    /// The family's address.
    pub family: LocatedText,
    /// The values of φ.
    pub phis: Vec<f64>,
    /// The factor by which a step of φ should multiply the cost.
    pub target: f64,
    /// The name of the counting convention.
    pub convention: LocatedText,
    /// How the networks run, for a chart of time beside counted costs.
    pub run: Option<RunRequest>,
}

impl GrowthRequest {
    /// The default values of φ.
    pub const PHIS: [f64; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

    pub(super) const KEYS: &[Key] = &[
        Key::required("family", Takes::Text, "The address of the family."),
        Key::new("phi", Takes::List(&Takes::Number), "Every φ of the chart (0 to 7)."),
        Key::new("target", Takes::Positive, "The growth that each step of φ should have (2)."),
        Key::new(
            "convention",
            Takes::Suggested(convention_names),
            "What is counted (conv-linear).",
        ),
    ];

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let family = reader.required_text("family");
        let phis = reader.list("phi").map(|items| {
            let phi = |item: Item| {
                let phi = item.number().filter(|phi| phi.is_finite());
                Some(reader.typed("phi", item, "a list of finite numbers", phi)?.value)
            };
            items.into_iter().filter_map(phi).collect()
        });
        let target = reader.positive("target").map_or(2.0, |target| target.value);
        let run = RunRequest::read(reader, None);
        let convention = reader.text("convention");
        if run.is_some() {
            reader.refuse(
                "convention",
                "`convention` has no effect with `device`: MACs are those of conv-linear",
            );
        }
        let convention = convention.unwrap_or(Located { value: "conv-linear", span: reader.span });
        Some(GrowthRequest {
            family: family?.into(),
            phis: phis.unwrap_or(Self::PHIS.to_vec()),
            target,
            convention: convention.into(),
            run,
        })
    }
}

/// Draws how a family's count grows with φ: counted, promised and predicted, and below that the deviation of the
/// count from the promise. A log axis hides a deviation of a quarter; the second panel shows it.
/// `strategy` names the strategy that the constants come from, if they do.
#[must_use]
pub fn growth(
    family: &Family,
    growth: &Growth,
    strategy: Option<&str>,
    convention: &Convention,
) -> Chart {
    let counts = format!("{} ({})", convention.quantity, convention.name);
    let title = title(family, growth, convention);
    let is_of_family = family.rule.coefficients == Some(growth.rule.coefficients);
    let target = if is_of_family { "promised" } else { "target" };
    Chart {
        description: description(&title, growth, &counts, target),
        title,
        panels: vec![ratios(growth, &counts, target), deviations(growth)],
        x: phi_axis(),
        source: source(
            family,
            growth.rule.coefficients,
            strategy.filter(|_| !is_of_family),
            is_of_family,
        ),
        ..Chart::default()
    }
}

pub(super) fn phi_axis() -> Axis {
    Axis {
        label: "Compound coefficient φ".into(),
        ticks: Ticks::Named("φ".into()),
        ..Axis::default()
    }
}

/// What was scaled, by which constants, and whose they are.
pub(super) fn source(
    family: &Family,
    coefficients: Coefficients,
    strategy: Option<&str>,
    is_of_family: bool,
) -> String {
    let Coefficients { alpha, beta, gamma } = coefficients;
    let [alpha, beta, gamma] = [alpha, beta, gamma].map(constant);
    let by = format!("d = {alpha}^φ, w = {beta}^φ, r = {gamma}^φ");
    let Family { title, source, .. } = family;
    let rounded = "and rounded as its spec says";
    match strategy {
        _ if is_of_family => {
            format!("Counted by phiscale: {title} scaled by {by} {rounded}. {source}.")
        }
        Some(strategy) => format!(
            "Counted by phiscale: {title} scaled by the strategy {strategy}, {by}, {rounded}. Network: {source}."
        ),
        None => {
            format!(
                "Counted by phiscale: {title} scaled by chosen constants, {by}, {rounded}. Network: {source}."
            )
        }
    }
}

/// A constant with at most four decimals.
fn constant(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The counted, promised and predicted cost relative to φ = 0; `target` is the word for what is promised.
fn ratios(growth: &Growth, counts: &str, target: &str) -> Panel {
    let promised = format!("{}^φ", three_digits(growth.target));
    let predicted = format!("{:.2}^φ", growth.predicted);
    Panel {
        y: Axis {
            label: format!("{counts} relative to φ = 0 (log scale)"),
            short_label: "Cost relative to φ = 0 (log scale)".into(),
            scale: Scale::Log,
            ticks: Ticks::Times,
            range: None,
        },
        series: vec![
            guide(growth, target, &promised, Line::Dashed, |step| step.promised),
            guide(growth, "α·β²·γ²", &predicted, Line::Dotted, |step| step.predicted),
            counted(growth),
        ],
        height_share: 2.4,
        ..Panel::default()
    }
}

/// The deviation of the count from the promise, in percent.
fn deviations(growth: &Growth) -> Panel {
    Panel {
        y: Axis::percent(format!("Deviation from {}^φ", three_digits(growth.target))),
        series: vec![residual(growth)],
        height_share: 1.0,
        ..Panel::default()
    }
}

fn title(family: &Family, growth: &Growth, convention: &Convention) -> String {
    let (quantity, family) = (&convention.quantity, &family.title);
    let Some(last) = growth.steps.last() else { return format!("{quantity} of {family} by φ") };
    let (phi, counted, promised) = (last.phi, times(last.ratio), times(last.promised));
    format!("At φ = {phi} {family} costs {counted} the {quantity} of φ = 0, not {promised}")
}

fn counted(growth: &Growth) -> Series {
    let last = growth.steps.last().map(|step| step.phi.to_bits());
    let point = |step: &GrowthStep| Point {
        x: step.phi,
        y: step.ratio,
        // The label of the last point is in the margin.
        label: (Some(step.phi.to_bits()) != last).then(|| times(step.ratio)),
        tip: format!("φ = {}: {} counted, {} × φ = 0", step.phi, grouped(step.counted), step.ratio),
        ..Point::default()
    };
    Series {
        name: "counted".into(),
        role: Role::Hero,
        line: Line::Solid,
        marker: true,
        points: growth.steps.iter().map(point).collect(),
        end_label: growth.steps.last().map(|step| format!("counted: {}", times(step.ratio))),
        ..Series::default()
    }
}

fn guide(
    growth: &Growth,
    name: &str,
    formula: &str,
    line: Line,
    value: fn(&GrowthStep) -> f64,
) -> Series {
    let point = |step: &GrowthStep| Point { x: step.phi, y: value(step), ..Point::default() };
    let end = |step: &GrowthStep| format!("{name}: {formula} = {}", times(value(step)));
    Series {
        name: name.into(),
        role: Role::Guide,
        line,
        points: growth.steps.iter().map(point).collect(),
        end_label: growth.steps.last().map(end),
        ..Series::default()
    }
}

fn residual(growth: &Growth) -> Series {
    let point = |step: &GrowthStep| {
        let percent = step.off_promise() * 100.0;
        let label = if percent.abs() < 0.5 { "0%".into() } else { format!("{percent:+.0}%") };
        let label = label.replace('-', "−");
        let tip = format!("φ = {}: {percent:+.1} % off", step.phi);
        Point { x: step.phi, y: percent, label: Some(label), tip, ..Point::default() }
    };
    Series {
        name: "counted".into(),
        role: Role::Hero,
        marker: true,
        stems: true,
        points: growth.steps.iter().map(point).collect(),
        ..Series::default()
    }
}

/// A ratio with three significant digits.
fn times(ratio: f64) -> String {
    format!("{}×", three_digits(ratio))
}

fn description(title: &str, growth: &Growth, counts: &str, target: &str) -> String {
    let step = |step: &GrowthStep| {
        let (counted, promised) = (times(step.ratio), times(step.promised));
        format!("φ = {}: {counted} counted, {promised} {target}", step.phi)
    };
    let steps: Vec<String> = growth.steps.iter().map(step).collect();
    format!(
        "Line chart of {counts} relative to φ = 0 on a log scale, with the deviation below. {title}. {}.",
        steps.join("; ")
    )
}
