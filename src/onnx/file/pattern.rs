//! What the elements of a tensor tell of where they come from.

/// A table has at most half as many different numbers as elements; below this many elements that says nothing.
const MIN_TABLE: usize = 4;

/// Elements at the start of a tensor that tell whether it is worth reading: those of trained weights all differ.
pub(crate) const SAMPLE: usize = 64;

/// Spreads the bits of an element over the highest ones: 2^64 divided by the golden ratio (Knuth, volume 3, 6.4).
const HASH: u64 = 0x9e37_79b9_7f4a_7c15;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Numbers that are not in the file.
    #[default]
    Unread,
    /// Numbers as training leaves them.
    Varied,
    Zeros,
    /// Zeros and ones, which select elements: nothing is trained to these.
    Selection,
    /// One number throughout.
    Uniform,
    /// One kernel for all channels of a depthwise convolution: a filter.
    EqualKernels,
    /// Few different numbers, and how many: grids, masks, and tables in which something was looked up.
    Table(usize),
}

impl Pattern {
    /// The pattern of elements of `width` bytes each, in a tensor of shape `dims`.
    pub(crate) fn of(bytes: &[u8], width: usize, dims: &[i64]) -> Pattern {
        let elements = bytes.len() / width.max(1);
        if elements == 0 || !has_repeats(bytes, width) && elements > 1 {
            return Pattern::Varied;
        }
        if bytes.iter().all(|byte| *byte == 0) {
            return Pattern::Zeros;
        }
        match dims {
            [channels, 1, height, width]
                if *channels > 1 && height.max(width) > &1 && has_equal_rows(bytes, *channels) =>
            {
                return Pattern::EqualKernels;
            }
            _ => {}
        }
        let different = different(bytes, width);
        match (dims, different.len()) {
            (_, 1) => Pattern::Uniform,
            (_, 2) if is_zero_and_one(&different, width) => Pattern::Selection,
            // Half precision has too few numbers for the elements of a large tensor to differ.
            (_, count) if width < 4 || elements < MIN_TABLE || count * 2 > elements => {
                Pattern::Varied
            }
            ([1, 1, _, _], _) => Pattern::EqualKernels,
            (_, count) => Pattern::Table(count),
        }
    }
}

/// Whether some of the first elements are equal; of numbers in half precision, which differ less, half of them.
pub(crate) fn has_repeats(bytes: &[u8], width: usize) -> bool {
    // A small hash table: this runs for every tensor of a file.
    let mut seen = [None; 2 * SAMPLE];
    let (mut count, mut different) = (0, 0);
    for element in bytes.chunks_exact(width.max(1)).take(SAMPLE).map(bits) {
        let mut at = (element.wrapping_mul(HASH) >> 57) as usize % seen.len();
        while seen[at].is_some_and(|other| other != element) {
            at = (at + 1) % seen.len();
        }
        different += usize::from(seen[at].is_none());
        seen[at] = Some(element);
        count += 1;
    }
    if width >= 4 { different < count } else { different * 2 <= count }
}

fn has_equal_rows(bytes: &[u8], rows: i64) -> bool {
    let length = usize::try_from(rows).ok().and_then(|rows| bytes.len().checked_div(rows));
    let mut rows = bytes.chunks_exact(length.unwrap_or(0).max(1));
    rows.next().is_some_and(|first| rows.all(|row| row == first))
}

/// The bits of the different elements.
fn different(bytes: &[u8], width: usize) -> Vec<u64> {
    let mut elements: Vec<u64> = bytes.chunks_exact(width).map(bits).collect();
    elements.sort_unstable();
    elements.dedup();
    elements
}

/// Whether two floating-point numbers of `width` bytes are 0 and 1.
fn is_zero_and_one(numbers: &[u64], width: usize) -> bool {
    let one = if width == 8 { 1f64.to_bits() } else { u64::from(1f32.to_bits()) };
    numbers.iter().all(|bits| *bits == 0 || *bits == one)
}

/// The bits of a number written with its lowest byte first.
pub(super) fn bits(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0u64, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[f32], dims: &[i64]) -> Pattern {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        Pattern::of(&bytes, 4, dims)
    }

    #[test]
    fn tensors_that_were_computed_are_told_from_those_that_were_trained() {
        assert_eq!(of(&[], &[0]), Pattern::Varied);
        assert_eq!(of(&[0.0; 8], &[8]), Pattern::Zeros);
        assert_eq!(of(&[1.0; 8], &[8]), Pattern::Uniform);
        assert_eq!(of(&[1.0; 18], &[2, 1, 3, 3]), Pattern::EqualKernels);
        assert_eq!(of(&[0.0, 1.0, 1.0], &[3]), Pattern::Selection);
        assert_eq!(of(&[0.3, 0.1, 0.7, 0.2], &[4]), Pattern::Varied);
        assert_eq!(of(&[0.3, 0.1, 0.7, 0.3], &[4]), Pattern::Varied);
        assert_eq!(of(&[-1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0, 1.0], &[4, 2]), Pattern::Table(2));
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0].repeat(2), &[2, 1, 2, 2]), Pattern::EqualKernels);
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0].repeat(2), &[2, 2, 2]), Pattern::Table(4));
    }
}
