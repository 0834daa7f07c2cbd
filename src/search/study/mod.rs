//! A study: the paper's procedure on a small scale. α, β and γ are chosen at twice the baseline's cost, then a learning rate for
//! each way of scaling, and then every way is trained at the same counted costs.

mod coefficients;
mod learning_rates;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::time::Deployment;
use crate::error::{Diagnostic, Error};
use crate::families::family::{Family, Request};
use crate::families::scaling::{Coefficients, Scale};
use crate::search::candidate::are_equal;
use crate::search::equal_cost::{
    Contender, EqualCostComparison, MatchedNetwork, compare_at_equal_cost, match_networks, unscaled,
};
use crate::search::grid::{Constraint, Grid};
use crate::search::next::{Known, Next, distinct, runs};
use crate::search::variant::TestedOn;
use crate::search::{Candidate, JournalEntry, MeasuredAccuracy, RankedCandidate};
use learning_rates::BASELINE;
pub use learning_rates::TunedWay;

/// What a study compares, and how each network is trained.
#[derive(Clone, Debug)]
pub struct Study {
    /// The baseline, and ways to scale it.
    pub family: Arc<Family>,
    /// Multipliers of the family's baseline, from which every way of scaling it starts.
    pub base: Scale,
    /// What was chosen in a search space for the baseline, by the name of the choice; nothing in a baseline that was given.
    pub choices: BTreeMap<String, String>,
    /// Where α, β and γ come from.
    pub coefficients: CoefficientSource,
    /// What is compared with them.
    pub ways: Vec<Way>,
    /// Multiples of the baseline's cost, in ascending order; the baseline itself takes part.
    pub costs: Vec<f64>,
    /// The learning rates that are tried for each way of scaling.
    pub learning_rates: Vec<f64>,
    /// The multiple of the baseline's cost at which they are tried.
    pub tuned_at: f64,
    /// How networks run, where their times are estimated.
    pub run: Option<Deployment>,
    /// Passes over the training images, where candidates say them.
    pub epochs: Option<u64>,
    /// Training runs behind each choice.
    pub choice_seeds: u64,
    /// Training runs of each network of the comparison, with seeds that no choice has used.
    pub seeds: u64,
}

/// Where α, β and γ come from.
#[derive(Clone, Debug)]
pub enum CoefficientSource {
    /// They are given.
    Given(Coefficients),
    /// The best at φ = 1 of a grid.
    Searched {
        /// The grid.
        grid: Grid,
        /// How near a candidate's cost must be to twice the baseline's.
        constraint: Constraint,
    },
}

/// How far from a cost a network may be that is compared at it: by a quarter.
const NEAR: f64 = 1.25;

fn is_near(one: &MatchedNetwork) -> bool {
    (1.0 / NEAR..=NEAR).contains(&(one.candidate.cost_ratio() / one.cost))
}

/// A way to scale a family.
#[derive(Clone, Debug)]
pub struct Way {
    /// The name and the coefficients.
    pub contender: Contender,
    /// The family that is scaled.
    pub family: Arc<Family>,
    /// Multipliers of its baseline, from which it starts.
    pub base: Scale,
}

/// All ways, those of scaling the family among themselves, and the networks that are not near a cost.
type Compared = (EqualCostComparison, EqualCostComparison, Vec<MatchedNetwork>);

/// What a study found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StudyResult {
    /// α, β and γ of the compound way.
    pub coefficients: Coefficients,
    /// The candidates for them, the best first; empty if they were given.
    pub grid: Vec<RankedCandidate>,
    /// The learning rates of each way.
    pub tuned: Vec<TunedWay>,
    /// The ways that were compared.
    pub ways: Vec<Way>,
    /// All networks at every cost.
    pub comparison: EqualCostComparison,
    /// The ways of scaling the family among themselves.
    pub own: EqualCostComparison,
    /// Networks that are not compared, because they are not near the cost.
    pub distant: Vec<MatchedNetwork>,
}

impl Study {
    /// What to measure next, from what was measured and what failed.
    pub fn next(
        &self,
        measured: &[MeasuredAccuracy],
        failed: &[JournalEntry],
    ) -> Result<Next<StudyResult>, Error> {
        let known = Known::new(measured, failed);
        known.check()?;
        self.chosen_coefficients(&known)?.then(|(coefficients, grid)| {
            let ways = self.all_ways(coefficients);
            self.tuned(&ways, &known)?.then(|tuned| {
                self.compared(&ways, &tuned, &known)?.then(|(comparison, own, distant)| {
                    let result =
                        StudyResult { coefficients, grid, tuned, ways, comparison, own, distant };
                    Ok(Next::Done(result))
                })
            })
        })
    }

    /// Every family that takes part.
    #[must_use]
    pub fn families(&self) -> Vec<Arc<Family>> {
        let mut all = vec![Arc::clone(&self.family)];
        all.extend(self.other_families(&self.ways).into_iter().map(|way| way.family));
        all
    }

    /// The network at 1 times the cost.
    pub fn baseline(&self) -> Result<Candidate, Error> {
        Ok(self.named(&self.family, unscaled(&self.family, self.base, None)?))
    }

    /// The training runs behind a choice.
    fn choice_runs(&self, candidate: &Candidate) -> Vec<Candidate> {
        runs(candidate, 1..self.choice_seeds + 1)
    }

    /// A network of a family that takes part, with what names it.
    fn named(&self, family: &Arc<Family>, mut candidate: Candidate) -> Candidate {
        let choices = Some(&self.choices).filter(|_| Arc::ptr_eq(family, &self.family));
        candidate.variant.family = Some(family.name.clone());
        candidate.variant.choices = choices.cloned().unwrap_or_default();
        candidate.variant.epochs = self.epochs;
        candidate
    }

    /// The compound way with these coefficients, and the others. Where one of the others has them already, as a dimension
    /// alone may, it stands for the compound way.
    #[must_use]
    pub fn all_ways(&self, coefficients: Coefficients) -> Vec<Way> {
        if self.has_own(coefficients) {
            return self.ways.clone();
        }
        let Coefficients { alpha, beta, gamma } = coefficients;
        let [a, b, c] = [alpha, beta, gamma].map(|one| (one * 1e4).round() / 1e4);
        let name = format!("compound ({a}, {b}, {c})");
        let contender = Contender { name, coefficients };
        let compound = Way { contender, family: Arc::clone(&self.family), base: self.base };
        std::iter::once(compound).chain(self.ways.iter().cloned()).collect()
    }

    /// Whether one of the ways scales the baseline by these coefficients.
    fn has_own(&self, coefficients: Coefficients) -> bool {
        let mut own = self.ways.iter().filter(|way| Arc::ptr_eq(&way.family, &self.family));
        own.any(|way| are_equal(way.contender.coefficients, coefficients))
    }

    /// The network of each way at a cost.
    pub fn networks(&self, ways: &[Way], cost: f64) -> Result<Vec<MatchedNetwork>, Error> {
        let baseline = self.baseline()?;
        let of = |way: &Way| {
            let contenders = std::slice::from_ref(&way.contender);
            let reference = Some(&baseline);
            let matched =
                match_networks(&way.family, way.base, contenders, &[cost], reference, None)?;
            let named = |one: MatchedNetwork| MatchedNetwork {
                candidate: self.named(&way.family, one.candidate),
                ..one
            };
            Ok(matched.into_iter().map(named).collect())
        };
        let all: Result<Vec<Vec<_>>, Error> = ways.iter().map(of).collect();
        Ok(all?.concat())
    }

    /// The ways that do not start from the baseline, which have networks of its cost too.
    fn other_families(&self, ways: &[Way]) -> Vec<Way> {
        let is_other = |way: &&Way| !Arc::ptr_eq(&way.family, &self.family);
        ways.iter().filter(is_other).cloned().collect()
    }

    /// The networks of the comparison, by cost; the baseline comes first. Only networks near a cost are compared at it; the
    /// nearest of the other ways come second.
    pub fn compared_networks(
        &self,
        ways: &[Way],
    ) -> Result<(Vec<MatchedNetwork>, Vec<MatchedNetwork>), Error> {
        Ok(self.nearest_networks(ways)?.into_iter().partition(is_near))
    }

    fn nearest_networks(&self, ways: &[Way]) -> Result<Vec<MatchedNetwork>, Error> {
        let candidate = self.baseline()?;
        let contender = Contender { name: BASELINE.into(), coefficients: candidate.coefficients };
        let mut matched = vec![MatchedNetwork { contender, cost: 1.0, candidate }];
        matched.extend(self.networks(&self.other_families(ways), 1.0)?);
        for cost in &self.costs {
            matched.extend(self.networks(ways, *cost)?);
        }
        Ok(matched)
    }

    fn compared(
        &self,
        ways: &[Way],
        tuned: &[TunedWay],
        known: &Known,
    ) -> Result<Next<Compared>, Error> {
        let (mut matched, distant) = self.compared_networks(ways)?;
        self.estimate(ways, &mut matched)?;
        let rate = |name: &str| tuned.iter().find(|one| one.name == name).map(|one| one.chosen);
        for one in &mut matched {
            one.candidate.variant.learning_rate = rate(&one.contender.name);
            one.candidate.variant.images = Some(TestedOn::Test);
        }
        let seeds = self.choice_seeds + 1..self.choice_seeds + 1 + self.seeds;
        let of = |one: &MatchedNetwork| runs(&one.candidate, seeds.clone());
        let wanted = distinct(matched.iter().flat_map(of));
        if known.lacks(&wanted) {
            return Ok(Next::Measure(wanted));
        }
        let means = known.means();
        let baseline = matched[0].candidate.clone();
        let all = compare_at_equal_cost(&baseline, &matched, &means);
        if all.rounds.iter().all(|round| round.ranking.is_empty()) {
            let message = "no network of the comparison could be measured: every one failed";
            let problem = Diagnostic::new(message);
            return Err(known.failure(&wanted).into_iter().fold(problem, Diagnostic::help).into());
        }
        let own = Some(&self.family.name);
        matched.retain(|one| one.cost > 1.0 && one.candidate.variant.family.as_ref() == own);
        Ok(Next::Done((all, compare_at_equal_cost(&baseline, &matched, &means), distant)))
    }

    /// Estimates the times of networks, where it is known how they run.
    fn estimate(&self, ways: &[Way], matched: &mut [MatchedNetwork]) -> Result<(), Error> {
        let Some(run) = &self.run else { return Ok(()) };
        for MatchedNetwork { contender, candidate, .. } in matched {
            let way = ways.iter().find(|way| way.contender == *contender);
            let family = way.map_or(&self.family, |way| &way.family);
            let request = Request { scale: candidate.scale, ..Request::BASELINE };
            candidate.seconds = Some(run.seconds_per_image(&family.network(&request)?.network));
        }
        Ok(())
    }
}
