//! The costs of several networks in one table.

use std::collections::HashSet;

use crate::counting::convention::Convention;
use crate::counting::ledger::Event;
use crate::reports::columns::{CountColumn, KEYS};
use crate::reports::count::{CountedNetwork, notes, totals};
use crate::reports::declared::COUNTS;
use crate::reports::{Cell, Column, Report, Section, Units, column, hidden};

/// The row of one network.
#[derive(Clone, Debug)]
pub struct CountedRow {
    cells: Vec<Cell>,
    notes: Vec<String>,
    /// Operators that are not counted; above 0, every count is a lower bound.
    unknown: u64,
}

/// What the table shows, and how.
#[derive(Clone, Debug)]
pub struct Counts<'a> {
    /// The columns in every format; without any, those that fit it, and all of them in JSON and CSV.
    pub columns: &'a [CountColumn],
    /// Whether the table must fit a column of a two-column page.
    pub is_narrow: bool,
    /// The column to sort by, the smallest first; `None` for the order given.
    pub sort: Option<CountColumn>,
    /// Whether to sort the largest first.
    pub reverse: bool,
    /// The convention of the reported number.
    pub convention: &'a Convention,
    /// Images in a forward pass.
    pub batch: u32,
    /// The units of counts in text formats; `None` for all digits.
    pub units: Option<Units>,
}

impl CountedRow {
    /// The row of a network; its breakdown and units are not used.
    #[must_use]
    pub fn new(counted: &CountedNetwork) -> Self {
        let cost = counted.network.ledger();
        let mut cells = vec![
            Cell::text(counted.name),
            Cell::text(counted.title),
            Cell::Shape(counted.network.input().clone()),
            Cell::factor(counted.scale.depth),
            Cell::factor(counted.scale.width),
            Cell::factor(counted.scale.resolution),
        ];
        cells.extend(totals(&cost, counted.batch));
        cells.push(Cell::integer(counted.convention.value(&cost, counted.batch)));
        let named = notes(counted).into_iter().map(|note| format!("{}: {note}", counted.name));
        let unknown = cost.amount(Event::UnknownOperators);
        CountedRow { cells, notes: named.collect(), unknown }
    }
}

/// The report of `phiscale count` for several networks.
#[must_use]
pub fn counts(mut rows: Vec<CountedRow>, table: &Counts) -> Report {
    if let Some(sort) = table.sort {
        let index = sort as usize;
        rows.sort_by(|one, other| {
            let order = one.cells[index].order(&other.cells[index]);
            if table.reverse { order.reverse() } else { order }
        });
    }
    let inputs = inputs(&rows).filter(|_| table.is_narrow && table.columns.is_empty());
    let columns = columns(table);
    let is_bound = rows.iter().any(|row| row.unknown > 0);
    let mut notes: Vec<String> = inputs.into_iter().collect();
    let mut seen = HashSet::new();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let mut line: Vec<Cell> =
            columns.iter().map(|(column, _)| row.cells[*column as usize].clone()).collect();
        line.extend(is_bound.then(|| Cell::integer(row.unknown)));
        lines.push(line);
        // A network that is given twice has its notes once.
        notes.extend(row.notes.into_iter().filter(|note| seen.insert(note.clone())));
    }
    if table.is_narrow && table.convention.name != "conv-linear" {
        let Convention { name, quantity, .. } = table.convention;
        notes.push(format!("{quantity} as {name} counts them."));
    }
    if table.batch > 1 {
        let images = table.batch;
        notes.push(format!("MACs, FLOPs and activations are for a batch of {images} images."));
    }
    let mut headed: Vec<Column> = columns.into_iter().map(|(_, column)| column).collect();
    headed.extend(is_bound.then(|| hidden("unknown_operators")));
    let sections = vec![
        Section::record(
            None,
            vec![
                (hidden("batch"), Cell::integer(table.batch)),
                (hidden("convention"), Cell::text(&table.convention.name)),
                (hidden("counts"), Cell::text(&table.convention.quantity)),
            ],
        ),
        Section::rows("networks", headed, lines),
    ];
    let mut report = Report::new(&COUNTS, sections, notes);
    if let Some(units) = table.units {
        units.apply(&mut report, &table.convention.quantity);
    }
    report
}

/// The sizes of the inputs, for a table without room for them.
fn inputs(rows: &[CountedRow]) -> Option<String> {
    let mut sizes: Vec<String> =
        rows.iter().map(|row| row.cells[CountColumn::Input as usize].shown()).collect();
    sizes.sort();
    sizes.dedup();
    (!sizes.is_empty()).then(|| format!("Inputs: {}.", sizes.join(", ")))
}

/// The columns of the table, those that text formats leave out without a header.
fn columns(table: &Counts) -> Vec<(CountColumn, Column)> {
    let headed =
        |(known, key): &(CountColumn, &'static str)| (*known, column(key, header(*known, table)));
    if table.columns.is_empty() {
        let shown_or_hidden = |entry: &(CountColumn, &'static str)| {
            if by_default(entry.0, table) { headed(entry) } else { (entry.0, hidden(entry.1)) }
        };
        return KEYS.iter().map(shown_or_hidden).collect();
    }
    table.columns.iter().filter_map(|chosen| KEYS.get(*chosen as usize)).map(headed).collect()
}

/// Whether text formats show the column where none are chosen.
fn by_default(shown: CountColumn, table: &Counts) -> bool {
    let has_own_number = table.convention.name != "conv-linear";
    match shown {
        CountColumn::Network | CountColumn::Params => true,
        CountColumn::Reported => has_own_number,
        CountColumn::Macs => !table.is_narrow || !has_own_number,
        CountColumn::Input | CountColumn::Flops | CountColumn::Activations => !table.is_narrow,
        CountColumn::Family
        | CountColumn::Depth
        | CountColumn::Width
        | CountColumn::Resolution
        | CountColumn::NormStats => false,
    }
}

fn header(shown: CountColumn, table: &Counts) -> String {
    let convention = table.convention;
    match shown {
        CountColumn::Network => "network".into(),
        CountColumn::Family => "family".into(),
        CountColumn::Input => "input".into(),
        CountColumn::Depth => "d".into(),
        CountColumn::Width => "w".into(),
        CountColumn::Resolution => "r".into(),
        CountColumn::Params => "params".into(),
        CountColumn::NormStats => "norm statistics".into(),
        CountColumn::Macs => "MACs".into(),
        CountColumn::Flops => "FLOPs (2 × MACs)".into(),
        CountColumn::Activations => "activations".into(),
        CountColumn::Reported if table.is_narrow => convention.quantity.clone(),
        CountColumn::Reported => format!("{} ({})", convention.quantity, convention.name),
    }
}
