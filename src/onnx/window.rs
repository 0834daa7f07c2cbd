//! Windows over maps of any number of axes: what convolutions and pools leave of them.

use crate::onnx::call::{Call, whole};
use crate::onnx::value::checked;

/// A longer kernel, stride, dilation or padding is a mistake.
const MAX_LENGTH: u64 = 1 << 32;

/// A window over the axes behind batch and channels.
pub(super) struct Window {
    kernel: Vec<u64>,
    strides: Vec<u64>,
    dilations: Vec<u64>,
    /// Before and behind each axis.
    pads: Vec<(u64, u64)>,
    is_same: bool,
    is_ceil: bool,
}

impl Window {
    /// The window of a node over so many axes.
    pub(super) fn of(call: &Call, kernel: Vec<u64>) -> Result<Self, String> {
        let axes = kernel.len();
        let row = |name: &str| -> Result<Vec<u64>, String> {
            let Some(values) = call.ints(name) else { return Ok(vec![1; axes]) };
            let values = values.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?;
            let is_usable = values.len() == axes && !values.contains(&0);
            is_usable.then_some(values).ok_or_else(|| format!("its {name} do not fit {axes} axes"))
        };
        let (strides, dilations) = (row("strides")?, row("dilations")?);
        if kernel.contains(&0) {
            return Err("its kernel has no elements".into());
        }
        let own = call.ints("pads").filter(|_| call.text("auto_pad") != Some("VALID"));
        let pads = own.unwrap_or_else(|| vec![0; 2 * axes]);
        let pads = pads.into_iter().map(whole).collect::<Result<Vec<_>, _>>()?;
        if pads.len() != 2 * axes {
            return Err(format!("its pads do not fit {axes} axes"));
        }
        let longest = [&kernel, &strides, &dilations, &pads].into_iter().flatten().max();
        if let Some(length) = longest.filter(|length| **length > MAX_LENGTH) {
            return Err(format!("{length} is too much for a window"));
        }
        let (before, behind) = pads.split_at(axes);
        let is_same = match call.text("auto_pad") {
            None | Some("NOTSET" | "VALID") => false,
            Some("SAME_UPPER" | "SAME_LOWER") => true,
            Some(other) => return Err(format!("there is no auto_pad {other}")),
        };
        Ok(Window {
            kernel,
            strides,
            dilations,
            pads: before.iter().copied().zip(behind.iter().copied()).collect(),
            is_same,
            is_ceil: call.int("ceil_mode") == Some(1),
        })
    }

    /// How many elements it has.
    pub(super) fn area(&self) -> Result<u64, String> {
        checked(self.kernel.clone()).map(|kernel| kernel.iter().product())
    }

    /// What it leaves of the axes of a map.
    pub(super) fn output(&self, map: &[u64]) -> Result<Vec<u64>, String> {
        if map.len() != self.kernel.len() {
            return Err(format!(
                "a window of {} axes on a map of {}",
                self.kernel.len(),
                map.len()
            ));
        }
        map.iter().enumerate().map(|(axis, size)| self.along(axis, *size)).collect()
    }

    /// What its transpose makes of the axes of a map; `extra` stands behind each.
    pub(super) fn transposed(&self, map: &[u64], extra: &[i64]) -> Result<Vec<u64>, String> {
        if map.len() != self.kernel.len() {
            return Err(format!(
                "a window of {} axes on a map of {}",
                self.kernel.len(),
                map.len()
            ));
        }
        let along = |(axis, size): (usize, &u64)| {
            let (before, behind) = self.pads[axis];
            let stride = self.strides[axis];
            if self.is_same {
                return size
                    .checked_mul(stride)
                    .ok_or_else(|| "its output is too large".to_string());
            }
            let extra = extra.get(axis).copied().unwrap_or(0);
            let spread = size.saturating_sub(1).saturating_mul(stride);
            let full = spread.saturating_add(self.reach(axis)).saturating_add_signed(extra);
            let left = full.checked_sub(before.saturating_add(behind)).filter(|left| *left > 0);
            left.ok_or_else(|| "its padding takes all of its output".to_string())
        };
        map.iter().enumerate().map(along).collect()
    }

    fn reach(&self, axis: usize) -> u64 {
        let gaps = self.kernel[axis].saturating_sub(1);
        self.dilations[axis].saturating_mul(gaps).saturating_add(1)
    }

    fn along(&self, axis: usize, size: u64) -> Result<u64, String> {
        let stride = self.strides[axis];
        if self.is_same {
            return Ok(size.div_ceil(stride));
        }
        let (before, behind) = self.pads[axis];
        let padded = size.saturating_add(before).saturating_add(behind);
        let reach = self.reach(axis);
        let room = padded.checked_sub(reach).ok_or_else(|| {
            format!("its kernel reaches over {reach} elements, and its padded input has {padded}")
        })?;
        let windows = if self.is_ceil { room.div_ceil(stride) } else { room / stride } + 1;
        // A last window that would start behind the map and its front padding is left out.
        let is_beyond =
            self.is_ceil && (windows - 1).saturating_mul(stride) >= size.saturating_add(before);
        Ok(if is_beyond { windows - 1 } else { windows })
    }
}
