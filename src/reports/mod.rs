//! Reports: one table model, written as aligned text, JSON, CSV, Markdown, LaTeX or HTML.

mod audit;
mod blocks;
mod calibration;
mod cell;
mod check;
mod columns;
mod count;
mod counts;
mod declared;
#[cfg(feature = "search")]
mod design;
mod devices;
mod doubling;
#[cfg(feature = "search")]
mod equal_cost;
mod explain;
mod fit;
mod html;
mod json;
mod law;
mod list;
mod markup;
mod model_explorer;
mod plot;
mod pytorch;
mod scale;
mod schemas;
#[cfg(feature = "search")]
mod search;
#[cfg(feature = "search")]
mod search_status;
mod sources;
mod spaces;
#[cfg(feature = "search")]
mod study;
mod sweep;
mod text;
mod time;
#[cfg(feature = "search")]
mod train;
mod training;
#[cfg(feature = "search")]
mod transfer;
mod units;

pub use audit::audit;
pub use blocks::{block, blocks};
pub use calibration::{CalibratedDevice, calibration};
pub use cell::Cell;
pub use check::{
    budget_checks, comparison_line, cost_rule, github, junit, layer_lines, network_checks,
    rule_checks, time_rule, time_rule_checks,
};
pub use columns::CountColumn;
pub use count::{CountedNetwork, Per, count};
pub use counts::{CountedRow, Counts, counts};
pub(crate) use declared::json_schemas;
#[cfg(feature = "search")]
pub use design::{design, design_replay, design_space, design_table, designed_spec};
pub use devices::devices;
pub use doubling::{DoublingOnDevice, DoublingRow, doubling};
#[cfg(feature = "search")]
pub use equal_cost::{equal_cost, equal_time, matched_networks, verdict};
pub use explain::{ExplainedNetwork, between, explain, given};
pub use fit::{Fitted, fit};
pub use law::{PredictedNetwork, PredictedSeries, SeriesWithoutLaw, law};
pub use list::{conventions, families, library, members};
pub use model_explorer::model_explorer;
pub use plot::{Plotted, PlottedPoint, plot};
pub use pytorch::pytorch;
pub use scale::{ScaledRow, scale};
pub use schemas::schemas;
#[cfg(feature = "search")]
pub use search::{PublishedCoefficients, SearchScope, candidates, ranking};
#[cfg(feature = "search")]
pub use search_status::{JobCounts, search_status};
pub use spaces::spaces;
#[cfg(feature = "search")]
pub use study::{Designed, planned_study, study};
pub use sweep::{LineFormat, Swept, SweptLines, is_swept_csv, read_swept, sweep};
pub use time::{TimedNetwork, time, time_limit_notes};
#[cfg(feature = "search")]
pub use train::{Trained, train};
pub use training::CountedTraining;
#[cfg(feature = "search")]
pub use transfer::transfer;
pub use units::{Unit, Units};

use std::borrow::Cow;

use sources::Sources;

/// The result of a subcommand, in a form that every format can write.
#[derive(Clone, Debug)]
pub struct Report {
    /// The name and version of the JSON schema: `phiscale.count/2`.
    pub schema: &'static str,
    /// The tables, in order.
    pub sections: Vec<Section>,
    /// Sentences that explain the numbers.
    pub notes: Vec<String>,
}

/// A table of a report.
#[derive(Clone, Debug)]
pub struct Section {
    /// The key in JSON; the fields of a record without a key are written at the top level.
    pub key: Option<&'static str>,
    /// The heading.
    pub title: Option<String>,
    /// Whether the table is one record or a list of rows.
    pub layout: Layout,
    /// The columns, as many as each row has cells.
    pub columns: Vec<Column>,
    /// The rows; a record has one.
    pub rows: Vec<Vec<Cell>>,
    /// The rows as text formats show them, where they fold several into one.
    pub folded: Option<Vec<Vec<Cell>>>,
    /// The sums of the rows, which only text formats show.
    pub totals: Option<Vec<Cell>>,
}

/// Whether a section is one record or a list of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One row, shown as a list of fields.
    Record,
    /// Any number of rows.
    Rows,
}

/// A column of a section.
#[derive(Clone, Debug)]
pub struct Column {
    /// The key in JSON and CSV.
    pub key: Cow<'static, str>,
    /// The heading in text formats, with unit and convention; without it, they hide the column.
    pub header: Option<String>,
    /// Whether LaTeX, and for a list the table, have no room for it.
    pub is_wide: bool,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Aligned columns for people.
    Table,
    /// One JSON object.
    Json,
    /// Comma-separated values: the report's first list of rows, or else its records on one line.
    Csv,
    /// GitHub's Markdown tables.
    Markdown,
    /// LaTeX `tabular` environments, with rules from the booktabs package.
    Latex,
    /// An HTML fragment of tables and paragraphs, with no style but the side of texts.
    Html,
}

impl Report {
    /// The report in a format, ending in a newline.
    #[must_use]
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Table => text::write(self, None),
            Format::Json => json::write(self),
            Format::Csv => markup::csv(self),
            Format::Markdown => markup::markdown(self),
            Format::Latex => markup::latex(self),
            Format::Html => html::html(self),
        }
    }

    /// The report as [`Format::Table`], with headers and texts wrapped at spaces to fit so many columns. Numbers and
    /// words are never broken, so a table of many numbers can be wider.
    #[must_use]
    pub fn write_within(&self, columns: u16) -> String {
        text::write(self, Some(columns))
    }
}

impl Section {
    fn record(key: Option<&'static str>, fields: Vec<(Column, Cell)>) -> Self {
        let (columns, row) = fields.into_iter().unzip();
        let layout = Layout::Record;
        Section { key, title: None, layout, columns, rows: vec![row], folded: None, totals: None }
    }

    fn rows(key: &'static str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Self {
        let layout = Layout::Rows;
        Section { key: Some(key), title: None, layout, columns, rows, folded: None, totals: None }
    }

    /// The rows that text formats show.
    fn shown_rows(&self) -> &[Vec<Cell>] {
        self.folded.as_ref().unwrap_or(&self.rows)
    }
}

/// The columns that text formats show, with or without the wide ones.
fn shown(section: &Section, with_wide: bool) -> Vec<(usize, &str)> {
    let columns = section.columns.iter().enumerate();
    let columns = columns.filter(|(_, column)| with_wide || !column.is_wide);
    columns.filter_map(|(index, column)| Some((index, column.header.as_deref()?))).collect()
}

/// The fields of a record that text formats show and that have a value, with or without the wide ones.
fn fields(section: &Section, with_wide: bool) -> impl Iterator<Item = (&str, String)> {
    let row = section.rows.first().map_or(&[][..], Vec::as_slice);
    let cells = shown(section, with_wide)
        .into_iter()
        .filter_map(|(index, header)| Some((header, row.get(index)?)));
    cells.filter(|(_, cell)| **cell != Cell::Missing).map(|(header, cell)| (header, cell.shown()))
}

/// A table as text formats show it.
struct Lines {
    /// The headings of the columns.
    header: Vec<String>,
    /// The rows, the sums last.
    rows: Vec<Vec<String>>,
    /// Which columns are numbers.
    are_numbers: Vec<bool>,
    /// The sources that cells refer to by number.
    sources: Vec<String>,
}

/// The columns that text formats show, with or without the wide ones.
fn lines(section: &Section, with_wide: bool) -> Lines {
    let columns = shown(section, with_wide);
    let header = columns.iter().map(|(_, header)| (*header).to_string()).collect();
    let visible: Vec<usize> = columns.iter().map(|(index, _)| *index).collect();
    let shown_rows = section.shown_rows();
    let sources = Sources::of(shown_rows);
    let shown = |cell: &Cell| match cell {
        Cell::Source(source) => sources.number(source),
        cell => cell.shown(),
    };
    let cells = |row: &Vec<Cell>| visible.iter().map(|index| shown(&row[*index])).collect();
    let mut rows: Vec<Vec<String>> = shown_rows.iter().map(cells).collect();
    if let Some(totals) = &section.totals {
        let blank = |cell: &Cell| {
            if *cell == Cell::Missing { String::new() } else { cell.shown() }
        };
        rows.push(visible.iter().map(|index| blank(&totals[*index])).collect());
    }
    let is_number = |index: &usize| shown_rows.iter().all(|row| row[*index].is_number());
    let are_numbers = visible.iter().map(is_number).collect();
    Lines { header, rows, are_numbers, sources: sources.lines() }
}

fn column(key: &'static str, header: impl Into<String>) -> Column {
    Column { key: key.into(), header: Some(header.into()), is_wide: false }
}

/// A column for JSON and CSV alone; text formats show its value elsewhere in the report.
fn hidden(key: &'static str) -> Column {
    Column { key: key.into(), header: None, is_wide: false }
}

/// A column that LaTeX, and for a list the table, have no room for.
fn wide(key: &'static str, header: impl Into<String>) -> Column {
    Column { is_wide: true, ..column(key, header) }
}
