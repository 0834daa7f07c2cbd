//! The ranking of candidates by measured accuracy, and which of them are significantly worse than the best.

use crate::families::accuracy::mean;
use crate::search::welch::{Mean, is_greater};
use crate::search::{Candidate, MeasuredAccuracy};

/// A candidate with its rank and its measured accuracy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RankedCandidate {
    /// The candidate.
    pub candidate: Candidate,
    /// Its rank, from 1 for the highest accuracy.
    pub rank: usize,
    /// Number of training runs measured, each with a different seed.
    pub runs: u64,
    /// Mean accuracy, in percent.
    pub accuracy: f64,
    /// Standard error of the mean, in percent: computed from several measurements, or as reported by the evaluator
    /// for a single one. `None` if unknown.
    pub standard_error: Option<f64>,
    /// Degrees of freedom of the standard error, where the number of runs behind it is known.
    pub degrees_of_freedom: Option<f64>,
    /// Whether it is worse than the best by Welch's t-test at 95 %. `None` if a standard error is missing.
    pub is_worse: Option<bool>,
}

/// Ranks the measured candidates by accuracy, the best first; of equal ones, the cheaper first. Those out of tolerance
/// come last: what a higher cost buys is not for the coefficients to claim.
#[must_use]
pub fn rank(candidates: &[Candidate], measurements: &[MeasuredAccuracy]) -> Vec<RankedCandidate> {
    let mut ranked: Vec<RankedCandidate> =
        candidates.iter().filter_map(|candidate| summarised(candidate, measurements)).collect();
    ranked.sort_by(|a, b| {
        let within = b.candidate.in_tolerance.cmp(&a.candidate.in_tolerance);
        let accuracy = within.then(b.accuracy.total_cmp(&a.accuracy));
        accuracy.then(a.candidate.cost_ratio().total_cmp(&b.candidate.cost_ratio()))
    });
    let best = ranked.first().and_then(RankedCandidate::mean);
    for (rank, other) in (1..).zip(&mut ranked) {
        other.rank = rank;
        other.is_worse = best.zip(other.mean()).map(|(best, other)| is_greater(best, other));
    }
    ranked
}

/// The measurements that belong to none of the candidates.
#[must_use]
pub fn without_candidate(
    candidates: &[Candidate],
    measurements: &[MeasuredAccuracy],
) -> Vec<MeasuredAccuracy> {
    let mut others = measurements.to_vec();
    others.retain(|measured| !candidates.iter().any(|candidate| measured.is_of(candidate)));
    others
}

impl RankedCandidate {
    fn mean(&self) -> Option<Mean> {
        Some(Mean {
            value: self.accuracy,
            standard_error: self.standard_error?,
            degrees_of_freedom: self.degrees_of_freedom,
        })
    }
}

/// The candidate with the mean of its measurements, not yet ranked; `None` if it was not measured.
fn summarised(candidate: &Candidate, measurements: &[MeasuredAccuracy]) -> Option<RankedCandidate> {
    let runs: Vec<&MeasuredAccuracy> =
        measurements.iter().filter(|measured| measured.is_of(candidate)).collect();
    let accuracies: Vec<f64> = runs.iter().map(|measured| measured.accuracy).collect();
    let (accuracy, computed_error) = mean(&accuracies);
    let (standard_error, repeats) = match runs[..] {
        [] => return None,
        [one] => (one.standard_error, one.repeats),
        _ => (computed_error, Some(runs.len() as u64)),
    };
    Some(RankedCandidate {
        candidate: candidate.clone(),
        rank: 0,
        runs: runs.iter().map(|measured| measured.repeats.unwrap_or(1)).sum(),
        accuracy,
        standard_error,
        degrees_of_freedom: repeats.filter(|count| *count > 1).map(|count| (count - 1) as f64),
        is_worse: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::scaling::Coefficients;
    use crate::search::variant::Variant;

    fn candidate(alpha: f64, ratio: f64) -> Candidate {
        Candidate::bare(Coefficients { alpha, beta: 1.1, gamma: 1.15 }, 1.0, ratio)
    }

    fn measured(alpha: f64, accuracy: f64) -> MeasuredAccuracy {
        let coefficients = Coefficients { alpha, beta: 1.1, gamma: 1.15 };
        MeasuredAccuracy {
            phi: 1.0,
            coefficients,
            variant: Variant::default(),
            accuracy,
            standard_error: None,
            repeats: None,
        }
    }

    #[test]
    fn repeats_give_a_mean_and_its_error() {
        let candidates = [candidate(1.2, 2.0), candidate(1.3, 2.1), candidate(1.4, 1.9)];
        let measurements =
            [measured(1.2, 76.0), measured(1.2, 78.0), measured(1.3, 90.0), measured(1.3, 90.2)];
        let ranked = rank(&candidates, &measurements);
        assert!(without_candidate(&candidates, &measurements).is_empty());
        assert_eq!((ranked[0].rank, ranked[1].rank), (1, 2));
        let order: Vec<f64> = ranked.iter().map(|r| r.candidate.coefficients.alpha).collect();
        assert_eq!(order, [1.3, 1.2]);
        assert!((ranked[1].accuracy - 77.0).abs() < 1e-12);
        assert!((ranked[1].standard_error.expect("repeats") - 1.0).abs() < 1e-12);
        assert_eq!((ranked[0].is_worse, ranked[1].is_worse), (Some(false), Some(true)));
    }

    #[test]
    fn a_candidate_out_of_tolerance_is_never_the_best() {
        let mut candidates = [candidate(1.2, 2.6), candidate(1.3, 2.1)];
        candidates[0].in_tolerance = false;
        let ranked = rank(&candidates, &[measured(1.2, 90.0), measured(1.3, 80.0)]);
        let order: Vec<f64> = ranked.iter().map(|one| one.accuracy).collect();
        assert_eq!(order, [80.0, 90.0]);
    }

    #[test]
    fn one_measurement_has_no_standard_error() {
        let candidates = [candidate(1.2, 2.0)];
        let measurements = [measured(1.2, 77.0), measured(9.0, 1.0)];
        let ranked = rank(&candidates, &measurements);
        assert_eq!((ranked[0].standard_error, ranked[0].is_worse), (None, None));
        assert_eq!(without_candidate(&candidates, &measurements), [measured(9.0, 1.0)]);
    }
}
