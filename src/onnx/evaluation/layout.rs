//! Where elements of a tensor lie: positions, strides and lines along axes.

use crate::onnx::numbers::{MAX_KNOWN, Numbers};
use crate::onnx::value::{Value, elements};

/// What `at` makes of every position in a tensor of this shape, in the order of its elements.
pub(super) fn positions<T>(
    dims: &[u64],
    mut at: impl FnMut(&[u64]) -> Option<T>,
) -> Option<Vec<T>> {
    let count = usize::try_from(elements(dims)).ok().filter(|count| *count <= MAX_KNOWN)?;
    let mut position = vec![0; dims.len()];
    let mut found = Vec::with_capacity(count);
    for _ in 0..count {
        found.push(at(&position)?);
        for (place, size) in position.iter_mut().zip(dims).rev() {
            *place += 1;
            if *place < *size {
                break;
            }
            *place = 0;
        }
    }
    Some(found)
}

/// How far apart neighbours along each axis are.
pub(super) fn strides(dims: &[u64]) -> Vec<i64> {
    let mut stride = 1i64;
    let mut found: Vec<i64> = Vec::with_capacity(dims.len());
    for size in dims.iter().rev() {
        found.push(stride);
        stride = stride.saturating_mul(i64::try_from(*size).unwrap_or(i64::MAX));
    }
    found.reverse();
    found
}

/// The distance of a position from the first element.
pub(super) fn distance(position: &[u64], strides: &[i64]) -> i64 {
    let pairs = position.iter().zip(strides);
    pairs.fold(0i64, |sum, (place, stride)| {
        sum.saturating_add(stride.saturating_mul(place.cast_signed()))
    })
}

/// An index that may count from the end; `None` where it is out of range.
pub(super) fn within(index: i64, size: u64) -> Option<i64> {
    let size = i64::try_from(size).ok()?;
    let from_front = if index < 0 { index.checked_add(size)? } else { index };
    (0..size).contains(&from_front).then_some(from_front)
}

/// Indices that start at `offset` and move by these steps along the axes of `dims`.
pub(super) fn strided(dims: &[u64], offset: i64, steps: &[i64]) -> Option<Vec<usize>> {
    positions(dims, |position| usize::try_from(offset.checked_add(distance(position, steps))?).ok())
}

/// A value's numbers, broadcast to a shape.
pub(super) fn expanded(value: &Value, dims: &[u64]) -> Option<Numbers> {
    let numbers = value.numbers.as_ref()?;
    if value.elements() == elements(dims) {
        return Some(numbers.clone());
    }
    let mut steps = vec![0; dims.len().checked_sub(value.dims.len())?];
    let strides = strides(&value.dims);
    let step = |(size, stride): (&u64, i64)| if *size == 1 { 0 } else { stride };
    steps.extend(value.dims.iter().zip(strides).map(step));
    numbers.select(&strided(dims, 0, &steps)?)
}

/// The indices of the elements that lie along some axes, for every position on the others.
pub(super) fn lines(dims: &[u64], is_along: impl Fn(usize) -> bool) -> Option<Vec<Vec<usize>>> {
    let size = |(axis, size): (usize, &u64)| if is_along(axis) { 1 } else { *size };
    let others: Vec<u64> = dims.iter().enumerate().map(size).collect();
    let count = usize::try_from(elements(&others)).ok().filter(|count| *count <= MAX_KNOWN)?;
    let mut steps = strides(&others);
    let axes = steps.iter_mut().enumerate().filter(|(axis, _)| is_along(*axis));
    axes.for_each(|(_, step)| *step = 0);
    let mut found = vec![Vec::new(); count];
    for (index, line) in strided(dims, 0, &steps)?.into_iter().enumerate() {
        found.get_mut(line)?.push(index);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cover_every_element_once() {
        assert_eq!(lines(&[2, 3], |axis| axis == 1), Some(vec![vec![0, 1, 2], vec![3, 4, 5]]));
        assert_eq!(
            lines(&[2, 3], |axis| axis == 0),
            Some(vec![vec![0, 3], vec![1, 4], vec![2, 5]])
        );
        assert_eq!(lines(&[0, 2], |axis| axis == 0), Some(vec![Vec::new(), Vec::new()]));
        assert_eq!(lines(&[1 << 40, 0], |axis| axis == 1), None);
    }

    #[test]
    fn values_are_broadcast_along_axes_of_one() {
        let numbers = Some(Numbers::of_ints(vec![1, 2]));
        let value = Value { numbers, ..Value::map(vec![2, 1]) };
        assert_eq!(expanded(&value, &[2, 2]), Some(Numbers::of_ints(vec![1, 1, 2, 2])));
        assert_eq!(expanded(&value, &[2, 2, 1]), Some(Numbers::of_ints(vec![1, 2, 1, 2])));
    }
}
