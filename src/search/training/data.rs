//! Labelled images: the IDX files of MNIST and its kin, and the subset that comes with phiscale.

use std::io::Read;

use flate2::read::GzDecoder;
use thiserror::Error;

/// What a file may unpack to: Fashion-MNIST's largest has 47 MB.
const MAX_BYTES: u64 = 1 << 30;

/// The first bytes of an IDX file of bytes, without its number of dimensions.
const MAGIC: [u8; 3] = [0, 0, 8];

/// Images to learn from, and others to be tested on.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// Its name.
    pub name: String,
    /// What is learned from.
    pub training: Images,
    /// What accuracy is measured on.
    pub testing: Images,
}

/// Grey images of one size, each with its class.
#[derive(Clone, Debug)]
pub struct Images {
    /// Height and width in pixels.
    pub size: [usize; 2],
    /// Grey values, row by row, one image after the other.
    pub pixels: Vec<u8>,
    /// The class of each image, from 0.
    pub classes: Vec<u8>,
}

/// Why a file is no data set.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DataError {
    /// It cannot be unpacked.
    #[error("{0} cannot be unpacked: {1}")]
    Packed(&'static str, String),
    /// It does not start as an IDX file of bytes does.
    #[error("{0} are no IDX file of bytes with {1} dimensions")]
    Form(&'static str, u8),
    /// It is shorter or longer than its header says.
    #[error("{what} should have {expected} bytes behind their header and have {found}")]
    Length {
        /// Which file.
        what: &'static str,
        /// Bytes that the header promises.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// Images and labels do not go together.
    #[error("there are {images} images and {labels} labels")]
    Pairs {
        /// Images.
        images: usize,
        /// Labels.
        labels: usize,
    },
    /// Nothing to learn from, or nothing to be tested on.
    #[error("there are no images")]
    Empty,
}

impl DataSet {
    /// The images that come with phiscale: 2,000 to learn from and 2,000 others to be tested on, 28 × 28 pixels, in
    /// ten classes of the same size.
    pub fn fashion_mnist() -> Result<DataSet, DataError> {
        DataSet::from_idx("Fashion-MNIST", phiscale_fashion_mnist::FILES)
    }

    /// A data set from four IDX files, plain or packed by gzip: training images and labels, testing images
    /// and labels.
    pub fn from_idx(name: &str, files: [&[u8]; 4]) -> Result<DataSet, DataError> {
        let [train_images, train_labels, test_images, test_labels] = files;
        let training = Images::from_idx(train_images, train_labels)?;
        let testing = Images::from_idx(test_images, test_labels)?;
        Ok(DataSet { name: name.into(), training, testing })
    }

    /// The number of classes: one more than the largest label.
    #[must_use]
    pub fn classes(&self) -> u64 {
        let labels = self.training.classes.iter().chain(&self.testing.classes);
        labels.max().map_or(0, |largest| u64::from(*largest) + 1)
    }
}

impl Images {
    fn from_idx(images: &[u8], labels: &[u8]) -> Result<Images, DataError> {
        let ([count, height, width], pixels) = idx("images", images)?;
        let ([labelled], classes) = idx("labels", labels)?;
        if count != labelled {
            return Err(DataError::Pairs { images: count, labels: labelled });
        }
        if pixels.is_empty() {
            return Err(DataError::Empty);
        }
        Ok(Images { size: [height, width], pixels, classes })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }
}

/// The lengths of an IDX file's dimensions, and its bytes.
fn idx<const D: usize>(
    what: &'static str,
    file: &[u8],
) -> Result<([usize; D], Vec<u8>), DataError> {
    let mut bytes = unpacked(what, file)?;
    let header = 4 + 4 * D;
    let dimensions = u8::try_from(D).unwrap_or(u8::MAX);
    if bytes.len() < header || bytes[..3] != MAGIC || bytes[3] != dimensions {
        return Err(DataError::Form(what, dimensions));
    }
    let lengths: [usize; D] = std::array::from_fn(|axis| {
        let at = 4 + 4 * axis;
        bytes[at..at + 4].iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
    });
    let expected = lengths.iter().fold(1u64, |all, length| all.saturating_mul(*length as u64));
    let found = (bytes.len() - header) as u64;
    if expected != found {
        return Err(DataError::Length { what, expected, found });
    }
    Ok((lengths, bytes.split_off(header)))
}

fn unpacked(what: &'static str, file: &[u8]) -> Result<Vec<u8>, DataError> {
    if !file.starts_with(&[0x1f, 0x8b]) {
        return Ok(file.to_vec());
    }
    let mut bytes = Vec::new();
    let read = GzDecoder::new(file).take(MAX_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| DataError::Packed(what, error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subset_is_balanced() {
        let data = DataSet::fashion_mnist().expect("the subset");
        assert_eq!((data.training.len(), data.testing.len()), (2000, 2000));
        assert_eq!(data.training.size, [28, 28]);
        for class in 0..10 {
            let of_class = |images: &Images| {
                let classes = images.classes.iter().copied();
                classes.map(|own| usize::from(own == class)).sum::<usize>()
            };
            assert_eq!((of_class(&data.training), of_class(&data.testing)), (200, 200));
        }
    }

    #[test]
    fn damaged_files_are_errors() {
        let image = [&[0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2][..], &[1, 2, 3, 4]].concat();
        let label = [0, 0, 8, 1, 0, 0, 0, 1, 7];
        assert!(DataSet::from_idx("one", [&image, &label, &image, &label]).is_ok());
        let short = &image[..18];
        let huge = [&[0, 0, 8, 3][..], &[0xff; 12], &[1]].concat();
        let none = [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2];
        for bad in [&b""[..], b"\x1f\x8bgarbage", &label, short, &huge, &none] {
            assert!(DataSet::from_idx("bad", [bad, &label, &image, &label]).is_err());
        }
        let two = [0, 0, 8, 1, 0, 0, 0, 2, 7, 7];
        let pairs = Err(DataError::Pairs { images: 1, labels: 2 });
        assert_eq!(DataSet::from_idx("bad", [&image, &two, &image, &label]).map(|_| ()), pairs);
    }
}
