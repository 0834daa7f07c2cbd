//! What accuracy larger networks will reach, by the law of their series.

use crate::analysis::law::{Law, MeasuredPoint, Prediction, Series};
use crate::reports::declared::LAW;
use crate::reports::{Cell, Column, Report, Section, column, hidden};

/// A series with its law, and what that says.
pub struct PredictedSeries {
    /// The series that the law was fitted to.
    pub series: Series,
    /// Its law.
    pub law: Law,
    /// The networks asked for.
    pub networks: Vec<PredictedNetwork>,
}

/// A network, and what a law says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictedNetwork {
    /// Its name or address; `None` for any network of this cost.
    pub network: Option<String>,
    /// The φ that makes it from its family's baseline, if one was asked for.
    pub phi: Option<f64>,
    /// Its MACs for one image.
    pub macs: f64,
    /// Its accuracy, as predicted.
    pub prediction: Prediction,
    /// Its accuracy as measured, of a network that was held out.
    pub measured: Option<f64>,
}

/// A series without a law, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesWithoutLaw {
    /// The series.
    pub series: Series,
    /// Why it has none.
    pub reason: String,
    /// Whether it has too few networks, and nothing else is wrong.
    pub is_small: bool,
}

/// The report of `phiscale law`.
#[must_use]
pub fn law(
    predicted: &[PredictedSeries],
    without: &[SeriesWithoutLaw],
    more: Vec<String>,
) -> Report {
    let sections = vec![predictions(predicted), laws(predicted), left_out(without)];
    let mut notes = notes(predicted, without);
    notes.extend(more);
    Report::new(&LAW, sections, notes)
}

fn predictions(predicted: &[PredictedSeries]) -> Section {
    let networks = || predicted.iter().flat_map(|one| &one.networks);
    let shown_if = |is_shown: bool, key, header: &str| {
        if is_shown { column(key, header) } else { hidden(key) }
    };
    let has_phi = networks().any(|one| one.phi.is_some());
    let has_measured = networks().any(|one| one.measured.is_some());
    let columns = vec![
        column("series", "series"),
        column("network", "network"),
        shown_if(has_phi, "phi", "φ"),
        column("macs", "MACs (conv-linear)"),
        column("top1", "top-1 predicted (%)"),
        column("low", "95 %: from"),
        column("high", "to"),
        shown_if(has_measured, "measured", "measured (%)"),
        shown_if(has_measured, "miss", "predicted − measured"),
        shown_if(has_measured, "held", "within"),
        column("source", "trained as in"),
    ];
    let rows =
        predicted.iter().flat_map(|one| one.networks.iter().map(|network| row(one, network)));
    Section::rows("predictions", columns, rows.collect())
}

fn row(of: &PredictedSeries, network: &PredictedNetwork) -> Vec<Cell> {
    let PredictedNetwork { network, phi, macs, prediction, measured } = network;
    let Prediction { accuracy, low, high } = *prediction;
    let miss = measured.map(|measured| accuracy - measured);
    let is_held = measured.map(|measured| (low..=high).contains(&measured));
    vec![
        Cell::text(&of.series.name),
        network.as_ref().map_or(Cell::Missing, Cell::text),
        phi.map_or(Cell::Missing, Cell::factor),
        count(*macs),
        points(accuracy),
        points(low),
        points(high),
        measured.map_or(Cell::Missing, |measured| Cell::Real {
            value: measured,
            decimals: 3,
            unit: "",
        }),
        miss.map_or(Cell::Missing, points),
        is_held.map_or(Cell::Missing, Cell::Bool),
        source(&of.series),
    ]
}

fn laws(predicted: &[PredictedSeries]) -> Section {
    let columns: Vec<Column> = vec![
        column("series", "series"),
        column("networks", "networks"),
        column("least_macs", "MACs from"),
        column("most_macs", "to"),
        column("exponent", "exponent c"),
        column("exponent_low", "c from"),
        column("exponent_high", "c to"),
        column("floor", "floor e (%)"),
        column("floor_low", "e from"),
        column("floor_high", "e to"),
        column("deviation", "scatter (points)"),
        hidden("scale"),
        hidden("unit_macs"),
        hidden("degrees_of_freedom"),
        column("source", "accuracies from"),
    ];
    let rows = predicted.iter().map(law_row).collect();
    let title = "Laws: error = e + b·C^−c by MACs C, with 95 % intervals of c and e".to_string();
    Section { title: Some(title), ..Section::rows("laws", columns, rows) }
}

fn law_row(of: &PredictedSeries) -> Vec<Cell> {
    let PredictedSeries { series, law, .. } = of;
    let macs = |network: Option<&MeasuredPoint>| count(network.map_or(0.0, |network| network.cost));
    let (exponent, floor) = (law.exponent(), law.floor());
    vec![
        Cell::text(&series.name),
        Cell::integer(series.networks.len() as u64),
        macs(series.networks.first()),
        macs(series.networks.last()),
        points(law.curve.exponent),
        points(exponent.0),
        points(exponent.1),
        points(law.curve.floor),
        points(floor.0),
        points(floor.1),
        points(law.deviation),
        points(law.curve.scale),
        count(law.curve.unit),
        Cell::integer(law.degrees_of_freedom as u64),
        source(series),
    ]
}

/// Text formats have a note instead.
fn left_out(without: &[SeriesWithoutLaw]) -> Section {
    let columns = ["series", "source", "networks", "reason"].map(hidden).into();
    let row = |one: &SeriesWithoutLaw| {
        let networks = one.series.networks.iter().map(|network| network.network.clone());
        vec![
            Cell::text(&one.series.name),
            source(&one.series),
            Cell::Names(networks.collect()),
            Cell::text(&one.reason),
        ]
    };
    Section {
        folded: Some(Vec::new()),
        ..Section::rows("left_out", columns, without.iter().map(row).collect())
    }
}

fn notes(predicted: &[PredictedSeries], without: &[SeriesWithoutLaw]) -> Vec<String> {
    let mut notes = vec![
        "A network of the same kind, scaled and trained in the same way, is within its interval 19 times in 20, if the law \
         holds that far."
            .to_string(),
        "A law's parameters are badly determined: use the intervals of predictions.".into(),
    ];
    if predicted.iter().any(|one| one.law.degrees_of_freedom == 1) {
        notes.push(
            "With four networks, only one is left to tell how well a law fits, so its intervals are wide.".into(),
        );
    }
    let (small, others): (Vec<_>, Vec<_>) = without.iter().partition(|one| one.is_small);
    notes.extend(others.into_iter().map(|one| {
        let Series { name, source, .. } = &one.series;
        let is_named = predicted.iter().any(|known| known.series.name == *name);
        let from = if is_named { format!(" ({source})") } else { String::new() };
        format!("{name}{from} is left out: {}.", one.reason)
    }));
    match small.len() {
        0 => {}
        1 => notes
            .push("One more series has fewer than four networks and no law; JSON names it.".into()),
        count => notes.push(format!(
            "{count} more series have fewer than four networks each and no law; JSON names them."
        )),
    }
    notes
}

fn source(series: &Series) -> Cell {
    if series.source.is_empty() { Cell::Missing } else { Cell::Source(series.source.clone()) }
}

fn points(value: f64) -> Cell {
    Cell::Real { value, decimals: 2, unit: "" }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative; a cast saturates
fn count(macs: f64) -> Cell {
    Cell::Integer(macs.round() as u128)
}
