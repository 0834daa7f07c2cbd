//! The texts of a chart of accuracy: its finding, its description, the sources of its numbers.

use crate::analysis::accuracy::{CostRatio, NetworkPoint, Origin, front};
use crate::charts::accuracy::{AccuracyOptions, AccuracyPanel, AccuracySeries};
use crate::counting::measure::Measure;
use crate::counting::units::short;

/// A publication with more parts than this is named once, with their number.
const MAX_PARTS: usize = 3;

/// A ratio with two significant digits.
pub(super) fn times(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { format!("{ratio:.0}") }
}

/// A percentage with one decimal.
pub(super) fn percent(value: f64) -> String {
    format!("{value:.1}%")
}

/// Percentage points of accuracy.
fn points(points: f64) -> String {
    format!("{points:.1}").replace('-', "−")
}

/// The finding: computed, or the title in the options.
pub(super) fn title(
    panels: &[AccuracyPanel],
    ratios: &[Vec<CostRatio>],
    options: &AccuracyOptions,
) -> String {
    let numbers = match panels {
        [_] => range(ratios.iter().flatten().map(|found| found.ratio)).map(|ends| ends.map(times)),
        _ => range(panels.iter().map(gain)).map(|ends| ends.map(points)),
    };
    if let Some(title) = &options.title {
        let below = || range(panels.iter().flat_map(below)).map(|ends| ends.map(points));
        let [least, most] = numbers.or_else(below).unwrap_or_default();
        return title.replace("{least}", &least).replace("{most}", &most);
    }
    match panels {
        [panel] => of_one_panel(panel, &ratios.concat(), numbers, options.measure),
        _ => of_several_panels(panels, numbers, options.measure),
    }
}

fn of_one_panel(
    panel: &AccuracyPanel,
    ratios: &[CostRatio],
    numbers: Option<[String; 2]>,
    measure: Measure,
) -> String {
    let (name, less) = (measure.name(), measure.less());
    let heroes: Vec<_> = panel.series.iter().filter(|series| series.is_hero()).collect();
    match (numbers, &heroes[..]) {
        (None, [hero]) if hero.points.len() > 1 => of_one_series(hero, name),
        (None, _) => format!("ImageNet accuracy against {name}"),
        (Some([least, most]), _) => {
            let factor = if least == most {
                format!("{most}×")
            } else {
                format!("{least} to {most} times")
            };
            let names: Vec<&str> = heroes.iter().map(|series| series.name.as_str()).collect();
            let reach = if names.len() > 1 { "reach" } else { "reaches" };
            let (names, than) = (names.join(" and "), than(panel, ratios));
            format!("{names} {reach} at least the same accuracy with {factor} {less} {name}{than}")
        }
    }
}

/// The series that all ratios compare with, if there are several.
fn than(panel: &AccuracyPanel, ratios: &[CostRatio]) -> String {
    let mut names: Vec<&str> = ratios.iter().map(|ratio| ratio.series).collect();
    names.dedup();
    let others = panel.series.iter().filter(|series| !series.is_hero()).count();
    match names[..] {
        [name] if others > 1 => format!(" than {name}"),
        _ => String::new(),
    }
}

fn of_one_series(series: &AccuracySeries, cost: &str) -> String {
    let (Some(first), Some(last)) = (series.points.first(), series.points.last()) else {
        return String::new();
    };
    let (points, factor) = (last.top1 - first.top1, times(last.cost / first.cost));
    let (from, to) = (&first.title, &last.label);
    format!("From {from} to {to}: {points:.1} points of accuracy for {factor}× the {cost}")
}

fn of_several_panels(
    panels: &[AccuracyPanel],
    gains: Option<[String; 2]>,
    measure: Measure,
) -> String {
    let heroes = all_series(panels).filter(|series| series.is_hero());
    let mut names: Vec<&str> = heroes.map(|series| series.name.as_str()).collect();
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

/// The smallest and the largest number.
fn range(numbers: impl Iterator<Item = f64>) -> Option<[f64; 2]> {
    let widen = |range: Option<[f64; 2]>, number: f64| {
        Some(range.map_or([number; 2], |[least, most]| [least.min(number), most.max(number)]))
    };
    numbers.fold(None, widen)
}

/// How many points each hero is below the best of the others that costs no more.
fn below(panel: &AccuracyPanel) -> Vec<f64> {
    let front = front(panel.front_candidates());
    let gap = |hero: &NetworkPoint| {
        let best = front.iter().rev().find(|best| best.cost <= hero.cost)?;
        Some(best.top1 - hero.top1)
    };
    panel.heroes().filter_map(gap).collect()
}

/// How many points the best hero is above the best of the others.
fn gain(panel: &AccuracyPanel) -> f64 {
    let best = |is_hero: bool| {
        let series = panel.series.iter().filter(|series| series.is_hero() == is_hero);
        let points = series.flat_map(|series| &series.points);
        points.map(|point| point.top1).fold(f64::NEG_INFINITY, f64::max)
    };
    best(true) - best(false)
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The chart in words, for readers who cannot see it.
pub(super) fn description(title: &str, panels: &[AccuracyPanel], measure: Measure) -> String {
    let count = all_points(panels).count();
    let cost = measure.name();
    let point = |point: &NetworkPoint| {
        format!("{} {} {cost}, {} %", point.title, short(point.cost), point.top1)
    };
    let one = |series: &AccuracySeries| {
        let points: Vec<String> = series.points.iter().map(point).collect();
        format!("{}: {}", series.name, points.join("; "))
    };
    let named: Vec<String> =
        all_series(panels).filter(|series| !series.is_cloud()).map(one).collect();
    format!(
        "Scatter chart of {count} networks: ImageNet top-1 accuracy in percent against {cost} on a log scale. \
         {title}. {}.",
        named.join(". ")
    )
}

/// The label of the cost axis.
pub(super) fn axis(panels: &[AccuracyPanel], measure: Measure) -> String {
    let origin = match origins(all_points(panels)) {
        (true, true) => "counted, or as published",
        (false, true) => "as published",
        _ => "counted",
    };
    let unit = measure.definition().map_or_else(String::new, |unit| format!("{unit}, "));
    format!("{} ({unit}{origin}; log scale)", measure.axis())
}

/// Whether any cost is counted, and whether any is as published.
fn origins<'a>(points: impl Iterator<Item = &'a NetworkPoint>) -> (bool, bool) {
    points.fold((false, false), |(counted, published), point| {
        let is_counted = point.origin == Origin::Counted;
        (counted || is_counted, published || !is_counted)
    })
}

fn all_series(panels: &[AccuracyPanel]) -> impl Iterator<Item = &AccuracySeries> {
    panels.iter().flat_map(|panel| &panel.series)
}

fn all_points(panels: &[AccuracyPanel]) -> impl Iterator<Item = &NetworkPoint> {
    all_series(panels).flat_map(|series| &series.points)
}

/// Whether marks show both counted and published costs, and so need two styles.
pub(super) fn is_mixed(panels: &[AccuracyPanel]) -> bool {
    let named = all_series(panels).filter(|series| !series.is_cloud());
    origins(named.flat_map(|series| &series.points)) == (true, true)
}

/// Where costs and accuracies come from.
pub(super) fn note(panels: &[AccuracyPanel]) -> String {
    let costs = match origins(all_points(panels)) {
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

/// The sources of accuracies. A publication with several parts, such as a library's weights, is named once.
fn sources(panels: &[AccuracyPanel]) -> Vec<String> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for point in all_points(panels) {
        let (publication, part) = point.source.split_once(", ").unwrap_or((&point.source, ""));
        match all.iter_mut().find(|(known, _)| *known == publication) {
            None => all.push((publication, vec![part])),
            Some((_, parts)) if parts.iter().any(|known| part.starts_with(known)) => {}
            Some((_, parts)) => parts.push(part),
        }
    }
    let named = |(publication, parts): (&str, Vec<&str>)| match parts[..] {
        [""] => publication.to_string(),
        [part] => format!("{publication}, {part}"),
        _ if parts.len() > MAX_PARTS => format!("{publication}, {} entries", parts.len()),
        _ => format!("{publication}, {}", parts.join(" and ")),
    };
    all.into_iter().map(named).collect()
}
