//! Cost by stage, as bars.

use crate::analysis::stages::{Breakdown, StageCost};
use crate::charts::drawing::{Axis, Bar, Chart, Panel, Segment};
use crate::counting::measure::Measure;
use crate::counting::units::{grouped, short};
use crate::families::declared::{Key, Takes};
use crate::families::spec::LocatedText;
use crate::families::spec::reader::Reader;

/// A chart file's request for a chart of stages.
#[derive(Clone, Debug, PartialEq)]
pub struct StagesRequest {
    /// The networks' addresses.
    pub networks: Vec<LocatedText>,
    /// The costs, one panel each.
    pub measures: Vec<Measure>,
}

impl StagesRequest {
    /// The default measures.
    pub const MEASURES: [Measure; 3] = [Measure::Macs, Measure::Params, Measure::Activations];

    pub(super) const KEYS: &[Key] = &[
        Key::required("networks", Takes::OneOrMore(&Takes::Text), "The addresses of the networks."),
        Key::new(
            "costs",
            Takes::List(&MEASURE),
            "The costs, one panel each (macs, params, activations).",
        ),
    ];

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        reader.required("networks")?;
        let networks: Vec<LocatedText> = reader.texts("networks");
        let costs = reader.list("costs");
        let measures = match &costs {
            None => Self::MEASURES.to_vec(),
            Some(items) => {
                let words = items.iter().filter_map(|item| {
                    reader.typed("costs", *item, "a list of texts", item.text())
                });
                words
                    .filter_map(|word| reader.choice("costs", word, &Measure::ALL))
                    .copied()
                    .collect()
            }
        };
        if measures.contains(&Measure::Memory) {
            let place = reader.look_up("costs").map_or(reader.span, |item| item.span);
            reader.problem("memory is not a sum over stages", place, "in this list");
        }
        if networks.is_empty() || measures.is_empty() {
            reader.problem("a chart of stages needs networks and costs", reader.span, "here");
            return None;
        }
        Some(StagesRequest { networks, measures })
    }
}

/// A measure of cost.
const MEASURE: Takes = Takes::Words(|| Measure::ALL.map(Measure::key).to_vec());

/// Draws the shares of stages: one panel for each measure, one bar for each network. `by_map` says that stages are
/// grouped by map size; `sources` are those of the networks' specs.
#[must_use]
pub fn stages(breakdowns: &[(Measure, Vec<Breakdown>)], by_map: bool, sources: &[&str]) -> Chart {
    let title = title(breakdowns);
    Chart {
        description: description(&title, breakdowns),
        title,
        panels: breakdowns.iter().map(|(measure, bars)| panel(*measure, bars)).collect(),
        x: Axis {
            range: Some((0.0, 100.0)),
            short_label: "Share of the whole network".into(),
            ..Axis::percent(if by_map {
                "Share of the whole network, by the size of stages' outputs"
            } else {
                "Share of the whole network"
            })
        },
        source: source(by_map, sources),
        ..Chart::default()
    }
}

fn panel(measure: Measure, bars: &[Breakdown]) -> Panel {
    let unit = measure.definition().map_or_else(String::new, |unit| format!(" ({unit})"));
    Panel {
        y: Axis {
            label: format!("{}{unit}, counted", measure.axis()),
            short_label: format!("{}, counted", measure.in_short()),
            ..Axis::default()
        },
        bars: bars.iter().map(|breakdown| bar(breakdown, measure)).collect(),
        ..Panel::default()
    }
}

fn bar(breakdown: &Breakdown, measure: Measure) -> Bar {
    let part = |part: &StageCost| {
        let share = percent(breakdown, part);
        let (network, name, stages) = (&breakdown.name, &part.name, &part.stages);
        let (cost, measure) = (grouped(part.cost), measure.name());
        Segment {
            name: name.clone(),
            value: share,
            label: Some(format!("{name}: {share:.0}%")),
            tip: format!("{network}, {name} ({stages}): {cost} {measure}, {share:.1} %"),
        }
    };
    Bar {
        name: format!("{}: {}", breakdown.name, short(breakdown.total as f64)),
        segments: breakdown.parts.iter().map(part).collect(),
    }
}

/// A part's share of the network, in percent.
fn percent(breakdown: &Breakdown, part: &StageCost) -> f64 {
    if breakdown.total == 0 { 0.0 } else { part.cost as f64 / breakdown.total as f64 * 100.0 }
}

/// The first network's largest part in two measures: the first, and one with a different largest part.
fn title(breakdowns: &[(Measure, Vec<Breakdown>)]) -> String {
    let largest = |(measure, bars): &(Measure, Vec<Breakdown>)| {
        let breakdown = bars.first()?;
        let part = breakdown.parts.iter().max_by_key(|part| part.cost)?;
        Some((part.name.clone(), percent(breakdown, part), *measure))
    };
    let mut largest: Vec<(String, f64, Measure)> = breakdowns.iter().filter_map(largest).collect();
    if let Some((first, ..)) = largest.first().cloned() {
        largest[1..].sort_by_key(|(name, ..)| *name == first);
    }
    let findings = largest.iter().take(2).map(|(name, share, measure)| {
        let place = if name.contains('/') { "stages that end at" } else { "" };
        format!("{share:.0}% of the {} in {place} {name}", measure.name()).replace("  ", " ")
    });
    let findings: Vec<String> = findings.collect();
    let network = breakdowns.first().and_then(|(_, bars)| bars.first());
    let network = network.map_or("", |breakdown| breakdown.name.as_str());
    format!("{network}: {}", findings.join(", "))
}

fn description(title: &str, breakdowns: &[(Measure, Vec<Breakdown>)]) -> String {
    let all = breakdowns.iter().flat_map(|(measure, bars)| bars.iter().map(|bar| (*measure, bar)));
    let bar = |(measure, breakdown): (Measure, &Breakdown)| {
        let part = |part: &StageCost| format!("{} {:.1} %", part.name, percent(breakdown, part));
        let parts: Vec<String> = breakdown.parts.iter().map(part).collect();
        let (name, total) = (&breakdown.name, short(breakdown.total as f64));
        format!("{name}, {total} {}: {}", measure.name(), parts.join(", "))
    };
    let bars: Vec<String> = all.map(bar).collect();
    format!("Bar chart of the cost of networks by stage. {title}. {}.", bars.join("; "))
}

fn source(by_map: bool, sources: &[&str]) -> String {
    let parts = if by_map {
        "1/4 stands for the stages that put out maps of a quarter of the input's height, and so on. "
    } else {
        ""
    };
    format!(
        "{parts}Counted by phiscale, by conv-linear, at each network's own input size. Sources of the networks: {}.",
        sources.join("; ")
    )
}
