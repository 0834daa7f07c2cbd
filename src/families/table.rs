//! Tables in CSV: rows with named columns, each value with its place.

use crate::counting::units::Figure;
use crate::error::{Diagnostic, Error, Source, Span};
use crate::families::published::misread_percent;

/// Longer tables are refused.
const MOST_ROWS: usize = 20_000;

/// The columns of a table, by name, ignoring case.
pub(crate) struct Columns {
    /// Columns that a table must have.
    pub(crate) required: &'static [&'static str],
    /// Columns that it may have.
    pub(crate) optional: &'static [&'static str],
    /// Other names of columns: `("accuracy", "top1")`.
    pub(crate) aliases: &'static [(&'static str, &'static str)],
    /// What to say of unknown columns with these names.
    pub(crate) hints: &'static [(&'static [&'static str], &'static str)],
    /// Whether it may have other columns, which are not read.
    pub(crate) allows_others: bool,
}

/// Reads every row with `row`, or collects every mistake with its line and column. Lines that start with `#` are
/// comments.
///
/// ```ignore
/// const COLUMNS: Columns = Columns {
///     required: &["alpha", "accuracy"],
///     optional: &["phi"],
///     aliases: &[],
///     hints: &[],
///     allows_others: true,
/// };
/// let rows = table::read(&Source::new("runs.csv", text), &COLUMNS, |row| {
///     let alpha = row.required_number("alpha", "a number above 0", |alpha| alpha > 0.0)?;
///     let phi = row.number("phi", "a number", |_| true)?;
///     let phi = phi.ok_or_else(|| row.problem("phi", "no φ is given"))?;
///     Ok((alpha, phi, row.required_percent("accuracy")?))
/// })?;
/// ```
pub(crate) fn read<T>(
    source: &Source,
    columns: &Columns,
    row: impl Fn(&Row) -> Result<T, Diagnostic>,
) -> Result<Vec<T>, Error> {
    let path = source.name();
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(source.text().as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    let headers: Vec<&str> = headers.iter().map(|name| columns.canonical(name)).collect();
    Error::check(columns.problems(&headers, &header_line(source)))?;
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => match (Row { source, headers: &headers, record }).checked(&row) {
                Ok(row) => rows.push(row),
                Err(problem) => problems.push(problem),
            },
            Err(error) => problems.push(Diagnostic::new(format!("{path}: {error}"))),
        }
        if rows.len() + problems.len() > MOST_ROWS {
            return Err(Error::new(format!("{path} has more than {MOST_ROWS} rows")));
        }
    }
    if rows.is_empty() && problems.is_empty() {
        let problem = Diagnostic::new(format!("{path} has no rows"));
        problems.push(problem.at(header_line(source), "only this line"));
    }
    Error::check(problems).map(|()| rows)
}

impl Columns {
    /// The column that a heading names, ignoring case.
    fn canonical<'n>(&self, name: &'n str) -> &'n str {
        let aliases = self.aliases.iter().copied();
        let mut known = self.names().map(|name| (name, name)).chain(aliases);
        known.find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or(name, |(_, column)| column)
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }

    fn problems(&self, headers: &[&str], line: &Span) -> Vec<Diagnostic> {
        let known: Vec<&str> = self.names().collect();
        let problem = |message: String| Diagnostic::new(message).at(line, "in this line");
        let mut problems = Vec::new();
        for (index, name) in headers.iter().enumerate() {
            if !self.allows_others && !known.contains(name) {
                let unknown = problem(format!("unknown column `{name}`"));
                let is_meant = |known: &str| known.eq_ignore_ascii_case(name);
                let mut hints = self.hints.iter();
                let hint = hints.find(|(names, _)| names.iter().any(|known| is_meant(known)));
                problems.push(match hint {
                    Some((_, hint)) => unknown.help(*hint),
                    None => unknown.known("columns", name, &known),
                });
            } else if headers[..index].contains(name) {
                problems.push(problem(format!("there are two `{name}` columns")));
            }
        }
        for column in self.required.iter().filter(|column| !headers.contains(column)) {
            let mut missing = problem(format!("there is no `{column}` column"));
            for (alias, _) in self.aliases.iter().filter(|(_, name)| name == column) {
                missing = missing.help(format!("`{alias}` is another name for `{column}`"));
            }
            problems.push(missing.help("the first line names the columns"));
        }
        problems
    }
}

/// A row of a table.
pub(crate) struct Row<'t> {
    source: &'t Source,
    headers: &'t [&'t str],
    record: csv::StringRecord,
}

type Checked<T> = Result<T, Diagnostic>;

impl Row<'_> {
    fn checked<T>(&self, row: impl Fn(&Self) -> Checked<T>) -> Checked<T> {
        let (values, columns) = (self.record.len(), self.headers.len());
        if values == columns {
            return row(self);
        }
        let message = format!("{values} values for {columns} columns");
        Err(Diagnostic::new(message).at(self.line(), "this line"))
    }

    /// The text in a column; `None` if there is no such column or it is empty.
    pub(crate) fn text(&self, column: &str) -> Option<&str> {
        self.record.get(self.index(column)?).filter(|value| !value.is_empty())
    }

    /// The number in a column; `fits` tests it, and `expected` describes what fits.
    pub(crate) fn number(
        &self,
        column: &str,
        expected: &str,
        fits: impl Fn(f64) -> bool,
    ) -> Checked<Option<f64>> {
        let parse = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        self.value(column, expected, |text| parse(text).filter(|number| fits(*number)))
    }

    /// The number in a column that must not be empty.
    pub(crate) fn required_number(
        &self,
        column: &str,
        expected: &str,
        fits: impl Fn(f64) -> bool,
    ) -> Checked<f64> {
        let missing = || self.problem(column, format!("this row needs a `{column}`: {expected}"));
        self.number(column, expected, fits)?.ok_or_else(missing)
    }

    /// The percentage in a column that must not be empty.
    pub(crate) fn required_percent(&self, column: &str) -> Checked<f64> {
        let percent = self.percent(column)?;
        percent.map_or_else(|| self.required_number(column, PERCENT, is_percent), Ok)
    }

    /// The percentage in a column.
    pub(crate) fn percent(&self, column: &str) -> Checked<Option<f64>> {
        let number = self.number(column, PERCENT, is_percent)?;
        match number.and_then(misread_percent) {
            Some(help) => Err(self.problem(column, format!("`{column}` must be {help}"))),
            None => Ok(number),
        }
    }

    /// The figure in a column, as it is printed (`5.3M`) or as programs write it (`3.9e8`).
    pub(crate) fn figure(&self, column: &str) -> Checked<Option<Figure>> {
        let exact = |text: &str| {
            let value = text.parse().ok()?;
            Some(Figure { text: text.to_string(), value, step: 1.0 })
        };
        let figure = |text: &str| Figure::parse(text).or_else(|| exact(text));
        let expected = "a figure above 0, such as 5.3M, 0.39B or 5288548";
        self.value(column, expected, |text| {
            figure(text).filter(|figure| figure.value.is_finite() && figure.value > 0.0)
        })
    }

    /// A mistake in a column of this row.
    pub(crate) fn problem(&self, column: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).at(self.place(column), "here")
    }

    /// The line of the row.
    pub(crate) fn line(&self) -> Span {
        let start = self.record.position().map_or(0, csv::Position::byte);
        line(self.source, usize::try_from(start).unwrap_or(usize::MAX))
    }

    fn value<T>(
        &self,
        column: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Checked<Option<T>> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let wrong = || format!("`{column}` must be {expected}, not `{text}`");
        parse(text).map(Some).ok_or_else(|| self.problem(column, wrong()))
    }

    fn index(&self, column: &str) -> Option<usize> {
        self.headers.iter().position(|name| *name == column)
    }

    /// The place of a value; the whole line if the value is empty or the line has quotes.
    pub(crate) fn place(&self, column: &str) -> Span {
        let line = self.line();
        let text = self.source.text().get(line.start..line.end).unwrap_or_default();
        let column = self.index(column).unwrap_or(0);
        let value = text.split(',').nth(column).unwrap_or_default();
        if text.contains('"') || value.trim().is_empty() {
            return line;
        }
        let before: usize = text.split(',').take(column).map(|value| value.len() + 1).sum();
        let start = line.start + before + (value.len() - value.trim_start().len());
        Span { start, end: start + value.trim().len(), ..line }
    }
}

const PERCENT: &str = "a percentage from 0 to 100";

fn is_percent(value: f64) -> bool {
    (0.0..=100.0).contains(&value)
}

/// The first line that is not a comment.
fn header_line(source: &Source) -> Span {
    let comments =
        source.text().lines().take_while(|line| line.starts_with('#') || line.is_empty());
    line(source, comments.map(|line| line.len() + 1).sum())
}

/// The line that starts at a byte.
fn line(source: &Source, start: usize) -> Span {
    let text = source.text();
    let start = start.min(text.len());
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.find(['\r', '\n']).unwrap_or(rest.len());
    Span { source: source.clone(), start, end: start + length }
}
