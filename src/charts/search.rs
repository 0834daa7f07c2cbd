//! The accuracy of a search's candidates against their cost.

use crate::charts::drawing::{Axis, Chart, Panel, Point, Role, Scale, Series, Ticks};
use crate::counting::units::{grouped, three_digits};
use crate::search::RankedCandidate;

/// Draws the accuracy of each candidate against its MACs: the best, those not significantly worse, and the rest.
/// `ranked` has the best first and those out of tolerance last; `source` is where the accuracies come from.
#[must_use]
pub fn search(family: &str, phi: f64, ranked: &[RankedCandidate], source: &str) -> Chart {
    let (ranked, outside) =
        ranked.split_at(ranked.partition_point(|one| one.candidate.in_tolerance));
    let title = title(family, ranked);
    Chart {
        description: description(&title, phi, ranked),
        title,
        subtitle: Some(subtitle(phi, ranked)),
        panels: vec![Panel {
            y: accuracy_axis("Accuracy"),
            series: series(ranked, outside),
            ..Panel::default()
        }],
        x: count_axis(Scale::Linear, "MACs per image (conv-linear)"),
        source: format!(
            "Labels are α, β, γ. Accuracies: {source}. Costs counted by phiscale. Welch's t-test at \
             95 %."
        ),
        ..Chart::default()
    }
}

pub(super) fn accuracy_axis(name: &str) -> Axis {
    Axis::percent(format!("{name}, with one standard error either way"))
}

pub(super) fn count_axis(scale: Scale, label: &str) -> Axis {
    Axis { label: label.into(), scale, ticks: Ticks::Si, ..Axis::default() }
}

pub(super) fn time_axis() -> Axis {
    Axis {
        label: "Estimated time per image, in ms (log scale)".into(),
        scale: Scale::Log,
        ..Axis::default()
    }
}

/// The accuracy in percent, with its standard error if known.
pub(super) fn accuracy(ranked: &RankedCandidate) -> String {
    let error = ranked.standard_error.map(|error| format!(" ± {error:.2}"));
    format!("{}{} %", three_digits(ranked.accuracy), error.unwrap_or_default())
}

fn title(family: &str, ranked: &[RankedCandidate]) -> String {
    let Some(best) = ranked.first() else {
        return format!("No candidate of {family} was measured");
    };
    let (name, count) = (name(best), ranked.len());
    format!("α, β, γ = ({name}) is the best of {count} candidates for {family}")
}

fn subtitle(phi: f64, ranked: &[RankedCandidate]) -> String {
    let count = |is_worse: Option<bool>| {
        ranked.iter().skip(1).filter(|one| one.is_worse == is_worse).count()
    };
    let others = match (count(Some(false)), count(None)) {
        (0, 0) => "every other one is significantly worse".into(),
        (0, _) => "without standard errors, it is unknown which others are worse".into(),
        (1, _) => "one other is not significantly worse".into(),
        (several, _) => format!("{several} others are not significantly worse"),
    };
    format!("At φ = {phi}; {others}")
}

fn description(title: &str, phi: f64, ranked: &[RankedCandidate]) -> String {
    let one = |ranked: &RankedCandidate| format!("{} ({})", name(ranked), accuracy(ranked));
    let best: Vec<String> = ranked.iter().take(5).map(one).collect();
    format!(
        "{title}, at φ = {phi}. Accuracy of each candidate against its counted cost; the best are {}.",
        best.join(", ")
    )
}

fn series(ranked: &[RankedCandidate], outside: &[RankedCandidate]) -> Vec<Series> {
    let (best, others) = ranked.split_at(ranked.len().min(1));
    let (worse, equal): (Vec<&RankedCandidate>, Vec<&RankedCandidate>) =
        others.iter().partition(|one| one.is_worse == Some(true));
    let series = |name: &str, role: Role, ranked: Vec<&RankedCandidate>| Series {
        name: name.into(),
        role,
        marker: true,
        points: ranked.into_iter().map(point).collect(),
        ..Series::default()
    };
    let all = [
        series("best", Role::Hero, best.iter().collect()),
        series("not significantly worse", Role::Other, equal),
        series("significantly worse", Role::Other, worse),
        series("published, out of tolerance", Role::Other, outside.iter().collect()),
    ];
    all.into_iter().filter(|series| !series.points.is_empty()).collect()
}

fn point(ranked: &RankedCandidate) -> Point {
    let macs = ranked.candidate.macs();
    Point {
        x: macs as f64,
        y: ranked.accuracy,
        label: Some(name(ranked)),
        tip: format!("{}: {}, {} MACs", name(ranked), accuracy(ranked), grouped(macs)),
        error: ranked.standard_error.unwrap_or_default(),
        ..Point::default()
    }
}

fn name(ranked: &RankedCandidate) -> String {
    ranked.candidate.coefficients.to_string()
}
