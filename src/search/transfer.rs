//! Whether the ranking of candidates at one φ carries over to a larger φ. The paper (section 4, step 2) finds the
//! coefficients at φ = 1 and uses them for every larger φ; here every candidate is measured at both.

use crate::analysis::time::Deployment;
use crate::error::Error;
use crate::families::family::Family;
use crate::families::scaling::{Coefficients, Scale};
use crate::search::candidate::{Candidate, DistinctCandidates, ScaledFamily};
use crate::search::{Correlation, RankedCandidate, correlation};

/// The same coefficients, ranked at both φ.
#[derive(Clone, Debug)]
pub struct RankPair {
    /// The candidate at the smaller φ.
    pub small: RankedCandidate,
    /// The candidate at the larger φ.
    pub large: RankedCandidate,
}

impl RankPair {
    /// The coefficients of the candidate at the larger φ; at the smaller φ, they give the network of `small`.
    #[must_use]
    pub fn coefficients(&self) -> Coefficients {
        self.large.candidate.coefficients
    }
}

/// The rankings at two φ side by side.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Transfer {
    /// Pairs in the order of the ranking at the smaller φ; never empty.
    pub pairs: Vec<RankPair>,
    /// Rank correlation of the accuracies at the two φ.
    pub correlation: Option<Correlation>,
    /// Rank correlation of accuracy and MACs at the larger φ, where equal coefficients do not mean equal cost.
    pub cost_correlation: Option<Correlation>,
    /// The best candidate at the larger φ.
    pub best: RankedCandidate,
}

/// The candidates at another φ, each network once. Points that round to one network at their own φ can differ at
/// the other; of those, the one whose counted cost is nearest to `target` to the power of φ is taken.
pub fn candidates_at(
    phi: f64,
    family: &Family,
    base: Scale,
    candidates: &[Candidate],
    target: f64,
    run: Option<&Deployment>,
) -> Result<Vec<Candidate>, Error> {
    let scaled = ScaledFamily::new(family, base, run)?;
    let mut found = DistinctCandidates::default();
    for candidate in candidates {
        let (mut network, mut nearest) = scaled.candidate(candidate.coefficients, phi)?;
        let distance = |one: &Candidate| (one.cost_ratio().ln() - target.ln() * phi).abs();
        for point in &candidate.same_network {
            let (other, larger) = scaled.candidate(*point, phi)?;
            if distance(&larger) < distance(&nearest) {
                (network, nearest) = (other, larger);
            }
        }
        found.add(network, nearest);
    }
    Ok(found.into_candidates())
}

/// Pairs the rankings of the same coefficients at two φ. `None` if no candidate was measured at both.
#[must_use]
pub fn compare_rankings(small: &[RankedCandidate], large: &[RankedCandidate]) -> Option<Transfer> {
    let has_same_coefficients = |one: &Candidate, two: &Candidate| {
        one.is_at(one.phi, two.coefficients) || two.is_at(two.phi, one.coefficients)
    };
    let pair = |one: &RankedCandidate| {
        let two = large.iter().find(|two| has_same_coefficients(&one.candidate, &two.candidate))?;
        Some(RankPair { small: one.clone(), large: two.clone() })
    };
    let pairs: Vec<RankPair> = small.iter().filter_map(pair).collect();
    let accuracies: Vec<_> =
        pairs.iter().map(|pair| (pair.small.accuracy, pair.large.accuracy)).collect();
    let costs: Vec<_> = large.iter().map(|two| (two.candidate.macs_ratio, two.accuracy)).collect();
    let best = large.first()?.clone();
    (!pairs.is_empty()).then(|| Transfer {
        correlation: correlation(&accuracies),
        cost_correlation: correlation(&costs),
        pairs,
        best,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{MeasuredAccuracy, Variant, rank};

    fn point(alpha: f64) -> Coefficients {
        Coefficients { alpha, beta: 1.0, gamma: 1.0 }
    }

    fn ranked(phi: f64, accuracies: &[(f64, f64)]) -> Vec<RankedCandidate> {
        let candidates: Vec<Candidate> = accuracies
            .iter()
            .map(|(alpha, _)| Candidate::bare(point(*alpha), phi, alpha.powf(phi)))
            .collect();
        let measured = |(alpha, accuracy): &(f64, f64)| MeasuredAccuracy {
            phi,
            coefficients: point(*alpha),
            variant: Variant::default(),
            accuracy: *accuracy,
            standard_error: Some(0.1),
            repeats: Some(3),
        };
        rank(&candidates, &accuracies.iter().map(measured).collect::<Vec<_>>())
    }

    #[test]
    fn coefficients_are_paired_by_rank() {
        let small = ranked(1.0, &[(1.8, 80.0), (1.9, 79.0), (2.0, 78.0), (2.1, 77.0)]);
        let large = ranked(2.0, &[(1.8, 84.0), (1.9, 85.0), (2.0, 83.0)]);
        let transfer = compare_rankings(&small, &large).expect("three pairs");
        let ranks = transfer.pairs.iter().map(|pair| (pair.small.rank, pair.large.rank));
        assert_eq!(ranks.collect::<Vec<_>>(), [(1, 2), (2, 1), (3, 3)]);
        assert_eq!(transfer.pairs[0].large.is_worse, Some(true));
        assert_eq!(transfer.correlation.map(|correlation| correlation.value), Some(0.5));
        assert!((transfer.best.candidate.coefficients.alpha - 1.9).abs() < 1e-12);
    }

    #[test]
    fn points_of_one_network_are_one_pair() {
        let mut small = ranked(1.0, &[(1.8, 80.0)]);
        small[0].candidate.same_network = vec![point(1.9)];
        let large = ranked(2.0, &[(1.9, 85.0)]);
        let pairs = compare_rankings(&small, &large).expect("a pair").pairs;
        assert!((pairs[0].coefficients().alpha - 1.9).abs() < 1e-12);
        assert!(compare_rankings(&small, &[]).is_none());
        assert!(compare_rankings(&[], &large).is_none());
    }
}
