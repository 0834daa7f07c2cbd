//! Reading a tensor: its shape, its numbers where they are few, and what the others look like.

use std::io::{Read, Seek};

use crate::onnx::file::model::{External, Tensor, is_float, is_quantised};
use crate::onnx::file::pattern::{Pattern, SAMPLE, bits, has_repeats};
use crate::onnx::file::protobuf::{Field, Protobuf};
use crate::onnx::numbers::{MAX_KNOWN, Numbers, Precision};
use crate::onnx::value::MAX_RANK;

/// A tensor of more floating-point numbers holds weights and is not read.
pub(super) const MAX_KNOWN_FLOATS: usize = 64;

/// Maximum bytes of a tensor that shapes may be computed from: a varint takes up to ten.
const MAX_KNOWN_BYTES: u64 = 10 * MAX_KNOWN as u64;

impl<R: Read + Seek> Protobuf<R> {
    pub(super) fn tensor(&mut self, field: Field) -> Result<Tensor, String> {
        let (mut tensor, mut data_type) = (Tensor::default(), 0);
        let (mut bytes, mut ints) = (Vec::new(), Vec::new());
        self.message(field, |file, field| {
            match field.number {
                1 => file.ints(field, MAX_RANK, &mut tensor.dims)?,
                2 => data_type = file.int(field)?,
                4 | 9 | 10 => {
                    tensor.pattern = Pattern::Varied;
                    let width = width(data_type);
                    let is_few =
                        file.length(field).is_ok_and(|length| length <= max_bytes(data_type));
                    let is_wanted = |start: &[u8]| is_few || width > 0 && has_repeats(start, width);
                    bytes = file.bytes_if(field, SAMPLE * width, is_wanted)?;
                }
                5 | 7 | 11 if file.length(field).unwrap_or(1) <= MAX_KNOWN_BYTES => {
                    file.ints(field, MAX_KNOWN, &mut ints)?;
                }
                8 => tensor.name = file.text(field)?,
                13 => file.external_data(field, tensor.external.get_or_insert_default())?,
                _ => file.skip(field)?,
            }
            Ok(())
        })?;
        if let Some(dim) = tensor.dims.iter().find(|dim| **dim < 0) {
            let name = &tensor.name;
            return Err(self.error(&format!("initializer `{name}` has a dimension of {dim}")));
        }
        let size = tensor.dims.iter().try_fold(1, |size: i64, dim| size.checked_mul(*dim));
        let size = size.and_then(|size| usize::try_from(size).ok());
        tensor.width = width(data_type);
        if tensor.width > 0 && !bytes.is_empty() {
            tensor.pattern = Pattern::of(&bytes, tensor.width, &tensor.dims);
        }
        let numbers = numbers(data_type, &bytes, &ints);
        tensor.numbers = numbers.filter(|numbers| Some(numbers.len()) == size);
        self.keep(8 * tensor.numbers.as_ref().map_or(0, Numbers::len) as u64)?;
        (tensor.is_float, tensor.is_quantised) = (is_float(data_type), is_quantised(data_type));
        Ok(tensor)
    }

    /// Where a tensor's elements lie. ONNX forbids paths that leave the file's folder.
    fn external_data(&mut self, field: Field, external: &mut External) -> Result<(), String> {
        let (mut key, mut path) = (String::new(), String::new());
        self.message(field, |file, field| {
            match field.number {
                1 => key = file.text(field)?,
                2 => path = file.text(field)?,
                _ => file.skip(field)?,
            }
            Ok(())
        })?;
        let is_outside =
            path.starts_with(['/', '\\']) || path.split(['/', '\\', ':']).any(|part| part == "..");
        if key == "location" && is_outside {
            return Err(
                self.error(&format!("external data at `{path}` lies outside the file's folder"))
            );
        }
        match key.as_str() {
            "location" => external.location = path,
            "offset" => {
                let offset = path.parse();
                external.offset = offset.map_err(|_| self.error("an offset is not a number"))?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Bytes of an element of a type that is trained, or that trained tensors are quantised to; 0 for other types.
fn width(data_type: i64) -> usize {
    match data_type {
        1 => 4,
        11 => 8,
        4 | 5 | 10 | 16 => 2,
        2 | 3 | 17..=20 => 1,
        _ => 0,
    }
}

/// Maximum bytes of a tensor of this type whose numbers are read; weights with few numbers are skipped too.
fn max_bytes(data_type: i64) -> u64 {
    if is_float(data_type) { 8 * MAX_KNOWN_FLOATS as u64 } else { MAX_KNOWN_BYTES }
}

/// The numbers of a small tensor of a type with at least 8 bits, from raw bytes or, where there are none, from integers.
fn numbers(data_type: i64, bytes: &[u8], ints: &[i64]) -> Option<Numbers> {
    if let Some(precision) = Precision::of(data_type) {
        return floats(precision, bytes, ints);
    }
    let (width, is_signed) = match data_type {
        2 | 9 => (1, false),
        3 => (1, true),
        4 => (2, false),
        5 => (2, true),
        6 => (4, true),
        7 => (8, true),
        12 => (4, false),
        13 => (8, false),
        _ => return None,
    };
    if bytes.is_empty() {
        return Some(Numbers::Ints(ints.into()));
    }
    let unused = 64 - 8 * u32::try_from(width).unwrap_or(8);
    let one = |bytes| match bits(bytes) {
        bits if is_signed => Some(bits.cast_signed() << unused >> unused),
        bits => i64::try_from(bits).ok(),
    };
    bytes.chunks_exact(width).map(one).collect::<Option<_>>().map(Numbers::Ints)
}

/// Floating-point numbers, if there are few; those of 16 bits may be written as integers.
fn floats(precision: Precision, bytes: &[u8], ints: &[i64]) -> Option<Numbers> {
    let width = match precision {
        Precision::Half | Precision::Brain => 2,
        Precision::Single => 4,
        Precision::Double => 8,
    };
    let numbers: Vec<f64> = if width == 2 && bytes.is_empty() {
        ints.iter().map(|bits| precision.number(bits.cast_unsigned())).collect()
    } else {
        bytes.chunks_exact(width).map(|bytes| precision.number(bits(bytes))).collect()
    };
    let few = numbers.len() <= MAX_KNOWN_FLOATS;
    few.then(|| Numbers::of_floats(numbers, precision))
}
