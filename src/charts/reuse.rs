//! Whether coefficients that win at one φ win at a larger one.

use crate::charts::drawing::{Axis, Chart, Panel, Point, Role, Series};
use crate::charts::words::with_error;
use crate::search::{Pair, Reuse};

/// Draws the accuracy of each candidate at the larger φ against its accuracy at the smaller one. `measured_by`
/// says where the accuracies come from.
#[must_use]
pub fn reuse(family: &str, [small, large]: [f64; 2], reuse: &Reuse, measured_by: &str) -> Chart {
    let axis = |phi: f64| {
        Axis::percent(format!("Accuracy at φ = {phi}, with one standard error either way"))
    };
    let title = title(family, large, reuse);
    Chart {
        description: description(&title, [small, large], reuse),
        title,
        subtitle: reuse.correlation.map(|correlation| {
            format!("Ranks at φ = {small} and φ = {large}: Spearman’s ρ = {correlation}")
        }),
        panels: vec![Panel { y: axis(large), series: series(reuse), ..Panel::default() }],
        x: axis(small),
        source: format!(
            "Names are α, β, γ. Source of the accuracies: {measured_by}. Costs counted by phiscale."
        ),
        ..Chart::default()
    }
}

fn title(family: &str, large: f64, reuse: &Reuse) -> String {
    let Some(first) = reuse.pairs.first() else { return format!("{family} at φ = {large}") };
    let name = name(first);
    let place = first.large.0;
    if place == 1 {
        return format!(
            "α, β, γ = ({name}), the best for {family}, is the best at φ = {large} too"
        );
    }
    let told = match first.large.1.is_worse {
        Some(true) => "and is worse than the best there",
        Some(false) => "and cannot be told from the best there",
        None => "of what was measured",
    };
    format!(
        "α, β, γ = ({name}), the best for {family}, comes {} at φ = {large}, {told}",
        nth(place)
    )
}

fn nth(place: usize) -> String {
    match (place % 10, place % 100) {
        (1, tens) if tens != 11 => format!("{place}st"),
        (2, tens) if tens != 12 => format!("{place}nd"),
        (3, tens) if tens != 13 => format!("{place}rd"),
        _ => format!("{place}th"),
    }
}

fn description(title: &str, [small, large]: [f64; 2], reuse: &Reuse) -> String {
    let one = |pair: &Pair| {
        let accuracy = |(_, ranked): &(usize, crate::search::Ranked)| {
            with_error(ranked.accuracy, ranked.standard_error)
        };
        format!("{} ({}, then {})", name(pair), accuracy(&pair.small), accuracy(&pair.large))
    };
    let best: Vec<String> = reuse.pairs.iter().take(5).map(one).collect();
    format!(
        "{title}. Accuracy at φ = {large} against accuracy at φ = {small}; the best at φ = {small} are {}.",
        best.join(", ")
    )
}

/// The winner at the smaller φ, the one at the larger, and the rest.
fn series(reuse: &Reuse) -> Vec<Series> {
    let of = |name: &str, role: Role, belongs: &dyn Fn(&Pair) -> bool| Series {
        name: name.into(),
        role,
        marker: true,
        points: reuse.pairs.iter().filter(|pair| belongs(pair)).map(point).collect(),
        ..Series::default()
    };
    let is_first = |pair: &Pair| pair.small.0 == 1;
    let is_best = |pair: &Pair| pair.large.0 == 1;
    let all = [
        of("best at the smaller φ", Role::Hero, &is_first),
        of("best at the larger φ", Role::Other, &|pair| is_best(pair) && !is_first(pair)),
        of("other candidates", Role::Other, &|pair| !is_best(pair) && !is_first(pair)),
    ];
    all.into_iter().filter(|series| !series.points.is_empty()).collect()
}

fn point(pair: &Pair) -> Point {
    let (small, large) = (&pair.small.1, &pair.large.1);
    Point {
        x: small.accuracy,
        y: large.accuracy,
        label: Some(name(pair)),
        tip: format!(
            "{}: {} at φ = {}, {} at φ = {}",
            name(pair),
            with_error(small.accuracy, small.standard_error),
            small.candidate.phi,
            with_error(large.accuracy, large.standard_error),
            large.candidate.phi
        ),
        error: large.standard_error.unwrap_or_default(),
        error_x: small.standard_error.unwrap_or_default(),
        ..Point::default()
    }
}

fn name(pair: &Pair) -> String {
    pair.coefficients().to_string()
}
