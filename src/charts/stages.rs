//! Where the cost of networks sits: bars of stages.

use crate::analysis::comparison::{Breakdown, Part};
use crate::charts::drawing::{self, Axis, Bar, Chart, Panel, Ticks};
use crate::counting::measure::Measure;
use crate::counting::units::{grouped, short};

/// Draws the shares of stages in each measure, one panel a measure and one bar a network; `sources` are
/// those of the networks' specs.
#[must_use]
pub fn stages(breakdowns: &[(Measure, Vec<Breakdown>)], by_map: bool, sources: &[&str]) -> Chart {
    let title = title(breakdowns);
    Chart {
        description: description(&title, breakdowns),
        title,
        panels: breakdowns.iter().map(|(measure, bars)| panel(*measure, bars)).collect(),
        x: Axis {
            label: "Share of the whole network".into(),
            ticks: Ticks::Percent,
            range: Some((0.0, 100.0)),
            ..Axis::default()
        },
        source: source(by_map, sources),
        ..Chart::default()
    }
}

fn panel(measure: Measure, bars: &[Breakdown]) -> Panel {
    let unit = measure.unit().map_or_else(String::new, |unit| format!(" ({unit})"));
    Panel {
        y: Axis { label: format!("{}{unit}, counted", measure.axis()), ..Axis::default() },
        bars: bars.iter().map(|breakdown| bar(breakdown, measure)).collect(),
        ..Panel::default()
    }
}

fn bar(breakdown: &Breakdown, measure: Measure) -> Bar {
    let part = |part: &Part| {
        let share = share(breakdown, part);
        drawing::Segment {
            name: part.place.clone(),
            value: share,
            label: Some(format!("{}: {share:.0}%", part.place)),
            tip: format!(
                "{}, {} ({}): {} {}, {share:.1} %",
                breakdown.name,
                part.place,
                part.names,
                grouped(part.cost),
                measure.name(),
            ),
        }
    };
    Bar {
        name: format!("{}: {}", breakdown.name, short(breakdown.total as f64)),
        segments: breakdown.parts.iter().map(part).collect(),
    }
}

/// In percent of the whole.
fn share(breakdown: &Breakdown, part: &Part) -> f64 {
    if breakdown.total == 0 { 0.0 } else { part.cost as f64 / breakdown.total as f64 * 100.0 }
}

/// The largest part of the first network in two measures: in the first, and in one that sits elsewhere.
fn title(breakdowns: &[(Measure, Vec<Breakdown>)]) -> String {
    let largest = |(measure, bars): &(Measure, Vec<Breakdown>)| {
        let breakdown = bars.first()?;
        let part = breakdown.parts.iter().max_by_key(|part| part.cost)?;
        Some((part.place.clone(), share(breakdown, part), *measure))
    };
    let mut largest: Vec<(String, f64, Measure)> = breakdowns.iter().filter_map(largest).collect();
    if let Some((first, ..)) = largest.first().cloned() {
        largest[1..].sort_by_key(|(place, ..)| *place == first);
    }
    let said = largest.iter().take(2).map(|(place, share, measure)| {
        let place =
            if place.contains('/') { format!("on maps of {place}") } else { format!("in {place}") };
        format!("{share:.0}% of the {} {place}", measure.name())
    });
    let said: Vec<String> = said.collect();
    let name = breakdowns.first().and_then(|(_, bars)| bars.first());
    let name = name.map_or("", |breakdown| breakdown.name.as_str());
    format!("{name}: {}", said.join(", "))
}

fn description(title: &str, breakdowns: &[(Measure, Vec<Breakdown>)]) -> String {
    let mut bars = Vec::new();
    for (measure, breakdown) in breakdowns
        .iter()
        .flat_map(|(measure, all)| all.iter().map(move |breakdown| (measure, breakdown)))
    {
        let part = |part: &Part| format!("{} {:.1} %", part.place, share(breakdown, part));
        let parts: Vec<String> = breakdown.parts.iter().map(part).collect();
        let (name, total) = (&breakdown.name, short(breakdown.total as f64));
        bars.push(format!("{name}, {total} {}: {}", measure.name(), parts.join(", ")));
    }
    format!("Bar chart of the cost of networks by stage. {title}. {}.", bars.join("; "))
}

fn source(by_map: bool, sources: &[&str]) -> String {
    let parts = if by_map {
        "Parts are stages by the height of the maps that they put out, as a fraction of the input's. "
    } else {
        ""
    };
    format!(
        "{parts}Counted by phiscale, by conv-linear, at each network's own input size. Sources of the networks: {}.",
        sources.join("; ")
    )
}
