//! The Pareto front.

use crate::analysis::accuracy::NetworkPoint;

/// The Pareto front, by cost: the networks that are more accurate than every cheaper one.
#[must_use]
pub fn front<'a>(points: impl IntoIterator<Item = &'a NetworkPoint>) -> Vec<&'a NetworkPoint> {
    let mut points: Vec<&NetworkPoint> = points.into_iter().collect();
    points.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(b.accuracy.total_cmp(&a.accuracy)));
    let mut front: Vec<&NetworkPoint> = Vec::new();
    for point in points {
        if front.last().is_none_or(|best| point.accuracy > best.accuracy) {
            front.push(point);
        }
    }
    front
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_front_rises_with_cost() {
        let points = [
            NetworkPoint::at(4.0, 78.0),
            NetworkPoint::at(1.0, 76.0),
            NetworkPoint::at(2.0, 75.0),
            NetworkPoint::at(4.0, 79.0),
        ];
        let costs: Vec<(f64, f64)> =
            front(&points).iter().map(|point| (point.cost, point.accuracy)).collect();
        assert_eq!(costs, [(1.0, 76.0), (4.0, 79.0)]);
    }
}
