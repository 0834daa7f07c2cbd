//! From the series of a chart file to the networks that are compared.

use phiscale::analysis::comparison::{Asked, Counted, Known, Member, first_printed};
use phiscale::error::{Diagnostic, Error, Span};
use phiscale::families::measurement::Measurement;
use phiscale::families::scaling::Scale;
use phiscale::families::sketch::{Entry, Measured, Network, Point, Published, Series};

use super::shelf::Shelf;

/// The addresses of all families that a series names, each with its place. Measurements are read for them.
pub(super) fn addresses(series: &Series, shelf: &mut Shelf) -> Result<Vec<(String, Span)>, Error> {
    let mut addresses = Vec::new();
    for entry in &series.entries {
        match entry {
            Entry::Network(network) => {
                addresses.push((network.address.value.clone(), network.address.span.clone()));
            }
            Entry::Published(published) => {
                let address = shelf.published(&published.name)?.address.clone();
                addresses.extend(address.map(|address| (address, published.name.span.clone())));
            }
            Entry::Point(_) => {}
            Entry::Measured(measured) => addresses.extend(of_rows(measured, shelf)?),
        }
    }
    Ok(addresses)
}

fn of_rows(measured: &Measured, shelf: &mut Shelf) -> Result<Vec<(String, Span)>, Error> {
    shelf.measure(&measured.path)?;
    let family = measured.of.iter().map(|family| (family.value.clone(), family.span.clone()));
    let rows = shelf.measured(&measured.path.value).map(|file| file.rows.as_slice());
    let wanted = rows.unwrap_or_default().iter().filter(|row| measured.wants(row));
    let named =
        wanted.filter_map(|row| row.network.clone().map(|network| (network, row.span.clone())));
    Ok(family.chain(named).collect())
}

/// The curve that a series asks for.
pub(super) fn asked<'a>(series: &'a Series, shelf: &'a Shelf) -> Result<Asked<'a>, Error> {
    let mut members = Vec::new();
    for entry in &series.entries {
        match entry {
            Entry::Network(network) => members.push(of_network(network, shelf)?),
            Entry::Published(published) => members.push(of_published(published, shelf)?),
            Entry::Point(point) => members.push(of_point(point)),
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

fn of_published<'a>(published: &'a Published, shelf: &'a Shelf) -> Result<Member<'a>, Error> {
    let network = shelf.published(&published.name)?;
    let found = network.address.as_ref().map(|address| {
        let (family, member) = shelf.find(address, &published.name.span)?;
        Ok::<_, Error>(Counted { family, member, scale: Scale::BASELINE })
    });
    Ok(Member::Network(Box::new(Known {
        label: published.label.clone().or(Some(network.name.clone())),
        network: found.transpose()?,
        printed: network.printed.clone(),
        accuracy: network.top1.map(|top1| (top1, network.source.clone())),
    })))
}

fn of_point(point: &Point) -> Member<'_> {
    Member::Network(Box::new(Known {
        label: Some(point.label.clone()),
        network: None,
        printed: point.printed.clone(),
        accuracy: Some((point.top1, point.source.clone())),
    }))
}

/// A family whole, where nothing is said of one network.
fn of_network<'a>(network: &'a Network, shelf: &'a Shelf) -> Result<Member<'a>, Error> {
    let address = &network.address;
    let (family, member) = shelf.find(&address.value, &address.span)?;
    if member.is_none() && network.label.is_none() && network.accuracy.is_none() {
        return Ok(Member::Family(family));
    }
    Ok(Member::Network(Box::new(Known {
        label: network.label.clone(),
        network: Some(Counted { family, member, scale: Scale::BASELINE }),
        printed: member.map(first_printed).unwrap_or_default(),
        accuracy: network.accuracy.clone(),
    })))
}

fn of_measured<'a>(measured: &'a Measured, shelf: &'a Shelf) -> Result<Vec<Member<'a>>, Error> {
    let Some(file) = shelf.measured(&measured.path.value) else { return Ok(Vec::new()) };
    let mut members = Vec::new();
    for row in file.rows.iter().filter(|row| measured.wants(row)) {
        let network = counted_by(row, measured, shelf)?;
        let source = row.source.as_ref().or(file.source.as_ref());
        let source = source.unwrap_or(&measured.path.value).clone();
        members.push(Member::Network(Box::new(Known {
            label: Some(row.label()),
            network,
            printed: row.printed.clone(),
            accuracy: Some((row.top1, source)),
        })));
    }
    if members.is_empty() {
        let rows = measured.rows.as_deref().unwrap_or_default();
        let message = format!("{} has no rows of the series `{rows}`", measured.path.value);
        return Err(Diagnostic::new(message).at(&measured.path.span, "in this file").into());
    }
    Ok(members)
}

/// The spec that counts a row: its own network's, or the one that the chart file names for multipliers.
fn counted_by<'a>(
    row: &Measurement,
    measured: &Measured,
    shelf: &'a Shelf,
) -> Result<Option<Counted<'a>>, Error> {
    let (address, span) = match (&row.network, row.scale, &measured.of) {
        (Some(address), ..) => (address, &row.span),
        (None, Some(_), Some(of)) => (&of.value, &of.span),
        (None, Some(_), None) if row.printed.is_empty() => {
            let message = "depth, width and resolution scale a family, and none is named";
            let problem = Diagnostic::new(message).at(&measured.path.span, "of these");
            let help = "say which: `of = \"efficientnet\"` beside `measured`";
            return Err(problem.help(help).into());
        }
        _ => return Ok(None),
    };
    let (family, member) = shelf.find(address, span)?;
    let scale = row.scale.unwrap_or(Scale::BASELINE);
    Ok(Some(Counted { family, member, scale }))
}
