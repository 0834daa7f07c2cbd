//! The notes below a study.

use crate::search::study::{Study, StudyResult};
use crate::search::{CostRound, MatchedNetwork};

/// Ways of scaling the baseline that give the same networks, and so cannot beat each other.
pub(super) fn same_networks(result: &StudyResult) -> Option<String> {
    let networks = |name: &str| -> Vec<(u128, u128, [u64; 2])> {
        let rounds = result.own.rounds.iter();
        let of = rounds.filter_map(|round| round.ranking.iter().find(|(way, _)| way.name == name));
        of.map(|(_, one)| (one.candidate.macs(), one.candidate.params(), one.candidate.input))
            .collect()
    };
    let names: Vec<&str> = result.ways.iter().map(|way| way.contender.name.as_str()).collect();
    let pairs = names
        .iter()
        .enumerate()
        .flat_map(|(index, one)| names[index + 1..].iter().map(move |other| (*one, *other)));
    let same: Vec<String> = pairs
        .filter(|(one, other)| {
            let own = networks(one);
            !own.is_empty() && own == networks(other)
        })
        .map(|(one, other)| format!("{one} and {other}"))
        .collect();
    (!same.is_empty()).then(|| format!("These ways give the same networks: {}.", same.join("; ")))
}

/// The most accurate of all networks at each cost, where other families take part.
pub(super) fn beside(study: &Study, result: &StudyResult) -> Option<String> {
    let has_others = result.ways.iter().any(|way| way.family.name != study.family.name);
    let best = |round: &CostRound| {
        let (way, ranked) = round.ranking.first()?;
        Some(format!("{} at {}× ({:.1} %)", way.name, round.cost, ranked.accuracy))
    };
    let best: Vec<String> = result.comparison.rounds.iter().filter_map(best).collect();
    let all = "With the other families included, the most accurate at each cost";
    has_others.then(|| format!("{all}: {}.", best.join("; ")))
}

/// A network that takes no part at a cost.
pub(super) fn distant(one: &MatchedNetwork) -> String {
    let MatchedNetwork { contender, cost, candidate } = one;
    format!(
        "{} takes no part at {cost} times the cost: its nearest network has {:.2} times the baseline's MACs.",
        contender.name, candidate.macs_ratio
    )
}
