//! The accuracy of candidates at a larger φ against their accuracy at a smaller one.

use crate::charts::drawing::{Chart, Panel, Point, Role, Series};
use crate::charts::search::{accuracy, accuracy_axis};
use crate::search::{RankPair, Transfer};

/// Draws the accuracy of each candidate at the larger φ against its accuracy at the smaller one. `source` is where
/// the accuracies come from.
#[must_use]
pub fn transfer(
    family: &str,
    [small, large]: [f64; 2],
    transfer: &Transfer,
    source: &str,
) -> Chart {
    let axis = |phi: f64| accuracy_axis(&format!("Accuracy at φ = {phi}"));
    let title = title(family, large, transfer);
    Chart {
        description: description(&title, [small, large], transfer),
        title,
        subtitle: transfer.correlation.map(|correlation| {
            format!(
                "Spearman’s rank correlation between φ = {small} and φ = {large}: {correlation}"
            )
        }),
        panels: vec![Panel { y: axis(large), series: series(transfer), ..Panel::default() }],
        x: axis(small),
        source: format!("Labels are α, β, γ. Accuracies: {source}. Costs counted by phiscale."),
        ..Chart::default()
    }
}

fn title(family: &str, large: f64, transfer: &Transfer) -> String {
    let Some(first) = transfer.pairs.first() else { return format!("{family} at φ = {large}") };
    let (name, rank) = (name(first), first.large.rank);
    if rank == 1 {
        return format!(
            "α, β, γ = ({name}), the best for {family}, is also the best at φ = {large}"
        );
    }
    let significance = match first.large.is_worse {
        Some(true) => ", significantly below the best there",
        Some(false) => ", not significantly below the best there",
        None => "",
    };
    let rank = ordinal(rank);
    format!("α, β, γ = ({name}), the best for {family}, is {rank} at φ = {large}{significance}")
}

fn ordinal(rank: usize) -> String {
    let suffix = match (rank % 10, rank % 100) {
        (1, tens) if tens != 11 => "st",
        (2, tens) if tens != 12 => "nd",
        (3, tens) if tens != 13 => "rd",
        _ => "th",
    };
    format!("{rank}{suffix}")
}

fn description(title: &str, [small, large]: [f64; 2], transfer: &Transfer) -> String {
    let one = |pair: &RankPair| {
        format!("{} ({}, then {})", name(pair), accuracy(&pair.small), accuracy(&pair.large))
    };
    let best: Vec<String> = transfer.pairs.iter().take(5).map(one).collect();
    format!(
        "{title}. Accuracy at φ = {large} against accuracy at φ = {small}; the best at φ = {small} are {}.",
        best.join(", ")
    )
}

/// The best at the smaller φ, the best at the larger one, and the rest.
fn series(transfer: &Transfer) -> Vec<Series> {
    let series = |name: &str, role: Role, belongs: &dyn Fn(&RankPair) -> bool| Series {
        name: name.into(),
        role,
        marker: true,
        points: transfer.pairs.iter().filter(|pair| belongs(pair)).map(point).collect(),
        ..Series::default()
    };
    let is_first = |pair: &RankPair| pair.small.rank == 1;
    let is_best = |pair: &RankPair| pair.large.rank == 1;
    let all = [
        series("best at the smaller φ", Role::Hero, &is_first),
        series("best at the larger φ", Role::Other, &|pair| is_best(pair) && !is_first(pair)),
        series("other candidates", Role::Other, &|pair| !is_best(pair) && !is_first(pair)),
    ];
    all.into_iter().filter(|series| !series.points.is_empty()).collect()
}

fn point(pair: &RankPair) -> Point {
    let (small, large) = (&pair.small, &pair.large);
    Point {
        x: small.accuracy,
        y: large.accuracy,
        label: Some(name(pair)),
        tip: format!(
            "{}: {} at φ = {}, {} at φ = {}",
            name(pair),
            accuracy(small),
            small.candidate.phi,
            accuracy(large),
            large.candidate.phi
        ),
        error: large.standard_error.unwrap_or_default(),
        error_x: small.standard_error.unwrap_or_default(),
        ..Point::default()
    }
}

fn name(pair: &RankPair) -> String {
    pair.coefficients().to_string()
}
