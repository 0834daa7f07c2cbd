//! What no law is fitted to.

use crate::analysis::correlation::correlation;
use crate::analysis::law::series::{MeasuredPoint, Series};
use crate::error::{Diagnostic, Span};

/// Fewest different costs: a law has three parameters, and one more network tells how well it fits.
pub const FEWEST: usize = 4;

/// Most networks: all of them are fitted a thousand times.
const MOST: usize = 500;

/// Costs outside are taken for mistakes: their powers leave what numbers can hold.
const COSTS: (f64, f64) = (1e-9, 1e24);

/// What to do where networks have no law in common.
const TWO_SERIES: &str = "networks trained in different ways, or of two kinds, are two series";

/// Why a series has no law.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NoLaw {
    /// Whether it has too few networks, and nothing else is wrong.
    pub is_small: bool,
    /// What was found, in a few words.
    pub reason: String,
    /// What was found, where, and what is needed.
    pub problem: Diagnostic,
}

/// Fails for numbers that are none, for too few networks, and where accuracy does not rise with cost.
pub(super) fn check(series: &Series) -> Result<(), NoLaw> {
    if let Some(problem) = series.networks.iter().find_map(impossible) {
        return Err(NoLaw { is_small: false, reason: problem.message.clone(), problem });
    }
    if series.networks.len() > MOST {
        let (name, count) = (named(series), series.networks.len());
        let reason = format!("{count} networks; a law is fitted to at most {MOST}");
        let problem = Diagnostic::new(format!("{name} has {reason}"));
        return Err(NoLaw { is_small: false, reason, problem });
    }
    let found = series.different_costs();
    if found < FEWEST {
        return Err(too_few(series, found));
    }
    let pairs: Vec<(f64, f64)> =
        series.networks.iter().map(|network| (network.cost, network.accuracy)).collect();
    if correlation(&pairs).is_none_or(|rank| rank.value <= 0.0) {
        return Err(falling(series));
    }
    Ok(())
}

fn impossible(network: &MeasuredPoint) -> Option<Diagnostic> {
    let MeasuredPoint { network: name, cost, accuracy, place } = network;
    let message = if !(COSTS.0..=COSTS.1).contains(cost) {
        format!("the cost of {name} is {cost}; it must be a number above 0, and at most 10^24")
    } else if !(0.0..=100.0).contains(accuracy) {
        format!("the accuracy of {name} is {accuracy}; it must be a percentage from 0 to 100")
    } else {
        return None;
    };
    Some(placed(Diagnostic::new(message), place.as_ref(), "here"))
}

fn too_few(series: &Series, found: usize) -> NoLaw {
    let reason = too_few_networks(found);
    let problem = Diagnostic::new(format!("{} has {reason}", named(series))).help(
        "error = e + b·C^−c has three parameters, and a fourth network tells how well it fits",
    );
    NoLaw { is_small: true, reason, problem }
}

/// That so many networks are too few, in words.
#[must_use]
pub fn too_few_networks(found: usize) -> String {
    match found {
        1 => format!("one network; a law needs {FEWEST}"),
        _ => format!("{found} networks of different cost; a law needs {FEWEST}"),
    }
}

fn falling(series: &Series) -> NoLaw {
    let message = format!("the accuracy of {} does not rise with cost", named(series));
    let mut problem = Diagnostic::new(message);
    if let Some((least, most)) = series.networks.first().zip(series.networks.last()) {
        problem = placed(problem, most.place.as_ref(), "its largest network").help(format!(
            "{} has {} %, and {}, which costs {:.1} times as much, {} %",
            least.network,
            least.accuracy,
            most.network,
            most.cost / least.cost,
            most.accuracy
        ));
    }
    let reason = "its accuracy does not rise with cost".into();
    NoLaw { is_small: false, reason, problem: problem.help(TWO_SERIES) }
}

/// The error for a series whose networks are too far from the best curve.
pub(super) fn scattered(series: &Series, deviation: f64, residuals: &[f64]) -> NoLaw {
    let reason =
        format!("its networks are {deviation:.1} points off the best curve (standard deviation)");
    let message = format!("no law fits {}: {reason}", named(series));
    let worst = series.networks.iter().zip(residuals);
    let worst = worst.max_by(|(_, one), (_, other)| one.abs().total_cmp(&other.abs()));
    let mut problem = Diagnostic::new(message);
    if let Some((network, residual)) = worst {
        problem = placed(problem, network.place.as_ref(), "the one that is furthest off");
        let side = if *residual > 0.0 { "below" } else { "above" };
        let distance = residual.abs();
        problem = problem.help(format!("{} is {distance:.1} points {side} it", network.network));
    }
    NoLaw { is_small: false, reason, problem: problem.help(TWO_SERIES) }
}

/// The name of a series, with its source.
fn named(series: &Series) -> String {
    let Series { name, source, .. } = series;
    if source.is_empty() { name.clone() } else { format!("{name} ({source})") }
}

fn placed(problem: Diagnostic, place: Option<&Span>, text: &str) -> Diagnostic {
    match place {
        Some(place) => problem.at(place, text),
        None => problem,
    }
}
