//! Which candidate is the best, and which cannot be told from it.

use crate::search::apart::{Mean, is_above};
use crate::search::{Candidate, Measurement};

/// A candidate with what was measured of it.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// The candidate.
    pub candidate: Candidate,
    /// How often it was measured, with other seeds.
    pub measured: u64,
    /// The mean accuracy in percent.
    pub accuracy: f64,
    /// The standard error of the mean, in percent: from the repeats, or from the trainer where there is
    /// one measurement. None where nothing is known of it.
    pub standard_error: Option<f64>,
    /// Degrees of freedom of that error: one less than the repeats it is taken from, where that is known.
    pub freedom: Option<f64>,
    /// Whether it is worse than the best by Welch's t-test at 95 %. None where an error is not known.
    pub is_worse: Option<bool>,
}

/// The measured candidates, the best first; of equal ones, the cheapest. Returns the measurements that no
/// candidate has beside them.
#[must_use]
pub fn rank(
    candidates: &[Candidate],
    measurements: &[Measurement],
) -> (Vec<Ranked>, Vec<Measurement>) {
    let mut ranked: Vec<Ranked> = candidates
        .iter()
        .filter_map(|candidate| {
            let own: Vec<&Measurement> =
                measurements.iter().filter(|m| m.is_of(candidate)).collect();
            summary(candidate, &own)
        })
        .collect();
    ranked.sort_by(|a, b| {
        let accuracy = b.accuracy.total_cmp(&a.accuracy);
        accuracy.then(a.candidate.ratio.total_cmp(&b.candidate.ratio))
    });
    let best = ranked.first().and_then(Ranked::mean);
    for other in &mut ranked {
        other.is_worse = best.zip(other.mean()).map(|(best, other)| is_above(best, other));
    }
    let strays = measurements.iter().filter(|m| !candidates.iter().any(|c| m.is_of(c)));
    (ranked, strays.copied().collect())
}

impl Ranked {
    fn mean(&self) -> Option<Mean> {
        let error = self.standard_error?;
        Some(Mean { value: self.accuracy, error, freedom: self.freedom })
    }
}

fn summary(candidate: &Candidate, own: &[&Measurement]) -> Option<Ranked> {
    let accuracies: Vec<f64> = own.iter().map(|m| m.accuracy).collect();
    let (accuracy, error) = mean(&accuracies);
    let measured = own.iter().map(|m| m.repeats.unwrap_or(1)).sum();
    let (standard_error, repeats) = match own {
        [] => return None,
        [one] => (one.standard_error, one.repeats),
        _ => (error, Some(own.len() as u64)),
    };
    let freedom = repeats.filter(|repeats| *repeats > 1).map(|repeats| (repeats - 1) as f64);
    let candidate = candidate.clone();
    Some(Ranked { candidate, measured, accuracy, standard_error, freedom, is_worse: None })
}

/// The mean, and its standard error where there are at least two values.
#[must_use]
pub fn mean(values: &[f64]) -> (f64, Option<f64>) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    (mean, (values.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::scaling::Coefficients;

    fn candidate(alpha: f64, ratio: f64) -> Candidate {
        Candidate::bare(Coefficients { alpha, beta: 1.1, gamma: 1.15 }, 1.0, ratio)
    }

    fn measured(alpha: f64, accuracy: f64) -> Measurement {
        let coefficients = Coefficients { alpha, beta: 1.1, gamma: 1.15 };
        Measurement { phi: 1.0, coefficients, accuracy, standard_error: None, repeats: None }
    }

    #[test]
    fn repeats_give_a_mean_and_its_error() {
        let candidates = [candidate(1.2, 2.0), candidate(1.3, 2.1), candidate(1.4, 1.9)];
        let measurements =
            [measured(1.2, 76.0), measured(1.2, 78.0), measured(1.3, 90.0), measured(1.3, 90.2)];
        let (ranked, strays) = rank(&candidates, &measurements);
        assert!(strays.is_empty());
        let order: Vec<f64> = ranked.iter().map(|r| r.candidate.coefficients.alpha).collect();
        assert_eq!(order, [1.3, 1.2]);
        assert!((ranked[1].accuracy - 77.0).abs() < 1e-12);
        assert!((ranked[1].standard_error.expect("repeats") - 1.0).abs() < 1e-12);
        assert_eq!((ranked[0].is_worse, ranked[1].is_worse), (Some(false), Some(true)));
    }

    #[test]
    fn one_measurement_tells_nothing_of_its_error_and_a_stray_is_returned() {
        let (ranked, strays) =
            rank(&[candidate(1.2, 2.0)], &[measured(1.2, 77.0), measured(9.0, 1.0)]);
        assert_eq!((ranked[0].standard_error, ranked[0].is_worse), (None, None));
        assert_eq!(strays.len(), 1);
    }
}
