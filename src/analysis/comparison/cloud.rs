//! What of a cloud is shown.

use crate::analysis::comparison::{Comparison, Placed};
use crate::families::sketch::Weight;

impl Comparison {
    /// What stands in a curve of its own is not part of the cloud as well.
    pub(super) fn show_once(&mut self) {
        let named = self.curves.iter().filter(|curve| curve.style.weight != Weight::Cloud);
        let named: Vec<Placed> = named.flat_map(|curve| curve.points.clone()).collect();
        let is_named = |placed: &Placed| {
            let is_same = |other: &Placed| (other.cost, other.top1) == (placed.cost, placed.top1);
            named.iter().any(is_same)
        };
        for cloud in self.curves.iter_mut().filter(|curve| curve.style.weight == Weight::Cloud) {
            cloud.points.retain(|placed| !is_named(placed));
        }
    }

    /// Leaves out of the clouds what lies outside the axes: a curve moves its axes, a cloud does not.
    pub fn crop(&mut self, costs: Option<(f64, f64)>, accuracies: Option<(f64, f64)>) {
        let is_within = |range: Option<(f64, f64)>, value: f64| {
            range.is_none_or(|(first, last)| (first..=last).contains(&value))
        };
        for cloud in self.curves.iter_mut().filter(|curve| curve.style.weight == Weight::Cloud) {
            let before = cloud.points.len();
            cloud.points.retain(|placed| {
                is_within(costs, placed.cost) && is_within(accuracies, placed.top1)
            });
            let gone = before - cloud.points.len();
            if gone > 0 {
                let name = &cloud.name;
                self.left_out.push(format!("{gone} of {before} of {name}: outside the axes"));
            }
        }
    }
}
