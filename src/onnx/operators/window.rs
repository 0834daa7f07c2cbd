//! Windows that convolutions and pools move over maps of any number of axes.

use crate::counting::layer::{Padding, Setting, Settings, Window as Area};
use crate::onnx::operators::call::Call;
use crate::onnx::value::{checked, elements, sizes};

/// Maximum kernel side, stride, dilation or padding.
const MAX_LENGTH: u64 = 1 << 32;

/// A window over the axes after batch and channels.
pub(crate) struct Window {
    kernel: Vec<u64>,
    strides: Vec<u64>,
    dilations: Vec<u64>,
    /// Padding before and after each axis.
    pads: Vec<(u64, u64)>,
    is_same: bool,
    is_ceil: bool,
}

impl Window {
    pub(crate) fn of(call: &Call, kernel: Vec<u64>) -> Result<Self, String> {
        let axes = kernel.len();
        let row = |name: &str| -> Result<Vec<u64>, String> {
            let row = call.sizes(name)?.unwrap_or_else(|| vec![1; axes]);
            if row.len() == axes && !row.contains(&0) {
                return Ok(row);
            }
            Err(format!("{name} must be {axes} sizes above 0, found {row:?}"))
        };
        let (strides, dilations) = (row("strides")?, row("dilations")?);
        if kernel.contains(&0) {
            return Err("the kernel has a side of 0".into());
        }
        let is_same = match call.text("auto_pad") {
            None | Some("NOTSET" | "VALID") => false,
            Some("SAME_UPPER" | "SAME_LOWER") => true,
            Some(other) => {
                return Err(format!(
                    "auto_pad `{other}` is not one of NOTSET, SAME_UPPER, SAME_LOWER and VALID"
                ));
            }
        };
        let pads = call.ints("pads").filter(|_| call.text("auto_pad") != Some("VALID"));
        let pads = pads.map_or_else(|| Ok(vec![0; 2 * axes]), sizes)?;
        if pads.len() != 2 * axes {
            return Err(format!("pads must be {} sizes, found {pads:?}", 2 * axes));
        }
        let longest = [&kernel, &strides, &dilations, &pads].into_iter().flatten().max();
        if let Some(length) = longest.filter(|length| **length > MAX_LENGTH) {
            return Err(format!(
                "a kernel, stride, dilation or pad is {length}; at most {MAX_LENGTH} is allowed"
            ));
        }
        let (before, after) = pads.split_at(axes);
        let pads = before.iter().copied().zip(after.iter().copied()).collect();
        let is_ceil = call.int("ceil_mode") == Some(1);
        Ok(Window { kernel, strides, dilations, pads, is_same, is_ceil })
    }

    /// A window with the same number of elements, which is all that a layer's cost depends on.
    pub(crate) fn area(&self) -> Result<Area, String> {
        checked(self.kernel.clone()).map(|kernel| area(elements(&kernel)))
    }

    /// The window as it is set; padding that differs at the two ends has the beginnings of all axes and then the ends.
    pub(crate) fn settings(&self) -> Settings {
        let (before, after): (Vec<u64>, Vec<u64>) = self.pads.iter().copied().unzip();
        let padding = if self.is_same {
            Setting::word("same")
        } else if before == after {
            Setting::Sides(before)
        } else {
            Setting::Sides([before, after].concat())
        };
        let own = [
            ("kernel", Setting::Sides(self.kernel.clone())),
            ("stride", Setting::Sides(self.strides.clone())),
            ("padding", padding),
            ("dilation", Setting::Sides(self.dilations.clone())),
        ];
        Settings::new(own.into_iter().chain(self.is_ceil.then_some(("ceil", Setting::Flag(true)))))
    }

    /// The axes of the output map.
    pub(crate) fn output(&self, map: &[u64]) -> Result<Vec<u64>, String> {
        self.along(map, |axis, size| {
            let stride = self.strides[axis];
            if self.is_same {
                return Ok(size.div_ceil(stride));
            }
            let (before, after) = self.pads[axis];
            let padded = size.saturating_add(before).saturating_add(after);
            let extent = self.extent(axis);
            let room = padded.checked_sub(extent).ok_or_else(|| {
                format!("the kernel covers {extent} pixels, but the padded input has only {padded}")
            })?;
            let windows = if self.is_ceil { room.div_ceil(stride) } else { room / stride } + 1;
            // A last window that would start in the padding after the map is left out.
            let start = (windows - 1).saturating_mul(stride);
            let is_beyond = self.is_ceil && start >= size.saturating_add(before);
            Ok(windows - u64::from(is_beyond))
        })
    }

    /// The axes of a transposed convolution's output map; `extra` pixels are added at the end of each.
    pub(crate) fn transposed(&self, map: &[u64], extra: &[i64]) -> Result<Vec<u64>, String> {
        self.along(map, |axis, size| {
            let stride = self.strides[axis];
            if self.is_same {
                return Ok(size.saturating_mul(stride));
            }
            let (before, after) = self.pads[axis];
            let extra = extra.get(axis).copied().unwrap_or(0);
            let spread = size.saturating_sub(1).saturating_mul(stride);
            let full = spread.saturating_add(self.extent(axis)).saturating_add_signed(extra);
            let padding = before.saturating_add(after);
            full.checked_sub(padding).filter(|left| *left > 0).ok_or_else(|| {
                format!("{padding} pixels of padding crop the whole output of {full}")
            })
        })
    }

    fn along(
        &self,
        map: &[u64],
        size: impl Fn(usize, u64) -> Result<u64, String>,
    ) -> Result<Vec<u64>, String> {
        if map.len() != self.kernel.len() {
            let (kernel, map) = (self.kernel.len(), map.len());
            return Err(format!("a kernel of {kernel} axes does not fit a map of {map}"));
        }
        map.iter().enumerate().map(|(axis, length)| size(axis, *length)).collect()
    }

    /// Pixels that the kernel covers along an axis.
    fn extent(&self, axis: usize) -> u64 {
        let gaps = self.kernel[axis].saturating_sub(1);
        self.dilations[axis].saturating_mul(gaps).saturating_add(1)
    }
}

/// A window of this many elements in one row.
pub(crate) fn area(elements: u64) -> Area {
    let (stride, dilation) = ([1; 2], [1; 2]);
    Area { kernel: [elements, 1], stride, dilation, padding: Padding::Fixed([0; 2]), ceil: false }
}
