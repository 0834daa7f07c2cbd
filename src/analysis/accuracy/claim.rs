//! What points say for a hero: where it costs less than all the others, and how many times less.

use crate::analysis::accuracy::{NetworkPoint, front};

/// Ratios whose accuracies are closer than this share of the whole range would look like one.
const LEAST_DISTANCE: f64 = 1.0 / 7.0;

/// Smaller ratios are not worth a claim.
const LEAST_RATIO: f64 = 2.0;

/// A network with the name of its series.
pub type InSeries<'a> = (&'a str, &'a NetworkPoint);

/// How many times less a hero costs than the cheapest of the others that is as accurate as `other`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CostRatio<'a> {
    /// The other network, which is on the front of all others, and the name of its series.
    pub other: InSeries<'a>,
    /// The cheapest hero that is at least as accurate, and the name of its series.
    pub hero: InSeries<'a>,
    /// The other's cost over the hero's.
    pub ratio: f64,
}

impl CostRatio<'_> {
    /// Whether the two accuracies differ by less than the standard error of their difference, √(a² + b²). An unknown
    /// standard error is taken as 0.
    #[must_use]
    pub fn is_within_error(&self) -> bool {
        let [hero, other] = [self.hero.1, self.other.1];
        let error = |point: &NetworkPoint| point.uncertainty.map_or(0.0, |one| one.standard_error);
        (hero.accuracy - other.accuracy).abs() < error(hero).hypot(error(other))
    }
}

/// That between two accuracies heroes cost at least twice less than all the others.
///
/// The others are one group: only the networks on their common front are compared, each with the cheapest hero that
/// is at least as accurate. So the smallest ratio holds for every other network between the two accuracies,
/// whatever its series.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CostClaim<'a> {
    /// The ratios to neighbours on the front of the others, by accuracy; never empty.
    pub ratios: Vec<CostRatio<'a>>,
    /// Whether these are all networks on the front of the others.
    pub is_everywhere: bool,
    /// Whether at a lower accuracy one of the others costs no more than every hero that reaches it.
    pub is_behind_below: bool,
    /// Whether at a higher accuracy one of the others costs no more than every hero that reaches it, or none does.
    pub is_behind_above: bool,
}

impl CostClaim<'_> {
    /// The smallest and the largest ratio.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        let ratios = || self.ratios.iter().map(|found| found.ratio);
        (ratios().fold(f64::INFINITY, f64::min), ratios().fold(0.0, f64::max))
    }

    /// The lowest and the highest accuracy of the others that are compared.
    #[must_use]
    pub fn accuracies(&self) -> (f64, f64) {
        let accuracies = || self.ratios.iter().map(|found| found.other.1.accuracy);
        (accuracies().fold(f64::INFINITY, f64::min), accuracies().fold(0.0, f64::max))
    }
}

/// The claim about most networks on the front of the others; among equals, about the most accurate ones.
#[must_use]
pub fn cost_claim<'a>(heroes: &[InSeries<'a>], others: &[InSeries<'a>]) -> Option<CostClaim<'a>> {
    let best = front(others.iter().map(|(_, other)| *other));
    let named = best
        .iter()
        .filter_map(|best| others.iter().find(|(_, other)| std::ptr::eq(*other, *best)).copied());
    let ratios: Vec<Option<CostRatio>> = named.map(|other| ratio(heroes, other)).collect();
    let is_less = |found: &Option<CostRatio>| found.is_some_and(|found| found.ratio >= LEAST_RATIO);
    let runs = ratios.chunk_by(|one, next| is_less(one) == is_less(next));
    let mut start = 0;
    let starts = runs.map(|run| {
        start += run.len();
        (start - run.len(), run)
    });
    let longest = starts.filter(|(_, run)| run.iter().all(is_less));
    let (start, run) = longest.max_by_key(|(_, run)| run.len())?;
    let is_behind = |found: &Option<CostRatio>| found.is_none_or(|found| found.ratio <= 1.0);
    Some(CostClaim {
        ratios: run.iter().copied().flatten().collect(),
        is_everywhere: run.len() == ratios.len(),
        is_behind_below: ratios[..start].iter().any(is_behind),
        is_behind_above: ratios[start + run.len()..].iter().any(is_behind),
    })
}

fn ratio<'a>(heroes: &[InSeries<'a>], other: InSeries<'a>) -> Option<CostRatio<'a>> {
    let reaching = heroes.iter().filter(|(_, hero)| hero.accuracy >= other.1.accuracy);
    let hero = *reaching.min_by(|(_, a), (_, b)| a.cost.total_cmp(&b.cost))?;
    Some(CostRatio { other, hero, ratio: other.1.cost / hero.1.cost })
}

/// At most `most` of the ratios, well apart in an axis that spans `range` points of accuracy. The largest comes
/// first, then that to the most accurate of the others, which is the hardest to beat, then the largest of the rest.
pub(crate) fn spread<'a>(ratios: &[CostRatio<'a>], range: f64, most: usize) -> Vec<CostRatio<'a>> {
    let mut ratios = ratios.to_vec();
    ratios.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
    let hardest = ratios.iter().skip(1).enumerate();
    let hardest =
        hardest.max_by(|(_, a), (_, b)| a.other.1.accuracy.total_cmp(&b.other.1.accuracy));
    if let Some(index) = hardest.map(|(index, _)| index + 1) {
        ratios[1..=index].rotate_right(1);
    }
    let mut kept: Vec<CostRatio> = Vec::new();
    for ratio in ratios {
        let is_apart = |kept: &CostRatio| {
            (kept.other.1.accuracy - ratio.other.1.accuracy).abs() >= LEAST_DISTANCE * range
        };
        if kept.len() < most && kept.iter().all(is_apart) {
            kept.push(ratio);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::accuracy::Uncertainty;
    use proptest::prelude::*;

    fn points(rows: &[(u16, u16)]) -> Vec<NetworkPoint> {
        rows.iter()
            .map(|(cost, accuracy)| NetworkPoint::at(f64::from(*cost), f64::from(*accuracy)))
            .collect()
    }

    fn named(points: &[NetworkPoint]) -> Vec<InSeries<'_>> {
        points.iter().map(|point| ("", point)).collect()
    }

    #[test]
    fn a_ratio_is_to_the_cheapest_hero_that_is_at_least_as_accurate() {
        let heroes = points(&[(1, 77), (2, 79), (3, 81)]);
        let others = points(&[(20, 79), (12, 78), (30, 85)]);
        let claim = cost_claim(&named(&heroes), &named(&others)).unwrap();
        let ratios: Vec<f64> = claim.ratios.iter().map(|found| found.ratio).collect();
        assert_eq!(ratios, [6.0, 10.0]);
        assert!(!claim.is_everywhere && claim.is_behind_above && !claim.is_behind_below);
    }

    #[test]
    fn a_ratio_is_within_the_standard_errors_of_both() {
        let is_within = |accuracy: f64, errors: [f64; 2]| {
            let point = |cost: f64, accuracy: f64, standard_error: f64| NetworkPoint {
                uncertainty: Some(Uncertainty { standard_error, repeats: None }),
                ..NetworkPoint::at(cost, accuracy)
            };
            let (hero, other) = (point(1.0, accuracy, errors[0]), point(4.0, 80.0, errors[1]));
            let (hero, other) = (("", &hero), ("", &other));
            CostRatio { other, hero, ratio: 4.0 }.is_within_error()
        };
        // √(0.3² + 0.4²) = 0.5
        assert!(is_within(80.4, [0.3, 0.4]) && !is_within(80.6, [0.3, 0.4]));
        assert!(is_within(80.2, [0.0, 0.3]) && !is_within(80.0, [0.0, 0.0]));
    }

    #[test]
    fn a_hero_that_another_network_beats_has_no_claim_against_a_third() {
        let (heroes, weak) = (points(&[(10, 80), (30, 83)]), points(&[(54, 80), (99, 81)]));
        let both = [points(&[(9, 80), (12, 82), (29, 84)]), weak.clone()].concat();
        assert!(cost_claim(&named(&heroes), &named(&weak)).is_some());
        assert_eq!(cost_claim(&named(&heroes), &named(&both)), None);
    }

    /// The least cost of reaching an accuracy.
    fn least(points: &[NetworkPoint], accuracy: f64) -> f64 {
        let reaching = points.iter().filter(|point| point.accuracy >= accuracy);
        reaching.map(|point| point.cost).fold(f64::INFINITY, f64::min)
    }

    fn family() -> impl Strategy<Value = Vec<NetworkPoint>> {
        prop::collection::vec((1u16..40, 60u16..80), 0..9).prop_map(|rows| points(&rows))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Read off the points at every accuracy, without a front.
        #[test]
        fn a_claim_is_true_of_all_points(heroes in family(), others in family()) {
            let ratio = |accuracy: f64| least(&others, accuracy) / least(&heroes, accuracy);
            let drawn = |from: f64, to: f64| {
                others.iter().map(|point| point.accuracy).filter(move |accuracy| (from..=to).contains(accuracy))
            };
            let beats = |one: &NetworkPoint, other: &NetworkPoint| {
                one.cost <= other.cost && one.accuracy >= other.accuracy && one != other
            };
            let mut best = others.clone();
            best.retain(|other| !others.iter().any(|one| beats(one, other)));
            let Some(claim) = cost_claim(&named(&heroes), &named(&others)) else {
                prop_assert!(best.iter().all(|other| ratio(other.accuracy) < LEAST_RATIO));
                return Ok(());
            };
            let ((least_ratio, most), (from, to)) = (claim.range(), claim.accuracies());
            prop_assert!(least_ratio >= LEAST_RATIO);
            for tenth in 600..800 {
                let accuracy = f64::from(tenth) / 10.0;
                if (from..=to).contains(&accuracy) {
                    prop_assert!(ratio(accuracy) >= least_ratio);
                }
            }
            for other in others.iter().filter(|other| (from..=to).contains(&other.accuracy)) {
                prop_assert!(other.cost / least(&heroes, other.accuracy) >= least_ratio);
            }
            let ratios: Vec<f64> = drawn(from, to).map(ratio).collect();
            prop_assert!(ratios.contains(&least_ratio) && ratios.contains(&most));
            let is_less = |other: &NetworkPoint| ratio(other.accuracy) >= LEAST_RATIO;
            prop_assert_eq!(claim.is_everywhere, best.iter().all(is_less));
            let is_behind = |accuracy: f64| least(&heroes, accuracy) >= least(&others, accuracy);
            let (below, above) = (from - 0.5, to + 0.5);
            prop_assert_eq!(claim.is_behind_below, drawn(0.0, below).any(is_behind));
            prop_assert_eq!(claim.is_behind_above, drawn(above, 100.0).any(is_behind));
            for found in &claim.ratios {
                let cost = found.other.1.cost;
                let accuracy = found.other.1.accuracy;
                let mut reaching = others.iter().filter(|other| other.accuracy >= accuracy);
                prop_assert!(reaching.all(|other| other.cost >= cost));
            }
        }
    }
}
