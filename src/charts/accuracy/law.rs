//! Laws in a chart of accuracy: a band around each line, and beyond its largest network a dashed line.

use crate::analysis::accuracy::NetworkPoint;
use crate::analysis::law::{Law, MeasuredPoint, Prediction, Series as Measured};
use crate::charts::accuracy::AccuracyPanel;
use crate::charts::accuracy::series::AccuracySeries;
use crate::charts::accuracy::words::percent;
use crate::charts::drawing::{Band, Line, Point, Series};
use crate::counting::units::short;
use crate::error::{Diagnostic, Error};

/// How far a band goes beyond the largest network: two doublings of its cost.
const BEYOND: f64 = 4.0;

/// Places at which a band is drawn, evenly spaced in the logarithm of cost.
const PLACES: usize = 48;

/// The law of a line in a panel.
pub(super) struct DrawnLaw {
    pub(super) band: Band,
    /// The law beyond the largest network, dashed.
    pub(super) beyond: Series,
    /// What it says of twice and four times the largest cost, in words.
    pub(super) words: String,
}

/// The laws of a panel's lines, and why others have none.
pub(super) struct PanelLaws {
    pub(super) drawn: Vec<DrawnLaw>,
    /// The names of lines with the reasons.
    pub(super) without: Vec<(String, String)>,
}

impl PanelLaws {
    pub(super) fn of(panel: &AccuracyPanel) -> Self {
        let mut laws = PanelLaws { drawn: Vec::new(), without: Vec::new() };
        for series in panel.series.iter().filter(|series| !series.is_cloud()) {
            for line in lines(series) {
                let measured = measured(series, &line);
                match Law::of(&measured) {
                    Ok(law) => laws.drawn.push(drawn(series, &measured, &law)),
                    Err(no_law) => laws.without.push((measured.name, no_law.reason)),
                }
            }
        }
        laws
    }
}

impl AccuracyPanel {
    /// The lines of the panel that have no law, in one line.
    #[must_use]
    pub fn without_law(&self) -> Option<String> {
        let without = PanelLaws::of(self).without;
        let lines: Vec<String> =
            without.iter().map(|(name, reason)| format!("{name} ({reason})")).collect();
        (!lines.is_empty()).then(|| format!("without a law: {}", lines.join("; ")))
    }
}

/// The error for a chart none of whose lines has a law.
pub(super) fn no_law(panels: &[AccuracyPanel]) -> Error {
    let problem = Diagnostic::new("no line of this chart has a law to draw");
    let reasons = panels.iter().filter_map(AccuracyPanel::without_law);
    let problem = reasons.fold(problem, Diagnostic::help);
    problem.help("a law is fitted to networks of one kind, scaled and trained in one way").into()
}

/// The points of each line. What no line joins has no law.
fn lines(series: &AccuracySeries) -> Vec<Vec<&NetworkPoint>> {
    let mut lines: Vec<(usize, Vec<&NetworkPoint>)> = Vec::new();
    for point in &series.points {
        let Some(number) = point.line else { continue };
        match lines.iter_mut().find(|(known, _)| *known == number) {
            Some((_, points)) => points.push(point),
            None => lines.push((number, vec![point])),
        }
    }
    lines.into_iter().map(|(_, points)| points).collect()
}

fn measured(series: &AccuracySeries, points: &[&NetworkPoint]) -> Measured {
    let point = |point: &&NetworkPoint| MeasuredPoint {
        network: point.title.clone(),
        cost: point.cost,
        accuracy: point.accuracy,
        place: None,
    };
    Measured::new(&series.name, "", points.iter().map(point).collect())
}

fn drawn(series: &AccuracySeries, measured: &Measured, law: &Law) -> DrawnLaw {
    let ends = measured.networks.first().zip(measured.networks.last());
    let (least, most) = ends.map_or((1.0, 1.0), |(first, last)| (first.cost, last.cost));
    let place =
        |from: f64, to: f64, index: usize| from * (to / from).powf(index as f64 / PLACES as f64);
    let band = (0..=PLACES).map(|index| {
        let cost = place(least, BEYOND * most, index);
        let Prediction { low, high, .. } = law.predict(cost);
        [cost, low, high]
    });
    let beyond = (0..=PLACES).map(|index| {
        let x = place(most, BEYOND * most, index);
        Point { x, y: law.curve.accuracy(x), ..Point::default() }
    });
    let words = words(&series.name, law, most);
    let band = Band { series: series.name.clone(), points: band.collect(), tip: words.clone() };
    let beyond = Series {
        name: series.name.clone(),
        role: series.style.role,
        line: Line::Dashed,
        points: beyond.collect(),
        colour: series.style.colour,
        shape: series.style.shape,
        ..Series::default()
    };
    DrawnLaw { band, beyond, words }
}

fn words(name: &str, law: &Law, most: f64) -> String {
    let at = |cost: f64| {
        let Prediction { accuracy, low, high } = law.predict(cost);
        let [accuracy, low, high] = [accuracy, low, high].map(percent);
        format!("{accuracy} ({low} to {high}) at {}", short(cost))
    };
    format!("Law of {name}: {}, {}", at(2.0 * most), at(BEYOND * most))
}
