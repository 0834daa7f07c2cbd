//! Measured speeds of networks in CSV.

use std::collections::HashMap;

use crate::error::{Diagnostic, Error, Source, Span};
use crate::families::table::{self, Columns, Row};

const COLUMNS: Columns = Columns {
    required: &["network", "batch", "images_per_second"],
    optional: &["input"],
    aliases: &[("model", "network"), ("batch_size", "batch")],
    hints: &[],
    allows_others: true,
};

/// Measured speeds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Runs {
    /// What a line `# source: …` says; the file's name if there is none.
    pub source: String,
    /// One for each network, image and batch.
    pub runs: Vec<Run>,
}

/// The measured speed of a network.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// Its address.
    pub network: String,
    /// Height and width of the images in pixels, if they are not the network's own.
    pub image: Option<[u64; 2]>,
    /// Images in a batch.
    pub batch: u32,
    /// Images in a second; of repeats, the geometric mean.
    pub images_per_second: f64,
    /// The place of its name.
    pub span: Span,
    /// The place of its speed.
    pub speed: Span,
}

/// Reads a CSV of measured speeds; `path` is its name in messages. Rows with the same network, image and batch are
/// repeats of one run.
pub fn read(path: &str, text: &str) -> Result<Runs, Error> {
    let comments = text.lines().filter_map(|line| line.strip_prefix('#'));
    let mut source = comments.filter_map(|line| line.trim_start().strip_prefix("source:"));
    let source = source.next().map_or(path, str::trim).to_string();
    let rows = table::read(&Source::new(path, text), &COLUMNS, run)?;
    Ok(Runs { source, runs: merged(rows) })
}

fn run(row: &Row) -> Result<Run, Diagnostic> {
    let missing = || row.problem("network", "this row needs a `network`: its address");
    let network = row.text("network").ok_or_else(missing)?.to_string();
    let whole = "a whole number of at least 1";
    let is_batch =
        |batch: f64| batch >= 1.0 && batch <= f64::from(u32::MAX) && batch.fract() == 0.0;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, and in range
    let batch = row.required_number("batch", whole, is_batch)? as u32;
    let speed = "a number above 0";
    let images_per_second = row.required_number("images_per_second", speed, |speed| speed > 0.0)?;
    let wrong = |text: &str| {
        let message =
            format!("`input` must be H or HxW in pixels, such as 224 or 224x320, not `{text}`");
        row.problem("input", message)
    };
    let image = row.text("input").map(|text| image(text).ok_or_else(|| wrong(text))).transpose()?;
    let (span, speed) = (row.place("network"), row.place("images_per_second"));
    Ok(Run { network, image, batch, images_per_second, span, speed })
}

/// Height and width.
fn image(text: &str) -> Option<[u64; 2]> {
    let (height, width) = text.split_once(['x', 'X', '×']).unwrap_or((text, text));
    let [height, width] = [height, width].map(|side| side.trim().parse().ok());
    Some([height?, width?]).filter(|sides| sides.iter().all(|side| *side >= 1))
}

/// Joins repeats, in the order of their first rows.
fn merged(rows: Vec<Run>) -> Vec<Run> {
    let mut groups: Vec<Vec<Run>> = Vec::new();
    let mut places = HashMap::new();
    for row in rows {
        let key = (row.network.clone(), row.image, row.batch);
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    let merged = groups.into_iter().filter_map(|group| {
        let count = group.len() as f64;
        let sum: f64 = group.iter().map(|run| run.images_per_second.ln()).sum();
        let first = group.into_iter().next()?;
        let mean = if count > 1.0 { (sum / count).exp() } else { first.images_per_second };
        Some(Run { images_per_second: mean, ..first })
    });
    merged.collect()
}
