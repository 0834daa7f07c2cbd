//! Which layers of a graph read something that depends on trained params, so that a backward pass needs the gradient of
//! their input.

use crate::counting::ledger::Event;
use crate::onnx::graph::inferred::GraphLayer;
use crate::onnx::graph::liveness::Usage;

/// For each layer, whether its input depends on params.
pub(crate) fn on_params(usages: &[Usage], layers: &[GraphLayer]) -> Vec<bool> {
    let allocated = usages.iter().flat_map(|usage| &usage.allocates).map(|(memory, _)| *memory);
    let read = usages.iter().flat_map(|usage| usage.reads.iter().copied());
    let mut memory_depends = vec![false; allocated.chain(read).max().map_or(0, |last| last + 1)];
    let mut depends = vec![false; layers.len()];
    for usage in usages {
        let mut is_dependent = usage.reads.iter().any(|memory| memory_depends[*memory]);
        if let Some(layer) = usage.layer {
            depends[layer] |= is_dependent;
            let events = &layers[layer].cost.events;
            is_dependent |= events.iter().any(|(event, _)| Event::PARAMS.contains(event));
        }
        usage.allocates.iter().for_each(|(memory, _)| memory_depends[*memory] = is_dependent);
    }
    depends
}
