//! The layers of a network under the roof of a device.

use std::collections::BTreeMap;

use crate::analysis::time::{Roofline, RooflineLayer};
use crate::charts::drawing::{Axis, Chart, Line, Panel, Point, Role, Scale, Series};
use crate::charts::estimates;
use crate::charts::run::RunRequest;
use crate::counting::units::three_digits;
use crate::families::declared::{Key, Takes};
use crate::families::spec::LocatedText;
use crate::families::spec::reader::Reader;

/// How many of the slowest layers are named at their points.
const NAMED: usize = 3;

/// FLOP/s in the unit of the axis.
const TERA: f64 = 1e12;

/// A chart file's request for a roofline.
#[derive(Clone, Debug, PartialEq)]
pub struct RooflineRequest {
    /// The network's address.
    pub network: LocatedText,
    /// How it runs.
    pub run: RunRequest,
}

impl RooflineRequest {
    pub(super) const KEYS: &[Key] =
        &[Key::required("network", Takes::Text, "The address of the network.")];

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let network = reader.required_text("network");
        let run = RunRequest::read(reader, Some("a roofline"));
        Some(RooflineRequest { network: network?.into(), run: run? })
    }
}

/// Draws the layers of a network with multiply-adds, by FLOPs per byte and estimated FLOP/s, under the device's roofs.
/// `source` is that of the network.
#[must_use]
pub fn roofline(roofline: &Roofline, source: &str) -> Chart {
    let title = title(roofline);
    let mut series = roofs(roofline);
    series.extend(groups(roofline));
    Chart {
        description: description(&title, roofline),
        title,
        subtitle: Some(subtitle(roofline)),
        panels: vec![Panel {
            y: Axis {
                label: "Estimated TFLOP/s (log scale)".into(),
                scale: Scale::Log,
                ..Axis::default()
            },
            series,
            ..Panel::default()
        }],
        x: Axis {
            label: "FLOPs per byte read or written (log scale)".into(),
            short_label: "FLOPs per byte (log scale)".into(),
            scale: Scale::Log,
            ..Axis::default()
        },
        source: note(roofline, source),
        hollow: if has_depthwise(roofline) { HOLLOW.into() } else { String::new() },
        ..Chart::default()
    }
}

const HOLLOW: &str = "hollow: depthwise";

fn has_depthwise(roofline: &Roofline) -> bool {
    roofline.layers.iter().any(|layer| layer.is_vector)
}

fn title(roofline: &Roofline) -> String {
    let share = roofline.bound_by_memory * 100.0;
    format!(
        "{} spends {share:.0}% of its estimated time in layers that are bound by memory",
        roofline.name
    )
}

fn subtitle(roofline: &Roofline) -> String {
    let by = if roofline.by_map { "the size of their stages' outputs" } else { "stage" };
    format!("Layers with multiply-adds, by {by}. {}", estimates::run(&roofline.run))
}

/// What is drawn, how far off it is, and where the network is from.
fn note(roofline: &Roofline, source: &str) -> String {
    let hollow =
        if has_depthwise(roofline) { "Hollow marks: depthwise convolutions. " } else { "" };
    let share = roofline.drawn() * 100.0;
    format!(
        "{hollow}These layers take {share:.0}% of the time; the others, such as norms and activations, have no \
         multiply-adds. {} Roofs: {}. Network: {source}.",
        estimates::error(&roofline.run),
        roofline.run.device.source
    )
}

/// The roofs of the data sheet and, where the device was measured, the one that is reached.
fn roofs(roofline: &Roofline) -> Vec<Series> {
    let run = &roofline.run;
    let (peak, rates, bandwidth) = (run.peak, run.rates, run.device.bandwidth);
    let ends = ends(roofline);
    let mut roofs = vec![roof("peak", peak.matrix, bandwidth, ends, Line::Solid)];
    if has_depthwise(roofline) && peak.vector < peak.matrix {
        roofs.push(roof("depthwise peak", peak.vector, bandwidth, ends, Line::Dotted));
    }
    if rates.matrix < peak.matrix || rates.bandwidth < bandwidth {
        roofs.push(roof("reached", rates.matrix, rates.bandwidth, ends, Line::Dashed));
    }
    roofs
}

/// From where to where roofs go, in FLOPs per byte: beyond the layers and the ridge.
fn ends(roofline: &Roofline) -> (f64, f64) {
    let all = roofline.layers.iter().map(RooflineLayer::intensity);
    let all = all.chain([roofline.run.ridge()]);
    all.fold((f64::INFINITY, 0.0), |(low, high), one| (low.min(one), high.max(one * 2.0)))
}

/// Memory's slope up to the ridge, and level from there.
fn roof(name: &str, peak: f64, bandwidth: f64, (low, high): (f64, f64), line: Line) -> Series {
    let ridge = peak / bandwidth;
    let at = |intensity: f64| Point {
        x: intensity,
        y: (intensity * bandwidth).min(peak) / TERA,
        ..Point::default()
    };
    let corner = (low < ridge && ridge < high).then(|| Point {
        label: Some(format!("ridge: {} FLOPs per byte", three_digits(ridge))),
        ..at(ridge)
    });
    Series {
        name: name.into(),
        role: Role::Guide,
        line,
        points: [at(low)].into_iter().chain(corner).chain([at(high)]).collect(),
        end_label: Some(format!("{name}: {}", three_digits(peak / TERA))),
        ..Series::default()
    }
}

/// One series for each stage or size of maps, in the order of the forward pass.
fn groups(roofline: &Roofline) -> Vec<Series> {
    let mut slowest: Vec<&RooflineLayer> = roofline.layers.iter().collect();
    slowest.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    slowest.truncate(NAMED);
    let mut order: Vec<&str> = Vec::new();
    let mut points: BTreeMap<&str, Vec<Point>> = BTreeMap::new();
    for layer in &roofline.layers {
        if !order.contains(&layer.group.as_str()) {
            order.push(&layer.group);
        }
        let is_named = slowest.iter().any(|slow| std::ptr::eq(*slow, layer));
        points.entry(&layer.group).or_default().push(point(layer, roofline.seconds, is_named));
    }
    let series = |name: &str| Series {
        name: name.into(),
        marker: true,
        points: points.remove(name).unwrap_or_default(),
        ..Series::default()
    };
    order.into_iter().map(series).collect()
}

fn point(layer: &RooflineLayer, whole: f64, is_named: bool) -> Point {
    let share = layer.seconds / whole * 100.0;
    let (path, kind) = (&layer.path, &layer.kind);
    let [intensity, rate] = [layer.intensity(), layer.rate() / TERA];
    let [per_byte, reached] = [intensity, rate].map(three_digits);
    Point {
        x: intensity,
        y: rate,
        label: is_named.then(|| format!("{path}: {share:.0}% of the time")),
        short_label: is_named.then(|| format!("{share:.0}%")),
        tip: format!(
            "{path} ({kind}): {per_byte} FLOPs per byte, {reached} TFLOP/s, {share:.1} % of the time, bound by {}",
            layer.bound.name()
        ),
        hollow: layer.is_vector,
        ..Point::default()
    }
}

fn description(title: &str, roofline: &Roofline) -> String {
    let run = &roofline.run;
    let [matrix, ridge] = [run.peak.matrix / TERA, run.ridge()].map(three_digits);
    let layer = |layer: &RooflineLayer| {
        let [per_byte, rate] = [layer.intensity(), layer.rate() / TERA].map(three_digits);
        format!("{}: {per_byte} FLOPs per byte, {rate} TFLOP/s", layer.path)
    };
    let layers: Vec<String> = roofline.layers.iter().map(layer).collect();
    format!(
        "Roofline on log scales: {title}. {}. Peak {matrix} TFLOP/s, ridge at {ridge} FLOPs per byte. {}.",
        estimates::run(run),
        layers.join("; ")
    )
}
