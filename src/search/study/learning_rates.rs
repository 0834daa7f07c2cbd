//! The choice of a learning rate for each way of scaling.

use crate::error::{Diagnostic, Error};
use crate::search::next::{Known, Next, distinct};
use crate::search::study::{Study, Way};
use crate::search::variant::TestedOn;
use crate::search::{Candidate, RankedCandidate, rank};

/// The name of the network from which the ways of scaling start.
pub(super) const BASELINE: &str = "baseline";

/// A way of scaling, or the baseline, and its learning rates.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TunedWay {
    /// Its name.
    pub name: String,
    /// Its network with each learning rate that could be measured, the best first.
    pub tried: Vec<RankedCandidate>,
    /// The rate that it is trained with.
    pub chosen: f64,
}

impl Study {
    pub(super) fn tuned(&self, ways: &[Way], known: &Known) -> Result<Next<Vec<TunedWay>>, Error> {
        if let [only] = self.learning_rates[..] {
            let names = ways.iter().map(|way| way.contender.name.as_str());
            let all = std::iter::once(BASELINE).chain(names).map(|name| TunedWay {
                name: name.into(),
                tried: Vec::new(),
                chosen: only,
            });
            return Ok(Next::Done(all.collect()));
        }
        let candidates = self.rate_candidates(ways)?;
        let each = candidates.iter().flat_map(|(_, rates)| rates);
        let wanted = distinct(each.flat_map(|one| self.choice_runs(one)));
        if known.lacks(&wanted) {
            return Ok(Next::Measure(wanted));
        }
        let means = known.means();
        let all = candidates.into_iter().map(|(name, rates)| {
            let tried = rank(&rates, &means);
            let best = tried.first().and_then(|best| best.candidate.variant.learning_rate);
            let chosen = best.ok_or_else(|| {
                let message =
                    format!("the strategy {name} could not be trained with any learning rate");
                let all: Vec<Candidate> =
                    rates.iter().flat_map(|one| self.choice_runs(one)).collect();
                let problem = Diagnostic::new(message);
                known.failure(&all).into_iter().fold(problem, Diagnostic::help)
            })?;
            Ok(TunedWay { name, tried, chosen })
        });
        Ok(Next::Done(all.collect::<Result<_, Error>>()?))
    }

    /// The baseline and the network of each way at the cost where rates are tried, with each rate. Ways that take no part
    /// in the comparison need none.
    pub fn rate_candidates(&self, ways: &[Way]) -> Result<Vec<(String, Vec<Candidate>)>, Error> {
        let (compared, _) = self.compared_networks(ways)?;
        let mut ways = ways.to_vec();
        ways.retain(|way| compared.iter().any(|one| one.contender == way.contender));
        let networks = self.networks(&ways, self.tuned_at)?;
        let networks = networks.into_iter().map(|one| (one.contender.name, one.candidate));
        let baseline = (BASELINE.to_string(), self.baseline()?);
        let with_rates = |candidate: Candidate| {
            let rates = self.learning_rates.iter();
            let with = |rate: &f64| {
                let mut candidate = candidate.clone();
                candidate.variant.learning_rate = Some(*rate);
                candidate.variant.images = Some(TestedOn::Validation);
                candidate
            };
            rates.map(with).collect()
        };
        let all = std::iter::once(baseline).chain(networks);
        Ok(all.map(|(name, candidate)| (name, with_rates(candidate))).collect())
    }
}
