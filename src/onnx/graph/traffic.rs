//! How many elements of maps the nodes of a graph read and write. Copies that are not layers (concats, transposes)
//! count with the layer before them.

use crate::counting::node::Fusion;
use crate::onnx::graph::liveness::Usage;

/// What a layer moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) read: u64,
    pub(crate) written: u64,
    /// Whether it changes its input element by element.
    pub(crate) is_elementwise: bool,
    /// What it saves where it runs within the node before it.
    pub(crate) fusion: Option<Fusion>,
}

/// What each layer moves.
pub(crate) fn moved(usages: &[Usage], layers: usize) -> Vec<Moved> {
    let memory = Memory::of(usages);
    let mut moved = vec![Moved::default(); layers];
    let (mut before, mut layer): (&[(usize, u64)], usize) = (&[], 0);
    for usage in usages {
        layer = usage.layer.unwrap_or(layer);
        // A view.
        if usage.allocates.is_empty() {
            continue;
        }
        if let Some(moved) = moved.get_mut(layer).filter(|_| !usage.reads.is_empty()) {
            moved.add(usage, before, &memory);
        }
        before = &usage.allocates;
    }
    moved
}

impl Moved {
    /// Adds a node; `before` is what the node before it allocated.
    fn add(&mut self, usage: &Usage, before: &[(usize, u64)], memory: &Memory) {
        let mut reads = usage.reads.clone();
        reads.sort_unstable();
        reads.dedup();
        let add = |sum: u64, size: u64| sum.saturating_add(size);
        let written = usage.allocates.iter().fold(0, |sum, (_, size)| add(sum, *size));
        self.read = reads.iter().map(|id| memory.size(*id)).fold(self.read, add);
        self.written = add(self.written, written);
        if !usage.in_place {
            return;
        }
        self.is_elementwise = true;
        let is_input =
            |(id, size): &&(usize, u64)| *size == written && reads.binary_search(id).is_ok();
        self.fusion = before.iter().find(is_input).map(|(id, size)| {
            let size = u128::from(*size);
            Fusion { read: size, written: if memory.readers[*id] > 1 { 0 } else { size } }
        });
    }
}

/// The memory of a graph, by the value that was first in it.
struct Memory {
    sizes: Vec<u64>,
    /// How many nodes read it.
    readers: Vec<usize>,
}

impl Memory {
    fn of(usages: &[Usage]) -> Self {
        let allocated = usages.iter().flat_map(|usage| &usage.allocates);
        let ids = allocated.clone().map(|(id, _)| id + 1).max().unwrap_or(0);
        let mut memory = Memory { sizes: vec![0; ids], readers: vec![0; ids] };
        allocated.for_each(|(id, size)| memory.sizes[*id] = *size);
        // A view reads nothing, and neither does a part of another layer.
        let readers = usages.iter().filter(|usage| !usage.allocates.is_empty());
        for id in readers.flat_map(|usage| &usage.reads) {
            if let Some(readers) = memory.readers.get_mut(*id) {
                *readers += 1;
            }
        }
        memory
    }

    fn size(&self, id: usize) -> u64 {
        self.sizes.get(id).copied().unwrap_or(0)
    }
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
        // The concat reads the image and the activation.
        let fusion = Some(Fusion { read: 40, written: 40 });
        let (read, written) = (40 + 50, 40 + 50);
        let second = Moved { read, written, is_elementwise: true, fusion };
        assert_eq!(moved(&usages, 2), [first, second]);
    }
}
