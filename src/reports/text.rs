//! Reports as aligned text.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use crate::reports::{Layout, Report, Section, fields, lines, visible};

pub(super) fn write(report: &Report) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut record: Vec<(String, String)> = Vec::new();
    for section in &report.sections {
        match section.layout {
            Layout::Record => {
                record.extend(fields(section).map(|(header, value)| (header.to_string(), value)));
            }
            // A table without rows is left out; JSON has the empty list.
            Layout::Rows if section.rows.is_empty() => {}
            Layout::Rows => {
                parts.extend(block(&mut record));
                parts.push(rows(section));
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

fn rows(section: &Section) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(visible(section).into_iter().map(|(_, header)| header.to_string()));
    let (rows, are_numbers) = lines(section);
    for row in rows {
        table.add_row(row);
    }
    for (column, is_number) in table.column_iter_mut().zip(are_numbers) {
        column.set_padding((0, 2));
        column.set_cell_alignment(if is_number {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        });
    }
    let lines: Vec<String> =
        table.to_string().lines().map(|line| line.trim_end().to_string()).collect();
    let title = section.title.as_ref().map(|title| format!("{title}\n")).unwrap_or_default();
    title + &lines.join("\n")
}
