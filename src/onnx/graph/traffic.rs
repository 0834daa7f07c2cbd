//! How many elements of maps the nodes of a graph read and write. Copies that are not layers (concats, transposes)
//! count with the layer before them.

use crate::onnx::graph::liveness::Usage;

/// What a layer moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) read: u64,
    pub(crate) written: u64,
    /// Whether it changes its input element by element.
    pub(crate) is_elementwise: bool,
    /// Whether its input is the map that the node before it wrote.
    pub(crate) follows: bool,
}

/// What each layer moves.
pub(crate) fn moved(usages: &[Usage], layers: usize) -> Vec<Moved> {
    let allocated = usages.iter().flat_map(|usage| &usage.allocates);
    let ids = allocated.clone().map(|(memory, _)| memory + 1).max().unwrap_or(0);
    let mut sizes = vec![0u64; ids];
    allocated.for_each(|(memory, size)| sizes[*memory] = *size);
    let mut moved = vec![Moved::default(); layers];
    let (mut before, mut layer): (&[(usize, u64)], usize) = (&[], 0);
    for usage in usages {
        layer = usage.layer.unwrap_or(layer);
        if usage.allocates.is_empty() || usage.reads.is_empty() {
            before = if usage.reads.is_empty() { &usage.allocates } else { before };
            continue;
        }
        let mut reads = usage.reads.clone();
        reads.sort_unstable();
        reads.dedup();
        if let Some(moved) = moved.get_mut(layer) {
            let size = |memory: &usize| sizes.get(*memory).copied().unwrap_or(0);
            let add = |sum: u64, size: u64| sum.saturating_add(size);
            moved.read = reads.iter().map(size).fold(moved.read, add);
            let written = usage.allocates.iter().map(|(_, size)| *size);
            moved.written = written.fold(moved.written, add);
            moved.is_elementwise |= usage.in_place;
            moved.follows |= usage.in_place && before.iter().any(|(id, _)| reads.contains(id));
        }
        before = &usage.allocates;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_moves_its_maps_and_the_copies_after_it() {
        let usage = |reads: &[usize], allocates: (usize, u64), in_place, layer| Usage {
            reads: reads.to_vec(),
            allocates: vec![allocates],
            in_place,
            layer,
        };
        let usages = [
            usage(&[], (1, 10), false, None),
            usage(&[1], (2, 40), false, Some(0)),
            usage(&[2], (3, 40), true, Some(1)),
            usage(&[1, 3], (4, 50), false, None),
            Usage { reads: vec![4], ..Usage::default() },
        ];
        let first = Moved { read: 10, written: 40, ..Moved::default() };
        let (read, written) = (40 + 50, 40 + 50);
        let second = Moved { read, written, is_elementwise: true, follows: true };
        assert_eq!(moved(&usages, 2), [first, second]);
    }
}
