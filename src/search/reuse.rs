//! Do coefficients that were found on a small network still win on a larger one? The paper (section 3.3, step 2)
//! reuses those of φ = 1 for every larger φ; here every candidate is measured at both.

use crate::error::Error;
use crate::families::family::Family;
use crate::families::scaling::{Coefficients, Scale};
use crate::search::candidate::{Candidate, Distinct, Subject};
use crate::search::{Correlation, Ranked, correlation};

/// A candidate as it came out at both φ.
#[derive(Clone, Debug)]
pub struct Pair {
    /// Its place at the smaller φ, from 1, and what was measured there.
    pub small: (usize, Ranked),
    /// Its place at the larger φ, and what was measured there.
    pub large: (usize, Ranked),
}

impl Pair {
    /// Its coefficients: of points that are one network at the smaller φ, the one that is reused.
    #[must_use]
    pub fn coefficients(&self) -> Coefficients {
        self.large.1.candidate.coefficients
    }
}

/// What became of the order.
#[derive(Clone, Debug)]
pub struct Reuse {
    /// In the order of the smaller φ.
    pub pairs: Vec<Pair>,
    /// How the accuracies at the two φ go together.
    pub correlation: Option<Correlation>,
    /// How accuracy and counted MACs go together at the larger φ: reused coefficients do not cost the same there.
    pub by_cost: Option<Correlation>,
    /// The best at the larger φ.
    pub best: Ranked,
}

/// The candidates at another φ, each network once. Points that round to one network at their own φ do not at
/// another: of those, the one whose counted cost there is nearest to the promise, `target` to the power of φ.
pub fn reused(
    family: &Family,
    base: Scale,
    candidates: &[Candidate],
    target: f64,
    phi: f64,
) -> Result<Vec<Candidate>, Error> {
    let subject = Subject::new(family, base)?;
    let mut found = Distinct::default();
    for candidate in candidates {
        let (mut network, mut nearest) = subject.candidate(candidate.coefficients, phi)?;
        let distance = |one: &Candidate| (one.ratio.ln() - target.ln() * phi).abs();
        for point in &candidate.same {
            let (other, larger) = subject.candidate(*point, phi)?;
            if distance(&larger) < distance(&nearest) {
                (network, nearest) = (other, larger);
            }
        }
        found.add(network, nearest);
    }
    Ok(found.candidates())
}

/// Sets the rankings of the same coefficients at two φ side by side; none where no candidate was measured at
/// both.
#[must_use]
pub fn reuse(small: &[Ranked], large: &[Ranked]) -> Option<Reuse> {
    let pairs: Vec<Pair> = (1..)
        .zip(small)
        .filter_map(|(place, one)| {
            let is_same = |(_, two): &(usize, &Ranked)| {
                one.candidate.is(one.candidate.phi, two.candidate.coefficients)
                    || two.candidate.is(two.candidate.phi, one.candidate.coefficients)
            };
            let (larger, two) = (1..).zip(large).find(is_same)?;
            Some(Pair { small: (place, one.clone()), large: (larger, two.clone()) })
        })
        .collect();
    let accuracies: Vec<_> =
        pairs.iter().map(|p| (p.small.1.accuracy, p.large.1.accuracy)).collect();
    let costs: Vec<_> = large.iter().map(|two| (two.candidate.ratio, two.accuracy)).collect();
    let best = large.first()?.clone();
    (!pairs.is_empty()).then(|| Reuse {
        correlation: correlation(&accuracies),
        by_cost: correlation(&costs),
        pairs,
        best,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Measurement, rank};

    fn point(alpha: f64) -> Coefficients {
        Coefficients { alpha, beta: 1.0, gamma: 1.0 }
    }

    fn ranked(phi: f64, accuracies: &[(f64, f64)]) -> Vec<Ranked> {
        let candidates: Vec<Candidate> = accuracies
            .iter()
            .map(|(alpha, _)| Candidate::bare(point(*alpha), phi, alpha.powf(phi)))
            .collect();
        let measured = |(alpha, accuracy): &(f64, f64)| Measurement {
            phi,
            coefficients: point(*alpha),
            accuracy: *accuracy,
            standard_error: Some(0.1),
            repeats: Some(3),
        };
        rank(&candidates, &accuracies.iter().map(measured).collect::<Vec<_>>()).0
    }

    #[test]
    fn the_winner_is_found_again() {
        let small = ranked(1.0, &[(1.8, 80.0), (1.9, 79.0), (2.0, 78.0), (2.1, 77.0)]);
        let large = ranked(2.0, &[(1.8, 84.0), (1.9, 85.0), (2.0, 83.0)]);
        let reuse = reuse(&small, &large).expect("three pairs");
        let places: Vec<_> = reuse.pairs.iter().map(|pair| (pair.small.0, pair.large.0)).collect();
        assert_eq!(places, [(1, 2), (2, 1), (3, 3)]);
        assert_eq!(reuse.pairs[0].large.1.is_worse, Some(true));
        assert_eq!(reuse.correlation.map(|correlation| correlation.value), Some(0.5));
        assert!((reuse.best.candidate.coefficients.alpha - 1.9).abs() < 1e-12);
    }

    #[test]
    fn points_of_one_network_are_one_pair() {
        let mut small = ranked(1.0, &[(1.8, 80.0)]);
        small[0].candidate.same = vec![point(1.9)];
        let large = ranked(2.0, &[(1.9, 85.0)]);
        let pairs = reuse(&small, &large).expect("a pair").pairs;
        assert!((pairs[0].coefficients().alpha - 1.9).abs() < 1e-12);
        assert!(reuse(&small, &[]).is_none() && reuse(&[], &large).is_none());
    }
}
