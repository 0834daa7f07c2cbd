//! The Pareto front of two costs, built point by point.

/// The points that no other point undercuts in one cost without exceeding it in the other. Of points whose costs are
/// both equal, it has the one with the lowest index, whatever order they come in. With each point it keeps a `T`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front<T = ()> {
    /// In rising order of the first cost, which is falling order of the second.
    entries: Vec<Entry<T>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry<T> {
    costs: [u64; 2],
    index: u64,
    point: T,
}

impl<T> Default for Front<T> {
    fn default() -> Self {
        Front { entries: Vec::new() }
    }
}

impl<T> Front<T> {
    /// Takes a point in, if it is on the front, and drops the points that it undercuts. `point` is asked only then.
    pub fn offer(&mut self, costs: [u64; 2], index: u64, point: impl FnOnce() -> T) {
        let [first, second] = costs;
        let after = self.entries.partition_point(|entry| entry.costs[0] <= first);
        if let Some(before) = self.entries[..after].last_mut()
            && before.costs[1] <= second
        {
            if before.costs == costs && index < before.index {
                *before = Entry { costs, index, point: point() };
            }
            return;
        }
        let start = self.entries[..after].partition_point(|entry| entry.costs[0] < first);
        let undercut = self.entries[start..].partition_point(|entry| entry.costs[1] >= second);
        let entry = Entry { costs, index, point: point() };
        self.entries.splice(start..start + undercut, [entry]);
    }

    /// Takes in the points of another front.
    pub fn merge(&mut self, other: &Front<T>)
    where
        T: Clone,
    {
        for entry in &other.entries {
            self.offer(entry.costs, entry.index, || entry.point.clone());
        }
    }

    /// The indices of its points, in rising order of the first cost.
    pub fn indices(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().map(|entry| entry.index)
    }

    /// What it keeps of its points, in the same order.
    #[must_use]
    pub fn points(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.entries.iter().map(|entry| &entry.point)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The front by its definition.
    fn by_definition(points: &[[u64; 2]]) -> Vec<u64> {
        let undercuts = |one: &[u64; 2], other: &[u64; 2]| {
            one[0] <= other[0] && one[1] <= other[1] && one != other
        };
        let is_first = |index: usize| !points[..index].contains(&points[index]);
        let is_on = |index: &usize| {
            is_first(*index) && !points.iter().any(|other| undercuts(other, &points[*index]))
        };
        let mut front: Vec<usize> = (0..points.len()).filter(is_on).collect();
        front.sort_by_key(|index| points[*index]);
        front.into_iter().map(|index| index as u64).collect()
    }

    proptest! {
        /// Whole, in another order, or in parts that are merged: the same points.
        #[test]
        fn a_front_is_what_no_point_undercuts(
            points in prop::collection::vec(prop::array::uniform2(0u64..12), 0..60),
            parts in 1usize..5,
        ) {
            let front = |indices: &mut dyn Iterator<Item = usize>| {
                let mut front = Front::<()>::default();
                indices.for_each(|index| front.offer(points[index], index as u64, || ()));
                front
            };
            let whole = front(&mut (0..points.len()));
            prop_assert_eq!(whole.indices().collect::<Vec<_>>(), by_definition(&points));
            prop_assert_eq!(&front(&mut (0..points.len()).rev()), &whole);
            let mut merged = Front::default();
            for part in (0..parts).rev() {
                merged.merge(&front(&mut (part..points.len()).step_by(parts)));
            }
            prop_assert_eq!(&merged, &whole);
        }
    }
}
