//! Cost growth against 2^φ.

use crate::analysis::growth::{Growth, GrowthStep};
use crate::charts::drawing::{Axis, Chart, Line, Panel, Point, Role, Scale, Series, Ticks};
use crate::counting::convention::Convention;
use crate::counting::units::three_digits;
use crate::families::family::Family;

/// Draws how a family's count grows with φ: counted, promised and predicted, and below it how far the
/// count is from the promise. A log axis hides a miss of a quarter; the second panel shows it.
#[must_use]
pub fn growth(family: &Family, growth: &Growth, convention: &Convention) -> Chart {
    let counts = format!("{} ({})", convention.quantity, convention.name);
    let title = title(family, growth, convention);
    Chart {
        description: description(&title, growth, &counts),
        title,
        subtitle: None,
        panels: vec![ratios(growth, &counts), deviations(growth)],
        x: Axis {
            label: "Compound coefficient φ".into(),
            scale: Scale::Linear,
            ticks: Ticks::Named("φ".into()),
            range: None,
        },
        source: format!(
            "Counted by phiscale: {} scaled by d = {}^φ, w = {}^φ, r = {}^φ and rounded as its spec says. {}.",
            family.title,
            growth.rule.coefficients.alpha,
            growth.rule.coefficients.beta,
            growth.rule.coefficients.gamma,
            family.source
        ),
        ..Chart::default()
    }
}

/// Counted, promised and predicted, relative to φ = 0.
fn ratios(growth: &Growth, counts: &str) -> Panel {
    let promised = format!("{}^φ", three_digits(growth.target));
    let predicted = format!("{:.2}^φ", growth.predicted);
    Panel {
        y: Axis {
            label: format!("{counts} relative to φ = 0 (log scale)"),
            scale: Scale::Log,
            ticks: Ticks::Times,
            range: None,
        },
        series: vec![
            guide(growth, "promised", &promised, Line::Dashed, |step| step.promised),
            guide(growth, "α·β²·γ²", &predicted, Line::Dotted, |step| step.predicted),
            counted(growth),
        ],
        height_share: 2.4,
        ..Panel::default()
    }
}

/// How far the count is from the promise.
fn deviations(growth: &Growth) -> Panel {
    Panel {
        y: Axis::percent(format!("Deviation from {}^φ", three_digits(growth.target))),
        series: vec![residual(growth)],
        height_share: 1.0,
        ..Panel::default()
    }
}

fn title(family: &Family, growth: &Growth, convention: &Convention) -> String {
    let quantity = &convention.quantity;
    match growth.steps.last() {
        Some(last) => format!(
            "At φ = {} {} costs {} the {quantity} of φ = 0, not {}",
            last.phi,
            family.title,
            times(last.ratio),
            times(last.promised)
        ),
        None => format!("{} of {} by φ", quantity, family.title),
    }
}

fn counted(growth: &Growth) -> Series {
    let last = growth.steps.last().map(|step| step.phi.to_bits());
    let point = |step: &GrowthStep| Point {
        x: step.phi,
        y: step.ratio,
        // The last one stands in the margin.
        label: (Some(step.phi.to_bits()) != last).then(|| times(step.ratio)),
        tip: format!(
            "φ = {}: {} counted, {} × φ = 0",
            step.phi,
            crate::counting::units::grouped(step.counted),
            step.ratio
        ),
        ..Point::default()
    };
    Series {
        name: "counted".into(),
        role: Role::Hero,
        line: Line::Solid,
        marker: true,
        stems: false,
        points: growth.steps.iter().map(point).collect(),
        end_label: growth.steps.last().map(|step| format!("counted: {}", times(step.ratio))),
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
    Series {
        name: name.into(),
        role: Role::Guide,
        line,
        marker: false,
        stems: false,
        points: growth.steps.iter().map(point).collect(),
        end_label: growth
            .steps
            .last()
            .map(|step| format!("{name}: {formula} = {}", times(value(step)))),
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
        line: Line::None,
        marker: true,
        stems: true,
        points: growth.steps.iter().map(point).collect(),
        end_label: None,
    }
}

/// A ratio with three significant digits.
fn times(ratio: f64) -> String {
    format!("{}×", crate::counting::units::three_digits(ratio))
}

fn description(title: &str, growth: &Growth, counts: &str) -> String {
    let step = |step: &GrowthStep| {
        format!(
            "φ = {}: {} counted, {} promised",
            step.phi,
            times(step.ratio),
            times(step.promised)
        )
    };
    let steps: Vec<String> = growth.steps.iter().map(step).collect();
    format!(
        "Line chart of {counts} relative to φ = 0 on a log scale, with the deviation below. {title}. {}.",
        steps.join("; ")
    )
}
