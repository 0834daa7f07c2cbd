//! How layers change a side of a map: its height or its width, in pixels.

use thiserror::Error;

use crate::counting::whole::whole_number;

/// A change of one side. It is data, so that a side can be computed again for another map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resize {
    /// As many pixels as windows fit, for a convolution or a pool.
    Windows(Windows),
    /// As many pixels as windows cover when each pixel becomes one, for a transposed convolution.
    Spread {
        /// The windows.
        windows: Windows,
        /// Pixels added at the end.
        output_padding: u64,
    },
    /// Up to the next multiple of this many pixels.
    Multiple(u64),
    /// The side over this number, which must divide it.
    Part(u64),
    /// ⌊side × factor⌋, as PyTorch rounds.
    Factor(f64),
}

/// Windows along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// The window's size.
    pub kernel: u64,
    /// The step between windows.
    pub stride: u64,
    /// The distance between the window's elements; 1 is a dense window.
    pub dilation: u64,
    /// Pixels of padding at each end; `None` is as much as makes the output ⌈side / stride⌉.
    pub padding: Option<u64>,
    /// Whether a last window may hang over the edge (PyTorch's `ceil_mode`).
    pub ceil: bool,
}

/// Why a side cannot be changed so.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SideError {
    /// A kernel, stride or dilation of zero.
    #[error("kernel, stride and dilation must be at least 1")]
    EmptyWindow,
    /// A window that does not fit once into the padded map.
    #[error(
        "the kernel covers {window} pixels, but its input has only {input}, with {padding} of padding on each side"
    )]
    WindowTooLarge {
        /// Pixels that the window covers along one axis.
        window: u64,
        /// Pixels of the map.
        input: u64,
        /// Pixels of padding on each side.
        padding: u64,
    },
    /// An output padding that is not less than the stride or the dilation, whichever is larger.
    #[error("`output_padding` must be less than the stride or the dilation, whichever is larger")]
    OutputPadding,
    /// A side that a number does not divide.
    #[error("{divisor} does not divide {side} pixels")]
    Remainder {
        /// The side in pixels.
        side: u64,
        /// The number.
        divisor: u64,
    },
    /// A side of 2^53 pixels or more.
    #[error("the map is too large: a side reaches 2^53 pixels")]
    TooLarge,
    /// A size of zero.
    #[error("{0} must be at least 1")]
    Zero(&'static str),
}

impl Resize {
    /// Whether every side of at least one pixel stays as it is.
    #[must_use]
    pub fn keeps_sides(self) -> bool {
        match self {
            Resize::Windows(windows) => windows.check().is_ok() && windows.keep_sides(),
            Resize::Multiple(cell) | Resize::Part(cell) => cell == 1,
            Resize::Spread { .. } | Resize::Factor(_) => false,
        }
    }

    /// The side of the output, from that of the input.
    pub fn apply(self, side: u64) -> Result<u64, SideError> {
        match self {
            Resize::Windows(windows) => windows.fitting(side),
            Resize::Spread { windows, output_padding } => windows.spread(side, output_padding),
            Resize::Multiple(0) => Err(SideError::Zero("the multiple to pad to")),
            Resize::Multiple(cell) => {
                side.checked_next_multiple_of(cell).ok_or(SideError::TooLarge)
            }
            Resize::Part(divisor) => match side.checked_rem(divisor) {
                Some(0) => Ok(side / divisor),
                _ => Err(SideError::Remainder { side, divisor }),
            },
            Resize::Factor(factor) => match whole_number((side as f64 * factor).floor()) {
                Some(0) => Err(SideError::Zero("the size to upsample to")),
                side => side.ok_or(SideError::TooLarge),
            },
        }
    }
}

impl Windows {
    /// The pixels that a window covers, including its gaps.
    #[must_use]
    pub fn reach(self) -> u64 {
        self.dilation.saturating_mul(self.kernel.saturating_sub(1)).saturating_add(1)
    }

    /// Whether as many windows fit as there are pixels, whatever their number.
    fn keep_sides(self) -> bool {
        let both = |padding: u64| u32::try_from(padding).map(|padding| 2 * u64::from(padding));
        let is_half = |padding| both(padding).is_ok_and(|both| both == self.reach() - 1);
        self.stride == 1 && self.padding.is_none_or(|padding| !self.ceil && is_half(padding))
    }

    fn check(self) -> Result<(), SideError> {
        let is_empty = self.kernel == 0 || self.stride == 0 || self.dilation == 0;
        if is_empty { Err(SideError::EmptyWindow) } else { Ok(()) }
    }

    fn fitting(self, input: u64) -> Result<u64, SideError> {
        self.check()?;
        let Some(padding) = self.padding else { return Ok(input.div_ceil(self.stride)) };
        let (stride, reach) = (self.stride, self.reach());
        let padded = padding.saturating_mul(2).saturating_add(input);
        let overhang = if self.ceil { stride - 1 } else { 0 };
        let room = padded.saturating_add(overhang).checked_sub(reach);
        let error = SideError::WindowTooLarge { window: reach, input, padding };
        let windows = room.ok_or(error)? / stride + 1;
        // PyTorch drops a last window that would start in the padding after the map.
        let beyond =
            self.ceil && (windows - 1).saturating_mul(stride) >= input.saturating_add(padding);
        Ok(if beyond { windows - 1 } else { windows })
    }

    fn spread(self, input: u64, output_padding: u64) -> Result<u64, SideError> {
        self.check()?;
        if output_padding >= self.stride.max(self.dilation) {
            return Err(SideError::OutputPadding);
        }
        let Some(padding) = self.padding else {
            return Ok(input.saturating_mul(self.stride).saturating_add(output_padding));
        };
        let spread = input.saturating_sub(1).saturating_mul(self.stride);
        let full = spread.saturating_add(self.reach()).saturating_add(output_padding);
        let side = full.checked_sub(padding.saturating_mul(2)).filter(|side| *side > 0);
        side.ok_or(SideError::Zero("the side of the output"))
    }
}
