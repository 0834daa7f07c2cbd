//! From a chart file to a chart: what it names is loaded, placed and drawn.

use std::path::Path;

use phiscale::analysis::comparison::compare;
use phiscale::analysis::growth::CostRule;
use phiscale::charts::{self, Compared, Look};
use phiscale::error::{Diagnostic, Error};
use phiscale::families::sketch::{Accuracy, Growth, Series, Sketch, Stages, Subject};
use phiscale::families::spec;
use phiscale::reports;

use super::Drawn;
use super::asked::{addresses, asked};
use super::families::{of_growth, of_stages};
use super::shelf::{Shelf, at};
use crate::cli::network::Import;

pub(super) fn draw(path: &Path, text: &str, import: Import) -> Result<Drawn, Error> {
    let sketch = spec::sketch(&path.to_string_lossy(), text)?;
    let mut shelf = Shelf::new(path, import);
    let mut drawn = match &sketch.subject {
        Subject::Accuracy(accuracy) => of_accuracy(accuracy, sketch.title.clone(), &mut shelf)?,
        Subject::Growth(growth) => growth_of(growth, &mut shelf)?,
        Subject::Stages(stages) => stages_of(stages, &mut shelf)?,
    };
    drawn.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    dress(&mut drawn, sketch);
    Ok(drawn)
}

/// The words, size and themes that the file gives.
fn dress(drawn: &mut Drawn, sketch: Sketch) {
    if let (Some(title), false) = (sketch.title, matches!(sketch.subject, Subject::Accuracy(_))) {
        drawn.chart.description = format!("{title}. {}", drawn.chart.description);
        drawn.chart.title = title;
    }
    drawn.chart.subtitle = sketch.subtitle.or(drawn.chart.subtitle.take());
    if let Some(note) = sketch.note {
        drawn.chart.source = format!("{note}\n{}", drawn.chart.source);
    }
    drawn.size = sketch.size;
    drawn.themes = sketch.themes;
}

fn of_accuracy(
    accuracy: &Accuracy,
    title: Option<String>,
    shelf: &mut Shelf,
) -> Result<Drawn, Error> {
    let compared = compared(accuracy, shelf)?;
    let look = Look {
        title,
        measure: accuracy.measure,
        front: accuracy.front,
        arrows: accuracy.arrows,
        accuracies: accuracy.accuracies,
        costs: accuracy.costs,
    };
    let chart = charts::accuracy(&compared, &look)?;
    let panels: Vec<_> =
        compared.iter().map(|panel| (panel.title.as_deref(), &panel.comparison)).collect();
    let left_out = compared.iter().flat_map(|panel| panel.comparison.left_out.clone());
    Ok(Drawn {
        name: String::new(),
        chart,
        numbers: vec![reports::points(&panels, accuracy.measure)],
        left_out: left_out.collect(),
        size: None,
        themes: Vec::new(),
    })
}

/// The curves of every panel.
fn compared(accuracy: &Accuracy, shelf: &mut Shelf) -> Result<Vec<Compared>, Error> {
    for path in &accuracy.publications {
        shelf.publication(path)?;
    }
    let mut wanted = Vec::new();
    for series in accuracy.panels.iter().flat_map(|panel| &panel.series) {
        wanted.extend(addresses(series, shelf)?);
    }
    shelf.load(&wanted)?;
    let mut compared = Vec::new();
    for panel in &accuracy.panels {
        let asked = panel.series.iter().map(|series| asked(series, shelf));
        let asked = asked.collect::<Result<Vec<_>, Error>>()?;
        let comparison = compare(&asked, accuracy.measure);
        let mut comparison =
            comparison.map_err(|(index, error)| at_series(error, &panel.series[index]))?;
        comparison.crop(accuracy.costs, accuracy.accuracies);
        compared.push(Compared { title: panel.title.clone(), comparison });
    }
    Ok(compared)
}

/// What is wrong with a series, at its place; places in specs are in other texts than the chart's.
fn at_series(error: Error, series: &Series) -> Error {
    error.map(|mut problem| {
        problem.labels.clear();
        problem.at(&series.span, "for this series")
    })
}

fn growth_of(growth: &Growth, shelf: &mut Shelf) -> Result<Drawn, Error> {
    let (address, span) = (&growth.family.value, &growth.family.span);
    shelf.load(&[(address.clone(), span.clone())])?;
    let family = shelf.family(address, span)?;
    let Some(coefficients) = family.rule.coefficients else {
        let message = format!("{} was published without α, β and γ", family.title);
        return Err(Diagnostic::new(message).at(span, "named here").into());
    };
    let rule = CostRule {
        coefficients,
        target: Some(growth.target),
        tolerance: f64::INFINITY,
        cumulative: false,
    };
    let drawn = of_growth(family, rule, &growth.phis, &growth.convention.value);
    drawn.map_err(|error| at(error, &growth.convention.span))
}

fn stages_of(stages: &Stages, shelf: &mut Shelf) -> Result<Drawn, Error> {
    let mut networks = Vec::new();
    let wanted: Vec<_> = stages
        .networks
        .iter()
        .map(|network| (network.value.clone(), network.span.clone()))
        .collect();
    shelf.load(&wanted)?;
    for network in &stages.networks {
        let (_, member) = shelf.find(&network.value, &network.span)?;
        networks.push((shelf.family(&network.value, &network.span)?, member));
    }
    of_stages(&networks, &stages.measures)
}
