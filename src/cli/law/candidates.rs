//! The series in a journal, or in the CSV of a search: each strategy by φ, from the baseline that all share.

use std::collections::BTreeMap;

use phiscale::law::{MeasuredPoint, Series};
use phiscale::search::{
    Journal, JournalEntry, MeasuredAccuracy, TestedOn, mean, read_measurements,
};
use phiscale::{Coefficients, Diagnostic, Error, Family, Request, Source, Strategy, plural};

use super::measured::baseline;
use super::{Arguments, Asked, Gathered, MAX_BYTES, MOST_SCATTER};
use crate::cli::Caller;
use crate::cli::arguments::Chosen;
use crate::cli::files::read;

/// Coefficients that differ by less are equal: files store them as decimals.
const TOLERANCE: f64 = 1e-6;

/// What candidates of a series share: results that differ in it are never compared.
#[derive(PartialEq)]
struct Measured {
    family: String,
    evaluator: String,
    /// What was chosen in a search space for the baseline.
    chosen: String,
    epochs: Option<u64>,
}

/// A measured candidate.
struct Candidate {
    measured: Measured,
    /// The highest learning rate, if it is said.
    learning_rate: Option<f64>,
    phi: f64,
    coefficients: Coefficients,
    macs: f64,
    accuracy: f64,
}

/// The series of a journal.
pub(super) fn of_journal(arguments: &Arguments, caller: &Caller) -> Result<Gathered, Error> {
    arguments.check_for_file()?;
    let path = &arguments.family;
    let journal = Journal::parse(&read(path, MAX_BYTES, "a journal")?)
        .map_err(|error| error.in_context(path))?;
    // A study of a search space holds its design too, whose trainings made a choice.
    let is_of_study = |entry: &JournalEntry| entry.variant.family.is_some();
    let is_chosen = |entry: &JournalEntry| !entry.variant.choices.is_empty();
    if journal.entries.iter().any(is_chosen) && !journal.entries.iter().any(is_of_study) {
        let message =
            format!("{path} is the journal of a design, whose networks are of many kinds");
        let help = "a law is of networks of one kind, scaled and trained in one way";
        return Err(Diagnostic::new(message).help(help).into());
    }
    let mut notes = Vec::new();
    let family = uncounted(arguments, &journal, caller)?;
    if let Some(family) = &family {
        notes.push(format!(
            "The journal has no counts of its networks: they were counted from {} as it is now.",
            family.name
        ));
    }
    let mut candidates = Vec::new();
    let mut choices = 0;
    for (number, entry) in (1..).zip(&journal.entries) {
        let Some(measurement) = entry.measurement() else { continue };
        // Tried with other learning rates, and tested on other images.
        if entry.variant.images == Some(TestedOn::Validation) {
            choices += 1;
            continue;
        }
        let macs = match &family {
            Some(family) => macs(family, &measurement)?,
            None => entry.macs() as f64,
        };
        candidates.push(journaled((path, number), entry, &measurement, macs)?);
    }
    if choices > 0 {
        notes.push(format!(
            "{} on images kept back made choices, and take no part.",
            plural(choices, "training")
        ));
    }
    let is_measured = |entry: &&JournalEntry| {
        let same = |other: &&JournalEntry| other.identity() == entry.identity();
        journal.entries.iter().filter(same).any(|other| other.accuracy.is_some())
    };
    let tested =
        journal.entries.iter().filter(|one| one.variant.images != Some(TestedOn::Validation));
    let failed = tested.filter(|one| !is_measured(one)).count();
    if failed > 0 {
        let candidates = if failed == 1 { "candidate has" } else { "candidates have" };
        notes.push(format!("{failed} failed {candidates} no accuracy."));
    }
    Ok(Gathered { notes, ..gathered(arguments, &candidates)? })
}

/// The family that counts the networks of a journal without counts, as it was written before it had them.
fn uncounted(
    arguments: &Arguments,
    journal: &Journal,
    caller: &Caller,
) -> Result<Option<Family>, Error> {
    let Some(entry) = journal.entries.iter().find(|entry| entry.network.is_empty()) else {
        return match &arguments.of {
            None => Ok(None),
            Some(_) => {
                let problem = Diagnostic::new("--of has no effect on this journal");
                Err(problem.help("it has the counts of its networks").into())
            }
        };
    };
    let of = arguments.of.as_deref().unwrap_or(&entry.family);
    let family = baseline(of, caller).map_err(|error| {
        error.help(
            "the journal has no counts of its networks: name the family that it measured with --of",
        )
    })?;
    let other = journal.entries.iter().find(|entry| entry.family != family.name);
    match other {
        None => Ok(Some(family)),
        Some(other) => {
            let message =
                format!("{} measured {}, not {}", arguments.family, other.family, family.name);
            Err(Error::new(message))
        }
    }
}

/// The series of a CSV with α, β and γ, whose networks are counted.
pub(super) fn of_csv(
    arguments: &Arguments,
    text: String,
    caller: &Caller,
) -> Result<Gathered, Error> {
    arguments.check_for_file()?;
    let path = &arguments.family;
    let Some(of) = &arguments.of else {
        let problem =
            Diagnostic::new(format!("{path} has α, β and γ, but names no family that they scale"));
        return Err(problem.help(format!("phiscale law {path} --of efficientnet")).into());
    };
    let family = baseline(of, caller)?;
    let measurements = read_measurements(&Source::new(path.as_str(), text), None)?;
    let counted = |one: &MeasuredAccuracy| {
        Ok(Candidate {
            measured: Measured {
                family: family.name.clone(),
                evaluator: String::new(),
                chosen: String::new(),
                epochs: None,
            },
            learning_rate: None,
            phi: one.phi,
            coefficients: one.coefficients,
            macs: macs(&family, one)?,
            accuracy: one.accuracy,
        })
    };
    let candidates = measurements.iter().map(counted).collect::<Result<Vec<_>, Error>>()?;
    gathered(arguments, &candidates)
}

/// MACs of a candidate's network, counted.
fn macs(family: &Family, measured: &MeasuredAccuracy) -> Result<f64, Error> {
    let scale = measured.coefficients.at(measured.phi).checked()?;
    let network = family.network(&Request { scale, ..Request::BASELINE })?.network;
    Ok(network.macs() as f64)
}

/// The family that was scaled: a study has several.
fn family_of(entry: &JournalEntry) -> String {
    entry.variant.family.as_ref().unwrap_or(&entry.family).clone()
}

fn journaled(
    (path, number): (&str, usize),
    entry: &JournalEntry,
    measurement: &MeasuredAccuracy,
    macs: f64,
) -> Result<Candidate, Error> {
    let accuracy = measurement.accuracy;
    let wrong = if macs <= 0.0 {
        "its network has no MACs; a law needs a cost above 0".to_string()
    } else if !(0.0..=100.0).contains(&accuracy) {
        format!("the accuracy is {accuracy}; it must be a percentage from 0 to 100")
    } else {
        return Ok(Candidate {
            measured: Measured {
                family: family_of(entry),
                evaluator: entry.evaluator.clone(),
                chosen: entry.variant.chosen(),
                epochs: entry.variant.epochs,
            },
            learning_rate: entry.variant.learning_rate,
            phi: measurement.phi,
            coefficients: measurement.coefficients,
            macs,
            accuracy,
        });
    };
    Err(Error::new(format!("{path}: candidate {number}, φ = {}: {wrong}", entry.phi)))
}

fn gathered(arguments: &Arguments, candidates: &[Candidate]) -> Result<Gathered, Error> {
    let mut gathered = Gathered::default();
    let first = candidates.first().map(|one| &one.measured.family);
    let is_one_family = candidates.iter().all(|one| Some(&one.measured.family) == first);
    for (measured, coefficients) in strategies(candidates) {
        let is_in = |one: &&Candidate| {
            one.measured == *measured
                && (one.is_baseline() || is_near(one.coefficients, coefficients))
        };
        let mut name = name(&measured.family, coefficients);
        if !is_one_family {
            name = format!("{}: {name}", measured.family);
        }
        let points = points(&arguments.family, &name, candidates.iter().filter(is_in))?;
        let series = Series::new(&name, &measured.evaluator, points);
        let networks = arguments.by_cost(&series);
        gathered.asked.push(Asked { series, networks });
    }
    if gathered.asked.is_empty() {
        let message =
            format!("{} has no measured network apart from the baseline", arguments.family);
        return Err(Error::new(message));
    }
    Ok(gathered)
}

/// Every strategy beside the baseline, with its family and evaluator, in order.
fn strategies(candidates: &[Candidate]) -> Vec<(&Measured, Coefficients)> {
    let mut strategies: Vec<(&Measured, Coefficients)> = Vec::new();
    for one in candidates.iter().filter(|one| !one.is_baseline()) {
        let is_known = |(measured, coefficients): &(&Measured, Coefficients)| {
            **measured == one.measured && is_near(*coefficients, one.coefficients)
        };
        if !strategies.iter().any(is_known) {
            strategies.push((&one.measured, one.coefficients));
        }
    }
    strategies
}

impl Candidate {
    /// Whether it is the unscaled network, which is part of every series.
    fn is_baseline(&self) -> bool {
        self.phi.abs() < TOLERANCE || is_near(self.coefficients, ONES)
    }
}

const ONES: Coefficients = Coefficients { alpha: 1.0, beta: 1.0, gamma: 1.0 };

/// One point for each φ, the mean of its repeats.
fn points<'c>(
    path: &str,
    series: &str,
    candidates: impl Iterator<Item = &'c Candidate>,
) -> Result<Vec<MeasuredPoint>, Error> {
    // By the bits of φ: files repeat it as it is.
    let mut groups: BTreeMap<u64, (&Candidate, Vec<f64>)> = BTreeMap::new();
    for one in candidates {
        let (first, accuracies) =
            groups.entry((one.phi + 0.0).to_bits()).or_insert_with(|| (one, Vec::new()));
        accuracies.push(one.accuracy);
        if (one.macs - first.macs).abs() > 0.0 {
            let found = format!("{} MACs and {} MACs", first.macs, one.macs);
            let help = "the spec was changed between them: a journal is of one spec";
            return Err(contradiction(path, series, one.phi, &found, help));
        }
        if one.learning_rate != first.learning_rate {
            let rate = |one: &Candidate| one.learning_rate.unwrap_or_default();
            let found = format!("trainings at learning rates of {} and {}", rate(first), rate(one));
            let help = "a study was repeated with other learning rates: give it another --folder";
            return Err(contradiction(path, series, one.phi, &found, help));
        }
    }
    let point = |(first, accuracies): &(&Candidate, Vec<f64>)| {
        let (accuracy, error) = mean(accuracies);
        let deviation = error.unwrap_or(0.0) * (accuracies.len() as f64).sqrt();
        if deviation > MOST_SCATTER {
            let found = format!("repeats with a standard deviation of {deviation:.1} points");
            let help = format!("repeats of one training are within {MOST_SCATTER} points");
            return Err(contradiction(path, series, first.phi, &found, &help));
        }
        let network = format!("φ = {}", first.phi);
        Ok(MeasuredPoint { network, cost: first.macs, accuracy, place: None })
    };
    groups.values().map(point).collect()
}

fn contradiction(path: &str, series: &str, phi: f64, found: &str, help: &str) -> Error {
    let message =
        format!("{path}: measurements that contradict: {series} at φ = {phi} has {found}");
    Diagnostic::new(message).help(help).into()
}

/// The name of a strategy: a known one, the family's own, or its numbers.
fn name(family: &str, coefficients: Coefficients) -> String {
    let own = phiscale::family(family).ok().and_then(|family: Family| family.rule.coefficients);
    if own.is_some_and(|own| is_near(own, coefficients)) {
        return Chosen::COMPOUND.into();
    }
    let strategies = Strategy::NAMES.iter().filter_map(|name| Strategy::parse(name).ok());
    let known = strategies.into_iter().find(|one| is_near(one.coefficients(), coefficients));
    let Coefficients { alpha, beta, gamma } = coefficients;
    known.map_or_else(|| format!("α = {alpha}, β = {beta}, γ = {gamma}"), |known| known.name)
}

fn is_near(one: Coefficients, other: Coefficients) -> bool {
    let pairs = [(one.alpha, other.alpha), (one.beta, other.beta), (one.gamma, other.gamma)];
    pairs.iter().all(|(one, other)| (one - other).abs() < TOLERANCE)
}
