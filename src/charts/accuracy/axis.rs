//! What the x axis of a chart file can be: a cost that is counted, or one that is estimated.

use crate::analysis::cost::Estimate;
use crate::counting::measure::Measure;
use crate::families::declared::Takes;

/// What is on the x axis.
#[derive(Clone, Copy)]
pub(super) enum X {
    Counted(Measure),
    Estimated(Estimate),
}

/// Every x axis, in the order of its words.
pub(super) const X_AXES: [X; 7] = [
    X::Counted(Measure::Macs),
    X::Counted(Measure::Flops),
    X::Counted(Measure::Params),
    X::Counted(Measure::Activations),
    X::Counted(Measure::Memory),
    X::Estimated(Estimate::Time),
    X::Estimated(Estimate::Intensity),
];

pub(super) const COST: Takes = Takes::Words(|| X_AXES.map(X::key).to_vec());

impl X {
    fn key(self) -> &'static str {
        match self {
            X::Counted(measure) => measure.key(),
            X::Estimated(estimate) => estimate.key(),
        }
    }
}
