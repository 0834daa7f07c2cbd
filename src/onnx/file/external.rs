//! Weights in other files, as far as their elements tell what was trained.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};

use crate::onnx::file::model::{External, Model, Tensor};
use crate::onnx::file::pattern::{Pattern, SAMPLE, has_repeats};

/// Maximum bytes that are read, for all tensors together.
const MAX_READ: u64 = 1 << 26;

/// Finds the patterns of tensors in other files; `open` opens one by its name. Files need not exist.
pub(crate) fn look<W: Read + Seek>(model: &mut Model, mut open: impl FnMut(&str) -> Option<W>) {
    let mut files: HashMap<String, Option<W>> = HashMap::new();
    let mut left = MAX_READ;
    for tensor in model.graph.initializers.iter_mut().filter(|tensor| tensor.width > 0) {
        let Some(External { location, offset }) = tensor.external.clone() else { continue };
        let file = files.entry(location).or_insert_with_key(|location| open(location));
        if let Some(bytes) = file.as_mut().and_then(|file| bytes(file, offset, tensor, &mut left)) {
            tensor.pattern = Pattern::of(&bytes, tensor.width, &tensor.dims);
        }
    }
}

/// All elements of a tensor if the first of them are worth it, or those alone.
fn bytes<W: Read + Seek>(
    file: &mut W,
    offset: u64,
    tensor: &Tensor,
    left: &mut u64,
) -> Option<Vec<u8>> {
    let width = u64::try_from(tensor.width).ok()?;
    let size = |dim: &i64| u64::try_from(*dim).ok();
    let whole = tensor.dims.iter().try_fold(width, |all, dim| all.checked_mul(size(dim)?))?;
    file.seek(SeekFrom::Start(offset)).ok()?;
    let mut read = |length: u64| {
        *left = left.checked_sub(length)?;
        let mut bytes = vec![0; usize::try_from(length).ok()?];
        file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    };
    let start = read(whole.min(SAMPLE as u64 * width))?;
    if start.len() as u64 == whole || !has_repeats(&start, tensor.width) {
        return Some(start);
    }
    let rest = read(whole - start.len() as u64)?;
    Some([start, rest].concat())
}
