//! Networks of a sweep, read row by row from the CSV that `phiscale sweep` wrote.

use std::io::Read;
use std::str::{FromStr, from_utf8};
use std::sync::Arc;

use csv::ByteRecord;

use crate::analysis::sweep::CountedPoint;
use crate::error::{Diagnostic, Error};
use crate::families::scaling::Scale;

/// The columns that are read, besides the network's name.
const COLUMNS: [&str; 6] = ["depth", "width", "resolution", "params", "macs", "activations"];

/// Reading stops after this many mistakes.
const MOST_MISTAKES: usize = 100;

/// Whether the first line of a text is that of a sweep's CSV: it names multipliers and costs.
#[must_use]
pub fn is_swept_csv(line: &str) -> bool {
    let named = |wanted: &&&str| line.split(',').any(|name| name.trim() == **wanted);
    COLUMNS[..3].iter().all(|wanted| named(&wanted))
        && COLUMNS[3..].iter().any(|wanted| named(&wanted))
}

/// Gives every network of a sweep's CSV to `found`, in order. `name` is that of the text in messages.
pub fn read_swept(
    name: &str,
    input: impl Read,
    mut found: impl FnMut(&CountedPoint),
) -> Result<(), Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let failed = |error: &csv::Error| Diagnostic::new(format!("cannot read {name}: {error}"));
    let header = reader.byte_headers().map_err(|error| failed(&error))?.clone();
    let mut rows = Rows { places: places(name, &header)?, columns: header.len(), name: None };
    let (mut record, mut problems) = (ByteRecord::new(), Vec::new());
    while problems.len() < MOST_MISTAKES {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => match rows.network(&record) {
                Ok(network) => found(&network),
                Err(message) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    problems.push(Diagnostic::new(format!("{name}, line {line}: {message}")));
                }
            },
            Err(error) => {
                problems.push(failed(&error));
                break;
            }
        }
    }
    Error::check(problems)
}

/// Where the columns are: that of the name, if there is one, and the others.
type Places = (Option<usize>, [usize; 6]);

fn places(name: &str, header: &ByteRecord) -> Result<Places, Error> {
    let place = |wanted: &str| header.iter().position(|own| own.trim_ascii() == wanted.as_bytes());
    let missing: Vec<&str> = COLUMNS.into_iter().filter(|one| place(one).is_none()).collect();
    if missing.is_empty() {
        return Ok((place("network"), COLUMNS.map(|column| place(column).unwrap_or_default())));
    }
    let missing = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let message = if header.is_empty() {
        format!("{name} is empty")
    } else {
        format!("{name} is not a sweep: its first line names no column {missing}")
    };
    let help = "write a sweep as CSV, with its first line: phiscale sweep efficientnet --depth 1..=2:0.1 -o s.csv";
    Err(Diagnostic::new(message).help(help).into())
}

/// Reads rows; equal names in a row are one text.
struct Rows {
    places: Places,
    columns: usize,
    name: Option<Arc<str>>,
}

impl Rows {
    fn network(&mut self, record: &ByteRecord) -> Result<CountedPoint, String> {
        if record.len() != self.columns {
            return Err(format!("{} values for {} columns", record.len(), self.columns));
        }
        let multiplier = |column: usize| {
            let fits = |value: &f64| value.is_finite() && *value > 0.0;
            self.value(record, column, "a number above 0", fits)
        };
        let count = |column: usize| {
            self.value(record, column, "a whole number above 0", |count: &u64| *count > 0)
        };
        let scale =
            Scale { depth: multiplier(0)?, width: multiplier(1)?, resolution: multiplier(2)? };
        // In the order of `Total`.
        let totals = [count(3)?, count(4)?, count(5)?];
        Ok(CountedPoint { name: self.named(record), scale, totals })
    }

    fn named(&mut self, record: &ByteRecord) -> Option<Arc<str>> {
        let own = String::from_utf8_lossy(record.get(self.places.0?)?);
        if self.name.as_deref() != Some(&*own) {
            self.name = Some(own.into());
        }
        self.name.clone()
    }

    /// The value in one of [`COLUMNS`]; `fits` tests it, and `expected` describes what fits.
    fn value<T: FromStr>(
        &self,
        record: &ByteRecord,
        column: usize,
        expected: &str,
        fits: impl Fn(&T) -> bool,
    ) -> Result<T, String> {
        let bytes = record.get(self.places.1[column]).unwrap_or_default();
        let parsed = from_utf8(bytes).ok().and_then(|text| text.trim().parse().ok());
        parsed.filter(fits).ok_or_else(|| {
            let (name, text) = (COLUMNS[column], String::from_utf8_lossy(bytes));
            format!("`{name}` must be {expected}, not `{text}`")
        })
    }
}
