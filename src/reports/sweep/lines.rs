//! Networks of a sweep, a line each, in memory that is used again.

use std::fmt::Write;

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
    /// The last cell of each column and its text: most cells are as in the line above.
    last: Vec<(Cell, String)>,
}

impl SweptLines {
    /// No lines yet.
    #[must_use]
    pub fn new(sweep: &Sweep, format: LineFormat) -> Self {
        let row = Row::new(sweep);
        let columns = row.columns();
        let last = columns.iter().map(|_| (Cell::Missing, String::new())).collect();
        SweptLines { row, columns, format, lines: Vec::new(), last }
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
        let cells = self.row.cells(network);
        let columns = self.columns.iter().zip(&mut self.last).zip(cells);
        for (index, ((column, (last, text)), cell)) in columns.enumerate() {
            if *last != cell {
                text.clear();
                self.format.write(column, &cell, text);
                *last = cell;
            }
            match (self.format, index) {
                (LineFormat::Csv, 0) => {}
                (LineFormat::Json, 0) => self.lines.push(b'{'),
                (LineFormat::Csv | LineFormat::Json, _) => self.lines.push(b','),
            }
            self.lines.extend_from_slice(text.as_bytes());
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

impl LineFormat {
    /// Writes one cell, in JSON with its key.
    fn write(self, column: &Column, cell: &Cell, text: &mut String) {
        match self {
            LineFormat::Csv => {
                write_plain(cell, text);
                quote(cell, text);
            }
            LineFormat::Json => {
                // Plain values can be written to memory.
                let value = serde_json::to_string(cell).unwrap_or_default();
                let _ = write!(text, "\"{}\":{value}", column.key);
            }
        }
    }
}

/// Puts a name in quotes that would not be one field of CSV without them; numbers need none.
fn quote(cell: &Cell, text: &mut String) {
    if matches!(cell, Cell::Text(_)) && text.contains([',', '"', '\n', '\r']) {
        *text = format!("\"{}\"", text.replace('"', "\"\""));
    }
}
