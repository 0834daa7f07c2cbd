//! How much of a graph's values is in memory while each node runs.
//!
//! As for specs, an engine is assumed that frees a map after its last use and writes norms, activations and sums in
//! place where their input is needed no more; what only names elements in another order of axes takes no memory.

use std::collections::HashMap;

/// What a node reads and keeps.
#[derive(Debug, Default)]
pub(super) struct Life {
    /// The memory of what it reads, constants left out.
    pub(super) reads: Vec<usize>,
    /// New memory, and its elements.
    pub(super) makes: Vec<(usize, u64)>,
    /// Whether its output may lie where its input lay.
    pub(super) in_place: bool,
    /// The step that it is counted as.
    pub(super) step: Option<usize>,
}

/// The most elements in memory at each of so many steps, up to the next one.
pub(super) fn alive(lives: &[Life], steps: usize) -> Vec<u64> {
    let mut last = HashMap::new();
    for (index, life) in lives.iter().enumerate() {
        last.extend(life.reads.iter().map(|memory| (*memory, index)));
    }
    let mut sizes: HashMap<usize, u64> = HashMap::new();
    let mut sum = 0u64;
    let mut most = vec![0; steps];
    let mut step = 0;
    for (index, life) in lives.iter().enumerate() {
        let freed = |memory: &usize| last.get(memory).is_none_or(|last| *last <= index);
        let made = life.makes.iter().fold(0u64, |sum, (_, size)| sum.saturating_add(*size));
        let mut ends: Vec<usize> = life.reads.iter().copied().filter(freed).collect();
        ends.sort_unstable();
        ends.dedup();
        let takes_place = |memory: &usize| sizes.get(memory).is_some_and(|size| *size == made);
        let is_over = life.in_place && ends.iter().any(takes_place);
        step = life.step.unwrap_or(step);
        let now = if is_over { sum } else { sum.saturating_add(made) };
        if let Some(most) = most.get_mut(step) {
            *most = now.max(*most);
        }
        sizes.extend(life.makes.iter().copied());
        sum = sum.saturating_add(made);
        // What nobody reads, like the second output of a pool, is not kept.
        let unread = life
            .makes
            .iter()
            .map(|(memory, _)| *memory)
            .filter(|memory| !last.contains_key(memory));
        for memory in ends.into_iter().chain(unread) {
            sum = sum.saturating_sub(sizes.remove(&memory).unwrap_or(0));
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(reads: &[usize], makes: &[(usize, u64)], in_place: bool, step: usize) -> Life {
        Life { reads: reads.to_vec(), makes: makes.to_vec(), in_place, step: Some(step) }
    }

    #[test]
    fn a_map_lives_until_its_last_use() {
        // A convolution, an activation in place, a second convolution, and the sum with the activation.
        let lives = [
            Life { makes: vec![(1, 10)], ..Life::default() },
            life(&[1], &[(2, 40)], false, 0),
            life(&[2], &[(3, 40)], true, 1),
            life(&[3], &[(4, 40)], false, 2),
            life(&[3, 4], &[(5, 40)], true, 3),
            Life { reads: vec![5], ..Life::default() },
        ];
        assert_eq!(alive(&lives, 4), [50, 40, 80, 80]);
    }
}
