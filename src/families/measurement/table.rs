//! The rows of a CSV, each value with its place.

use crate::counting::units::Figure;
use crate::error::{Diagnostic, Error, Source, Span};
use crate::families::measurement::Measurement;
use crate::families::publication::Printed;
use crate::families::scaling::Scale;

/// The columns that a file may have.
const COLUMNS: [&str; 13] = [
    "series",
    "name",
    "network",
    "depth",
    "width",
    "resolution",
    "input",
    "params",
    "macs",
    "activations",
    "top1",
    "top5",
    "source",
];

/// A text with its columns.
pub(super) struct Table {
    pub(super) source: Source,
    pub(super) headers: csv::StringRecord,
}

type Refused<T> = Result<T, Box<Diagnostic>>;

impl Table {
    pub(super) fn check_headers(&self) -> Result<(), Error> {
        let first =
            self.source.text().lines().take_while(|line| line.starts_with('#') || line.is_empty());
        let start: usize = first.map(|line| line.len() + 1).sum();
        let place = self.span(start);
        let mut problems = Vec::new();
        for (column, name) in self.headers.iter().enumerate() {
            if !COLUMNS.contains(&canonical(name)) {
                let problem = Diagnostic::new(format!("unknown column `{name}`"));
                let problem = problem.at(&place, "in this line");
                problems.push(problem.known("columns", name, &COLUMNS));
            } else if self
                .headers
                .iter()
                .take(column)
                .any(|other| canonical(other) == canonical(name))
            {
                let message = format!("there are two columns `{}`", canonical(name));
                problems.push(Diagnostic::new(message).at(&place, "in this line"));
            }
        }
        if !self.headers.iter().any(|name| canonical(name) == "top1") {
            let problem = Diagnostic::new("there is no column `top1`").at(&place, "in this line");
            problems
                .push(problem.help("the first line names the columns; `accuracy` is top1 as well"));
        }
        Error::check(problems)
    }

    /// The line that starts at a byte.
    pub(super) fn span(&self, start: usize) -> Span {
        let text = self.source.text();
        let start = start.min(text.len());
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.find(['\r', '\n']).unwrap_or(rest.len());
        Span { source: self.source.clone(), start, end: start + length }
    }

    /// The place of a value: its own where the line quotes nothing, else the line.
    fn place(&self, record: &csv::StringRecord, column: usize) -> Span {
        let start = record.position().map_or(0, csv::Position::byte);
        let line = self.span(usize::try_from(start).unwrap_or(usize::MAX));
        let text = self.source.text().get(line.start..line.end).unwrap_or_default();
        if text.contains('"') {
            return line;
        }
        let before: usize = text.split(',').take(column).map(|value| value.len() + 1).sum();
        let value = text.split(',').nth(column).unwrap_or_default();
        let start = line.start + before + (value.len() - value.trim_start().len());
        if value.trim().is_empty() {
            return line;
        }
        Span { start, end: start + value.trim().len(), ..line }
    }

    pub(super) fn row(&self, record: &csv::StringRecord) -> Refused<Measurement> {
        if record.len() != self.headers.len() {
            let message = format!("{} values under {} columns", record.len(), self.headers.len());
            return Err(Box::new(Diagnostic::new(message).at(self.place(record, 0), "this line")));
        }
        let text = |name| Some(self.value(record, name)?.1.to_string());
        let measurement = Measurement {
            series: text("series"),
            name: text("name"),
            network: text("network"),
            scale: self.scale(record)?,
            printed: Printed {
                params: self.figure(record, "params")?,
                macs: self.figure(record, "macs")?,
                activations: self.figure(record, "activations")?,
            },
            top1: self.top1(record)?,
            source: text("source"),
            span: self.place(record, 0),
        };
        self.number(record, "top5")?;
        let has_cost = measurement.network.is_some()
            || measurement.scale.is_some()
            || !measurement.printed.is_empty();
        if has_cost {
            return Ok(measurement);
        }
        let problem = Diagnostic::new("nothing says what the network of this row costs");
        let help =
            "name a `network`, give depth, width and resolution, or params, macs or activations";
        Err(Box::new(problem.at(&measurement.span, "this row").help(help)))
    }

    fn top1(&self, record: &csv::StringRecord) -> Refused<f64> {
        let top1 = self.number(record, "top1")?.filter(|top1| (0.0..=100.0).contains(top1));
        top1.ok_or_else(|| {
            let column = self.column("top1").unwrap_or(0);
            let problem = Diagnostic::new("a row needs a top-1 accuracy, from 0 to 100 percent");
            Box::new(problem.at(self.place(record, column), "not this"))
        })
    }

    fn scale(&self, record: &csv::StringRecord) -> Refused<Option<Scale>> {
        let [depth, width, resolution] = ["depth", "width", "resolution"].map(|name| {
            let factor = self.number(record, name)?;
            if let Some(value) = factor.filter(|value| *value <= 0.0) {
                let column = self.column(name).unwrap_or(0);
                let problem = Diagnostic::new(format!("{name} is {value}; it must be above 0"));
                return Err(Box::new(problem.at(self.place(record, column), "here")));
            }
            Ok(factor)
        });
        let (depth, width, resolution) = (depth?, width?, resolution?);
        if depth.or(width).or(resolution).is_none() {
            return Ok(None);
        }
        let or_one = |factor: Option<f64>| factor.unwrap_or(1.0);
        Ok(Some(Scale {
            depth: or_one(depth),
            width: or_one(width),
            resolution: or_one(resolution),
        }))
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.headers.iter().position(|header| canonical(header) == name)
    }

    /// A value that is not empty, and its column.
    fn value<'r>(&self, record: &'r csv::StringRecord, name: &str) -> Option<(usize, &'r str)> {
        let column = self.column(name)?;
        record.get(column).filter(|value| !value.is_empty()).map(|value| (column, value))
    }

    fn number(&self, record: &csv::StringRecord, name: &str) -> Refused<Option<f64>> {
        let Some((column, text)) = self.value(record, name) else { return Ok(None) };
        let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.map(Some).ok_or_else(|| {
            let problem = Diagnostic::new(format!("`{text}` is no finite number"));
            Box::new(problem.at(self.place(record, column), format!("{name} here")))
        })
    }

    fn figure(&self, record: &csv::StringRecord, name: &str) -> Refused<Option<Figure>> {
        let Some((column, text)) = self.value(record, name) else { return Ok(None) };
        let figure = Figure::parse(text).or_else(|| plain(text));
        let figure = figure.filter(|figure| figure.value.is_finite() && figure.value > 0.0);
        figure.map(Some).ok_or_else(|| {
            let problem = Diagnostic::new(format!("`{text}` is not a figure above 0"));
            let help = "figures are written as they are printed: 5.3M, 0.39B, 5288548";
            Box::new(problem.at(self.place(record, column), format!("{name} here")).help(help))
        })
    }
}

/// A number as programs write it: `3.9e8`, known to its last digit.
fn plain(text: &str) -> Option<Figure> {
    let value: f64 = text.parse().ok()?;
    Some(Figure { text: text.to_string(), value, step: 1.0 })
}

/// The name of a column, whatever its case; accuracy is top-1.
fn canonical(name: &str) -> &str {
    let known = COLUMNS.iter().find(|known| known.eq_ignore_ascii_case(name));
    match known {
        Some(known) => known,
        None if name.eq_ignore_ascii_case("accuracy") => "top1",
        None => name,
    }
}
