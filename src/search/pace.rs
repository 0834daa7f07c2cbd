//! How fast trainings were here, to say how long others will take.

use crate::analysis::time::calibrate::median;
use crate::search::variant::Variant;
use crate::search::{Candidate, JournalEntry};

/// The pace of trainings: their time grows about as the MACs of an image do, and as the passes over the images where
/// these differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Seconds for each MAC of an image and each pass: of all trainings together. Trainings that do not say their passes
    /// count as one.
    pub seconds_per_mac: f64,
    /// Half of the trainings were within this share of what the pace gives.
    pub error: f64,
    /// How many trainings it is of.
    pub trainings: usize,
}

impl Pace {
    /// That of a journal; `None` if it has no training.
    #[must_use]
    pub fn of(entries: &[JournalEntry]) -> Option<Pace> {
        let macs = |entry: &JournalEntry| entry.macs() as f64 * passes(&entry.variant);
        let measured = entries.iter().filter(|entry| entry.accuracy.is_some());
        let measured: Vec<(f64, f64)> = measured
            .map(|entry| (macs(entry), entry.seconds))
            .filter(|(macs, seconds)| *macs > 0.0 && *seconds > 0.0)
            .collect();
        let (macs, seconds) =
            measured.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let seconds_per_mac = (macs > 0.0).then(|| seconds / macs)?;
        let errors =
            measured.iter().map(|(macs, seconds)| (seconds / (macs * seconds_per_mac) - 1.0).abs());
        let error = median(errors.collect());
        Some(Pace { seconds_per_mac, error, trainings: measured.len() })
    }

    /// Seconds of a training of a candidate.
    #[must_use]
    pub fn seconds(&self, candidate: &Candidate) -> f64 {
        self.seconds_per_mac * candidate.macs() as f64 * passes(&candidate.variant)
    }
}

fn passes(variant: &Variant) -> f64 {
    variant.epochs.unwrap_or(1) as f64
}
