//! How the candidates of a search came out.

use crate::charts::drawing::{Axis, Chart, Panel, Point, Role, Scale, Series, Ticks};
use crate::charts::words::with_error;
use crate::counting::ledger::Event;
use crate::counting::units::grouped;
use crate::search::Ranked;

/// Draws the accuracy of each candidate against its counted cost: the best, those that cannot be told from
/// it, and the rest. `ranked` has the best first; `measured_by` says where the accuracies come from.
#[must_use]
pub fn search(family: &str, phi: f64, ranked: &[Ranked], measured_by: &str) -> Chart {
    let title = title(family, ranked);
    Chart {
        description: description(&title, phi, ranked),
        title,
        subtitle: Some(subtitle(phi, ranked)),
        panels: vec![Panel {
            y: Axis::percent("Accuracy, with one standard error either way"),
            series: series(ranked),
            ..Panel::default()
        }],
        x: Axis {
            label: "MACs per image (conv-linear)".into(),
            scale: Scale::Linear,
            ticks: Ticks::Si,
            range: None,
        },
        source: format!(
            "Names are α, β, γ. Source of the accuracies: {measured_by}. Costs counted by phiscale. \
             Told apart: by Welch's t-test at 95 %."
        ),
        ..Chart::default()
    }
}

fn title(family: &str, ranked: &[Ranked]) -> String {
    let Some(best) = ranked.first() else {
        return format!("No candidate of {family} was measured");
    };
    let (name, count) = (name(best), ranked.len());
    format!("α, β, γ = ({name}) came out best of {count} candidates for {family}")
}

fn subtitle(phi: f64, ranked: &[Ranked]) -> String {
    let equal = ranked.iter().skip(1).filter(|one| one.is_worse == Some(false)).count();
    let unknown = ranked.iter().skip(1).filter(|one| one.is_worse.is_none()).count();
    let told = match (equal, unknown) {
        (0, 0) => "every other one is worse".into(),
        (0, _) => "which of the others are worse is not known without standard errors".into(),
        (1, _) => "one other cannot be told from it".into(),
        (several, _) => format!("{several} others cannot be told from it"),
    };
    format!("At φ = {phi}; {told}")
}

fn description(title: &str, phi: f64, ranked: &[Ranked]) -> String {
    let one = |ranked: &Ranked| format!("{} ({})", name(ranked), accuracy(ranked));
    let best: Vec<String> = ranked.iter().take(5).map(one).collect();
    format!(
        "{title}, at φ = {phi}. Accuracy against counted cost of each candidate; the best are {}.",
        best.join(", ")
    )
}

fn series(ranked: &[Ranked]) -> Vec<Series> {
    let (best, others) = ranked.split_at(ranked.len().min(1));
    let (worse, equal): (Vec<&Ranked>, Vec<&Ranked>) =
        others.iter().partition(|one| one.is_worse == Some(true));
    let series = |name: &str, role: Role, ranked: Vec<&Ranked>| Series {
        name: name.into(),
        role,
        marker: true,
        points: ranked.into_iter().map(point).collect(),
        ..Series::default()
    };
    let all = [
        series("the best", Role::Hero, best.iter().collect()),
        series("not told from it", Role::Other, equal),
        series("worse", Role::Other, worse),
    ];
    all.into_iter().filter(|series| !series.points.is_empty()).collect()
}

fn point(ranked: &Ranked) -> Point {
    let macs = ranked.candidate.cost.total(Event::MACS);
    Point {
        x: macs as f64,
        y: ranked.accuracy,
        label: Some(name(ranked)),
        tip: format!("{}: {}, {} MACs", name(ranked), accuracy(ranked), grouped(macs)),
        error: ranked.standard_error.unwrap_or_default(),
        ..Point::default()
    }
}

fn name(ranked: &Ranked) -> String {
    ranked.candidate.coefficients.to_string()
}

fn accuracy(ranked: &Ranked) -> String {
    with_error(ranked.accuracy, ranked.standard_error)
}
