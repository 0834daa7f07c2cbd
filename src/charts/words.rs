//! What a chart of accuracy says in words: its finding, its description, where its numbers are from.

use crate::analysis::comparison::{Curve, Origin, Placed, Ratio, front};
use crate::charts::{Compared, Look};
use crate::counting::measure::Measure;
use crate::counting::units::{short, three_digits};
use crate::families::sketch::Weight;

/// A publication with more parts than this is named alone.
const MOST_PARTS: usize = 3;

/// A ratio with two significant digits.
pub(super) fn times(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { format!("{ratio:.0}") }
}

/// A percentage with one decimal.
pub(super) fn percent(value: f64) -> String {
    format!("{value:.1}%")
}

/// An accuracy in percent with its standard error, where that is known.
pub(super) fn with_error(accuracy: f64, error: Option<f64>) -> String {
    let error = error.map(|error| format!(" ± {error:.2}"));
    format!("{}{} %", three_digits(accuracy), error.unwrap_or_default())
}

/// Points of accuracy.
fn points(points: f64) -> String {
    format!("{points:.1}").replace('-', "−")
}

/// The finding, in its own words or those of the chart file.
pub(super) fn title(panels: &[Compared], found: &[Vec<Ratio>], look: &Look) -> String {
    let numbers = match panels {
        [_] => range(found.iter().flatten().map(|found| found.ratio)).map(|both| both.map(times)),
        _ => range(panels.iter().map(gain)).map(|both| both.map(points)),
    };
    if let Some(title) = &look.title {
        let below = || range(panels.iter().flat_map(below)).map(|both| both.map(points));
        let [least, most] = numbers.or_else(below).unwrap_or_default();
        return title.replace("{least}", &least).replace("{most}", &most);
    }
    let (name, less) = (look.measure.name(), look.measure.less());
    let [panel] = panels else { return of_several(panels, numbers, look.measure) };
    let heroes = heroes(panel);
    let names: Vec<&str> = heroes.iter().map(|curve| curve.name.as_str()).collect();
    let reach = if names.len() > 1 { "reach" } else { "reaches" };
    let names = names.join(" and ");
    let than = than(panel, found);
    match (numbers, &heroes[..]) {
        (None, [curve]) if curve.points.len() > 1 => of_one(curve, name),
        (None, _) => format!("ImageNet accuracy against {name}"),
        (Some([least, most]), _) => {
            let factor = if least == most {
                format!("{most}×")
            } else {
                format!("{least} to {most} times")
            };
            format!("{names} {reach} at least the same accuracy with {factor} {less} {name}{than}")
        }
    }
}

/// Whom the ratios are to, where that is one of several.
fn than(panel: &Compared, found: &[Vec<Ratio>]) -> String {
    let mut names: Vec<&str> = found.iter().flatten().map(|found| &*found.curve.name).collect();
    names.dedup();
    let others = panel.comparison.curves.iter().filter(|curve| !curve.is_hero()).count();
    match names[..] {
        [name] if others > 1 => format!(" than {name}"),
        _ => String::new(),
    }
}

/// The least and the most of some numbers, where there are any.
fn range(numbers: impl Iterator<Item = f64>) -> Option<[f64; 2]> {
    let widen = |range: Option<[f64; 2]>, number: f64| {
        Some(range.map_or([number; 2], |[least, most]| [least.min(number), most.max(number)]))
    };
    numbers.fold(None, widen)
}

/// How far each hero is below the best of the others that costs no more.
fn below(panel: &Compared) -> Vec<f64> {
    let curves = &panel.comparison.curves;
    let others = curves.iter().filter(|curve| curve.style.in_front).flat_map(|curve| &curve.points);
    let front = front(others);
    let heroes = heroes(panel).into_iter().flat_map(|curve| &curve.points);
    let gap = |hero: &Placed| {
        let best = front.iter().rev().find(|best| best.cost <= hero.cost)?;
        Some(best.top1 - hero.top1)
    };
    heroes.filter_map(gap).collect()
}

fn heroes(panel: &Compared) -> Vec<&Curve> {
    panel.comparison.curves.iter().filter(|curve| curve.is_hero()).collect()
}

fn of_one(curve: &Curve, cost: &str) -> String {
    let (Some(first), Some(last)) = (curve.points.first(), curve.points.last()) else {
        return String::new();
    };
    let (points, factor) = (last.top1 - first.top1, times(last.cost / first.cost));
    let (from, to) = (&first.title, &last.label);
    format!("From {from} to {to}: {points:.1} points of accuracy for {factor}× the {cost}")
}

/// How far the best hero is above the best of the others.
fn gain(panel: &Compared) -> f64 {
    let best = |is_hero: bool| {
        let curves = panel.comparison.curves.iter().filter(|curve| curve.is_hero() == is_hero);
        let points = curves.flat_map(|curve| &curve.points);
        points.map(|placed| placed.top1).fold(f64::NEG_INFINITY, f64::max)
    };
    best(true) - best(false)
}

fn of_several(panels: &[Compared], gains: Option<[String; 2]>, measure: Measure) -> String {
    let mut names: Vec<&str> =
        panels.iter().flat_map(heroes).map(|curve| curve.name.as_str()).collect();
    names.dedup();
    let is_ahead = panels.iter().all(|panel| gain(panel).is_finite() && gain(panel) > 0.0);
    match (&names[..], gains) {
        ([name], Some([least, most])) if is_ahead => {
            let name = capitalised(name);
            format!("{name} ends {least} to {most} points above the best of the others")
        }
        _ => format!("ImageNet accuracy against {}", measure.name()),
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The chart for somebody who does not see it.
pub(super) fn description(title: &str, panels: &[Compared], measure: Measure) -> String {
    let count = placed(panels).count();
    let named = curves(panels).filter(|curve| curve.style.weight != Weight::Cloud);
    let point = |placed: &Placed| {
        let cost = short(placed.cost);
        format!("{} {cost} {}, {} %", placed.title, measure.name(), placed.top1)
    };
    let curve = |curve: &Curve| {
        let points: Vec<String> = curve.points.iter().map(point).collect();
        format!("{}: {}", curve.name, points.join("; "))
    };
    let named: Vec<String> = named.map(curve).collect();
    format!(
        "Scatter chart of {count} networks: ImageNet top-1 accuracy in percent against {} on a log scale. \
         {title}. {}.",
        measure.name(),
        named.join(". ")
    )
}

/// The label of the cost axis.
pub(super) fn axis(panels: &[Compared], measure: Measure) -> String {
    let origin = match origins(panels) {
        (true, true) => "counted, or as published",
        (false, true) => "as published",
        _ => "counted",
    };
    let unit = measure.unit().map_or_else(String::new, |unit| format!("{unit}, "));
    format!("{} ({unit}{origin}; log scale)", measure.axis())
}

/// Whether any cost is counted, and whether any is as published.
fn origins(panels: &[Compared]) -> (bool, bool) {
    both(placed(panels))
}

fn both<'a>(placed: impl Iterator<Item = &'a Placed>) -> (bool, bool) {
    placed.fold((false, false), |(counted, published), placed| {
        let is_counted = placed.origin == Origin::Counted;
        (counted || is_counted, published || !is_counted)
    })
}

fn placed(panels: &[Compared]) -> impl Iterator<Item = &Placed> {
    curves(panels).flat_map(|curve| &curve.points)
}

fn curves(panels: &[Compared]) -> impl Iterator<Item = &Curve> {
    panels.iter().flat_map(|panel| &panel.comparison.curves)
}

/// Whether the marks of the chart have counted costs and published ones, so that they need two looks.
pub(super) fn is_mixed(panels: &[Compared]) -> bool {
    let named = curves(panels).filter(|curve| curve.style.weight != Weight::Cloud);
    both(named.flat_map(|curve| &curve.points)) == (true, true)
}

/// Where costs and accuracies are from.
pub(super) fn note(panels: &[Compared]) -> String {
    let costs = match origins(panels) {
        (true, true) if is_mixed(panels) => {
            "Filled marks: cost counted by phiscale at each network's own input size; hollow: as published."
        }
        (true, true) => {
            "Costs counted by phiscale at each network's own input size; those of grey dots as published."
        }
        (false, true) => "Costs as published.",
        _ => "Costs counted by phiscale at each network's own input size.",
    };
    format!("{costs} Sources of the accuracies: {}.", sources(panels).join("; "))
}

/// The sources of accuracies. Where one publication is named with several of its parts, it is named
/// once: every weight of a library has a source of its own.
fn sources(panels: &[Compared]) -> Vec<String> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for placed in placed(panels) {
        let (publication, part) = placed.source.split_once(", ").unwrap_or((&placed.source, ""));
        match all.iter_mut().find(|(known, _)| *known == publication) {
            None => all.push((publication, vec![part])),
            Some((_, parts)) if parts.iter().any(|known| part.starts_with(known)) => {}
            Some((_, parts)) => parts.push(part),
        }
    }
    let shown = |(publication, parts): (&str, Vec<&str>)| match parts[..] {
        [""] => publication.to_string(),
        [part] => format!("{publication}, {part}"),
        _ if parts.len() > MOST_PARTS => format!("{publication}, {} entries", parts.len()),
        _ => format!("{publication}, {}", parts.join(" and ")),
    };
    all.into_iter().map(shown).collect()
}
