//! Images at the size that a network takes, as the values it takes.

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::search::training::data::Images;

/// Images as numbers: of one channel, row by row, with mean 0 and variance 1 over the training images.
pub(super) struct Pixels {
    /// Height and width.
    size: [usize; 2],
    values: Vec<f32>,
}

impl Pixels {
    /// Images resampled to height and width (a triangle as wide as the coarser of both grids' pixels), as
    /// they are. None for a size that cannot be had.
    pub(super) fn resampled(images: &Images, size: [usize; 2]) -> Option<Pixels> {
        let area = images.size[0] * images.size[1];
        let mut values = Vec::with_capacity(images.len() * size[0] * size[1]);
        let mut tool = Resizer::new();
        for image in images.pixels.chunks_exact(area) {
            let image = resized(&mut tool, image, images.size, size)?;
            values.extend(image.iter().map(|grey| f32::from(*grey)));
        }
        Some(Pixels { size, values })
    }

    /// Mean and standard deviation of all values: grey levels, which a shorter number holds as well.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn spread(&self) -> [f32; 2] {
        let count = self.values.len() as f64;
        let mean = self.values.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
        let squares = self.values.iter().map(|value| (f64::from(*value) - mean).powi(2));
        [mean as f32, (squares.sum::<f64>() / count).sqrt().max(1e-6) as f32]
    }

    /// The same with the mean taken off and in units of the deviation.
    pub(super) fn standardised(mut self, [mean, deviation]: [f32; 2]) -> Pixels {
        self.values.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
        self
    }

    /// The values of some images, each `channels` times: image, channel, row, column.
    pub(super) fn batch(&self, images: &[usize], channels: usize) -> Vec<f32> {
        let area = self.size[0] * self.size[1];
        let mut values = Vec::with_capacity(images.len() * channels * area);
        for image in images {
            let own = self.values.get(image * area..(image + 1) * area).unwrap_or_default();
            (0..channels).for_each(|_| values.extend_from_slice(own));
        }
        values
    }
}

fn resized(tool: &mut Resizer, image: &[u8], from: [usize; 2], to: [usize; 2]) -> Option<Vec<u8>> {
    if from == to {
        return Some(image.to_vec());
    }
    let [from, to] = [from, to].map(|size| size.map(|side| u32::try_from(side).ok()));
    let source = Image::from_vec_u8(from[1]?, from[0]?, image.to_vec(), PixelType::U8).ok()?;
    let mut target = Image::new(to[1]?, to[0]?, PixelType::U8);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    tool.resize(&source, &mut target, &options).ok()?;
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
    fn resampling_keeps_the_mean_and_the_order() {
        let own = Pixels::resampled(&images(), [2, 2]).expect("a size");
        assert_eq!(own.values[..4], [0.0, 0.0, 200.0, 200.0]);
        let one = Pixels::resampled(&images(), [1, 1]).expect("a size");
        assert_eq!(one.values, [100.0, 100.0]);
        let large = Pixels::resampled(&images(), [5, 3]).expect("a size");
        assert_eq!((large.values[0], large.values[14]), (0.0, 200.0));
        assert!((large.spread()[0] - 100.0).abs() < 1.0);
    }

    #[test]
    fn standardised_values_have_no_mean_and_channels_repeat() {
        let pixels = Pixels::resampled(&images(), [2, 2]).expect("a size");
        let spread = pixels.spread();
        let pixels = pixels.standardised(spread);
        assert!(pixels.spread()[0].abs() < 1e-6 && (pixels.spread()[1] - 1.0).abs() < 1e-5);
        let batch = pixels.batch(&[1, 0], 3);
        assert_eq!(batch.len(), 24);
        assert_eq!(batch[12..16], batch[20..24]);
    }
}
