//! Numbers that are known before a graph runs: those that shapes are computed from.

use std::sync::Arc;

/// A tensor of more numbers is data and takes no part in shapes.
pub(crate) const MAX_KNOWN: usize = 4096;

/// Maximum numbers that all nodes of a graph together read and write before it runs.
pub(crate) const MAX_WORK: usize = 1 << 22;

/// Every integer up to it is a floating-point number.
const MAX_EXACT: f64 = (1u64 << 53) as f64;

/// Numbers in the order of a tensor's elements; a boolean is 1 or 0. Values that are copies share them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Numbers {
    Ints(Arc<[i64]>),
    Floats(Arc<[f64]>, Precision),
}

/// The type that floating-point numbers are rounded to: ONNX's FLOAT16, BFLOAT16, FLOAT and DOUBLE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    Half,
    Brain,
    Single,
    Double,
}

impl Numbers {
    /// Integers.
    pub(crate) fn of_ints(values: Vec<i64>) -> Numbers {
        Numbers::Ints(values.into())
    }

    /// Floating-point numbers, each rounded to the precision.
    ///
    /// A sum, product, quotient or root computed in double precision and then rounded is that of the narrower type.
    pub(crate) fn of_floats(values: Vec<f64>, precision: Precision) -> Numbers {
        Numbers::Floats(values.into_iter().map(|value| precision.round(value)).collect(), precision)
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Numbers::Ints(values) => values.len(),
            Numbers::Floats(values, _) => values.len(),
        }
    }

    /// The numbers, if they are integers.
    pub(crate) fn ints(&self) -> Option<&[i64]> {
        match self {
            Numbers::Ints(values) => Some(values),
            Numbers::Floats(..) => None,
        }
    }

    /// The numbers, converted to floating point where they are integers.
    #[allow(clippy::cast_precision_loss)] // only sizes of a few thousand pixels are multiplied by fractions
    pub(crate) fn floats(&self) -> Arc<[f64]> {
        match self {
            Numbers::Ints(values) => values.iter().map(|value| *value as f64).collect(),
            Numbers::Floats(values, _) => values.clone(),
        }
    }

    /// The number, if there is exactly one.
    #[allow(clippy::cast_precision_loss)] // as above
    pub(crate) fn single(&self) -> Option<f64> {
        match self {
            Numbers::Ints(values) => <[i64; 1]>::try_from(&values[..]).ok().map(|[one]| one as f64),
            Numbers::Floats(values, _) => <[f64; 1]>::try_from(&values[..]).ok().map(|[one]| one),
        }
    }

    /// The numbers at these indices; `None` where an index is out of range.
    pub(crate) fn select(&self, indices: &[usize]) -> Option<Numbers> {
        Some(match self {
            Numbers::Ints(values) => Numbers::Ints(selected(values, indices)?),
            Numbers::Floats(values, precision) => {
                Numbers::Floats(selected(values, indices)?, *precision)
            }
        })
    }

    /// The same, with `other` where there is no index.
    #[allow(clippy::cast_possible_truncation)] // checked
    pub(crate) fn select_or(&self, indices: &[Option<usize>], other: f64) -> Option<Numbers> {
        Some(match self {
            Numbers::Ints(values) => {
                let other = (other.abs() <= MAX_EXACT).then_some(other as i64)?;
                Numbers::Ints(selected_or(values, indices, other)?)
            }
            Numbers::Floats(values, precision) => {
                Numbers::Floats(selected_or(values, indices, other)?, *precision)
            }
        })
    }

    /// The places of equal numbers, from the smallest number or in the order in which they first occur.
    pub(crate) fn places(&self, is_sorted: bool) -> Vec<Vec<usize>> {
        let order = |one: usize, other: usize| match self {
            Numbers::Ints(values) => values[one].cmp(&values[other]),
            Numbers::Floats(values, _) => (values[one] + 0.0).total_cmp(&(values[other] + 0.0)),
        };
        let mut all: Vec<usize> = (0..self.len()).collect();
        all.sort_by(|one, other| order(*one, *other));
        let equal = all.chunk_by(|one, other| order(*one, *other).is_eq());
        let mut places: Vec<Vec<usize>> = equal.map(<[usize]>::to_vec).collect();
        if !is_sorted {
            places.sort_unstable();
        }
        places
    }
}

fn selected_or<T: Copy>(values: &[T], indices: &[Option<usize>], other: T) -> Option<Arc<[T]>> {
    let one = |index: &Option<usize>| index.map_or(Some(other), |index| values.get(index).copied());
    indices.iter().map(one).collect()
}

fn selected<T: Copy>(values: &[T], indices: &[usize]) -> Option<Arc<[T]>> {
    indices.iter().map(|index| values.get(*index).copied()).collect()
}

impl Precision {
    /// The precision of a `TensorProto.DataType`, if it is a floating-point number of 16 bits or more.
    pub(crate) fn of(data_type: i64) -> Option<Precision> {
        Some(match data_type {
            1 => Precision::Single,
            10 => Precision::Half,
            11 => Precision::Double,
            16 => Precision::Brain,
            _ => return None,
        })
    }

    /// The number with these bits.
    #[allow(clippy::cast_possible_truncation)] // the higher bits are unused
    pub(crate) fn number(self, bits: u64) -> f64 {
        match self {
            Precision::Half => {
                let (exponent, fraction) = (bits >> 10 & 0x1f, (bits & 0x3ff) as f64);
                let size = match exponent {
                    0 => fraction * 2f64.powi(-24),
                    31 if fraction > 0.0 => f64::NAN,
                    31 => f64::INFINITY,
                    _ => (1024.0 + fraction) * 2f64.powi(exponent as i32 - 25),
                };
                if bits & 0x8000 == 0 { size } else { -size }
            }
            Precision::Brain => f64::from(f32::from_bits((bits as u32) << 16)),
            Precision::Single => f64::from(f32::from_bits(bits as u32)),
            Precision::Double => f64::from_bits(bits),
        }
    }

    #[allow(clippy::cast_possible_truncation)] // rounding is what it is for
    pub(crate) fn round(self, value: f64) -> f64 {
        match self {
            Precision::Half => to_bits(value, 11, 65_504.0),
            Precision::Brain => to_bits(value, 8, f64::from(f32::MAX)),
            Precision::Single => f64::from(value as f32),
            Precision::Double => value,
        }
    }
}

/// The value with this many significant bits, ties to even; numbers too small for a full exponent are not cut further.
fn to_bits(value: f64, bits: i32, max: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let exponent = i32::try_from(value.to_bits() >> 52 & 0x7ff).unwrap_or(0) - 1023;
    let unit = 2f64.powi(exponent + 1 - bits);
    let rounded = (value / unit).round_ties_even() * unit;
    if rounded.abs() > max { f64::INFINITY.copysign(value) } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_precision_of_their_type() {
        for (precision, value, expected) in [
            (Precision::Half, 2049.0, 2048.0),
            (Precision::Half, 2051.0, 2052.0),
            (Precision::Half, -0.1, -0.099_975_585_937_5),
            (Precision::Half, 70_000.0, f64::INFINITY),
            (Precision::Brain, 257.0, 256.0),
            (Precision::Brain, 259.0, 260.0),
            (Precision::Single, 0.29 * 100.0, 29.0),
            (Precision::Single, 16_777_217.0, 16_777_216.0),
            (Precision::Double, 16_777_217.0, 16_777_217.0),
        ] {
            assert_eq!(precision.round(value).to_bits(), expected.to_bits(), "{value}");
        }
    }

    #[test]
    fn numbers_are_read_from_their_bits() {
        for (precision, bits, expected) in [
            (Precision::Half, 0x3c00, 1.0),
            (Precision::Half, 0xc500, -5.0),
            (Precision::Half, 0x0001, 2f64.powi(-24)),
            (Precision::Half, 0xfc00, f64::NEG_INFINITY),
            (Precision::Brain, 0x4049, 3.140_625),
            (Precision::Single, 0x3fc0_0000, 1.5),
            (Precision::Double, 0xbff8_0000_0000_0000, -1.5),
        ] {
            assert_eq!(precision.number(bits).to_bits(), expected.to_bits(), "{bits:x}");
        }
        assert!(Precision::Half.number(0x7e00).is_nan());
    }

    #[test]
    fn equal_numbers_are_found_in_either_order() {
        let row = Numbers::of_floats(vec![2.0, -0.0, 2.0, 0.0], Precision::Single);
        assert_eq!(row.places(true), [[1, 3], [0, 2]]);
        assert_eq!(row.places(false), [[0, 2], [1, 3]]);
    }

    #[test]
    fn indices_out_of_range_select_nothing() {
        let row = Numbers::of_ints(vec![3, 4]);
        assert_eq!(row.select(&[1, 1, 0]), Some(Numbers::of_ints(vec![4, 4, 3])));
        assert_eq!(row.select(&[2]), None);
        assert_eq!(row.select_or(&[None, Some(1)], 9.0), Some(Numbers::of_ints(vec![9, 4])));
    }
}
