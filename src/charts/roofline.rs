//! The layers of a network under the roof of a device.

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

/// Layers with a smaller share of the time are not drawn.
const LEAST_SHARE: f64 = 0.001;

/// Marks whose places differ by less than this, in logarithms, are one.
const NEAR: f64 = 0.04;

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
                label: "Estimated rate (TFLOP/s; log scale)".into(),
                scale: Scale::Log,
                ..Axis::default()
            },
            series,
            ..Panel::default()
        }],
        x: Axis {
            label: "Arithmetic intensity (FLOPs per byte read or written; log scale)".into(),
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
    let seconds: f64 = drawn(roofline).iter().map(|layer| layer.seconds).sum();
    let share = seconds / roofline.seconds * 100.0;
    format!(
        "{hollow}The layers drawn take {share:.0}% of the time; the others have no multiply-adds, such as norms and \
         activations, or take less than 0.1%. Named: those that take longest. {} Roofs: {}. Network: {source}.",
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
    let is_main = line == Line::Solid;
    let ridge = peak / bandwidth;
    let at = |intensity: f64| Point {
        x: intensity,
        y: (intensity * bandwidth).min(peak) / TERA,
        ..Point::default()
    };
    let corner = (low < ridge && ridge < high).then(|| Point {
        label: is_main.then(|| format!("ridge: {} FLOPs per byte", three_digits(ridge))),
        short_label: is_main.then(|| format!("ridge: {}", three_digits(ridge))),
        ..at(ridge)
    });
    Series {
        name: name.into(),
        role: Role::Guide,
        line,
        points: [at(low)].into_iter().chain(corner).chain([at(high)]).collect(),
        end_label: Some(format!("{name}: {} TFLOP/s", three_digits(peak / TERA))),
        ..Series::default()
    }
}

/// One series for each stage or size of maps, in the order of the forward pass.
fn groups(roofline: &Roofline) -> Vec<Series> {
    let marks = marks(roofline);
    let mut slowest: Vec<f64> = marks.iter().map(Mark::seconds).collect();
    slowest.sort_by(|a, b| b.total_cmp(a));
    let least = slowest.get(NAMED - 1).copied().unwrap_or_default();
    let mut series: Vec<Series> = Vec::new();
    for mark in &marks {
        let point = mark.point(roofline.seconds, mark.seconds() >= least);
        let group = &mark.0[0].group;
        match series.iter_mut().find(|series| series.name == *group) {
            Some(series) => series.points.push(point),
            None => series.push(Series {
                name: group.clone(),
                marker: true,
                points: vec![point],
                ..Series::default()
            }),
        }
    }
    series
}

/// Layers of one group at nearly one place, which share a mark; at least one.
struct Mark<'a>(Vec<&'a RooflineLayer>);

fn marks(roofline: &Roofline) -> Vec<Mark<'_>> {
    let mut marks: Vec<Mark> = Vec::new();
    for layer in drawn(roofline) {
        match marks.iter_mut().find(|mark| mark.holds(layer)) {
            Some(mark) => mark.0.push(layer),
            None => marks.push(Mark(vec![layer])),
        }
    }
    marks
}

/// The layers that take a share of the time that can be seen; all, if none does.
fn drawn(roofline: &Roofline) -> Vec<&RooflineLayer> {
    let is_seen = |layer: &&RooflineLayer| layer.seconds >= LEAST_SHARE * roofline.seconds;
    let seen: Vec<_> = roofline.layers.iter().filter(is_seen).collect();
    if seen.is_empty() { roofline.layers.iter().collect() } else { seen }
}

impl Mark<'_> {
    fn holds(&self, layer: &RooflineLayer) -> bool {
        let is_near = |one: f64, other: f64| (one / other).ln().abs() < NEAR;
        let first = self.0[0];
        first.group == layer.group
            && first.is_vector == layer.is_vector
            && is_near(first.intensity(), layer.intensity())
            && is_near(first.rate(), layer.rate())
    }

    fn seconds(&self) -> f64 {
        self.0.iter().map(|layer| layer.seconds).sum()
    }

    fn point(&self, whole: f64, is_named: bool) -> Point {
        let (first, share) = (self.0[0], self.seconds() / whole * 100.0);
        let others = match self.0.len() - 1 {
            0 => String::new(),
            1 => " and 1 more".into(),
            more => format!(" and {more} more"),
        };
        let (path, kind) = (&first.path, &first.kind);
        let [intensity, rate] = [first.intensity(), first.rate() / TERA];
        let [per_byte, reached] = [intensity, rate].map(three_digits);
        let bound = first.bound.name();
        Point {
            x: intensity,
            y: rate,
            label: is_named.then(|| path.clone()),
            tip: format!(
                "{path} ({kind}){others}: {per_byte} FLOPs per byte, {reached} TFLOP/s, {share:.1} % of the time, \
                 bound by {bound}"
            ),
            hollow: first.is_vector,
            ..Point::default()
        }
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
