//! Predicted against measured times.

use std::collections::BTreeMap;

use crate::analysis::time::calibrate::{Agreement, MeasuredTime, MeasuredTimes};
use crate::charts::drawing::{Axis, Chart, Line, Panel, Point, Role, Scale, Series};
use crate::charts::estimates::percent;
use crate::charts::run::RunRequest;
use crate::counting::units::three_digits;
use crate::families::declared::{Key, Takes};
use crate::families::spec::LocatedText;
use crate::families::spec::reader::Reader;

/// The families with the most networks that have a marker of theirs.
const MAX_FAMILIES: usize = 5;

/// How many of the worst predictions are named at their points.
const NAMED: usize = 3;

/// The band around what is measured, as a share.
const BAND: f64 = 0.2;

/// How far the axes reach beyond the times, as a factor.
const ROOM: f64 = 1.3;

/// A chart file's request for a chart of predicted against measured times.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredTimesRequest {
    /// The path of a CSV of measured speeds.
    pub runs: LocatedText,
    /// How its networks ran; each row has its batch.
    pub run: RunRequest,
    /// Whether the speeds are of steps of training.
    pub training: bool,
}

impl MeasuredTimesRequest {
    pub(super) const KEYS: &[Key] = &[
        Key::required("runs", Takes::Text, "The path of a CSV of measured speeds."),
        Key::new("training", Takes::Flag, "Whether they are of steps of training (false)."),
    ];

    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let runs = reader.required_text("runs");
        let run = RunRequest::read(reader, Some("a chart of measured times"));
        if run.is_some() {
            reader.refuse("batch", "`batch` has no effect here: each row has its own");
        }
        let training = reader.flag("training").unwrap_or_default();
        Some(MeasuredTimesRequest { runs: runs?.into(), run: run?, training })
    }
}

/// Draws predicted against measured times on log scales, and below how far off they are: a log scale hides a fifth.
#[must_use]
pub fn measured_times(times: &MeasuredTimes) -> Chart {
    let agreement = times.agreement();
    let title = title(times, agreement);
    let (low, high) = range(&times.networks);
    let axis = |what: &str| Axis {
        label: format!("{what} time per image (ms; log scale)"),
        short_label: format!("{what} ms per image (log scale)"),
        scale: Scale::Log,
        range: Some((low, high)),
        ..Axis::default()
    };
    let predicted = |one: &MeasuredTime| Point { y: one.predicted * 1e3, ..Point::default() };
    let least = least_named(&times.networks);
    let miss = |one: &MeasuredTime| Point {
        y: one.error() * 100.0,
        label: (factor(one) >= least).then(|| name(one)),
        ..Point::default()
    };
    Chart {
        description: description(&title, times, agreement),
        title,
        subtitle: Some(subtitle(times, agreement)),
        panels: vec![
            Panel {
                y: axis("Predicted"),
                series: with_guides(families(&times.networks, predicted), |factor| {
                    // No line leaves the axes.
                    [low.max(low / factor), high.min(high / factor)].map(|x| (x, x * factor))
                }),
                is_dense: true,
                height_share: 2.0,
                ..Panel::default()
            },
            Panel {
                y: Axis::percent("How far off: predicted over measured, less 1"),
                series: with_guides(families(&times.networks, miss), |factor| {
                    [low, high].map(|x| (x, (factor - 1.0) * 100.0))
                }),
                is_dense: true,
                height_share: 1.4,
                ..Panel::default()
            },
        ],
        x: axis("Measured"),
        source: format!("Source of the measurements: {}.", times.calibrated.calibration.source),
        ..Chart::default()
    }
}

fn title(times: &MeasuredTimes, agreement: &Agreement) -> String {
    let (device, count) = (&times.device.title, times.networks.len());
    let error = percent(agreement.error);
    format!("{device}: half of {count} predicted times are within {error} of the measured ones")
}

fn subtitle(times: &MeasuredTimes, agreement: &Agreement) -> String {
    let how = if times.calibrated.is_held_out() {
        "Each network predicted by a fit to the other families"
    } else {
        "Predicted by a fit to the same networks"
    };
    let mode = times.calibrated.calibration.mode;
    let compiled = if mode.compiled { ", compiled" } else { "" };
    let training = if mode.training { ", steps of training" } else { "" };
    let within = percent(agreement.within_20);
    format!(
        "{how}; {}{within} within 20%; {}{compiled}{training}",
        rank(agreement),
        mode.dtype.name()
    )
}

/// The rank correlation, where there is one.
fn rank(agreement: &Agreement) -> String {
    agreement.rho.map_or_else(String::new, |rho| format!("ρ = {rho:.3}; "))
}

/// The range of both axes, in milliseconds.
fn range(networks: &[MeasuredTime]) -> (f64, f64) {
    let all = networks.iter().flat_map(|network| [network.predicted, network.measured]);
    let (low, high) = all
        .fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), one| (low.min(one), high.max(one)));
    (low * 1e3 / ROOM, high * 1e3 * ROOM)
}

/// The series behind those of families: as measured, and a fifth more or less. `ends` gives both ends of the line on
/// which predicted is a multiple of measured.
fn with_guides(families: Vec<Series>, ends: impl Fn(f64) -> [(f64, f64); 2]) -> Vec<Series> {
    let guide = |name: &str, line: Line, factor: f64| {
        let points = ends(factor).map(|(x, y)| Point { x, y, ..Point::default() }).into();
        Series { name: name.into(), role: Role::Guide, line, points, ..Series::default() }
    };
    let mut series = vec![
        guide("as measured", Line::Solid, 1.0),
        guide("±20%", Line::Dotted, 1.0 + BAND),
        guide("±20%", Line::Dotted, 1.0 - BAND),
    ];
    series.extend(families);
    series
}

/// One series for each of the families with the most networks, and one for all others; `place` gives the height and the
/// label of a point.
fn families(networks: &[MeasuredTime], place: impl Fn(&MeasuredTime) -> Point) -> Vec<Series> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for network in networks {
        *counts.entry(&network.family).or_default() += 1;
    }
    let mut names: Vec<&str> = counts.keys().copied().collect();
    names.sort_by_key(|name| std::cmp::Reverse(counts[name]));
    names.truncate(MAX_FAMILIES);
    let of = |network: &MeasuredTime| names.iter().position(|name| *name == network.family);
    let labels = names.iter().map(|name| (*name).to_string()).chain(["other families".into()]);
    let mut series: Vec<Series> =
        labels.map(|name| Series { name, marker: true, ..Series::default() }).collect();
    for network in networks {
        let place = place(network);
        let point = Point { x: network.measured * 1e3, tip: tip(network), ..place };
        series[of(network).unwrap_or(names.len())].points.push(point);
    }
    series.retain(|series| !series.points.is_empty());
    series
}

/// The least factor between predicted and measured, in logarithms, of the networks that are named.
fn least_named(networks: &[MeasuredTime]) -> f64 {
    let mut factors: Vec<f64> = networks.iter().map(factor).collect();
    factors.sort_by(|a, b| b.total_cmp(a));
    factors.get(NAMED - 1).copied().unwrap_or_default()
}

fn factor(network: &MeasuredTime) -> f64 {
    (network.predicted / network.measured).ln().abs()
}

/// The name of a network without its library, and the size of its images if it is not its own.
fn name(network: &MeasuredTime) -> String {
    let name = network.network.rsplit('/').next().unwrap_or_default();
    let is_said = |[height, _]: &[u64; 2]| name.contains(&height.to_string());
    match network.image.filter(|image| !is_said(image)) {
        Some([height, width]) if height == width => format!("{name}, {height} px"),
        Some([height, width]) => format!("{name}, {height} × {width} px"),
        None => name.into(),
    }
}

fn tip(network: &MeasuredTime) -> String {
    let [predicted, measured] =
        [network.predicted, network.measured].map(|seconds| three_digits(seconds * 1e3));
    let (name, family) = (name(network), &network.family);
    let off = network.error() * 100.0;
    format!("{name} ({family}): {measured} ms measured, {predicted} ms predicted, {off:+.0} %")
}

fn description(title: &str, times: &MeasuredTimes, agreement: &Agreement) -> String {
    let (low, high) = range(&times.networks);
    format!(
        "Scatter chart of predicted against measured milliseconds per image of {} networks on log scales, from {} to {}. \
         {title}. {}.",
        times.networks.len(),
        three_digits(low),
        three_digits(high),
        subtitle(times, agreement)
    )
}
