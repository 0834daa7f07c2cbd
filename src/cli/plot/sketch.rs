//! From a chart file to a chart: what it names is loaded, placed and drawn.

use std::path::Path;

use phiscale::chart::{self, Compared, Look};
use phiscale::comparison::{Asked, Known, Member, compare};
use phiscale::diagnostic::{Diagnostic, Sources};
use phiscale::growth::CostRule;
use phiscale::report;
use phiscale::scaling::Scale;
use phiscale::sketch::{
    Accuracy, Entry, Growth, Measured, Network, Series, Sketch, Stages, Subject,
};
use phiscale::spec;

use super::Drawn;
use super::families::{of_growth, of_stages};
use super::shelf::Shelf;
use crate::cli::Failure;
use crate::cli::network::load;

pub(super) fn draw(path: &Path, text: &str) -> Result<Drawn, Failure> {
    let mut sources = Sources::default();
    let sketch = match spec::sketch(&path.to_string_lossy(), text, &mut sources) {
        Ok(sketch) => sketch,
        Err(problems) => return Err(Failure { problems, sources }),
    };
    let mut shelf = Shelf::new(path, sources);
    let mut drawn = match &sketch.subject {
        Subject::Accuracy(accuracy) => of_accuracy(accuracy, &mut shelf)?,
        Subject::Growth(growth) => growth_of(growth, &mut shelf)?,
        Subject::Stages(stages) => stages_of(stages, &shelf)?,
    };
    drawn.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    dress(&mut drawn, sketch);
    Ok(drawn)
}

/// The words, size and themes that the file gives.
fn dress(drawn: &mut Drawn, sketch: Sketch) {
    if let Some(title) = sketch.title {
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

fn of_accuracy(accuracy: &Accuracy, shelf: &mut Shelf) -> Result<Drawn, Failure> {
    for path in &accuracy.publications {
        shelf.publication(path)?;
    }
    for series in accuracy.panels.iter().flat_map(|panel| &panel.series) {
        load_all(series, shelf)?;
    }
    let mut compared = Vec::new();
    for panel in &accuracy.panels {
        let asked = panel.series.iter().map(|series| asked(series, shelf));
        let asked = asked.collect::<Result<Vec<_>, Failure>>()?;
        let comparison = compare(&asked, accuracy.measure);
        let comparison = comparison.map_err(|problems| placed_at(problems, panel, shelf))?;
        compared.push(Compared { title: panel.title.clone(), comparison });
    }
    let look = Look {
        measure: accuracy.measure,
        front: accuracy.front,
        arrows: accuracy.arrows,
        accuracies: accuracy.accuracies,
        costs: accuracy.costs,
    };
    let chart = chart::accuracy(&compared, &look).map_err(|problems| shelf.failure(problems))?;
    let panels: Vec<_> =
        compared.iter().map(|panel| (panel.title.as_deref(), &panel.comparison)).collect();
    let left_out = compared.iter().flat_map(|panel| panel.comparison.left_out.clone());
    Ok(Drawn {
        name: String::new(),
        chart,
        numbers: vec![report::points(&panels, accuracy.measure)],
        left_out: left_out.collect(),
        size: None,
        themes: Vec::new(),
    })
}

/// What cannot be counted points into its spec; what concerns a series whole, at the series.
fn placed_at(problems: Vec<Diagnostic>, panel: &phiscale::sketch::Panel, shelf: &Shelf) -> Failure {
    let span = panel.series.first().map(|series| series.span);
    let has_place = problems.iter().any(|problem| !problem.labels.is_empty());
    match span {
        Some(span) if !has_place => {
            let at = |problem: Diagnostic| problem.at(span, "for a series here");
            shelf.failure(problems.into_iter().map(at).collect())
        }
        _ => Failure::from(without_places(problems)),
    }
}

/// Places in specs, whose texts are not the chart's: the message alone says what is wrong.
fn without_places(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let bare = |problem: Diagnostic| Diagnostic { labels: Vec::new(), ..problem };
    problems.into_iter().map(bare).collect()
}

fn load_all(series: &Series, shelf: &mut Shelf) -> Result<(), Failure> {
    for entry in &series.entries {
        match entry {
            Entry::Network(network) => shelf.load(&network.address.value, network.address.span)?,
            Entry::Published(published) => {
                let address = shelf.published(&published.name)?.address.clone();
                if let Some(address) = address {
                    shelf.load(&address, published.name.span)?;
                }
            }
            Entry::Point(_) => {}
            Entry::Measured(measured) => load_measured(measured, shelf)?,
        }
    }
    Ok(())
}

fn load_measured(measured: &Measured, shelf: &mut Shelf) -> Result<(), Failure> {
    shelf.measure(&measured.path)?;
    if let Some(family) = &measured.of {
        shelf.load(&family.value, family.span)?;
    }
    let rows = shelf.measured(&measured.path.value).map(|file| file.rows.as_slice());
    let named = rows.unwrap_or_default().iter().filter(|row| is_wanted(row, measured));
    let named: Vec<_> =
        named.filter_map(|row| row.network.clone().map(|network| (network, row.span))).collect();
    for (network, span) in named {
        shelf.load(&network, span)?;
    }
    Ok(())
}

fn is_wanted(row: &phiscale::measurement::Measurement, measured: &Measured) -> bool {
    measured.rows.is_none() || measured.rows == row.series
}

fn asked<'a>(series: &'a Series, shelf: &'a Shelf) -> Result<Asked<'a>, Failure> {
    let mut members = Vec::new();
    for entry in &series.entries {
        match entry {
            Entry::Network(network) => members.push(of_network(network, shelf)?),
            Entry::Published(published) => {
                let network = shelf.published(&published.name)?;
                let found = network.address.as_ref().map(|address| {
                    let (family, member) = shelf.find(address, published.name.span)?;
                    Ok::<_, Failure>((family, member, Scale::BASELINE))
                });
                members.push(Member::Network(Known {
                    label: published.label.clone().or(Some(network.name.clone())),
                    network: found.transpose()?,
                    printed: network.printed.clone(),
                    accuracy: network.top1.map(|top1| (top1, network.source.clone())),
                }));
            }
            Entry::Point(point) => members.push(Member::Network(Known {
                label: Some(point.label.clone()),
                network: None,
                printed: point.printed.clone(),
                accuracy: Some((point.top1, point.source.clone())),
            })),
            Entry::Measured(measured) => members.extend(of_measured(measured, shelf)?),
        }
    }
    Ok(Asked {
        name: series.name.clone(),
        style: series.style,
        accuracy: series.accuracy.clone(),
        as_printed: series.as_printed,
        members,
    })
}

/// A family whole, where nothing is said of one network.
fn of_network<'a>(network: &'a Network, shelf: &'a Shelf) -> Result<Member<'a>, Failure> {
    let address = &network.address;
    let (family, member) = shelf.find(&address.value, address.span)?;
    if member.is_none() && network.label.is_none() && network.accuracy.is_none() {
        return Ok(Member::Family(family));
    }
    Ok(Member::Network(Known {
        label: network.label.clone(),
        network: Some((family, member, Scale::BASELINE)),
        printed: member.map(phiscale::comparison::first_printed).unwrap_or_default(),
        accuracy: network.accuracy.clone(),
    }))
}

fn of_measured<'a>(measured: &'a Measured, shelf: &'a Shelf) -> Result<Vec<Member<'a>>, Failure> {
    let Some(file) = shelf.measured(&measured.path.value) else { return Ok(Vec::new()) };
    let mut members = Vec::new();
    for row in file.rows.iter().filter(|row| is_wanted(row, measured)) {
        let network = match (&row.network, row.scale, &measured.of) {
            (Some(address), scale, _) => {
                let (family, member) = shelf.find(address, row.span)?;
                Some((family, member, scale.unwrap_or(Scale::BASELINE)))
            }
            (None, Some(scale), Some(of)) => {
                let (family, member) = shelf.find(&of.value, of.span)?;
                Some((family, member, scale))
            }
            (None, Some(_), None) if row.printed.is_empty() => {
                let message = "depth, width and resolution scale a family, and none is named";
                let problem = Diagnostic::new(message).at(measured.path.span, "of these");
                let help = "say which: `of = \"efficientnet\"` beside `measured`";
                return Err(shelf.failure(vec![problem.help(help)]));
            }
            _ => None,
        };
        let source = row.source.as_ref().or(file.source.as_ref());
        let source = source.unwrap_or(&measured.path.value).clone();
        members.push(Member::Network(Known {
            label: Some(row.label()),
            network,
            printed: row.printed.clone(),
            accuracy: Some((row.top1, source)),
        }));
    }
    if members.is_empty() {
        let rows = measured.rows.as_deref().unwrap_or_default();
        let message = format!("{} has no rows of the series `{rows}`", measured.path.value);
        let problem = Diagnostic::new(message).at(measured.path.span, "in this file");
        return Err(shelf.failure(vec![problem]));
    }
    Ok(members)
}

fn growth_of(growth: &Growth, shelf: &mut Shelf) -> Result<Drawn, Failure> {
    let (address, span) = (&growth.family.value, growth.family.span);
    shelf.load(address, span)?;
    let loaded = shelf.loaded(address, span)?;
    let Some(coefficients) = loaded.family.rule.coefficients else {
        let message = format!("{} was published without α, β and γ", loaded.family.title);
        return Err(shelf.failure(vec![Diagnostic::new(message).at(span, "named here")]));
    };
    let rule = CostRule {
        coefficients,
        target: Some(growth.target),
        tolerance: f64::INFINITY,
        cumulative: false,
    };
    let drawn = of_growth(loaded, rule, &growth.phis, &growth.convention.value);
    drawn.map_err(|failure| shelf.at(failure, growth.convention.span))
}

fn stages_of(stages: &Stages, shelf: &Shelf) -> Result<Drawn, Failure> {
    let mut networks = Vec::new();
    for network in &stages.networks {
        let loaded = load(&network.value).map_err(|failure| shelf.at(failure, network.span))?;
        loaded.0.member(loaded.1).map_err(|failure| shelf.at(failure, network.span))?;
        networks.push(loaded);
    }
    of_stages(&networks, &stages.measures)
}
