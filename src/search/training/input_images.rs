//! Images resized to a network's input, with standardised values.

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::search::training::data::Images;

/// Greyscale images of one size, row by row, image by image.
pub(super) struct InputImages {
    /// Height and width, in pixels.
    size: [usize; 2],
    values: Vec<f32>,
}

impl InputImages {
    /// Resizes images to a height and width in pixels, with a triangle filter. `None` if the size is too large or 0.
    pub(super) fn resized(images: &Images, size: [usize; 2]) -> Option<InputImages> {
        let area = images.size[0] * images.size[1];
        let count = images.len().checked_mul(size[0])?.checked_mul(size[1])?;
        let mut values = Vec::new();
        values.try_reserve_exact(count).ok()?;
        let mut resizer = Resizer::new();
        for image in images.pixels.chunks_exact(area) {
            let image = resized(&mut resizer, image, images.size, size)?;
            values.extend(image.iter().map(|grey| f32::from(*grey)));
        }
        Some(InputImages { size, values })
    }

    /// Mean and standard deviation of all values.
    #[allow(clippy::cast_possible_truncation)] // grey values from 0 to 255
    pub(super) fn mean_and_deviation(&self) -> [f32; 2] {
        let count = self.values.len() as f64;
        let mean = self.values.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
        let squares = self.values.iter().map(|value| (f64::from(*value) - mean).powi(2));
        [mean as f32, (squares.sum::<f64>() / count).sqrt().max(1e-6) as f32]
    }

    /// Subtracts the mean and divides by the standard deviation.
    pub(super) fn standardised(mut self, [mean, deviation]: [f32; 2]) -> InputImages {
        self.values.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
        self
    }

    /// The values of some images, `[image, channel, row, column]`; all channels are equal.
    pub(super) fn batch(&self, images: &[usize], channels: usize) -> Vec<f32> {
        let area = self.size[0] * self.size[1];
        let mut values = Vec::with_capacity(images.len() * channels * area);
        for image in images {
            let pixels = self.values.get(image * area..(image + 1) * area).unwrap_or_default();
            (0..channels).for_each(|_| values.extend_from_slice(pixels));
        }
        values
    }
}

fn resized(
    resizer: &mut Resizer,
    image: &[u8],
    from: [usize; 2],
    to: [usize; 2],
) -> Option<Vec<u8>> {
    if from == to {
        return Some(image.to_vec());
    }
    let [from, to] = [from, to].map(|size| size.map(|side| u32::try_from(side).ok()));
    let source = Image::from_vec_u8(from[1]?, from[0]?, image.to_vec(), PixelType::U8).ok()?;
    let mut target = Image::new(to[1]?, to[0]?, PixelType::U8);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    resizer.resize(&source, &mut target, &options).ok()?;
    Some(target.into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images() -> Images {
        Images {
            size: [2, 2],
            pixels: vec![0, 0, 200, 200, 100, 100, 100, 100],
            classes: vec![0, 1],
        }
    }

    #[test]
    fn resizing_keeps_the_mean_and_the_order() {
        let unchanged = InputImages::resized(&images(), [2, 2]).expect("a size");
        assert_eq!(unchanged.values[..4], [0.0, 0.0, 200.0, 200.0]);
        let one = InputImages::resized(&images(), [1, 1]).expect("a size");
        assert_eq!(one.values, [100.0, 100.0]);
        let large = InputImages::resized(&images(), [5, 3]).expect("a size");
        assert_eq!((large.values[0], large.values[14]), (0.0, 200.0));
        assert!((large.mean_and_deviation()[0] - 100.0).abs() < 1.0);
    }

    #[test]
    fn standardised_values_have_mean_0_and_channels_repeat() {
        let pixels = InputImages::resized(&images(), [2, 2]).expect("a size");
        let statistics = pixels.mean_and_deviation();
        let pixels = pixels.standardised(statistics);
        let [mean, deviation] = pixels.mean_and_deviation();
        assert!(mean.abs() < 1e-6 && (deviation - 1.0).abs() < 1e-5);
        let batch = pixels.batch(&[1, 0], 3);
        assert_eq!(batch.len(), 24);
        assert_eq!(batch[12..16], batch[20..24]);
    }
}
