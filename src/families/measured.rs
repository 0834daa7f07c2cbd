//! Measured networks in CSV: a user's runs, points of a paper's figure, a library's table.

use std::collections::BTreeMap;

use crate::error::{Diagnostic, Error, Source, Span};
use crate::families::accuracy::{Accuracy, STANDARD_ERROR, Uncertainty, is_standard_error};
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
        "standard_error",
        "top5_standard_error",
        "source",
    ],
    aliases: &[("accuracy", "top1")],
    hints: &[
        (&["acc", "top-1", "top_1"], "did you mean `top1`?"),
        (
            &["seed", "run", "repeat", "trial"],
            "repeats are rows of one network: leave the column out",
        ),
        (
            &["std", "sd", "stdev", "stddev", "std_dev", "top1_std", "acc_std", "accuracy_std"],
            "give the `standard_error`, which is std/√n, or each run as a row",
        ),
        (&["se", "sem", "stderr", "std_err", "error"], "did you mean `standard_error`?"),
    ],
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
    /// Its accuracies, and its costs if given: of repeats, the means with their standard errors. The source is empty if
    /// neither the row nor a line `# source: …` has one.
    pub figures: Published,
    /// What the column `input` says of its images.
    pub input: Option<String>,
    /// Its line, or the first of its repeats.
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

/// Reads a CSV of measured networks; `path` is its name in messages. Rows of one network and one source are repeats,
/// which make one network.
pub fn read(path: &str, text: &str) -> Result<Vec<MeasuredNetwork>, Error> {
    let comments = text.lines().filter_map(|line| line.strip_prefix('#'));
    let mut source = comments.filter_map(|line| line.trim_start().strip_prefix("source:"));
    let source = source.next().unwrap_or_default().trim();
    let rows = table::read(&Source::new(path, text), &COLUMNS, |row| network(row, source))?;
    merged(rows)
}

/// A row of the CSV.
struct MeasuredRow {
    network: MeasuredNetwork,
    /// The place of its first standard error.
    error: Option<Span>,
}

/// What repeats share, besides their costs. Another source trains in another way.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Identity {
    series: Option<String>,
    name: Option<String>,
    network: Option<String>,
    input: Option<String>,
    /// The bits of its multipliers.
    scale: Option<[u64; 3]>,
    source: String,
}

fn network(row: &Row, source: &str) -> Result<MeasuredRow, Diagnostic> {
    let text = |column| row.text(column).map(str::to_string);
    let scale = scale(row)?;
    let (top1, top5) = (Some(row.required_percent("top1")?), row.percent("top5")?);
    let uncertainty = |y, accuracy| uncertainty(row, y, accuracy);
    let figures = Published {
        source: row.text("source").unwrap_or(source).to_string(),
        params: row.figure("params")?,
        macs: row.figure("macs")?,
        activations: row.figure("activations")?,
        top1,
        top5,
        top1_uncertainty: uncertainty(Accuracy::Top1, top1)?,
        top5_uncertainty: uncertainty(Accuracy::Top5, top5)?,
    };
    let network = text("network");
    if network.is_none() && scale.is_none() && !figures.has_cost() {
        let help =
            "name a `network`, or give depth, width and resolution, or params, macs or activations";
        let problem = Diagnostic::new("this row has no cost").at(row.line(), "this row");
        return Err(problem.help(help));
    }
    let given = Accuracy::ALL.into_iter().find(|y| figures.uncertainty(*y).is_some());
    let error = given.map(|y| row.place(y.error_key()));
    let (series, name, input, span) = (text("series"), text("name"), text("input"), row.line());
    let network = MeasuredNetwork { series, name, network, scale, figures, input, span };
    Ok(MeasuredRow { network, error })
}

/// The standard error beside an accuracy.
fn uncertainty(
    row: &Row,
    y: Accuracy,
    accuracy: Option<f64>,
) -> Result<Option<Uncertainty>, Diagnostic> {
    let column = y.error_key();
    let Some(error) = row.number(column, STANDARD_ERROR, is_standard_error)? else {
        return Ok(None);
    };
    if accuracy.is_none() {
        let message = format!("this row has a `{column}`, but no `{}`", y.key());
        return Err(row.problem(column, message));
    }
    Ok(Some(Uncertainty::given(error)))
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

/// The networks of rows: repeats of one network become one.
fn merged(rows: Vec<MeasuredRow>) -> Result<Vec<MeasuredNetwork>, Error> {
    // The first row of each network, and its repeats.
    let mut groups: Vec<(MeasuredRow, Vec<MeasuredRow>)> = Vec::new();
    let mut known = BTreeMap::new();
    for row in rows {
        let index = match identity(&row.network) {
            Some(identity) => *known.entry(identity).or_insert(groups.len()),
            None => groups.len(),
        };
        match groups.get_mut(index) {
            Some((_, repeats)) => repeats.push(row),
            None => groups.push((row, Vec::new())),
        }
    }
    let (mut networks, mut problems) = (Vec::new(), Vec::new());
    for (first, repeats) in groups {
        match mean_of(first, &repeats) {
            Ok(network) => networks.push(network),
            Err(problem) => problems.push(problem),
        }
    }
    Error::check(problems).map(|()| networks)
}

/// `None` for rows that name nothing, such as points read off a figure: each stands for itself.
fn identity(row: &MeasuredNetwork) -> Option<Identity> {
    let MeasuredNetwork { series, name, network, scale, input, figures, .. } = row.clone();
    if name.is_none() && network.is_none() && scale.is_none() {
        return None;
    }
    let scale = scale.map(|one| [one.depth, one.width, one.resolution].map(f64::to_bits));
    Some(Identity { series, name, network, input, scale, source: figures.source })
}

/// The network with the means of its repeats, if there are any.
fn mean_of(first: MeasuredRow, repeats: &[MeasuredRow]) -> Result<MeasuredNetwork, Diagnostic> {
    let MeasuredRow { network, error } = first;
    let Some(second) = repeats.first() else { return Ok(network) };
    if error.is_some() || repeats.iter().any(|row| row.error.is_some()) {
        let problem = Diagnostic::new("this network has a standard error and repeats");
        let place = second.error.as_ref().unwrap_or(&second.network.span);
        let help = "give the mean and its `standard_error` in one row, or a row for each repeat without it";
        return Err(problem.at(place, "the same network again").help(help));
    }
    let rows = || repeats.iter().map(|row| &row.network);
    rows().try_for_each(|repeat| check_costs(&network, repeat))?;
    let all = || std::iter::once(&network).chain(rows()).map(|row| &row.figures);
    let mean = |y: Accuracy| {
        let accuracies: Vec<f64> = all().filter_map(|figures| figures.accuracy(y)).collect();
        (!accuracies.is_empty()).then(|| Uncertainty::of_repeats(&accuracies)).unzip()
    };
    let (top1, top1_uncertainty) = mean(Accuracy::Top1);
    let (top5, top5_uncertainty) = mean(Accuracy::Top5);
    let figures = Published {
        top1,
        top5,
        top1_uncertainty: top1_uncertainty.flatten(),
        top5_uncertainty: top5_uncertainty.flatten(),
        ..network.figures
    };
    Ok(MeasuredNetwork { figures, ..network })
}

/// Fails where a repeat has another cost than the first.
fn check_costs(first: &MeasuredNetwork, repeat: &MeasuredNetwork) -> Result<(), Diagnostic> {
    let costs = |row: &MeasuredNetwork| {
        let Published { params, macs, activations, .. } = &row.figures;
        let costs = [("params", params), ("macs", macs), ("activations", activations)];
        costs.map(|(name, figure)| (name, figure.as_ref().map(|figure| figure.value)))
    };
    let differs = costs(first).into_iter().zip(costs(repeat)).find(|(one, other)| one != other);
    let Some(((cost, known), (_, found))) = differs else { return Ok(()) };
    let (name, line) = (repeat.label(), first.span.line());
    let message = match (known, found) {
        (Some(_), None) => format!("`{name}` has no {cost} here, but line {line} has"),
        (None, _) => format!("`{name}` has {cost} here, but line {line} has none"),
        _ => format!("`{name}` has other {cost} than in line {line}"),
    };
    let problem = Diagnostic::new(message).at(&repeat.span, "the same network again");
    Err(problem.help("repeats have the same costs; another network has another `name`"))
}
