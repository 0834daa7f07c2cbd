//! The Pareto front, and how many times less one network costs than another.

use crate::analysis::accuracy::NetworkPoint;

/// Ratios whose accuracies are closer than this share of the whole range would look like one.
const LEAST_DISTANCE: f64 = 1.0 / 7.0;

/// Smaller ratios are not worth an arrow.
const LEAST_RATIO: f64 = 2.0;

/// How many times less a hero costs than another network that is at most as accurate.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CostRatio<'a> {
    /// The name of the other's series.
    pub series: &'a str,
    /// The other network.
    pub other: &'a NetworkPoint,
    /// The cheapest hero that is at least as accurate.
    pub hero: &'a NetworkPoint,
    /// The other's cost over the hero's.
    pub ratio: f64,
}

/// The Pareto front, by cost: the networks that are more accurate than every cheaper one.
#[must_use]
pub fn front<'a>(points: impl IntoIterator<Item = &'a NetworkPoint>) -> Vec<&'a NetworkPoint> {
    let mut points: Vec<&NetworkPoint> = points.into_iter().collect();
    points.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(b.top1.total_cmp(&a.top1)));
    let mut front: Vec<&NetworkPoint> = Vec::new();
    for point in points {
        if front.last().is_none_or(|best| point.top1 > best.top1) {
            front.push(point);
        }
    }
    front
}

/// For other networks, each with the name of its series, the cheapest hero that is at least as accurate: at most
/// `most` ratios, well apart in accuracy. The largest comes first, then that to the most accurate of the others,
/// which is the hardest to beat, then the largest of the rest.
#[must_use]
pub fn cost_ratios<'a>(
    heroes: &[&'a NetworkPoint],
    others: &[(&'a str, &'a NetworkPoint)],
    most: usize,
) -> Vec<CostRatio<'a>> {
    let ratio = |&(series, other): &(&'a str, &'a NetworkPoint)| {
        let candidates = heroes.iter().copied().filter(|hero| hero.top1 >= other.top1);
        let hero = candidates.min_by(|a, b| a.cost.total_cmp(&b.cost))?;
        Some(CostRatio { series, other, hero, ratio: other.cost / hero.cost })
    };
    let all = || heroes.iter().copied().chain(others.iter().map(|(_, other)| *other));
    let accuracies = || all().map(|point| point.top1);
    let range = accuracies().fold(0.0, f64::max) - accuracies().fold(100.0, f64::min);
    let mut ratios: Vec<CostRatio> = others.iter().filter_map(ratio).collect();
    ratios.retain(|ratio| ratio.ratio > LEAST_RATIO);
    ratios.sort_by(|a, b| b.ratio.total_cmp(&a.ratio));
    let hardest = ratios.iter().skip(1).enumerate();
    let hardest = hardest.max_by(|(_, a), (_, b)| a.other.top1.total_cmp(&b.other.top1));
    if let Some(index) = hardest.map(|(index, _)| index + 1) {
        ratios[1..=index].rotate_right(1);
    }
    let mut kept: Vec<CostRatio> = Vec::new();
    for ratio in ratios {
        let is_apart =
            |kept: &CostRatio| (kept.other.top1 - ratio.other.top1).abs() >= LEAST_DISTANCE * range;
        if kept.len() < most && kept.iter().all(is_apart) {
            kept.push(ratio);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::accuracy::Origin;

    fn point(cost: f64, top1: f64) -> NetworkPoint {
        let (label, title, source) = (String::new(), String::new(), String::new());
        NetworkPoint { label, title, cost, origin: Origin::Counted, top1, source, line: None }
    }

    #[test]
    fn a_front_rises_with_cost() {
        let points = [point(4.0, 78.0), point(1.0, 76.0), point(2.0, 75.0), point(4.0, 79.0)];
        let costs: Vec<(f64, f64)> =
            front(&points).iter().map(|point| (point.cost, point.top1)).collect();
        assert_eq!(costs, [(1.0, 76.0), (4.0, 79.0)]);
    }

    #[test]
    fn a_ratio_is_to_the_cheapest_hero_that_is_at_least_as_accurate() {
        let heroes = [point(1.0, 77.0), point(2.0, 79.0), point(3.0, 81.0)];
        let others = [point(20.0, 79.0), point(12.0, 78.8), point(30.0, 85.0)];
        let heroes: Vec<_> = heroes.iter().collect();
        let others: Vec<_> = others.iter().map(|other| ("", other)).collect();
        let found: Vec<f64> =
            cost_ratios(&heroes, &others, 3).iter().map(|found| found.ratio).collect();
        assert_eq!(found, [10.0]);
    }
}
