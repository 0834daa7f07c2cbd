//! Reports as aligned text.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};

use crate::reports::{Layout, Lines, Report, Section, fields, lines};

/// Spaces between columns.
const GAP: u16 = 2;

/// Texts are not squeezed into fewer columns.
const READABLE: u16 = 16;

/// The report as aligned text. Tables wider than `width` columns wrap the words of headers and texts, never numbers;
/// without a width, nothing wraps.
pub(super) fn write(report: &Report, width: Option<u16>) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut record: Vec<(String, String)> = Vec::new();
    for section in &report.sections {
        match section.layout {
            Layout::Record => {
                record.extend(
                    fields(section, true).map(|(header, value)| (header.to_string(), value)),
                );
            }
            // A table without rows is left out; JSON has the empty list.
            Layout::Rows if section.shown_rows().is_empty() => {}
            Layout::Rows => {
                parts.extend(block(&mut record));
                parts.push(rows(section, width));
            }
        }
    }
    parts.extend(block(&mut record));
    if !report.notes.is_empty() {
        parts.push(report.notes.join("\n"));
    }
    parts.join("\n\n") + "\n"
}

/// Consecutive records share one block, with all values in one column.
fn block(record: &mut Vec<(String, String)>) -> Option<String> {
    let fields = std::mem::take(record);
    let width = fields.iter().map(|(header, _)| header.chars().count()).max()?;
    let line = |(header, value): &(String, String)| {
        format!("{header}{}  {value}", " ".repeat(width - header.chars().count()))
    };
    Some(fields.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn rows(section: &Section, width: Option<u16>) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    let Lines { header, rows, are_numbers, sources } = lines(section, false);
    table.set_header(header.clone());
    for row in &rows {
        table.add_row(row);
    }
    for (column, is_number) in table.column_iter_mut().zip(&are_numbers) {
        column.set_padding((0, GAP));
        let alignment = if *is_number { CellAlignment::Right } else { CellAlignment::Left };
        column.set_cell_alignment(alignment);
    }
    if let Some(width) = width {
        wrap(&mut table, &header, &rows, &are_numbers, width);
    }
    let lines = table.to_string();
    let lines = lines.lines().map(|line| line.trim_end().to_string()).chain(sources);
    let title = section.title.as_ref().map(|title| format!("{title}\n")).unwrap_or_default();
    title + &lines.collect::<Vec<_>>().join("\n")
}

/// Makes the widest columns narrower, one character at a time, until the table fits or words would break.
fn wrap(
    table: &mut Table,
    headers: &[String],
    rows: &[Vec<String>],
    are_numbers: &[bool],
    width: u16,
) {
    let mut columns: Vec<[u16; 2]> = headers
        .iter()
        .enumerate()
        .map(|(index, header)| {
            let cells = || rows.iter().map(|row| row[index].as_str());
            let whole = cells().chain([header.as_str()]).map(characters).max();
            let in_cells = if are_numbers[index] {
                cells().map(characters).max()
            } else {
                cells().flat_map(str::split_whitespace).map(characters).max()
            };
            let least = header.split_whitespace().map(characters).chain(in_cells).max();
            let whole = whole.unwrap_or_default();
            let readable = if are_numbers[index] { 0 } else { READABLE.min(whole) };
            [least.unwrap_or_default().max(readable), whole]
        })
        .collect();
    let total = |columns: &[[u16; 2]]| {
        columns.iter().map(|[_, chosen]| u32::from(*chosen) + u32::from(GAP)).sum::<u32>()
    };
    while total(&columns) > u32::from(width) + u32::from(GAP) {
        let can_shrink = columns.iter_mut().filter(|[least, chosen]| chosen > least);
        let Some([_, widest]) = can_shrink.max_by_key(|[_, chosen]| *chosen) else { break };
        *widest -= 1;
    }
    for (column, [_, chosen]) in table.column_iter_mut().zip(columns) {
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(chosen + GAP)));
    }
}

fn characters(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX)
}
