//! Accuracy against cost.

use crate::chart::Cost;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::family::{Family, Request};
use crate::plot::{Arrow, Axis, Chart, Line, Panel, Point, Role, Scale, Series, Ticks};
use crate::units::short;

/// More arrows than this say nothing new.
const MOST_ARROWS: usize = 3;

/// Arrows closer than this, in percent of accuracy, would be read as one.
const ARROW_GAP: f64 = 0.7;

/// A chart, and the members that have no place in it.
#[derive(Clone, Debug)]
pub struct AccuracyChart {
    /// The chart.
    pub chart: Chart,
    /// Members left out, each with the reason.
    pub left_out: Vec<String>,
}

/// A member with its accuracy and its cost.
#[derive(Clone, Debug)]
struct Placed {
    /// Its name within the family.
    name: String,
    /// Its name in print.
    title: String,
    cost: u128,
    /// Top-1 in percent.
    top1: f64,
}

/// Draws families, the first as the hero: published top-1 accuracy against counted cost.
///
/// A curve shows one way of training: members whose accuracy has another source than the family's first
/// are left out.
pub fn accuracy(families: &[&Family], cost: Cost) -> Result<AccuracyChart, Diagnostics> {
    let mut left_out = Vec::new();
    let mut curves: Vec<(&Family, Vec<Placed>)> = Vec::new();
    let mut sources: Vec<String> = Vec::new();
    for family in families {
        let (curve, source) = curve(family, cost, &mut left_out)?;
        if !sources.contains(&source) {
            sources.push(source);
        }
        curves.push((family, curve));
    }
    let series = curves.iter().enumerate().map(|(index, (family, curve))| {
        series(family, curve, if index == 0 { Role::Hero } else { Role::Other }, cost)
    });
    let series: Vec<Series> = series.collect();
    let (hero, others) =
        curves.split_first().ok_or_else(|| vec![Diagnostic::new("there is no family to draw")])?;
    let others: Vec<&Placed> = others.iter().flat_map(|(_, curve)| curve).collect();
    let arrows = arrows(&hero.1, &others);
    let title = title(&hero.0.title, &hero.1, &arrows, cost);
    let chart = Chart {
        description: description(&title, &curves, cost),
        title,
        subtitle: None,
        panels: vec![Panel {
            y: Axis {
                label: "ImageNet top-1 accuracy".into(),
                scale: Scale::Linear,
                ticks: Ticks::Percent,
                range: None,
            },
            series,
            arrows: arrows.into_iter().map(|(arrow, _)| arrow).collect(),
            height_share: 1.0,
            ..Panel::default()
        }],
        x: Axis { label: cost.axis().into(), scale: Scale::Log, ticks: Ticks::Si, range: None },
        source: format!(
            "Costs counted by phiscale at each network's own input size. Accuracies: {}.",
            sources.join("; ")
        ),
        ..Chart::default()
    };
    Ok(AccuracyChart { chart, left_out })
}

/// The members of a family that have an accuracy from the family's first source, and that source.
fn curve(
    family: &Family,
    cost: Cost,
    left_out: &mut Vec<String>,
) -> Result<(Vec<Placed>, String), Diagnostics> {
    let source = family.members.iter().find_map(|member| member.accuracy());
    let Some((_, source)) = source else {
        let message = format!("no member of {} has a published top-1 accuracy", family.name);
        let help = "a chart of accuracy needs `published = { top1 = …, source = … }` in the spec";
        return Err(vec![Diagnostic::new(message).help(help)]);
    };
    let mut curve = Vec::new();
    for member in &family.members {
        let address = family.address(member);
        let top1 = match member.accuracy() {
            Some((top1, from)) if from == source => top1,
            Some((_, from)) => {
                left_out.push(format!("{address}: its accuracy has another source ({from})"));
                continue;
            }
            None => {
                left_out.push(format!("{address}: no published accuracy"));
                continue;
            }
        };
        let request = Request { member: Some(member), ..Request::BASELINE };
        let network = family.network(&request)?.network;
        let title = format!("{}-{}", family.title, member.name);
        let cost = cost.of(&network.cost());
        curve.push(Placed { name: member.name.clone(), title, cost, top1 });
    }
    Ok((curve, source.to_string()))
}

/// The family's curve. Its first member carries the whole name; the others, their own alone.
fn series(family: &Family, curve: &[Placed], role: Role, cost: Cost) -> Series {
    let point = |(index, placed): (usize, &Placed)| {
        let is_whole = index == 0 || role != Role::Hero;
        Point {
            x: placed.cost as f64,
            y: placed.top1,
            label: Some(if is_whole { placed.title.clone() } else { placed.name.clone() }),
            tip: format!(
                "{}: {} {}, {} % top-1",
                placed.title,
                crate::units::grouped(placed.cost),
                cost.name(),
                placed.top1
            ),
            ..Point::default()
        }
    };
    Series {
        name: family.title.clone(),
        role,
        line: Line::Solid,
        marker: true,
        stems: false,
        points: curve.iter().enumerate().map(point).collect(),
        end_label: None,
    }
}

/// For other networks, the cheapest hero that is at least as accurate, and how many times less it costs:
/// the largest ratios, well apart in accuracy.
fn arrows(hero: &[Placed], others: &[&Placed]) -> Vec<(Arrow, f64)> {
    let mut arrows: Vec<(Arrow, f64)> = Vec::new();
    for other in others {
        let reach = hero.iter().filter(|hero| hero.top1 >= other.top1);
        let Some(cheapest) = reach.min_by_key(|hero| hero.cost) else { continue };
        let ratio = other.cost as f64 / cheapest.cost as f64;
        if ratio > 1.5 {
            let label = format!("{}× fewer", times(ratio));
            let (from_x, to_x) = (other.cost as f64, cheapest.cost as f64);
            arrows.push((Arrow { y: other.top1, from_x, to_x, label }, ratio));
        }
    }
    arrows.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut kept: Vec<(Arrow, f64)> = Vec::new();
    for arrow in arrows {
        let is_apart = |other: &(Arrow, f64)| (other.0.y - arrow.0.y).abs() >= ARROW_GAP;
        if kept.len() < MOST_ARROWS && kept.iter().all(is_apart) {
            kept.push(arrow);
        }
    }
    kept
}

/// A ratio with two significant digits.
fn times(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { format!("{ratio:.0}") }
}

fn title(hero: &str, curve: &[Placed], arrows: &[(Arrow, f64)], cost: Cost) -> String {
    let ratios = arrows.iter().map(|(_, ratio)| *ratio);
    let (lowest, highest) =
        ratios.fold((f64::INFINITY, 0.0f64), |(low, high), r| (low.min(r), high.max(r)));
    let cost_name = cost.name();
    match (arrows.len(), curve.first(), curve.last()) {
        (0, Some(first), Some(last)) => {
            let factor = last.cost as f64 / first.cost as f64;
            format!(
                "From {} to {}: {:.1} points of accuracy for {}× the {cost_name}",
                first.title,
                last.name,
                last.top1 - first.top1,
                times(factor)
            )
        }
        (1, ..) => {
            format!(
                "{hero} reaches at least the same accuracy with {}× fewer {cost_name}",
                times(highest)
            )
        }
        _ => format!(
            "{hero} reaches at least the same accuracy with {} to {} times fewer {cost_name}",
            times(lowest),
            times(highest)
        ),
    }
}

fn description(title: &str, curves: &[(&Family, Vec<Placed>)], cost: Cost) -> String {
    let point = |placed: &Placed| {
        format!("{} {} {}, {} %", placed.title, short(placed.cost as f64), cost.name(), placed.top1)
    };
    let points: Vec<String> = curves.iter().flat_map(|(_, curve)| curve).map(point).collect();
    format!(
        "Scatter chart of {} networks: ImageNet top-1 accuracy in percent against {} on a log scale. \
         {title}. {}.",
        points.len(),
        cost.name(),
        points.join("; ")
    )
}
