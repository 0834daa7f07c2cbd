//! Scaling strategies compared at equal cost: each is scaled until its MACs, or its estimated time, are as near as
//! possible to the same multiples of the baseline's.

use crate::analysis::time::Deployment;
use crate::error::Error;
use crate::families::family::Family;
use crate::families::scaling::{Coefficients, Scale};
use crate::search::candidate::{Candidate, ScaledFamily};
use crate::search::{MeasuredAccuracy, RankedCandidate, rank};

/// Steps of φ tried per unit.
const STEPS: f64 = 100.0;

/// φ is tried up to this multiple of the φ at which α·β²·γ² reaches the cost, since rounding can slow the growth.
const REACH: f64 = 4.0;

/// A scaling strategy that takes part in a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Contender {
    /// Name for reports and charts.
    pub name: String,
    /// α, β and γ.
    pub coefficients: Coefficients,
}

/// A contender's network for one cost.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MatchedNetwork {
    /// The strategy that scales the network.
    pub contender: Contender,
    /// The target multiple of the baseline's cost.
    pub cost: f64,
    /// The network whose cost is nearest to the target.
    pub candidate: Candidate,
}

/// The measured contenders at one cost.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CostRound {
    /// The target multiple of the baseline's cost.
    pub cost: f64,
    /// The contenders with their accuracies, the best first.
    pub ranking: Vec<(Contender, RankedCandidate)>,
}

/// The measured contenders at every cost.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EqualCostComparison {
    /// The unscaled network, where it was measured.
    pub baseline: Option<RankedCandidate>,
    /// One round for each cost, in ascending order.
    pub rounds: Vec<CostRound>,
}

/// The network at φ = 0, from which every contender scales.
pub fn unscaled(
    family: &Family,
    base: Scale,
    run: Option<&Deployment>,
) -> Result<Candidate, Error> {
    let ones = Coefficients { alpha: 1.0, beta: 1.0, gamma: 1.0 };
    Ok(ScaledFamily::new(family, base, run)?.candidate(ones, 0.0)?.1)
}

/// The network of every contender for every cost, in the order of `costs`: by estimated time for networks that `run`
/// like this, or else by MACs. Costs are multiples of the family's own baseline, or of the MACs of `reference`.
pub fn match_networks(
    family: &Family,
    base: Scale,
    contenders: &[Contender],
    costs: &[f64],
    reference: Option<&Candidate>,
    run: Option<&Deployment>,
) -> Result<Vec<MatchedNetwork>, Error> {
    let scaled = ScaledFamily::new(family, base, run)?;
    let scaled = match reference {
        Some(reference) => scaled.relative_to(reference),
        None => scaled,
    };
    let mut matched = Vec::new();
    for cost in costs {
        for contender in contenders {
            let candidate = nearest(&scaled, contender, *cost)?;
            matched.push(MatchedNetwork { contender: contender.clone(), cost: *cost, candidate });
        }
    }
    Ok(matched)
}

/// The contender's network whose cost is nearest to a multiple of the baseline's, by their ratio; of equally near
/// ones, that at the smallest φ.
fn nearest(scaled: &ScaledFamily, contender: &Contender, cost: f64) -> Result<Candidate, Error> {
    let (_, start) = scaled.candidate(contender.coefficients, 0.0)?;
    let expected_phi = (cost / start.cost_ratio()).ln() / contender.coefficients.growth().ln();
    let steps = (expected_phi * REACH * STEPS).ceil().max(0.0);
    let distance = |candidate: &Candidate| (candidate.cost_ratio() / cost).ln().abs();
    let mut found: Option<Candidate> = None;
    for step in (0..).map(f64::from).take_while(|step| *step <= steps) {
        let Ok((_, candidate)) = scaled.candidate(contender.coefficients, step / STEPS) else {
            continue;
        };
        let is_beyond = candidate.cost_ratio() > cost * 2.0;
        if found.as_ref().is_none_or(|found| distance(&candidate) < distance(found)) {
            found = Some(candidate);
        }
        if is_beyond {
            break;
        }
    }
    let message = || format!("{} has no network near {cost} times the cost", contender.name);
    found.ok_or_else(|| Error::new(message()))
}

/// Ranks the contenders at each cost. `matched` must be ordered by cost.
#[must_use]
pub fn compare_at_equal_cost(
    unscaled: &Candidate,
    matched: &[MatchedNetwork],
    measurements: &[MeasuredAccuracy],
) -> EqualCostComparison {
    let rounds = matched.chunk_by(|a, b| a.cost.total_cmp(&b.cost).is_eq()).map(|round| {
        let candidates: Vec<Candidate> = round.iter().map(|one| one.candidate.clone()).collect();
        let with_contender = |ranked: RankedCandidate| {
            let is_it = |one: &&MatchedNetwork| one.candidate.is(ranked.candidate.identity());
            Some((round.iter().find(is_it)?.contender.clone(), ranked))
        };
        let ranked = rank(&candidates, measurements).into_iter();
        CostRound { cost: round[0].cost, ranking: ranked.filter_map(with_contender).collect() }
    });
    // Ranked alone, the baseline is compared with no other candidate.
    let baseline = rank(std::slice::from_ref(unscaled), measurements).pop();
    let baseline = baseline.map(|alone| RankedCandidate { is_worse: None, ..alone });
    EqualCostComparison { baseline, rounds: rounds.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(name: &str) -> Family {
        let text = crate::families::spec::bundled(name).expect("a bundled spec");
        crate::families::spec::parse(name, name, text).expect("a spec")
    }

    fn contender(alpha: f64, beta: f64, gamma: f64) -> Contender {
        Contender { name: "one".into(), coefficients: Coefficients { alpha, beta, gamma } }
    }

    #[test]
    fn the_nearest_network_is_nearer_than_its_neighbours() {
        let family = family("efficientnet");
        let contenders = [contender(2.0, 1.0, 1.0), contender(1.2, 1.1, 1.15)];
        let scaled = ScaledFamily::new(&family, Scale::BASELINE, None).expect("a family");
        let matched =
            match_networks(&family, Scale::BASELINE, &contenders, &[2.0, 4.0], None, None);
        for one in matched.expect("networks") {
            let distance = |ratio: f64| (ratio / one.cost).ln().abs();
            for step in 1..=600 {
                let phi = f64::from(step) / 100.0;
                let coefficients = one.contender.coefficients;
                let (_, other) = scaled.candidate(coefficients, phi).expect("a network");
                let nearest = distance(one.candidate.macs_ratio);
                assert!(nearest <= distance(other.macs_ratio), "{one:?} {phi}");
            }
        }
    }

    #[test]
    fn contenders_are_ranked_at_each_cost() {
        let family = family("proxy");
        let contenders = [contender(2.0, 1.0, 1.0), contender(1.0, 2f64.sqrt(), 1.0)];
        let start = unscaled(&family, Scale::BASELINE, None).expect("a network");
        assert!((start.macs_ratio - 1.0).abs() < 1e-12);
        let all = match_networks(&family, Scale::BASELINE, &contenders, &[2.0, 4.0], None, None);
        let all = all.expect("networks");
        let measured = |(index, one): (usize, &MatchedNetwork)| MeasuredAccuracy {
            phi: one.candidate.phi,
            coefficients: one.contender.coefficients,
            variant: one.candidate.variant.clone(),
            accuracy: 80.0 + index as f64,
            standard_error: None,
            repeats: None,
        };
        let measurements: Vec<MeasuredAccuracy> = all.iter().enumerate().map(measured).collect();
        let comparison = compare_at_equal_cost(&start, &all, &measurements);
        assert!(comparison.baseline.is_none());
        let best = comparison.rounds.iter().map(|round| round.ranking[0].1.accuracy);
        assert_eq!(best.collect::<Vec<_>>(), [81.0, 83.0]);
        assert!(comparison.rounds.iter().all(|round| round.ranking[0].0 == contenders[1]));
    }
}
