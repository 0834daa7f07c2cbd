//! Measured networks in CSV: a user's runs, points of a paper's figure, a library's table.

use crate::error::{Diagnostic, Error, Source, Span};
use crate::families::published::Published;
use crate::families::scaling::Scale;
use crate::families::table::{self, Columns, Row};

const COLUMNS: Columns = Columns {
    required: &["top1"],
    optional: &[
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
        "top5",
        "source",
    ],
    aliases: &[("accuracy", "top1")],
    allows_others: false,
};

/// A network whose accuracy was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredNetwork {
    /// Which series it belongs to.
    pub series: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The address of a spec that counts it, such as `resnet:50`.
    pub network: Option<String>,
    /// The multipliers that make it from a family's baseline.
    pub scale: Option<Scale>,
    /// Its accuracy, and its costs if given. The source is empty if neither the row nor a line `# source: …` has one.
    pub figures: Published,
    /// Its line.
    pub span: Span,
}

impl MeasuredNetwork {
    /// Its name, its address, or the multipliers that make it.
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

/// Reads a CSV of measured networks; `path` is its name in messages.
pub fn read(path: &str, text: &str) -> Result<Vec<MeasuredNetwork>, Error> {
    let comments = text.lines().filter_map(|line| line.strip_prefix('#'));
    let mut source = comments.filter_map(|line| line.trim_start().strip_prefix("source:"));
    let source = source.next().unwrap_or_default().trim();
    table::read(&Source::new(path, text), &COLUMNS, |row| network(row, source))
}

fn network(row: &Row, source: &str) -> Result<MeasuredNetwork, Diagnostic> {
    let text = |column| row.text(column).map(str::to_string);
    let scale = scale(row)?;
    let figures = Published {
        source: row.text("source").unwrap_or(source).to_string(),
        params: row.figure("params")?,
        macs: row.figure("macs")?,
        activations: row.figure("activations")?,
        top1: Some(row.required_percent("top1")?),
        top5: row.percent("top5")?,
    };
    let network = text("network");
    if network.is_none() && scale.is_none() && !figures.has_cost() {
        let help =
            "name a `network`, or give depth, width and resolution, or params, macs or activations";
        let problem = Diagnostic::new("this row has no cost").at(row.line(), "this row");
        return Err(problem.help(help));
    }
    let (series, name, span) = (text("series"), text("name"), row.line());
    Ok(MeasuredNetwork { series, name, network, scale, figures, span })
}

/// Depth, width and resolution; those that a row leaves out are 1.
fn scale(row: &Row) -> Result<Option<Scale>, Diagnostic> {
    let factor = |column| row.number(column, "a number above 0", |factor| factor > 0.0);
    let (depth, width, resolution) = (factor("depth")?, factor("width")?, factor("resolution")?);
    if depth.or(width).or(resolution).is_none() {
        return Ok(None);
    }
    let or_one = |factor: Option<f64>| factor.unwrap_or(1.0);
    Ok(Some(Scale { depth: or_one(depth), width: or_one(width), resolution: or_one(resolution) }))
}
