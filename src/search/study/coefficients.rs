//! The choice of α, β and γ at twice the baseline's cost.

use crate::error::{Diagnostic, Error};
use crate::families::scaling::Coefficients;
use crate::search::grid::candidates;
use crate::search::next::{Known, Next, distinct};
use crate::search::study::{CoefficientSource, Study};
use crate::search::variant::TestedOn;
use crate::search::{Candidate, JournalEntry, MeasuredAccuracy, RankedCandidate, rank};

/// The chosen coefficients, and the candidates for them.
pub(super) type Chosen = (Coefficients, Vec<RankedCandidate>);

impl Study {
    pub(super) fn chosen_coefficients(&self, known: &Known) -> Result<Next<Chosen>, Error> {
        let candidates = match &self.coefficients {
            CoefficientSource::Given(coefficients) => {
                return Ok(Next::Done((*coefficients, Vec::new())));
            }
            CoefficientSource::Searched { .. } => self.coefficient_candidates()?,
        };
        let wanted = distinct(candidates.iter().flat_map(|one| self.choice_runs(one)));
        if known.lacks(&wanted) {
            return Ok(Next::Measure(wanted));
        }
        let ranked = rank(&candidates, &known.means());
        let best = ranked.first().filter(|best| best.candidate.in_tolerance);
        let best = best.map(|best| best.candidate.coefficients).ok_or_else(|| {
            let message = "no candidate for α, β and γ could be measured: every one failed";
            let problem = Diagnostic::new(message);
            known.failure(&wanted).into_iter().fold(problem, Diagnostic::help)
        })?;
        Ok(Next::Done((best, ranked)))
    }

    /// The coefficients as far as measurements tell them, or else others in their place, which no other way has.
    pub fn planned_coefficients(
        &self,
        measured: &[MeasuredAccuracy],
        failed: &[JournalEntry],
    ) -> Result<Coefficients, Error> {
        if let Next::Done((chosen, _)) = self.chosen_coefficients(&Known::new(measured, failed))? {
            return Ok(chosen);
        }
        let candidates = self.coefficient_candidates()?;
        let mut all = candidates.iter().filter(|one| one.in_tolerance).map(|one| one.coefficients);
        let first = all.clone().next();
        let other = all.find(|one| !self.has_own(*one)).or(first);
        other.ok_or_else(|| Error::new("no grid point has a cost near the target"))
    }

    /// The candidates for α, β and γ; none if these are given.
    pub fn coefficient_candidates(&self) -> Result<Vec<Candidate>, Error> {
        let CoefficientSource::Searched { grid, constraint } = &self.coefficients else {
            return Ok(Vec::new());
        };
        let found = candidates(&self.family, self.base, grid, *constraint, 1.0, None)?;
        let named = found.into_iter().map(|one| self.named(&self.family, one));
        let mut found: Vec<Candidate> = named.collect();
        if !found.iter().any(|one| one.in_tolerance) {
            let help = "try a finer grid or a wider --tolerance, or give --coefficients";
            let problem = Diagnostic::new("no grid point has a cost near the target").help(help);
            return Err(problem.into());
        }
        for one in &mut found {
            one.variant.learning_rate = self.middle_rate();
            one.variant.images = Some(TestedOn::Validation);
        }
        Ok(found)
    }

    /// The learning rate at which coefficients are chosen: the middle one.
    fn middle_rate(&self) -> Option<f64> {
        self.learning_rates.get((self.learning_rates.len().max(1) - 1) / 2).copied()
    }
}
