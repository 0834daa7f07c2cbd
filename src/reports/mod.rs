//! Reports: one table model, written as aligned text, JSON, CSV, Markdown or LaTeX.

mod audit;
mod check;
mod count;
mod explain;
mod fit;
mod fit_notes;
mod gate;
mod json;
mod list;
mod markup;
mod points;
mod reuse;
mod scale;
mod search;
mod text;
#[cfg(feature = "train")]
mod train;
mod ways;

pub use audit::audit;
pub use check::{check, rule_cases};
pub use count::{Counted, Per, count};
pub use explain::{Subject, between, explain, given};
pub use fit::{Fitted, fit};
pub use gate::{budget_cases, comparison_line, gates, github, junit, layer_lines};
pub use list::{conventions, families, library, members, own_members};
pub use points::{points, shares};
pub use reuse::reuse;
pub use scale::{ScaledRow, scale};
pub use search::{Searched, candidates, ranking};
#[cfg(feature = "train")]
pub use train::{Trained, train};
pub use ways::{contestants, verdict, ways};

use std::borrow::Cow;

use crate::counting::shape::Shape;

/// What a command has to say.
#[derive(Clone, Debug)]
pub struct Report {
    /// The name and version of the JSON form: `phiscale.count/1`.
    pub schema: &'static str,
    /// Its parts, in order.
    pub sections: Vec<Section>,
    /// Sentences that explain the numbers.
    pub notes: Vec<String>,
}

/// A table within a report.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its key in JSON; the fields of a record without one stand at the top.
    pub key: Option<&'static str>,
    /// Its heading.
    pub title: Option<String>,
    /// How it is laid out.
    pub layout: Layout,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with as many cells as there are columns; a record has one.
    pub rows: Vec<Vec<Cell>>,
    /// The sums of the rows, for people; machines can add, and have the totals elsewhere.
    pub totals: Option<Vec<Cell>>,
}

/// Whether a section is one thing with fields, or a list of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One row, whose columns stand below each other.
    Record,
    /// Any number of rows.
    Rows,
}

/// A column of a section.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its key for machines.
    pub key: Cow<'static, str>,
    /// Its heading for people, with the unit and convention; without one, people do not see it.
    pub header: Option<String>,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// An exact count.
    Integer(u128),
    /// An exact difference, which people see with its sign.
    Signed(i128),
    /// A measure; people see it with so many decimals and a unit right behind it.
    Real {
        /// The value, in the unit.
        value: f64,
        /// Decimals shown to people; machines get all.
        decimals: usize,
        /// The unit: `%`, `×` or nothing.
        unit: &'static str,
    },
    /// A shape.
    Shape(Shape<u64>),
    /// Yes or no.
    Bool(bool),
    /// Nothing to say.
    Missing,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for people.
    Table,
    /// One JSON object.
    Json,
    /// Comma-separated values: the first list of the report, or its records in one line.
    Csv,
    /// GitHub's Markdown tables.
    Markdown,
    /// LaTeX `tabular` environments, with rules of the booktabs package.
    Latex,
}

impl Report {
    /// The report in a format, ending in a newline.
    #[must_use]
    pub fn write(&self, format: Format) -> String {
        match format {
            Format::Table => text::write(self),
            Format::Json => json::write(self),
            Format::Csv => markup::csv(self),
            Format::Markdown => markup::markdown(self),
            Format::Latex => markup::latex(self),
        }
    }
}

impl Section {
    fn record(key: Option<&'static str>, fields: Vec<(Column, Cell)>) -> Self {
        let (columns, row) = fields.into_iter().unzip();
        let layout = Layout::Record;
        Section { key, title: None, layout, columns, rows: vec![row], totals: None }
    }

    fn rows(key: &'static str, columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Self {
        let layout = Layout::Rows;
        Section { key: Some(key), title: None, layout, columns, rows, totals: None }
    }
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    fn integer(value: impl Into<u128>) -> Self {
        Cell::Integer(value.into())
    }

    fn signed(value: impl Into<i128>) -> Self {
        Cell::Signed(value.into())
    }

    /// A multiplier or coefficient, to four decimals.
    fn factor(value: f64) -> Self {
        Cell::Real { value, decimals: 4, unit: "" }
    }

    fn ratio(value: f64) -> Self {
        Cell::Real { value, decimals: 3, unit: "×" }
    }

    fn percent(share: f64) -> Self {
        Cell::Real { value: share * 100.0, decimals: 1, unit: "%" }
    }

    /// How people read the value.
    fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Integer(value) => crate::counting::units::grouped(*value),
            Cell::Signed(value) => {
                let sign = ["", "+", "−"][usize::from(*value > 0) + 2 * usize::from(*value < 0)];
                format!("{sign}{}", crate::counting::units::grouped(value.unsigned_abs()))
            }
            Cell::Real { value, decimals, unit } => shown_real(*value, *decimals, unit),
            Cell::Shape(shape) => shape.to_string(),
            Cell::Bool(value) => if *value { "yes" } else { "no" }.into(),
            Cell::Missing => "–".into(),
        }
    }

    fn is_number(&self) -> bool {
        matches!(
            self,
            Cell::Integer(_) | Cell::Signed(_) | Cell::Real { .. } | Cell::Shape(_) | Cell::Missing
        )
    }
}

/// The columns that people see.
fn seen(section: &Section) -> Vec<(usize, &str)> {
    let headers = section.columns.iter().map(|column| column.header.as_deref()).enumerate();
    headers.filter_map(|(index, header)| Some((index, header?))).collect()
}

/// The fields of a record that people see and that have a value.
fn fields(section: &Section) -> impl Iterator<Item = (&str, String)> {
    let row = section.rows.first().map_or(&[][..], Vec::as_slice);
    let cells =
        seen(section).into_iter().filter_map(|(index, header)| Some((header, row.get(index)?)));
    cells.filter(|(_, cell)| **cell != Cell::Missing).map(|(header, cell)| (header, cell.shown()))
}

/// The rows that people see, with the sums last, and which columns hold numbers.
fn lines(section: &Section) -> (Vec<Vec<String>>, Vec<bool>) {
    let seen: Vec<usize> = seen(section).into_iter().map(|(index, _)| index).collect();
    let shown = |row: &Vec<Cell>| seen.iter().map(|index| row[*index].shown()).collect();
    let mut lines: Vec<Vec<String>> = section.rows.iter().map(shown).collect();
    if let Some(totals) = &section.totals {
        let blank = |cell: &Cell| {
            if *cell == Cell::Missing { String::new() } else { cell.shown() }
        };
        lines.push(seen.iter().map(|index| blank(&totals[*index])).collect());
    }
    let is_number = |index: &usize| section.rows.iter().all(|row| row[*index].is_number());
    (lines, seen.iter().map(is_number).collect())
}

/// A factor loses its trailing zeros (1.2, not 1.2000); a ratio or percentage keeps its decimals.
fn shown_real(value: f64, decimals: usize, unit: &str) -> String {
    if decimals == 0 && value.abs() < 1e18 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // rounded, and in range
        let digits = crate::counting::units::grouped(value.abs().round() as u128);
        return format!("{}{digits}{unit}", if value <= -0.5 { "−" } else { "" });
    }
    let text = format!("{value:.decimals$}");
    let text = if !matches!(unit, "%" | "×") && text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    };
    // A value that rounds to zero has no sign.
    let is_zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    let text = if is_zero { text.trim_start_matches('-') } else { &text };
    let text = if unit == "%" && !text.starts_with('-') && !is_zero {
        format!("+{text}")
    } else {
        text.into()
    };
    format!("{}{unit}", text.replace('-', "−"))
}

fn column(key: &'static str, header: impl Into<String>) -> Column {
    Column { key: key.into(), header: Some(header.into()) }
}

/// A column for machines: people have its value somewhere else in the report.
fn unseen(key: &'static str) -> Column {
    Column { key: key.into(), header: None }
}
