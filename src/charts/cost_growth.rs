//! Growth of MACs, activations, bytes and time with φ.

use crate::analysis::time::{CostGrowth, Costs};
use crate::charts::drawing::{Axis, Chart, Line, Panel, Point, Role, Scale, Series, Ticks};
use crate::charts::estimates;
use crate::charts::growth;
use crate::counting::units::three_digits;
use crate::families::family::Family;

/// What grows: its name and its amount.
type Growing = (&'static str, fn(&Costs) -> f64);

const GROWING: [Growing; 4] = [
    ("MACs", |costs| costs.macs),
    ("activations", |costs| costs.activations),
    ("bytes moved", |costs| costs.bytes),
    (TIME, |costs| costs.seconds),
];

const TIME: &str = "estimated time";

/// What lies close to the time: markers on all its points would hide each other, so only the last has one.
const CLOSE: [&str; 2] = ["activations", "bytes moved"];

/// Draws how a family's costs grow with φ, beside the line of its target. `strategy` names the strategy that the
/// constants come from, if they do.
#[must_use]
pub fn cost_growth(family: &Family, costs: &CostGrowth, strategy: Option<&str>) -> Chart {
    let title = title(family, costs);
    let is_of_family = family.rule.coefficients == Some(costs.coefficients);
    let target = if is_of_family { "promised" } else { "target" };
    let mut series = vec![promise(costs, target)];
    series.extend(GROWING.iter().flat_map(|(name, amount)| growing(costs, name, *amount)));
    let strategy = strategy.filter(|_| !is_of_family);
    let scaled = growth::source(family, costs.coefficients, strategy, is_of_family);
    Chart {
        description: description(&title, costs),
        title,
        subtitle: Some(format!("Time and bytes: {}", estimates::run(&costs.run))),
        panels: vec![Panel {
            y: Axis {
                label: "Cost of an image relative to φ = 0 (log scale)".into(),
                short_label: "Cost relative to φ = 0 (log scale)".into(),
                scale: Scale::Log,
                ticks: Ticks::Times,
                range: None,
            },
            series,
            ..Panel::default()
        }],
        x: growth::phi_axis(),
        source: format!("{} {scaled}", estimates::method(&costs.run)),
        ..Chart::default()
    }
}

/// The last φ with its costs relative to φ = 0.
fn last(costs: &CostGrowth) -> Option<(f64, Costs)> {
    costs.steps.last().map(|(phi, last)| (*phi, last.over(&costs.baseline)))
}

fn title(family: &Family, costs: &CostGrowth) -> String {
    let family = &family.title;
    let Some((phi, last)) = last(costs) else { return format!("Costs of {family} by φ") };
    let [macs, time] = [last.macs, last.seconds].map(times);
    let joint = if last.seconds < last.macs { "but" } else { "and" };
    format!(
        "At φ = {phi} {family} costs {macs} the MACs of φ = 0, {joint} {time} the estimated time"
    )
}

/// The line of the target.
fn promise(costs: &CostGrowth, name: &str) -> Series {
    let point = |phi: f64| Point { x: phi, y: costs.target.powf(phi), ..Point::default() };
    let formula = format!("{}^φ", three_digits(costs.target));
    let end = |phi: f64| format!("{name}: {formula} = {}", times(costs.target.powf(phi)));
    Series {
        name: name.into(),
        role: Role::Guide,
        line: Line::Dashed,
        points: costs.steps.iter().map(|(phi, _)| point(*phi)).collect(),
        end_label: costs.steps.last().map(|(phi, _)| end(*phi)),
        ..Series::default()
    }
}

fn growing(costs: &CostGrowth, name: &str, amount: fn(&Costs) -> f64) -> Vec<Series> {
    let point = |(phi, at): &(f64, Costs)| {
        let ratio = amount(at) / amount(&costs.baseline);
        let tip = format!("φ = {phi}: {} the {name} of φ = 0", times(ratio));
        Point { x: *phi, y: ratio, tip, ..Point::default() }
    };
    let points: Vec<Point> = costs.steps.iter().map(point).collect();
    let whole = Series {
        name: name.into(),
        role: if name == TIME { Role::Hero } else { Role::Other },
        line: Line::Solid,
        marker: true,
        points: points.clone(),
        end_label: last(costs).map(|(_, last)| format!("{name}: {}", times(amount(&last)))),
        ..Series::default()
    };
    if !CLOSE.contains(&name) {
        return vec![whole];
    }
    let end = points.into_iter().next_back().into_iter().collect();
    let line = Series { marker: false, ..whole.clone() };
    vec![line, Series { line: Line::None, points: end, end_label: None, ..whole }]
}

/// A ratio with three significant digits.
fn times(ratio: f64) -> String {
    format!("{}×", three_digits(ratio))
}

fn description(title: &str, costs: &CostGrowth) -> String {
    let step = |(phi, at): &(f64, Costs)| {
        let ratios = at.over(&costs.baseline);
        let each = GROWING.map(|(name, amount)| format!("{name} {}", times(amount(&ratios))));
        format!("φ = {phi}: {}", each.join(", "))
    };
    let steps: Vec<String> = costs.steps.iter().map(step).collect();
    format!(
        "Line chart of costs relative to φ = 0 on a log scale. {title}. {}. {}.",
        estimates::run(&costs.run),
        steps.join("; ")
    )
}
