//! Which networks nothing cheaper beats, and how many times less another family costs.

use crate::analysis::comparison::{Curve, Placed};

/// Ratios closer than this, as a share of the accuracies' range, would be read as one.
const GAP: f64 = 1.0 / 7.0;

/// Smaller ratios are no finding.
const LEAST_RATIO: f64 = 2.0;

/// How many times less a hero costs than another network that is no more accurate.
#[derive(Clone, Copy, Debug)]
pub struct Ratio<'a> {
    /// The curve of the other.
    pub curve: &'a Curve,
    /// The other.
    pub other: &'a Placed,
    /// The cheapest hero that is at least as accurate.
    pub hero: &'a Placed,
    /// The other's cost over the hero's.
    pub ratio: f64,
}

/// The networks that no cheaper one reaches in accuracy, by cost.
#[must_use]
pub fn front<'a>(networks: impl IntoIterator<Item = &'a Placed>) -> Vec<&'a Placed> {
    let mut networks: Vec<&Placed> = networks.into_iter().collect();
    networks.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(b.top1.total_cmp(&a.top1)));
    let mut front: Vec<&Placed> = Vec::new();
    for network in networks {
        if front.last().is_none_or(|best| network.top1 > best.top1) {
            front.push(network);
        }
    }
    front
}

/// For other networks, the cheapest hero that is at least as accurate: at most `most` ratios, well apart
/// in accuracy. The largest comes first, then that to the most accurate of the others, which is the
/// hardest to beat, then the largest of the rest.
#[must_use]
pub fn ratios<'a>(heroes: &[&'a Curve], others: &[&'a Curve], most: usize) -> Vec<Ratio<'a>> {
    let heroes: Vec<&Placed> = heroes.iter().flat_map(|curve| &curve.points).collect();
    let others = others.iter().flat_map(|curve| curve.points.iter().map(|other| (*curve, other)));
    let others: Vec<(&Curve, &Placed)> = others.collect();
    let ratio = |&(curve, other): &(&'a Curve, &'a Placed)| {
        let reach = heroes.iter().copied().filter(|hero| hero.top1 >= other.top1);
        let hero = reach.min_by(|a, b| a.cost.total_cmp(&b.cost))?;
        Some(Ratio { curve, other, hero, ratio: other.cost / hero.cost })
    };
    let all = || {
        heroes.iter().copied().chain(others.iter().map(|other| other.1)).map(|placed| placed.top1)
    };
    let range = all().fold(0.0, f64::max) - all().fold(100.0, f64::min);
    let mut ratios: Vec<Ratio> = others.iter().filter_map(ratio).collect();
    ratios.retain(|ratio| ratio.ratio > LEAST_RATIO);
    ratios.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
    let hardest = ratios.iter().skip(1).enumerate();
    let hardest = hardest.max_by(|(_, a), (_, b)| a.other.top1.total_cmp(&b.other.top1));
    if let Some(index) = hardest.map(|(index, _)| index + 1) {
        ratios[1..=index].rotate_right(1);
    }
    let mut kept: Vec<Ratio> = Vec::new();
    for ratio in ratios {
        let is_apart = |kept: &Ratio| (kept.other.top1 - ratio.other.top1).abs() >= GAP * range;
        if kept.len() < most && kept.iter().all(is_apart) {
            kept.push(ratio);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::comparison::Origin;
    use crate::families::sketch::{Naming, Style, Weight};

    fn network(cost: f64, top1: f64) -> Placed {
        let (label, title, source) = (String::new(), String::new(), String::new());
        Placed { label, title, cost, origin: Origin::Counted, top1, source }
    }

    #[test]
    fn a_front_rises_with_cost() {
        let networks =
            [network(4.0, 78.0), network(1.0, 76.0), network(2.0, 75.0), network(4.0, 79.0)];
        let costs: Vec<(f64, f64)> =
            front(&networks).iter().map(|placed| (placed.cost, placed.top1)).collect();
        assert_eq!(costs, [(1.0, 76.0), (4.0, 79.0)]);
    }

    #[test]
    fn a_ratio_is_to_the_cheapest_hero_that_is_at_least_as_accurate() {
        let style =
            Style { weight: Weight::Hero, line: true, naming: Naming::Points, in_front: false };
        let points = vec![network(1.0, 77.0), network(2.0, 79.0), network(3.0, 81.0)];
        let hero = Curve { name: String::new(), style, points };
        let points = vec![network(20.0, 79.0), network(12.0, 78.8), network(30.0, 85.0)];
        let other = Curve { points, ..hero.clone() };
        let found: Vec<f64> =
            ratios(&[&hero], &[&other], 3).iter().map(|found| found.ratio).collect();
        assert_eq!(found, [10.0]);
    }
}
