//! Resolves the series in a chart file to curves of points.

use phiscale::accuracy::{Curve, NamedNetwork, Selection};
use phiscale::charts::{AccuracyOptions, Entry, MeasuredRows, SeriesRequest, Style};
use phiscale::measured::MeasuredNetwork;
use phiscale::spec::LocatedText;
use phiscale::{Diagnostic, Error, Member, Model, Scale};

use super::loader::Loader;

/// The addresses of all specs that a series needs; reads its measured networks to find them.
pub(super) fn addresses(
    series: &SeriesRequest,
    loader: &mut Loader,
) -> Result<Vec<LocatedText>, Error> {
    let mut addresses = Vec::new();
    for entry in &series.entries {
        match entry {
            Entry::Network { address, .. } => addresses.push(address.clone()),
            Entry::Published { name, .. } => {
                let address = loader.published(name)?.address.clone();
                addresses
                    .extend(address.map(|value| LocatedText { value, span: name.span.clone() }));
            }
            Entry::Point { .. } => {}
            Entry::Measured(rows) => {
                loader.load_measured(&rows.path)?;
                addresses.extend(rows.of.clone());
                addresses.extend(included(rows, loader).filter_map(address));
            }
        }
    }
    Ok(addresses)
}

/// The address of a row's network.
fn address(row: &MeasuredNetwork) -> Option<LocatedText> {
    row.network.clone().map(|value| LocatedText { value, span: row.span.clone() })
}

fn included<'l>(
    rows: &'l MeasuredRows,
    loader: &'l Loader,
) -> impl Iterator<Item = &'l MeasuredNetwork> {
    loader.measured(&rows.path.value).iter().filter(|row| rows.include(row))
}

/// The name, the style and the curve of a series.
pub(super) fn resolve(
    series: &SeriesRequest,
    options: &AccuracyOptions,
    loader: &Loader,
) -> Result<(String, Style, Curve), Error> {
    let (accuracy, as_printed) = (series.accuracy.as_deref(), series.as_printed);
    let mut resolver = Resolver {
        series,
        selection: Selection { cost: &options.cost, y: options.y, accuracy, as_printed },
        loader,
        name: series.name.clone(),
        curve: Curve::default(),
    };
    series.entries.iter().try_for_each(|entry| resolver.entry(entry))?;
    check_unnamed(&series.style, &resolver.curve)?;
    Ok((resolver.name.unwrap_or_default(), series.style.clone(), resolver.curve))
}

/// Fails where a network that is not to be named is not in the series.
fn check_unnamed(style: &Style, curve: &Curve) -> Result<(), Error> {
    let unknown = style.unnamed.iter().filter(|name| !curve.has(&name.value)).map(|name| {
        let message = format!("this series has no network `{}`", name.value);
        let titles: Vec<&str> = curve.titles().collect();
        Diagnostic::new(message).at(&name.span, "here").known("networks", &name.value, &titles)
    });
    Error::check(unknown.collect())
}

/// A series while it is resolved to a curve.
struct Resolver<'a> {
    series: &'a SeriesRequest,
    selection: Selection<'a>,
    loader: &'a Loader<'a>,
    name: Option<String>,
    curve: Curve,
}

impl<'a> Resolver<'a> {
    fn entry(&mut self, entry: &'a Entry) -> Result<(), Error> {
        match entry {
            Entry::Network { address, label, figures } => {
                let (model, member) = self.loader.find(address)?;
                if member.is_none() && label.is_none() && figures.is_none() {
                    // A whole family names its own series.
                    self.name.get_or_insert_with(|| model.title().to_string());
                    let name = self.series.name.as_deref();
                    let added = self.curve.add_family(name, model, &self.selection);
                    return added.map_err(|error| self.at(error));
                }
                self.check_name(address, model)?;
                let mut network = NamedNetwork::of(model, member, &self.selection);
                if let Some(label) = label {
                    (network.label, network.title) = (label.clone(), label.clone());
                }
                if let Some(figures) = figures {
                    network.figures = network.figures.with_accuracies_of(figures);
                    network.is_given = true;
                }
                self.add(network)
            }
            Entry::Published { name, label } => {
                let network = self.loader.published(name)?;
                let address = network.address.clone();
                let address = address.map(|value| LocatedText { value, span: name.span.clone() });
                let counted = address.map(|address| self.find(&address)).transpose()?;
                let label = label.as_ref().unwrap_or(&network.name);
                let mut figures = network.figures.clone();
                let accuracy = figures.accuracy(self.selection.y);
                if let (None, Some((model, member))) = (accuracy, counted) {
                    let known = NamedNetwork::of(model, member, &self.selection).figures;
                    figures = figures.with_accuracies_of(&known);
                }
                self.add(NamedNetwork::named(label, counted, Scale::BASELINE, &figures))
            }
            Entry::Point { label, figures } => {
                let network = NamedNetwork::named(label, None, Scale::BASELINE, figures);
                self.add(NamedNetwork { is_given: true, ..network })
            }
            Entry::Measured(rows) => self.rows(rows),
        }
    }

    fn rows(&mut self, rows: &'a MeasuredRows) -> Result<(), Error> {
        let path = &rows.path;
        if included(rows, self.loader).next().is_none() {
            let series = rows.rows.as_deref().unwrap_or_default();
            let message = format!("{} has no rows of the series `{series}`", path.value);
            return Err(Diagnostic::new(message).at(&path.span, "in this file").into());
        }
        included(rows, self.loader).try_for_each(|row| {
            let counted = self.counted(row, rows)?;
            let scale = row.scale.unwrap_or(Scale::BASELINE);
            let mut network = NamedNetwork::named(&row.label(), counted, scale, &row.figures);
            network.is_given = true;
            if network.figures.source.is_empty() {
                network.figures.source.clone_from(&path.value);
            }
            self.add(network)
        })
    }

    /// What to count for a measured network: the spec in its row, or the family that its multipliers scale.
    fn counted(
        &mut self,
        row: &MeasuredNetwork,
        rows: &MeasuredRows,
    ) -> Result<Option<(&'a Model, Option<&'a Member>)>, Error> {
        let of = rows.of.clone().filter(|_| row.scale.is_some());
        match address(row).or(of) {
            Some(address) => self.find(&address).map(Some),
            None if row.figures.has_cost() => Ok(None),
            None => {
                let message = "depth, width and resolution scale a family, but none is named";
                let problem = Diagnostic::new(message).at(&rows.path.span, "in this file");
                let help = "name it beside `measured`: `of = \"efficientnet\"`";
                Err(problem.help(help).into())
            }
        }
    }

    /// The family and the member of an address. The first family names a series that has no name.
    fn find(&mut self, address: &LocatedText) -> Result<(&'a Model, Option<&'a Member>), Error> {
        let (model, member) = self.loader.find(address)?;
        self.check_name(address, model)?;
        Ok((model, member))
    }

    /// Fails if a series without a name would have the name of another family than this network's.
    fn check_name(&mut self, address: &LocatedText, model: &Model) -> Result<(), Error> {
        let name = self.name.get_or_insert_with(|| model.title().to_string());
        if self.series.name.is_some() || name == model.title() {
            return Ok(());
        }
        let message = format!(
            "a series with networks of several families needs a `name`: {name}, {}",
            model.title()
        );
        let problem = Diagnostic::new(message).at(&address.span, "of another family");
        Err(problem.help("or give each family a `[[series]]`").into())
    }

    fn add(&mut self, network: NamedNetwork) -> Result<(), Error> {
        let name = self.name.as_deref().unwrap_or_default();
        let added = self.curve.add(name, network, &self.selection);
        added.map_err(|error| self.at(error))
    }

    /// The error placed at the series instead of in a spec.
    fn at(&self, error: Error) -> Error {
        error.map(|mut problem| {
            problem.labels.clear();
            problem.at(&self.series.span, "in this series")
        })
    }
}
