//! Where steps were reached.

use crate::families::block::trace::Visit;
use crate::families::scaling::AtScale;

/// A visit and the index of its call.
pub(super) type Reached<'t, 'f> = (usize, &'t Visit<'f, AtScale>);

/// The channels that a step puts out in each call.
pub(super) fn outputs(reached: &[Reached]) -> Vec<(usize, u64)> {
    let output = |visit: &Visit<AtScale>| {
        visit.node.as_ref().map_or(visit.input.channels, |node| node.output().channels)
    };
    reached.iter().map(|(call, visit)| (*call, output(visit))).collect()
}
