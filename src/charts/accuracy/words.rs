//! The texts of a chart of accuracy: its description, the sources of its numbers.

use crate::analysis::accuracy::{NetworkPoint, Origin};
use crate::analysis::cost::{Cost, Estimate};
use crate::charts::accuracy::omissions::listed;
use crate::charts::accuracy::{AccuracyOptions, AccuracyPanel, AccuracySeries};
use crate::charts::estimates;
use crate::counting::units::short;
use crate::families::accuracy::{Accuracy, Uncertainty};

/// A publication with more parts than this is named once, with their number.
const MAX_PARTS: usize = 3;

/// What bands are.
const BANDS: &str = "Bands: 95 % prediction intervals of error = e + b·C^−c, fitted to each line; dashed \
                               beyond its largest network.";

/// A ratio with two significant digits.
pub(super) fn times(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { format!("{ratio:.0}") }
}

/// A percentage with one decimal.
pub(super) fn percent(value: f64) -> String {
    format!("{value:.1}%")
}

/// What the networks are accurate at, with the name of the data if all panels have the same.
pub(super) fn accuracy_name(panels: &[AccuracyPanel], y: Accuracy) -> String {
    let mut datasets = panels.iter().map(dataset);
    let first = datasets.next().flatten();
    match first.filter(|_| datasets.all(|other| other == first)) {
        Some(dataset) => format!("{dataset} {} accuracy", y.name()),
        None => capitalised(&format!("{} accuracy", y.name())),
    }
}

/// The name of a panel's data: as given, or else ImageNet if a network's accuracy is from a spec or a publication, and
/// none is counted with other than its 1000 classes.
fn dataset(panel: &AccuracyPanel) -> Option<&str> {
    let is_imagenet = |point: &NetworkPoint| point.classes.is_none_or(|classes| classes == 1000);
    let is_known = panel.points().any(|point| !point.is_given) && panel.points().all(is_imagenet);
    panel.dataset.as_deref().or(is_known.then_some("ImageNet"))
}

/// A name with a capital first letter.
pub(super) fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// An accuracy with its standard error, if known, without a sign for per cent. What is computed from repeats is rounded
/// to two digits of the standard error, what is given is not.
pub(super) fn accuracy(point: &NetworkPoint) -> String {
    match point.uncertainty {
        None => point.accuracy.to_string(),
        Some(Uncertainty { standard_error, repeats: None }) => {
            format!("{} ± {standard_error}", point.accuracy)
        }
        Some(Uncertainty { standard_error, repeats: Some(_) }) => {
            let decimals = two_digits(standard_error);
            format!("{:.decimals$} ± {standard_error:.decimals$}", point.accuracy)
        }
    }
}

/// How many decimals show two digits of a number, at most four.
fn two_digits(number: f64) -> usize {
    match number {
        0.0 => 2,
        number if number >= 9.95 => 0,
        number if number >= 0.995 => 1,
        number if number >= 0.0995 => 2,
        number if number >= 0.00995 => 3,
        _ => 4,
    }
}

/// The chart in words, for readers who cannot see it, with what its laws say.
pub(super) fn description(
    title: &str,
    panels: &[AccuracyPanel],
    options: &AccuracyOptions,
    laws: Vec<String>,
) -> String {
    let count = all_points(panels).count();
    let (cost, name) = (options.cost.name(), accuracy_name(panels, options.y));
    let point = |point: &NetworkPoint| {
        format!("{} {} {cost}, {} %", point.title, short(point.cost), accuracy(point))
    };
    let one = |series: &AccuracySeries| {
        let points: Vec<String> = series.points.iter().map(point).collect();
        format!("{}: {}", series.name, points.join("; "))
    };
    let named: Vec<String> =
        all_series(panels).filter(|series| !series.is_cloud()).map(one).collect();
    let networks = if count == 1 { "network" } else { "networks" };
    let sentences: Vec<String> = named.into_iter().chain(laws).collect();
    format!(
        "Scatter chart of {count} {networks}: {name} in percent against {cost} on a log scale. \
         {title}. {}.",
        sentences.join(". ")
    )
}

/// The label of the cost axis.
pub(super) fn axis(panels: &[AccuracyPanel], cost: &Cost) -> String {
    let measure = match cost {
        Cost::Counted(measure) => measure,
        Cost::Estimated(estimate, run) => {
            let unit = if *estimate == Estimate::Time { "ms; " } else { "" };
            return format!("{} ({unit}{}; log scale)", cost.axis(), estimates::run(run));
        }
    };
    let origin = match origins(all_points(panels)) {
        (true, Some(others)) => format!("counted, or {others}"),
        (false, Some(others)) => others,
        (_, None) => "counted".into(),
    };
    let unit = measure.definition().map_or_else(String::new, |unit| format!("{unit}, "));
    format!("{} ({unit}{origin}; log scale)", measure.axis())
}

/// Whether any cost is counted, and where the others are from: `as published`, `as given` or both.
fn origins<'a>(points: impl Iterator<Item = &'a NetworkPoint>) -> (bool, Option<String>) {
    let found: Vec<Origin> = points.map(|point| point.origin).collect();
    let others = [(Origin::Published, "published"), (Origin::Given, "given")];
    let others = others.into_iter().filter(|(origin, _)| found.contains(origin));
    let others: Vec<&str> = others.map(|(_, name)| name).collect();
    let others = (!others.is_empty()).then(|| format!("as {}", listed(&others, "or")));
    (found.contains(&Origin::Counted), others)
}

fn all_series(panels: &[AccuracyPanel]) -> impl Iterator<Item = &AccuracySeries> {
    panels.iter().flat_map(|panel| &panel.series)
}

fn all_points(panels: &[AccuracyPanel]) -> impl Iterator<Item = &NetworkPoint> {
    all_series(panels).flat_map(|series| &series.points)
}

/// Whether marks show counted costs and others, and so need two styles.
pub(super) fn is_mixed(panels: &[AccuracyPanel]) -> bool {
    let named = all_series(panels).filter(|series| !series.is_cloud());
    matches!(origins(named.flat_map(|series| &series.points)), (true, Some(_)))
}

/// What hollow marks are, if there are any.
pub(super) fn hollow(panels: &[AccuracyPanel]) -> String {
    let others = origins(all_points(panels)).1.filter(|_| is_mixed(panels));
    others.map_or_else(String::new, |others| format!("hollow: cost {others}"))
}

/// Whether any network of a panel has an error bar.
pub(super) fn has_error_bars(panel: &AccuracyPanel) -> bool {
    let named = panel.series.iter().filter(|series| !series.is_cloud());
    named.flat_map(|series| &series.points).any(|point| point.uncertainty.is_some())
}

/// Where costs and accuracies come from, and what bands are.
pub(super) fn note(panels: &[AccuracyPanel], options: &AccuracyOptions) -> String {
    let sources = sources_note(panels, &options.cost);
    if options.law { format!("{BANDS} {sources}") } else { sources }
}

fn sources_note(panels: &[AccuracyPanel], cost: &Cost) -> String {
    if let Some((estimate, run)) = cost.estimate() {
        let made = match estimate {
            Estimate::Time => estimates::method(run),
            Estimate::Intensity => {
                "FLOPs are 2 × MACs; bytes are those that layers read and write, one after another."
                    .into()
            }
        };
        return format!("{made} Sources of the accuracies: {}.", sources(panels).join("; "));
    }
    let counted = "counted by phiscale at each network's own input size";
    let costs = match origins(all_points(panels)) {
        (true, Some(others)) if is_mixed(panels) => {
            format!("Filled marks: cost {counted}; hollow: {others}.")
        }
        (true, Some(others)) => format!("Costs {counted}; those of grey dots {others}."),
        (false, Some(others)) => format!("Costs {others}."),
        (_, None) => format!("Costs {counted}."),
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
        _ => format!("{publication}, {}", listed(&parts, "and")),
    };
    all.into_iter().map(named).collect()
}
