//! The window that a convolution or a pool slides over a map, and the size of its output.

use crate::counting::layer::step::{Key, KeyKind, Values};
use crate::counting::layer::{Setting, Settings, ShapeError};
use crate::counting::scalar::Scalar;
use crate::counting::shape::Shape;
use crate::counting::side::{Resize, SideError, Windows};

/// A sliding window. All pairs are (rows, columns).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The window's size.
    pub kernel: [u64; 2],
    /// The step between windows.
    pub stride: [u64; 2],
    /// The distance between the window's elements; 1 is a dense window.
    pub dilation: [u64; 2],
    /// The padding around the map.
    pub padding: Padding,
    /// Whether a last window may hang over the edge (PyTorch's `ceil_mode`).
    pub ceil: bool,
}

/// The padding around a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// As much as makes the output ⌈input / stride⌉.
    Same,
    /// This many rows above and below, and columns left and right.
    Fixed([u64; 2]),
}

impl Window {
    /// The keys of a window in a step.
    pub(super) const KEYS: [Key; 4] = Window::keys_with(&[]);

    /// The same keys, which apply only with these words of the step's first key.
    pub(super) const fn keys_with(words: &'static [&'static str]) -> [Key; 4] {
        [
            Key::required("kernel", KeyKind::Pair, "the kernel").or(1.0).only_with(words),
            Key::required("stride", KeyKind::Pair, "the stride").or(1.0).only_with(words),
            Key::required("dilation", KeyKind::Pair, "the dilation").or(1.0).only_with(words),
            Key::optional("padding", KeyKind::Padding, "the padding").only_with(words),
        ]
    }

    /// The window with these values of its keys. It may be larger than its map: B0 at 32 px ends on 1×1, and padding
    /// makes up for it.
    pub(super) fn from_values<S: Scalar>(values: &Values<S>) -> Result<Self, ShapeError> {
        Ok(Window {
            kernel: values.pair("kernel")?,
            stride: values.pair("stride")?,
            dilation: values.pair("dilation")?,
            padding: values.pair("padding").map_or(Padding::Same, Padding::Fixed),
            ceil: false,
        })
    }

    pub(super) fn settings(&self) -> Settings {
        let padding = match self.padding {
            Padding::Same => Setting::word("same"),
            Padding::Fixed(padding) => Setting::sides(padding),
        };
        let own = [
            ("kernel", Setting::sides(self.kernel)),
            ("stride", Setting::sides(self.stride)),
            ("padding", padding),
            ("dilation", Setting::sides(self.dilation)),
        ];
        Settings::new(own.into_iter().chain(self.ceil.then_some(("ceil", Setting::Flag(true)))))
    }

    /// The number of elements in the window.
    #[must_use]
    pub fn area(&self) -> u64 {
        self.kernel[0].saturating_mul(self.kernel[1])
    }

    /// The rows and columns under all windows of an output, padding included.
    pub(super) fn covered<S: Scalar>(&self, output: &Shape<S>) -> [u64; 2] {
        let sides = [output.height.exact(), output.width.exact()];
        [0, 1].map(|axis| {
            let steps = sides[axis].saturating_sub(1).saturating_mul(self.stride[axis]);
            steps.saturating_add(self.along(axis).reach())
        })
    }

    /// The height and width of the output; fails if the window does not fit into the padded map.
    pub fn output<S: Scalar>(&self, input: &Shape<S>) -> Result<[S; 2], SideError> {
        let height = input.height.resized(Resize::Windows(self.along(0)))?;
        let width = input.width.resized(Resize::Windows(self.along(1)))?;
        Ok([height, width])
    }

    /// The windows along the rows (0) or the columns (1).
    pub(super) fn along(&self, axis: usize) -> Windows {
        let padding = match self.padding {
            Padding::Same => None,
            Padding::Fixed(padding) => Some(padding[axis]),
        };
        let (kernel, stride, dilation) =
            (self.kernel[axis], self.stride[axis], self.dilation[axis]);
        Windows { kernel, stride, dilation, padding, ceil: self.ceil }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(input: u64, kernel: u64, stride: u64, padding: Padding, ceil: bool) -> Option<u64> {
        let window =
            Window { kernel: [kernel; 2], stride: [stride; 2], dilation: [1; 2], padding, ceil };
        let input = Shape { channels: 1, height: input, width: input };
        window.output(&input).ok().map(|[height, _]| height)
    }

    #[test]
    fn same_padding_divides_and_rounds_up() {
        assert_eq!(side(224, 3, 2, Padding::Same, false), Some(112));
        assert_eq!(side(17, 5, 2, Padding::Same, false), Some(9));
    }

    #[test]
    fn a_padded_map_may_be_smaller_than_the_window() {
        assert_eq!(side(2, 7, 1, Padding::Same, false), Some(2));
        assert_eq!(side(1, 3, 2, Padding::Same, false), Some(1));
        assert_eq!(side(2, 7, 2, Padding::Fixed([3, 3]), false), Some(1));
        assert_eq!(side(1, 7, 2, Padding::Fixed([3, 3]), false), Some(1));
        assert_eq!(side(1, 7, 2, Padding::Fixed([2, 2]), false), None);
    }

    #[test]
    fn fixed_padding_as_in_resnet_and_inception() {
        assert_eq!(side(224, 7, 2, Padding::Fixed([3, 3]), false), Some(112));
        assert_eq!(side(299, 3, 2, Padding::Fixed([0, 0]), false), Some(149));
        assert_eq!(side(5, 7, 1, Padding::Fixed([0, 0]), false), None);
    }

    #[test]
    fn ceil_mode_keeps_the_last_window_only_if_it_starts_on_the_map() {
        assert_eq!(side(54, 3, 2, Padding::Fixed([0, 0]), true), Some(27));
        assert_eq!(side(54, 3, 2, Padding::Fixed([0, 0]), false), Some(26));
        assert_eq!(side(5, 1, 4, Padding::Fixed([1, 1]), true), Some(2));
        assert_eq!(side(2, 3, 2, Padding::Fixed([0, 0]), true), Some(1));
        assert_eq!(side(1, 3, 2, Padding::Fixed([0, 0]), true), None);
    }
}
