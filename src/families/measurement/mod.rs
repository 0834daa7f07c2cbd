//! Measurements in CSV: what a user, a paper's figure or a library's table says about networks.

mod table;

use crate::error::{Diagnostic, Error, Source, Span};
use crate::families::publication::Printed;
use crate::families::scaling::Scale;
use table::Table;

/// Longer files are no measurements.
const MOST_ROWS: usize = 20_000;

/// One network that was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Which series it belongs to.
    pub series: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its address, where a spec has it.
    pub network: Option<String>,
    /// The multipliers that make it from a family's baseline.
    pub scale: Option<Scale>,
    /// Its costs as printed.
    pub printed: Printed,
    /// Top-1 accuracy in percent.
    pub top1: f64,
    /// Where that is from.
    pub source: Option<String>,
    /// Its line.
    pub span: Span,
}

impl Measurement {
    /// What it is called: its name, its network's, or the multipliers that make it.
    #[must_use]
    pub fn label(&self) -> String {
        if let Some(name) = self.name.as_ref().or(self.network.as_ref()) {
            return name.clone();
        }
        let Some(scale) = self.scale else { return String::new() };
        let factors = [("d", scale.depth), ("w", scale.width), ("r", scale.resolution)];
        let changed = factors.into_iter().filter(|(_, factor)| (factor - 1.0).abs() > 1e-9);
        let changed: Vec<String> =
            changed.map(|(name, factor)| format!("{name}={factor}")).collect();
        if changed.is_empty() { "baseline".into() } else { changed.join(" ") }
    }
}

/// A file of measurements.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurements {
    /// Where they are from, where the rows do not say it: the file's `# source:` line.
    pub source: Option<String>,
    /// Its rows.
    pub rows: Vec<Measurement>,
}

/// Reads measurements; `path` is the text's name in messages.
pub fn parse(path: &str, text: &str) -> Result<Measurements, Error> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    let table = Table { source: Source::new(path, text), headers };
    table.check_headers()?;
    let rows = rows(path, &mut reader, &table)?;
    if rows.is_empty() {
        let problem = Diagnostic::new(format!("{path} has no rows"));
        return Err(problem.at(table.span(0), "only this").into());
    }
    Ok(Measurements { source: stated_source(text), rows })
}

/// Every row, or every mistake in them.
fn rows(
    path: &str,
    reader: &mut csv::Reader<&[u8]>,
    table: &Table,
) -> Result<Vec<Measurement>, Error> {
    let mut problems = Vec::new();
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => match table.row(&record) {
                Ok(row) => rows.push(row),
                Err(problem) => problems.push(*problem),
            },
            Err(error) => problems.push(Diagnostic::new(format!("{path}: {error}"))),
        }
        if rows.len() + problems.len() > MOST_ROWS {
            let message = format!("{path} has more than {MOST_ROWS} rows");
            return Err(Error::new(message));
        }
    }
    Error::check(problems).map(|()| rows)
}

/// What a comment says: `# source: …`.
fn stated_source(text: &str) -> Option<String> {
    let comments = text.lines().filter_map(|line| line.strip_prefix('#'));
    let mut sources = comments.filter_map(|line| line.trim_start().strip_prefix("source:"));
    sources.next().map(|source| source.trim().to_string())
}
