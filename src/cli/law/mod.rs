//! `phiscale law`: what accuracy larger networks will reach.

mod candidates;
mod family;
mod measured;

use std::collections::BTreeSet;

use clap::Args;
use phiscale::law::{HeldOut, Law, NextNetwork, Series};
use phiscale::reports::{PredictedNetwork, PredictedSeries, SeriesWithoutLaw};
use phiscale::{Diagnostic, Error, budget, reports};

use super::arguments::{Output, Values};
use super::files::read;
use super::{Answer, Caller};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A family with published accuracies: a bundled spec or a path. Or a CSV of measured networks, or the journal of a
    /// search or a comparison.
    #[arg(value_name = "SPEC|FILE")]
    family: String,
    /// Only the series of this name, such as `RegNetX`.
    #[arg(long, value_name = "NAME", help_heading = "Series")]
    series: Option<String>,
    /// Only accuracies with these words in their source, such as `torchvision`.
    #[arg(long, value_name = "WORDS", help_heading = "Series")]
    accuracy: Option<String>,
    /// The family that the multipliers in a CSV scale.
    #[arg(long, value_name = "SPEC", help_heading = "Series")]
    of: Option<String>,
    /// Leave the largest networks of each series out of its law, so many of them, and predict these.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Predictions")]
    hold_out: Option<u16>,
    /// Predict these networks of the family, with commas between them, instead of those that come next.
    #[arg(long, value_name = "NETWORKS", value_delimiter = ',', help_heading = "Predictions")]
    at: Vec<String>,
    /// Predict the family at these φ: 8, 7.5,8 or 8..=10.
    #[arg(long, value_name = "PHIS", allow_hyphen_values = true, help_heading = "Predictions")]
    phi: Option<Values>,
    /// Predict networks with so many MACs, with commas between them: 50G,100G.
    #[arg(
        long,
        value_name = "NUMBERS",
        value_delimiter = ',',
        value_parser = amount,
        help_heading = "Predictions"
    )]
    macs: Vec<u128>,
    #[command(flatten)]
    pub(super) output: Output,
}

/// A number of MACs, written as a budget is.
fn amount(text: &str) -> Result<u128, String> {
    budget::parse_count(text).map_err(|message| message.replace("a budget is", "MACs are"))
}

/// A series, and the networks that its law is asked for.
struct Asked {
    series: Series,
    networks: Vec<NextNetwork>,
}

/// Everything that an input holds.
#[derive(Default)]
struct Gathered {
    asked: Vec<Asked>,
    without: Vec<SeriesWithoutLaw>,
    notes: Vec<String>,
}

pub(super) fn answer(arguments: &Arguments, caller: &Caller) -> Result<Answer, Error> {
    caller.say_all(arguments.phi.iter().flat_map(|phis| &phis.notes));
    let gathered = gathered(arguments, caller)?;
    let mut gathered = arguments.selected(gathered)?;
    let mut predicted = Vec::new();
    let mut problems = Vec::new();
    for asked in gathered.asked {
        match arguments.predicted(&asked) {
            Ok(one) => predicted.push(one),
            Err(no_law) => {
                let (series, is_small) = (asked.series, no_law.is_small);
                let reason = match arguments.hold_out {
                    None => no_law.reason,
                    Some(count) => format!("without its {count} largest, {}", no_law.reason),
                };
                gathered.without.push(SeriesWithoutLaw { series, reason, is_small });
                problems.extend((!is_small).then_some(no_law.problem));
            }
        }
    }
    if predicted.is_empty() {
        Error::check(problems)?;
        return Err(nothing(&arguments.family, &gathered.without));
    }
    Ok(Answer::of(reports::law(&predicted, &gathered.without, gathered.notes)))
}

/// The series of the input, by what it is.
fn gathered(arguments: &Arguments, caller: &Caller) -> Result<Gathered, Error> {
    let suffix = |end: &str| arguments.family.to_lowercase().ends_with(end);
    if suffix(".jsonl") {
        return candidates::of_journal(arguments, caller);
    }
    if !suffix(".csv") {
        if arguments.of.is_some() {
            let problem = Diagnostic::new("--of has no effect on a spec");
            return Err(problem.help("it is for a CSV with multipliers or α, β and γ").into());
        }
        return family::gather(arguments, caller);
    }
    let text = read(&arguments.family, MAX_BYTES, "measurements")?;
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let columns = lines.next().unwrap_or_default().to_lowercase();
    if columns.split(',').any(|column| column.trim() == "alpha") {
        candidates::of_csv(arguments, text, caller)
    } else {
        measured::gather(arguments, &text, caller)
    }
}

impl Arguments {
    /// Whether other networks are asked for than those that come next.
    fn asks(&self) -> bool {
        !self.at.is_empty() || self.phi.is_some() || !self.macs.is_empty()
    }

    /// The networks of given MACs.
    fn of_macs(&self) -> impl Iterator<Item = NextNetwork> + '_ {
        self.macs.iter().map(|macs| any_network(*macs as f64))
    }

    /// What a series is asked for whose networks are known by their cost alone: given MACs, or twice and four times those
    /// of its largest network.
    fn by_cost(&self, series: &Series) -> Vec<NextNetwork> {
        let largest = series.networks.last().map_or(0.0, |network| network.cost);
        let doubled = [2.0, 4.0].map(|factor| any_network(factor * largest));
        if self.asks() {
            self.of_macs().collect()
        } else if self.hold_out.is_some() {
            Vec::new()
        } else {
            doubled.into()
        }
    }

    /// Refuses options that need the members of a family.
    fn check_for_file(&self) -> Result<(), Error> {
        let given = [(!self.at.is_empty(), "--at"), (self.phi.is_some(), "--phi")];
        let Some((_, name)) = given.into_iter().find(|(is_given, _)| *is_given) else {
            return Ok(());
        };
        let problem = Diagnostic::new(format!(
            "{name} is for families, but {} is a file of measurements",
            self.family
        ));
        Err(problem
            .help("--macs predicts networks by their cost: `phiscale count` gives it")
            .into())
    }

    /// Only the series that are asked for.
    fn selected(&self, mut gathered: Gathered) -> Result<Gathered, Error> {
        let has_words = |series: &Series| {
            let words = self.accuracy.as_deref().unwrap_or_default().to_lowercase();
            series.source.to_lowercase().contains(&words)
        };
        let is_meant = |series: &Series| {
            self.series.as_ref().is_none_or(|name| series.name.eq_ignore_ascii_case(name))
        };
        let all: Vec<Series> = gathered.all().cloned().collect();
        if !all.iter().any(|series| has_words(series) && is_meant(series)) && !all.is_empty() {
            return Err(self.not_found(&all));
        }
        gathered.asked.retain(|one| has_words(&one.series) && is_meant(&one.series));
        gathered.without.retain(|one| has_words(&one.series) && is_meant(&one.series));
        Ok(gathered)
    }

    fn not_found(&self, all: &[Series]) -> Error {
        let unique = |name: fn(&Series) -> &str| -> Vec<&str> {
            all.iter().map(name).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let named = self.series.as_ref().map(|name| format!("called `{name}`"));
        let from = self.accuracy.as_ref().map(|words| format!("with {words:?} in its source"));
        let what: Vec<String> = named.into_iter().chain(from).collect();
        let message = format!("{} has no series {}", self.family, what.join(" and "));
        let mut problem = Diagnostic::new(message);
        if let Some(name) = &self.series {
            problem = problem.known("series", name, &unique(|series| &series.name));
        }
        if self.accuracy.is_some() {
            let sources = unique(|series| &series.source).into_iter().take(MOST_SOURCES);
            problem =
                sources.map(|source| format!("a source: {source}")).fold(problem, Diagnostic::help);
        }
        problem.into()
    }

    /// The law of a series and what it says.
    fn predicted(&self, asked: &Asked) -> Result<PredictedSeries, phiscale::law::NoLaw> {
        let count = usize::from(self.hold_out.unwrap_or(0));
        let (law, held_out) = match count {
            0 => (Law::of(&asked.series)?, Vec::new()),
            count => HeldOut::of(&asked.series, count)?,
        };
        let of_held_out = held_out.into_iter().map(|one| PredictedNetwork {
            network: Some(one.network.network),
            phi: None,
            macs: one.network.cost,
            prediction: one.prediction,
            measured: Some(one.network.accuracy),
        });
        let of_asked = asked.networks.iter().map(|one| PredictedNetwork {
            network: (!one.network.is_empty()).then(|| one.network.clone()),
            phi: one.phi,
            macs: one.macs,
            prediction: law.predict(one.macs),
            measured: None,
        });
        let networks = of_held_out.chain(of_asked).collect();
        Ok(PredictedSeries { series: asked.series.without_largest(count).0, law, networks })
    }
}

impl Gathered {
    fn all(&self) -> impl Iterator<Item = &Series> {
        let asked = self.asked.iter().map(|one| &one.series);
        asked.chain(self.without.iter().map(|one| &one.series))
    }
}

/// Maximum size of a CSV or a journal, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Repeats with a larger standard deviation, in percentage points, are taken for different trainings.
const MOST_SCATTER: f64 = 3.0;

/// Most sources in a message.
const MOST_SOURCES: usize = 8;

/// Any network of this cost.
fn any_network(macs: f64) -> NextNetwork {
    NextNetwork { network: String::new(), phi: None, macs }
}

fn nothing(input: &str, without: &[SeriesWithoutLaw]) -> Error {
    let message = format!("{input} has no series of four networks to fit a law to");
    let mut problem = Diagnostic::new(message);
    let mut largest: Vec<&SeriesWithoutLaw> = without.iter().collect();
    largest.sort_by_key(|one| std::cmp::Reverse(one.series.networks.len()));
    for SeriesWithoutLaw { series, reason, .. } in largest.into_iter().take(MOST_SOURCES) {
        let Series { name, source, .. } = series;
        let from = if source.is_empty() { String::new() } else { format!(" ({source})") };
        problem = problem.help(format!("{name}{from}: {reason}"));
    }
    problem.help("a series is networks of one kind, scaled and trained in one way").into()
}
