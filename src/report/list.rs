//! What there is: families, their members, conventions.

use crate::convention::Convention;
use crate::diagnostic::Diagnostics;
use crate::family::{Family, Member, Request};
use crate::report::count::{total_columns, totals};
use crate::report::{Cell, Report, Section, column};

/// The report of `phiscale list`: every family.
#[must_use]
pub fn families(families: &[Family]) -> Report {
    let columns = vec![
        column("name", "name"),
        column("title", "family"),
        column("input", "baseline input"),
        column("alpha", "α"),
        column("beta", "β"),
        column("gamma", "γ"),
        column("members", "members"),
        column("source", "source"),
    ];
    let rows = families.iter().map(|family| {
        let factor = |value: Option<f64>| value.map_or(Cell::Missing, Cell::factor);
        let coefficients = family.rule.coefficients;
        let members: Vec<String> =
            family.members.iter().map(|member| member.name.to_lowercase()).collect();
        vec![
            Cell::text(&family.name),
            Cell::text(&family.title),
            Cell::Shape(family.input.clone()),
            factor(coefficients.map(|c| c.alpha)),
            factor(coefficients.map(|c| c.beta)),
            factor(coefficients.map(|c| c.gamma)),
            Cell::text(members.join(" ")),
            Cell::text(&family.source),
        ]
    });
    let section = Section::rows("families", columns, rows.collect());
    Report { schema: "phiscale.list/1", sections: vec![section], notes: Vec::new() }
}

/// The report of `phiscale list FAMILY`: its members, counted, with their published accuracy.
pub fn members(family: &Family) -> Result<Report, Diagnostics> {
    let mut columns = vec![
        column("network", "network"),
        column("depth", "d"),
        column("width", "w"),
        column("input", "input"),
    ];
    columns.extend(total_columns());
    columns.push(column("top1", "top-1 (%)"));
    columns.push(column("source", "accuracy from"));
    let rows = family.members.iter().map(|member| row(family, member));
    let mut section = Section::rows("members", columns, rows.collect::<Result<_, _>>()?);
    section.title = Some(format!("{}: {}", family.title, family.source));
    let sections = vec![section];
    Ok(Report { schema: "phiscale.members/1", sections, notes: Vec::new() })
}

fn row(family: &Family, member: &Member) -> Result<Vec<Cell>, Diagnostics> {
    let scaled = family.network(&Request { member: Some(member), ..Request::BASELINE })?;
    let factor = |value: Option<f64>| value.map_or(Cell::Missing, Cell::factor);
    let mut row = vec![
        Cell::text(family.address(member)),
        factor(member.depth),
        factor(member.width),
        Cell::Shape(scaled.network.input().clone()),
    ];
    row.extend(totals(&scaled.network.cost(), 1));
    let accuracy = member.accuracy();
    row.push(accuracy.map_or(Cell::Missing, |(value, _)| Cell::factor(value)));
    row.push(accuracy.map_or(Cell::Missing, |(_, source)| Cell::text(source)));
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
            Cell::text(&convention.name),
            Cell::text(&convention.quantity),
            Cell::text(convention.formula()),
            Cell::text(&convention.about),
            Cell::text(&convention.source),
        ]
    });
    let section = Section::rows("conventions", columns, rows.collect());
    Report { schema: "phiscale.conventions/1", sections: vec![section], notes: Vec::new() }
}
