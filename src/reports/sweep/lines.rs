//! Networks of a sweep, a line each, in memory that is used again.

use std::io::Write;

use crate::analysis::sweep::{Sweep, SweptNetwork};
use crate::reports::markup::write_plain;
use crate::reports::sweep::row::Row;
use crate::reports::{Cell, Column};

/// How a network is written on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFormat {
    /// Comma-separated values, as the report has them in CSV.
    Csv,
    /// One JSON object, as the report has it in the list `networks`.
    Json,
}

/// Lines of text, one for each network.
#[derive(Clone, Debug)]
pub struct SweptLines {
    row: Row,
    columns: Vec<Column>,
    format: LineFormat,
    lines: Vec<u8>,
    /// The text of one cell.
    cell: String,
}

impl SweptLines {
    /// No lines yet.
    #[must_use]
    pub fn new(sweep: &Sweep, format: LineFormat) -> Self {
        let row = Row::new(sweep);
        let columns = row.columns();
        SweptLines { row, columns, format, lines: Vec::new(), cell: String::new() }
    }

    /// The line before the first network; empty in JSON.
    #[must_use]
    pub fn header(&self) -> String {
        let keys: Vec<&str> = self.columns.iter().map(|column| column.key.as_ref()).collect();
        match self.format {
            LineFormat::Csv => keys.join(",") + "\n",
            LineFormat::Json => String::new(),
        }
    }

    /// Adds a line.
    pub fn push(&mut self, network: &SweptNetwork) {
        for (index, cell) in self.row.cells(network).enumerate() {
            match self.format {
                LineFormat::Csv => {
                    if index > 0 {
                        self.lines.push(b',');
                    }
                    self.cell.clear();
                    write_plain(&cell, &mut self.cell);
                    quote(&cell, &mut self.cell);
                    self.lines.extend_from_slice(self.cell.as_bytes());
                }
                LineFormat::Json => {
                    let before = if index == 0 { '{' } else { ',' };
                    // Writing to memory cannot fail.
                    let _ = write!(self.lines, "{before}\"{}\":", self.columns[index].key);
                    let _ = serde_json::to_writer(&mut self.lines, &cell);
                }
            }
        }
        let end: &[u8] = if self.format == LineFormat::Json { b"}\n" } else { b"\n" };
        self.lines.extend_from_slice(end);
    }

    /// The lines since they were last cleared.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.lines
    }

    /// Forgets the lines.
    pub fn clear(&mut self) {
        self.lines.clear();
    }
}

/// Puts a name in quotes that would not be one field of CSV without them; numbers need none.
fn quote(cell: &Cell, text: &mut String) {
    if matches!(cell, Cell::Text(_)) && text.contains([',', '"', '\n', '\r']) {
        *text = format!("\"{}\"", text.replace('"', "\"\""));
    }
}
