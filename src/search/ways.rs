//! Does compound scaling beat depth, width or resolution alone at equal counted cost? Each way is scaled until its
//! counted MACs are as near as they come to the same multiples of the baseline's.

use crate::error::Error;
use crate::families::family::Family;
use crate::families::scaling::{Coefficients, Scale};
use crate::search::candidate::{Candidate, Subject};
use crate::search::{Measurement, Ranked, rank};

/// φ is tried in steps of one over this.
const STEPS: f64 = 100.0;

/// φ is tried up to this multiple of what the product rule asks for: rounding can slow a growth, but not stop it.
const REACH: f64 = 4.0;

/// A way to scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// What it is called.
    pub name: String,
    /// In which direction it scales.
    pub coefficients: Coefficients,
}

/// One way at one cost.
#[derive(Clone, Debug)]
pub struct Contestant {
    /// The way.
    pub way: Way,
    /// The multiple of the baseline's MACs that is asked for.
    pub cost: f64,
    /// The network whose counted MACs are nearest to it.
    pub candidate: Candidate,
}

/// What was measured of ways at equal cost.
#[derive(Clone, Debug)]
pub struct Contest {
    /// The baseline, where it was measured.
    pub baseline: Option<Ranked>,
    /// For each cost, the ways with what was measured, the best first.
    pub rounds: Vec<(f64, Vec<(Way, Ranked)>)>,
}

/// The network at φ = 0, which all ways start from.
pub fn baseline(family: &Family, base: Scale) -> Result<Candidate, Error> {
    let still = Coefficients { alpha: 1.0, beta: 1.0, gamma: 1.0 };
    Ok(Subject::new(family, base)?.candidate(still, 0.0)?.1)
}

/// Every way at every cost, by costs.
pub fn contestants(
    family: &Family,
    base: Scale,
    ways: &[Way],
    costs: &[f64],
) -> Result<Vec<Contestant>, Error> {
    let subject = Subject::new(family, base)?;
    let mut contestants = Vec::new();
    for cost in costs {
        for way in ways {
            let candidate = nearest(&subject, way, *cost)?;
            contestants.push(Contestant { way: way.clone(), cost: *cost, candidate });
        }
    }
    Ok(contestants)
}

/// The network of a way whose counted MACs are nearest to a multiple of the baseline's, by their ratio; of
/// several, the first.
fn nearest(subject: &Subject, way: &Way, cost: f64) -> Result<Candidate, Error> {
    let expected = cost.ln() / way.coefficients.growth().ln();
    let steps = (expected * REACH * STEPS).ceil();
    let distance = |candidate: &Candidate| (candidate.ratio / cost).ln().abs();
    let mut found: Option<Candidate> = None;
    for step in (1..).map(f64::from).take_while(|step| *step <= steps) {
        let Ok((_, candidate)) = subject.candidate(way.coefficients, step / STEPS) else {
            continue;
        };
        let is_beyond = candidate.ratio > cost * 2.0;
        if found.as_ref().is_none_or(|found| distance(&candidate) < distance(found)) {
            found = Some(candidate);
        }
        if is_beyond {
            break;
        }
    }
    let message = || format!("{} reaches no network near {cost} times the cost", way.name);
    found.ok_or_else(|| Error::new(message()))
}

/// Ranks the ways at each cost.
#[must_use]
pub fn contest(
    baseline: &Candidate,
    contestants: &[Contestant],
    measurements: &[Measurement],
) -> Contest {
    let mut rounds: Vec<(f64, Vec<(Way, Ranked)>)> = Vec::new();
    for round in contestants.chunk_by(|a, b| a.cost.total_cmp(&b.cost).is_eq()) {
        let candidates: Vec<Candidate> = round.iter().map(|one| one.candidate.clone()).collect();
        let (ranked, _) = rank(&candidates, measurements);
        let with_way = |ranked: Ranked| {
            let candidate = &ranked.candidate;
            let is_own = |one: &&Contestant| one.way.coefficients == candidate.coefficients;
            let way = round.iter().find(is_own)?.way.clone();
            Some((way, ranked))
        };
        let cost = round.first().map_or(0.0, |one| one.cost);
        rounds.push((cost, ranked.into_iter().filter_map(with_way).collect()));
    }
    let (mut baselines, _) = rank(std::slice::from_ref(baseline), measurements);
    // It has nobody to be worse than.
    let baseline = baselines.pop().map(|alone| Ranked { is_worse: None, ..alone });
    Contest { baseline, rounds }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(name: &str) -> Family {
        let text = crate::families::spec::bundled(name).expect("a bundled spec");
        crate::families::spec::parse(name, name, text).expect("a spec")
    }

    fn way(alpha: f64, beta: f64, gamma: f64) -> Way {
        Way { name: "a way".into(), coefficients: Coefficients { alpha, beta, gamma } }
    }

    #[test]
    fn the_nearest_network_is_nearer_than_its_neighbours() {
        let family = family("efficientnet");
        let ways = [way(2.0, 1.0, 1.0), way(1.2, 1.1, 1.15)];
        let subject = Subject::new(&family, Scale::BASELINE).expect("a family");
        for one in contestants(&family, Scale::BASELINE, &ways, &[2.0, 4.0]).expect("networks") {
            let distance = |ratio: f64| (ratio / one.cost).ln().abs();
            for step in 1..=600 {
                let phi = f64::from(step) / 100.0;
                let (_, other) = subject.candidate(one.way.coefficients, phi).expect("a network");
                let nearest = distance(one.candidate.ratio);
                assert!(nearest <= distance(other.ratio), "{one:?} {phi}");
            }
        }
    }

    #[test]
    fn ways_are_ranked_at_each_cost() {
        let family = family("proxy");
        let ways = [way(2.0, 1.0, 1.0), way(1.0, 2f64.sqrt(), 1.0)];
        let start = baseline(&family, Scale::BASELINE).expect("a network");
        assert!((start.ratio - 1.0).abs() < 1e-12);
        let all = contestants(&family, Scale::BASELINE, &ways, &[2.0, 4.0]).expect("networks");
        let measured = |(index, one): (usize, &Contestant)| Measurement {
            phi: one.candidate.phi,
            coefficients: one.way.coefficients,
            accuracy: 80.0 + index as f64,
            standard_error: None,
            repeats: None,
        };
        let measurements: Vec<Measurement> = all.iter().enumerate().map(measured).collect();
        let contest = contest(&start, &all, &measurements);
        assert!(contest.baseline.is_none());
        let best: Vec<f64> =
            contest.rounds.iter().map(|(_, ranked)| ranked[0].1.accuracy).collect();
        assert_eq!(best, [81.0, 83.0]);
        assert!(contest.rounds.iter().all(|(_, ranked)| ranked[0].0 == ways[1]));
    }
}
