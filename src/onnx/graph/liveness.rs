//! How many elements of a graph's values are in memory while each node runs.
//!
//! As for specs, the engine is assumed to free a map after its last use and to compute norms, activations and sums in
//! place where nothing else reads their input; a view takes no memory.

/// The memory that a node uses; memory is identified by the value that was first in it.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    /// The memory it reads, without constants.
    pub(crate) reads: Vec<usize>,
    /// The memory it allocates, with its elements.
    pub(crate) allocates: Vec<(usize, u64)>,
    /// Whether its output may be written over its input.
    pub(crate) in_place: bool,
    /// The layer that it is counted as.
    pub(crate) layer: Option<usize>,
}

/// The peak memory of each layer, in elements, while it and the free nodes after it run.
pub(crate) fn peaks(usages: &[Usage], layers: usize) -> Vec<u64> {
    let read = usages.iter().flat_map(|usage| &usage.reads);
    let allocated = usages.iter().flat_map(|usage| &usage.allocates).map(|(memory, _)| memory);
    // Ids are numbered from 1.
    let ids = read.chain(allocated).max().map_or(0, |last| last + 1);
    let mut last_use = vec![None; ids];
    for (index, usage) in usages.iter().enumerate() {
        usage.reads.iter().for_each(|memory| last_use[*memory] = Some(index));
    }
    let mut live = vec![0; ids];
    let mut peaks = vec![0; layers];
    let (mut sum, mut layer) = (0u64, 0);
    for (index, usage) in usages.iter().enumerate() {
        let is_last = |memory: &usize| last_use[*memory].is_none_or(|last| last <= index);
        let size = usage.allocates.iter().fold(0u64, |sum, (_, size)| sum.saturating_add(*size));
        let mut freed: Vec<usize> = usage.reads.iter().copied().filter(is_last).collect();
        freed.sort_unstable();
        freed.dedup();
        let fits = |memory: &usize| live[*memory] == size;
        let is_in_place = usage.in_place && freed.iter().any(fits);
        layer = usage.layer.unwrap_or(layer);
        let now = if is_in_place { sum } else { sum.saturating_add(size) };
        if let Some(peak) = peaks.get_mut(layer) {
            *peak = now.max(*peak);
        }
        usage.allocates.iter().for_each(|(memory, size)| live[*memory] = *size);
        sum = sum.saturating_add(size);
        // Outputs that no node reads, such as a pool's indices, are not kept.
        let allocated = usage.allocates.iter().map(|(memory, _)| *memory);
        let unread = allocated.filter(|memory| last_use[*memory].is_none());
        for memory in freed.into_iter().chain(unread) {
            sum = sum.saturating_sub(std::mem::take(&mut live[memory]));
        }
    }
    peaks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(reads: &[usize], allocates: &[(usize, u64)], in_place: bool, layer: usize) -> Usage {
        let (reads, allocates) = (reads.to_vec(), allocates.to_vec());
        Usage { reads, allocates, in_place, layer: Some(layer) }
    }

    #[test]
    fn a_map_lives_until_its_last_use() {
        // A convolution, an activation in place, a second convolution, and the sum with the activation.
        let usages = [
            Usage { allocates: vec![(1, 10)], ..Usage::default() },
            usage(&[1], &[(2, 40)], false, 0),
            usage(&[2], &[(3, 40)], true, 1),
            usage(&[3], &[(4, 40)], false, 2),
            usage(&[3, 4], &[(5, 40)], true, 3),
            Usage { reads: vec![5], ..Usage::default() },
        ];
        assert_eq!(peaks(&usages, 4), [50, 40, 80, 80]);
    }
}
