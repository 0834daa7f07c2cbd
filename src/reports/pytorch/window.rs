//! Convolutions, and the windows of convolutions and pools.

use crate::counting::layer::{Conv, Layer, LayerKind, Padding, Pool, TransposedConv, Window};
use crate::error::Diagnostic;
use crate::reports::pytorch::additions::Addition;
use crate::reports::pytorch::body::{Body, State};
use crate::reports::pytorch::code::Code;
use crate::reports::pytorch::place::{Layered, Place, Written, flag, paired};

impl<'t, 'f> Body<'_, 't, 'f> {
    pub(super) fn convolution(
        &mut self,
        kind: LayerKind,
        place: &Place<'_, 't, 'f>,
        state: &mut State,
    ) -> Layered {
        let (key, class) = match kind {
            LayerKind::TransposedConv => ("transposed_conv", "nn.ConvTranspose2d"),
            _ => ("conv", "nn.Conv2d"),
        };
        let output = place.count(key)?;
        let mut arguments = vec![Code::text(&place.channels), Code::text(&output)];
        state.channels = output;
        let pads_one_side = place.layers.iter().any(|layer| needs_one_sided_padding(layer));
        if pads_one_side {
            self.program.additions.insert(Addition::SameConv2d);
            arguments.extend(place.window("1", None)?);
        } else {
            arguments.extend(place.window("1", Some(place.padding()?))?);
        }
        if kind == LayerKind::TransposedConv {
            if place.key("padding").is_none() {
                return Err(
                    place.refused("PyTorch has no transposed convolution with SAME padding")
                );
            }
            let padding = paired(place.pair("output_padding")?);
            arguments.extend(flag("output_padding", &padding, "0"));
        }
        arguments.extend(flag("groups", &place.count("groups")?, "1"));
        arguments.extend(flag("bias", &place.value("bias")?, "True"));
        let class = if pads_one_side { "SameConv2d" } else { class };
        Ok(Written::module("conv", class, arguments))
    }
}

/// Whether PyTorch has no padding for it: what is missing is on one side, and may change with the map.
fn needs_one_sided_padding(layer: &Layer) -> bool {
    let Layer::Conv(Conv { window, padded_copy, .. }) = layer else { return false };
    let is_same = window.padding == Padding::Same;
    let is_even = (0..2).any(|axis| window.kernel[axis].is_multiple_of(2));
    is_same && (*padded_copy || is_even)
}

fn window_of(layer: &Layer) -> Option<&Window> {
    match layer {
        Layer::Conv(conv) | Layer::TransposedConv(TransposedConv { conv, .. }) => {
            Some(&conv.window)
        }
        Layer::Pool(Pool { window, .. }) => Some(window),
        _ => None,
    }
}

impl Place<'_, '_, '_> {
    /// Kernel, stride, padding and dilation of a window, where PyTorch's own stride is `stride` if none is given.
    pub(super) fn window(
        &self,
        stride: &str,
        padding: Option<String>,
    ) -> Result<Vec<Code>, Diagnostic> {
        let mut codes = vec![Code::text(paired(self.pair("kernel")?))];
        codes.extend(flag("stride", &paired(self.pair("stride")?), stride));
        codes.extend(padding.and_then(|padding| flag("padding", &padding, "0")));
        codes.extend(flag("dilation", &paired(self.pair("dilation")?), "1"));
        Ok(codes)
    }

    /// The padding of a window.
    pub(super) fn padding(&self) -> Result<String, Diagnostic> {
        match self.same(|layer| window_of(layer).map(|one| one.padding == Padding::Same)) {
            Some(Some(true)) => self.same_padding(),
            Some(Some(false)) => Ok(paired(self.pair("padding")?)),
            _ => Err(self.refused("its padding differs between calls of the block")),
        }
    }

    /// The padding on both sides that gives ⌈side / stride⌉, for odd kernels: half of what they reach beyond a pixel.
    fn same_padding(&self) -> Result<String, Diagnostic> {
        let windows = || self.layers.iter().filter_map(|layer| window_of(layer));
        let (kernel, dilation) = (self.pair("kernel")?, self.pair("dilation")?);
        if windows().any(|window| window.kernel.iter().any(|side| side.is_multiple_of(2))) {
            return self.no_padding();
        }
        let side = |axis: usize| match (kernel[axis].parse::<u64>(), dilation[axis].parse::<u64>())
        {
            (Ok(kernel), Ok(dilation)) => (dilation * (kernel - 1) / 2).to_string(),
            (Err(_), Ok(1)) => format!("{} // 2", factor(&kernel[axis])),
            _ => format!("{} * ({} // 2)", factor(&dilation[axis]), factor(&kernel[axis])),
        };
        Ok(paired([side(0), side(1)]))
    }

    /// No padding, if the windows divide the maps evenly without any.
    fn no_padding(&self) -> Result<String, Diagnostic> {
        let fits = self.reached.iter().zip(&self.layers).all(|((_, visit), layer)| {
            let sides = [visit.input.height, visit.input.width];
            window_of(layer).is_some_and(|window| {
                (0..2).all(|axis| {
                    let (kernel, stride) = (window.kernel[axis], window.stride[axis]);
                    kernel == stride && sides[axis].is_multiple_of(stride)
                })
            })
        });
        if fits {
            Ok("0".into())
        } else {
            Err(self.refused("its padding would be on one side only"))
        }
    }
}

fn factor(text: &str) -> String {
    if text.contains(' ') { format!("({text})") } else { text.into() }
}
