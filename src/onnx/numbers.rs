//! Numbers that are known before a graph runs: those that shapes are computed from.

/// A tensor of more numbers is data and takes no part in shapes.
pub(crate) const MAX_KNOWN: usize = 4096;

/// Numbers in the order of a tensor's elements; a boolean is 1 or 0.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Numbers {
    Ints(Vec<i64>),
    Floats(Vec<f64>),
}

impl Numbers {
    pub(crate) fn len(&self) -> usize {
        match self {
            Numbers::Ints(values) => values.len(),
            Numbers::Floats(values) => values.len(),
        }
    }

    /// The numbers, if they are integers.
    pub(crate) fn ints(&self) -> Option<&[i64]> {
        match self {
            Numbers::Ints(values) => Some(values),
            Numbers::Floats(_) => None,
        }
    }

    /// The numbers, converted to floating point where they are integers.
    #[allow(clippy::cast_precision_loss)] // only sizes of a few thousand pixels are multiplied by fractions
    pub(crate) fn floats(&self) -> Vec<f64> {
        match self {
            Numbers::Ints(values) => values.iter().map(|value| *value as f64).collect(),
            Numbers::Floats(values) => values.clone(),
        }
    }

    /// The number, if there is exactly one.
    pub(crate) fn single(&self) -> Option<f64> {
        match &self.floats()[..] {
            [value] => Some(*value),
            _ => None,
        }
    }

    /// The numbers as floating point or as integers, rounded towards zero.
    #[allow(clippy::cast_possible_truncation)] // a cast saturates
    pub(crate) fn cast(&self, to_float: bool) -> Numbers {
        match self {
            Numbers::Floats(values) if !to_float => {
                Numbers::Ints(values.iter().map(|value| *value as i64).collect())
            }
            Numbers::Ints(_) if to_float => Numbers::Floats(self.floats()),
            same => same.clone(),
        }
    }

    /// The numbers at these indices; `None` where an index is out of range.
    pub(crate) fn select(&self, indices: &[usize]) -> Option<Numbers> {
        Some(match self {
            Numbers::Ints(values) => Numbers::Ints(selected(values, indices)?),
            Numbers::Floats(values) => Numbers::Floats(selected(values, indices)?),
        })
    }

    /// The first number `count` times; `None` above [`MAX_KNOWN`].
    pub(crate) fn repeated(&self, count: u64) -> Option<Numbers> {
        let count = usize::try_from(count).ok().filter(|count| *count <= MAX_KNOWN)?;
        self.select(&vec![0; count])
    }

    /// These numbers and then the others; `None` where their types differ or they are too many.
    pub(crate) fn concat(self, other: &Numbers) -> Option<Numbers> {
        match (self, other) {
            (one, other) if one.len() + other.len() > MAX_KNOWN => None,
            (Numbers::Ints(one), Numbers::Ints(other)) => {
                Some(Numbers::Ints([&one[..], other].concat()))
            }
            (Numbers::Floats(one), Numbers::Floats(other)) => {
                Some(Numbers::Floats([&one[..], other].concat()))
            }
            _ => None,
        }
    }

    /// The numbers of a tensor of shape `from` rearranged to the shape `to`; `source` maps an element's position in
    /// `to` to its position in `from`.
    pub(crate) fn rearranged(
        &self,
        from: &[u64],
        to: &[u64],
        source: impl Fn(&[u64]) -> Option<Vec<u64>>,
    ) -> Option<Numbers> {
        let count = to.iter().try_fold(1u64, |count, size| count.checked_mul(*size))?;
        if count > MAX_KNOWN as u64 {
            return None;
        }
        let index = |flat: u64| {
            let mut rest = flat;
            let mut position = vec![0; to.len()];
            for (axis, size) in to.iter().enumerate().rev() {
                (position[axis], rest) = (rest % size, rest / size);
            }
            let position = source(&position)?;
            let flat = position.iter().zip(from).fold(0u64, |flat, (place, size)| {
                flat.saturating_mul(*size).saturating_add(*place)
            });
            usize::try_from(flat).ok()
        };
        self.select(&(0..count).map(index).collect::<Option<Vec<_>>>()?)
    }
}

fn selected<T: Copy>(values: &[T], indices: &[usize]) -> Option<Vec<T>> {
    indices.iter().map(|index| values.get(*index).copied()).collect()
}
