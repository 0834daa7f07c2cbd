//! Labelled images: IDX files, the format of MNIST, and the bundled subset of Fashion-MNIST.

use std::io::Read;
use std::ops::Range;

use flate2::read::GzDecoder;

use crate::error::Error;

/// Maximum size of a decompressed file, in bytes; Fashion-MNIST's largest has 47 MB.
const MAX_BYTES: u64 = 1 << 30;

/// The first bytes of an IDX file whose elements are bytes; the number of dimensions follows.
const MAGIC: [u8; 3] = [0, 0, 8];

/// Training images and test images.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// Name for reports.
    pub name: String,
    /// The images that a network is trained on.
    pub training: Images,
    /// The images that its accuracy is measured on.
    pub test: Images,
}

/// Labelled greyscale images of one size.
#[derive(Clone, Debug)]
pub struct Images {
    /// Height and width in pixels.
    pub size: [usize; 2],
    /// Grey values from 0 to 255, row by row, image by image.
    pub pixels: Vec<u8>,
    /// The class of each image, from 0.
    pub classes: Vec<u8>,
}

impl DataSet {
    /// The bundled subset of Fashion-MNIST: 2,000 training and 2,000 test images of 28 × 28 pixels, in ten classes
    /// of equal size.
    pub fn fashion_mnist() -> Result<DataSet, Error> {
        DataSet::from_idx("Fashion-MNIST", phiscale_fashion_mnist::FILES)
    }

    /// Reads four IDX files, optionally compressed with gzip: training images and labels, test images and labels.
    pub fn from_idx(name: &str, files: [&[u8]; 4]) -> Result<DataSet, Error> {
        let [train_images, train_labels, test_images, test_labels] = files;
        let training = Images::from_idx(train_images, train_labels)?;
        let test = Images::from_idx(test_images, test_labels)?;
        Ok(DataSet { name: name.into(), training, test })
    }

    /// The first `images` training images, and with `validation` the last so many of them in place of the test images.
    pub fn split(
        mut self,
        images: Option<usize>,
        validation: Option<usize>,
    ) -> Result<DataSet, Error> {
        let all = self.training.len();
        let kept_back = validation.unwrap_or(0);
        let first = images.unwrap_or(all.saturating_sub(kept_back));
        if first == 0 || validation == Some(0) || first.saturating_add(kept_back) > all {
            return Err(Error::new(format!(
                "there are {all} training images: too few for {} to train on and {kept_back} to keep back",
                first.max(1)
            )));
        }
        if validation.is_some() {
            self.test = self.training.range(all - kept_back..all);
        }
        self.training = self.training.range(0..first);
        Ok(self)
    }

    /// Number of classes: the largest label plus 1.
    #[must_use]
    pub fn classes(&self) -> u64 {
        let labels = self.training.classes.iter().chain(&self.test.classes);
        labels.max().map_or(0, |largest| u64::from(*largest) + 1)
    }
}

impl Images {
    fn from_idx(images: &[u8], labels: &[u8]) -> Result<Images, Error> {
        let ([count, height, width], pixels) = idx("images", images)?;
        let ([labelled], classes) = idx("labels", labels)?;
        if count != labelled {
            return Err(Error::new(format!(
                "every image needs one label: {count} × image, {labelled} × label"
            )));
        }
        if pixels.is_empty() {
            return Err(Error::new("a data set needs at least one training and one test image"));
        }
        Ok(Images { size: [height, width], pixels, classes })
    }

    /// Some of the images.
    fn range(&self, images: Range<usize>) -> Images {
        let area = self.size[0] * self.size[1];
        Images {
            size: self.size,
            pixels: self.pixels[images.start * area..images.end * area].to_vec(),
            classes: self.classes[images].to_vec(),
        }
    }

    /// Number of images.
    #[must_use]
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there are no images.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }
}

/// The dimensions and the elements of an IDX file.
fn idx<const D: usize>(what: &str, file: &[u8]) -> Result<([usize; D], Vec<u8>), Error> {
    let mut bytes = decompressed(what, file)?;
    let header = 4 + 4 * D;
    if bytes.len() < header || bytes[..3] != MAGIC || usize::from(bytes[3]) != D {
        let message = format!("the {what} are not an IDX file of bytes with {D} dimensions");
        return Err(Error::new(message));
    }
    let lengths: [usize; D] = std::array::from_fn(|axis| {
        let at = 4 + 4 * axis;
        bytes[at..at + 4].iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
    });
    let expected = lengths.iter().fold(1u64, |all, length| all.saturating_mul(*length as u64));
    let found = (bytes.len() - header) as u64;
    if expected != found {
        return Err(Error::new(format!(
            "the header of the {what} announces {expected} bytes, but {found} follow"
        )));
    }
    Ok((lengths, bytes.split_off(header)))
}

fn decompressed(what: &str, file: &[u8]) -> Result<Vec<u8>, Error> {
    if !file.starts_with(&[0x1f, 0x8b]) {
        return Ok(file.to_vec());
    }
    let mut bytes = Vec::new();
    let read = GzDecoder::new(file).take(MAX_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| Error::new(format!("cannot decompress the {what}: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subset_is_balanced() {
        let data = DataSet::fashion_mnist().expect("the subset");
        assert_eq!((data.training.len(), data.test.len()), (2000, 2000));
        assert_eq!(data.training.size, [28, 28]);
        for class in 0..10 {
            let of_class = |images: &Images| {
                let classes = images.classes.iter().copied();
                classes.map(|label| usize::from(label == class)).sum::<usize>()
            };
            assert_eq!((of_class(&data.training), of_class(&data.test)), (200, 200));
        }
    }

    #[test]
    fn images_are_trained_on_or_kept_back() {
        let data = DataSet::fashion_mnist().expect("the subset");
        let (training, test) = (data.training.clone(), data.test.clone());
        let split = |images, validation| data.clone().split(images, validation);
        let some = split(Some(100), None).expect("100 images");
        assert_eq!((some.training.len(), &some.test.classes), (100, &test.classes));
        let kept = split(None, Some(500)).expect("500 kept back");
        assert_eq!(kept.training.classes, training.classes[..1500]);
        assert_eq!(kept.test.classes, training.classes[1500..]);
        assert_eq!(kept.test.pixels, training.pixels[1500 * 28 * 28..]);
        assert!(split(Some(1500), Some(500)).is_ok());
        for (images, validation) in
            [(Some(1501), Some(500)), (Some(2001), None), (None, Some(2000))]
        {
            assert!(split(images, validation).is_err(), "{images:?} {validation:?}");
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
        let error = DataSet::from_idx("bad", [&image, &two, &image, &label]).expect_err("2 labels");
        assert_eq!(error.message(), "every image needs one label: 1 × image, 2 × label");
    }
}
