//! Reports as CSV, Markdown and LaTeX.

use std::fmt::Write;

use crate::reports::{Cell, Layout, Lines, Report, Section, lines};

/// The report's first list of rows, or else all its records on one line.
pub(super) fn csv(report: &Report) -> String {
    let list = report.sections.iter().find(|section| section.layout == Layout::Rows);
    let lines: Vec<Vec<String>> = match list {
        Some(section) => {
            let header = section.columns.iter().map(|column| column.key.to_string()).collect();
            let rows = section.rows.iter().map(|row| row.iter().map(plain).collect());
            std::iter::once(header).chain(rows).collect()
        }
        None => {
            let fields = report.sections.iter().flat_map(dotted);
            let (header, row) = fields.unzip();
            vec![header, row]
        }
    };
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for line in lines {
        // Writing to memory cannot fail.
        let _ = writer.write_record(line);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// The fields of a record, prefixed with the section's key: `scale.depth`.
fn dotted(section: &Section) -> Vec<(String, String)> {
    let row = section.rows.first().map_or(&[][..], Vec::as_slice);
    let prefix = section.key.map(|key| format!("{key}.")).unwrap_or_default();
    let field =
        |(column, cell): (&super::Column, &Cell)| (format!("{prefix}{}", column.key), plain(cell));
    section.columns.iter().zip(row).map(field).collect()
}

fn plain(cell: &Cell) -> String {
    let mut text = String::new();
    write_plain(cell, &mut text);
    text
}

/// Writes a value for machines, without digit groups and units.
pub(super) fn write_plain(cell: &Cell, text: &mut String) {
    // Writing to a string cannot fail.
    let _ = match cell {
        Cell::Text(value) | Cell::Source(value) => text.write_str(value),
        Cell::Names(names) => text.write_str(&names.join(" ")),
        Cell::Integer(value) | Cell::InUnit { value, .. } => match u64::try_from(*value) {
            // Written faster.
            Ok(value) => write!(text, "{value}"),
            Err(_) => write!(text, "{value}"),
        },
        Cell::Signed(value) | Cell::Nanoseconds(value) => write!(text, "{value}"),
        Cell::Real { value, .. } | Cell::Amount { value, .. } | Cell::Share(value) => {
            write!(text, "{value}")
        }
        Cell::Shape(shape) => write!(text, "{}x{}x{}", shape.channels, shape.height, shape.width),
        Cell::Sides(sides) => {
            text.write_str(&sides.iter().map(u64::to_string).collect::<Vec<_>>().join("x"))
        }
        Cell::Bool(value) => write!(text, "{value}"),
        Cell::Missing => Ok(()),
    };
}

pub(super) fn markdown(report: &Report) -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace('\n', " ");
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let table = |table: &Grid| {
        let mut lines = vec![line(table.header.iter().map(|text| escape(text)).collect())];
        let rule =
            table.numeric.iter().map(|numeric| if *numeric { "---:" } else { "---" }.to_string());
        lines.push(line(rule.collect()));
        lines.extend(
            table.rows.iter().map(|row| line(row.iter().map(|text| escape(text)).collect())),
        );
        let title = table.title.as_ref().map(|title| format!("**{}**\n\n", escape(title)));
        let sources = table.sources.iter().map(|source| escape(source));
        let parts: Vec<String> = std::iter::once(lines.join("\n")).chain(sources).collect();
        title.unwrap_or_default() + &parts.join("\n\n")
    };
    let notes = report.notes.iter().map(|note| escape(note));
    let parts: Vec<String> = grids(report, [true; 2]).iter().map(table).chain(notes).collect();
    parts.join("\n\n") + "\n"
}

pub(super) fn latex(report: &Report) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|text| latex_text(text)).collect();
        format!("{} \\\\", cells.join(" & "))
    };
    let table = |table: &Grid| {
        let columns: String =
            table.numeric.iter().map(|numeric| if *numeric { 'r' } else { 'l' }).collect();
        let title = table.title.as_ref().map(|title| format!("% {}\n", title.replace('\n', " ")));
        let rows: Vec<String> = table.rows.iter().map(|row| line(row)).collect();
        let sources = table.sources.iter().map(|source| format!("% {}", source.replace('\n', " ")));
        let end = std::iter::once("\\end{tabular}".to_string()).chain(sources);
        let end = end.collect::<Vec<_>>().join("\n");
        format!(
            "{}\\begin{{tabular}}{{{columns}}}\n\\toprule\n{}\n\\midrule\n{}\n\\bottomrule\n{end}",
            title.unwrap_or_default(),
            line(&table.header),
            rows.join("\n")
        )
    };
    let notes = report.notes.iter().map(|note| format!("% {}", note.replace('\n', " ")));
    let parts: Vec<String> = grids(report, [false; 2]).iter().map(table).chain(notes).collect();
    parts.join("\n\n") + "\n"
}

fn latex_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', character]),
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '×' => escaped.push_str("$\\times$"),
            '·' => escaped.push_str("$\\cdot$"),
            '−' => escaped.push_str("$-$"),
            '–' => escaped.push_str("--"),
            'α' => escaped.push_str("$\\alpha$"),
            'β' => escaped.push_str("$\\beta$"),
            'γ' => escaped.push_str("$\\gamma$"),
            'φ' => escaped.push_str("$\\varphi$"),
            '²' => escaped.push_str("$^2$"),
            '³' => escaped.push_str("$^3$"),
            '⁴' => escaped.push_str("$^4$"),
            '\n' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A section as rows of text; a record becomes a table of names and values.
pub(super) struct Grid {
    /// Whether it has the fields of a record, one below the other.
    pub is_record: bool,
    pub title: Option<String>,
    pub header: Vec<String>,
    pub numeric: Vec<bool>,
    pub rows: Vec<Vec<String>>,
    pub sources: Vec<String>,
}

/// The grids of a report: whether its records, and its lists, have their wide columns.
pub(super) fn grids(report: &Report, [in_records, in_lists]: [bool; 2]) -> Vec<Grid> {
    let mut grids: Vec<Grid> = Vec::new();
    let mut fields: Vec<Vec<String>> = Vec::new();
    for section in &report.sections {
        match section.layout {
            Layout::Record => {
                let shown = super::fields(section, in_records);
                fields.extend(shown.map(|(header, value)| vec![header.to_string(), value]));
            }
            // A table without rows is left out; JSON has the empty list.
            Layout::Rows if section.shown_rows().is_empty() => {}
            Layout::Rows => {
                grids.extend(record_grid(&mut fields));
                grids.push(rows_grid(section, in_lists));
            }
        }
    }
    grids.extend(record_grid(&mut fields));
    grids
}

fn record_grid(fields: &mut Vec<Vec<String>>) -> Option<Grid> {
    let rows = std::mem::take(fields);
    let header = vec!["field".to_string(), "value".to_string()];
    let (numeric, sources) = (vec![false, true], Vec::new());
    (!rows.is_empty()).then_some(Grid {
        is_record: true,
        title: None,
        header,
        numeric,
        rows,
        sources,
    })
}

fn rows_grid(section: &Section, with_wide: bool) -> Grid {
    let Lines { header, rows, are_numbers: numeric, sources } = lines(section, with_wide);
    Grid { is_record: false, title: section.title.clone(), header, numeric, rows, sources }
}
