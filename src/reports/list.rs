//! The bundled families, their members, and the counting conventions.

use std::collections::BTreeMap;

use crate::counting::convention::Convention;
use crate::counting::ledger::{Event, Part};
use crate::error::Error;
use crate::families::accuracy::Accuracy;
use crate::families::family::{Family, Member, Request};
use crate::reports::count::{total_columns, totals};
use crate::reports::declared::{CONVENTIONS, FAMILIES, MEMBERS};
use crate::reports::{Cell, Column, Report, Section, column, hidden};

/// The report of `phiscale list`: every family, and every library whose network names are known.
#[must_use]
pub fn families(families: &[Family]) -> Report {
    let columns = vec![
        column("name", "name"),
        hidden("title"),
        hidden("input"),
        column("alpha", "α"),
        column("beta", "β"),
        column("gamma", "γ"),
        column("members", "members"),
        column("source", "source"),
    ];
    let rows = families.iter().map(|family| {
        let factor = |value: Option<f64>| value.map_or(Cell::Missing, Cell::factor);
        let coefficients = family.rule.coefficients;
        let members = family.members.iter().map(|member| member.name.to_lowercase());
        vec![
            Cell::text(&family.name),
            Cell::text(&family.title),
            Cell::Shape(family.input.clone()),
            factor(coefficients.map(|c| c.alpha)),
            factor(coefficients.map(|c| c.beta)),
            factor(coefficients.map(|c| c.gamma)),
            Cell::Names(members.collect()),
            Cell::text(&family.source),
        ]
    });
    let sections = vec![Section::rows("families", columns, rows.collect()), libraries(families)];
    Report::new(&FAMILIES, sections, Vec::new())
}

fn libraries(families: &[Family]) -> Section {
    let mut networks: BTreeMap<&str, u64> = BTreeMap::new();
    for member in families.iter().flat_map(|family| &family.library_members) {
        *networks.entry(member.library().unwrap_or_default()).or_default() += 1;
    }
    let columns = vec![column("name", "library"), column("networks", "networks")];
    let row = |(name, count): (&str, u64)| vec![Cell::text(name), Cell::integer(count)];
    let mut section = Section::rows("libraries", columns, networks.into_iter().map(row).collect());
    section.title = Some("Libraries whose network names are known".into());
    section
}

/// The report of `phiscale list FAMILY`: its members with their counts and published accuracy, under their
/// own names and under libraries' names; of a family without members, its baseline.
pub fn members(family: &Family) -> Result<Report, Error> {
    let members = family.members.iter().map(|member| (family, Some(member)));
    let baseline = family.all_members().next().is_none().then_some((family, None));
    let mut own = networks("members", members.chain(baseline))?;
    let named = [&*family.title, &*family.source];
    own.title =
        Some(named.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": "));
    let named = family.library_members.iter().map(|member| (family, Some(member)));
    let mut elsewhere = networks("library_members", named)?;
    elsewhere.title = Some("The same networks under libraries' names".into());
    let mut report = Report::new(&MEMBERS, vec![own, elsewhere], Vec::new());
    if family.all_members().next().is_none() {
        let note = "has no members, only its baseline; a spec names members as `[member.NAME]`.";
        report.notes.push(format!("{} {note}", family.title));
    }
    Ok(report)
}

/// The report of `phiscale list LIBRARY`: every known network of the library.
pub fn library(name: &str, families: &[Family]) -> Result<Report, Error> {
    let members = families.iter().flat_map(|family| {
        let of_library =
            family.library_members.iter().filter(|member| member.library() == Some(name));
        of_library.map(move |member| (family, member))
    });
    let mut members: Vec<_> = members.collect();
    members.sort_by(|a, b| a.1.name.cmp(&b.1.name));
    let mut section =
        networks("members", members.into_iter().map(|(family, member)| (family, Some(member))))?;
    section.title = Some(format!("Networks of {name}"));
    Ok(Report::new(&MEMBERS, vec![section], Vec::new()))
}

fn networks<'f>(
    key: &'static str,
    members: impl Iterator<Item = (&'f Family, Option<&'f Member>)>,
) -> Result<Section, Error> {
    let mut columns = vec![
        column("network", "network"),
        column("depth", "d"),
        column("width", "w"),
        column("input", "input"),
    ];
    columns.extend(total_columns(false).into_iter().map(|column| match &*column.key {
        "norm_stats" | "flops" => Column { header: None, ..column },
        _ => column,
    }));
    columns.push(column("top1", "top-1 (%)"));
    columns.push(column("source", "accuracy from"));
    let rows = members.map(|(family, member)| row(family, member)).collect::<Result<_, _>>()?;
    Ok(Section::rows(key, columns, rows))
}

fn row(family: &Family, member: Option<&Member>) -> Result<Vec<Cell>, Error> {
    let scaled = family.network(&Request { member, ..Request::BASELINE })?;
    let factor = |value: Option<f64>| value.map_or(Cell::Missing, Cell::factor);
    let mut row = vec![
        Cell::text(member.map_or_else(|| family.name.clone(), |member| family.address(member))),
        factor(member.and_then(|member| member.depth)),
        factor(member.and_then(|member| member.width)),
        Cell::Shape(scaled.network.input().clone()),
    ];
    row.extend(totals(&scaled.network.ledger(), 1));
    let accuracy = member.and_then(|member| member.accuracy(Accuracy::Top1));
    row.push(accuracy.map_or(Cell::Missing, |(value, _)| Cell::factor(value)));
    row.push(accuracy.map_or(Cell::Missing, |(_, source)| Cell::Source(source.into())));
    Ok(row)
}

/// The report of `phiscale list --conventions`.
#[must_use]
pub fn conventions(conventions: &[Convention]) -> Report {
    let columns = vec![
        column("name", "convention"),
        column("counts", "counts"),
        column("formula", "formula"),
        column("about", "about"),
        column("source", "source"),
    ];
    let rows = conventions.iter().map(|convention| {
        vec![
            Cell::text(convention.names().collect::<Vec<_>>().join(", ")),
            Cell::text(&convention.quantity),
            Cell::text(convention.formula()),
            Cell::text(&convention.about),
            Cell::text(&convention.source),
        ]
    });
    let mut named = Section::rows("conventions", columns, rows.collect());
    named.title = Some("Counting conventions: what each tool's number consists of".into());
    let sections = vec![named, weights(conventions)];
    Report::new(&CONVENTIONS, sections, Vec::new())
}

/// The weight of each event under each convention: a column for each in JSON and CSV, in words in text formats.
fn weights(conventions: &[Convention]) -> Section {
    let mut columns = vec![
        column("event", "event"),
        column("is", "description"),
        column("weighed_by", "weighed by"),
    ];
    columns.extend(conventions.iter().map(|convention| Column {
        key: convention.name.clone().into(),
        header: None,
        is_wide: false,
    }));
    let row = |event: &Event| {
        let weight = |convention: &Convention| convention.weight(*event, Part::Main);
        let mut row = vec![Cell::text(event.name()), Cell::text(event.about())];
        row.push(weighed_by(conventions, weight));
        row.extend(conventions.iter().map(|convention| match weight(convention) {
            0 => Cell::Missing,
            weight => Cell::integer(weight),
        }));
        row
    };
    let mut section = Section::rows("weights", columns, Event::ALL.iter().map(row).collect());
    section.title = Some(
        "How often each event in the main part of a network counts; conventions not named do not count it".into(),
    );
    section
}

/// `1× conv-linear, paper; 2× fvcore`.
fn weighed_by(conventions: &[Convention], weight: impl Fn(&Convention) -> u16) -> Cell {
    let mut names: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for convention in conventions {
        names.entry(weight(convention)).or_default().push(&convention.name);
    }
    names.remove(&0);
    let groups = names.iter().map(|(weight, names)| format!("{weight}× {}", names.join(", ")));
    let groups: Vec<String> = groups.collect();
    if groups.is_empty() { Cell::Missing } else { Cell::Text(groups.join("; ")) }
}
