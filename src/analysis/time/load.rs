//! What the layers of a network ask of a device, for one batch.

use crate::analysis::time::training::Passes;
use crate::counting::kernels::{self, Kernel};
use crate::counting::network::Network;
use crate::families::device::Mode;

/// What a layer asks of a device for one batch, all its repeats together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// FLOPs: 2 × multiply-adds.
    pub flops: f64,
    /// Whether its arithmetic is not a product of matrices: a depthwise convolution.
    pub is_vector: bool,
    /// Bytes read and written.
    pub bytes: f64,
    /// How often a kernel is launched for it; 0 if it runs within the layer before it.
    pub launches: f64,
}

/// Every layer with its load.
#[must_use]
pub fn loads(network: &Network, mode: Mode, batch: u32) -> Vec<(Kernel<'_>, Load)> {
    let kernels = kernels::of(network);
    let is_fused = is_fused(&kernels, mode);
    let first = kernels.iter().position(|kernel| kernel.product.is_some());
    let loads = kernels.into_iter().zip(is_fused).enumerate().map(|(index, (kernel, is_fused))| {
        let forward = forward(&kernel, is_fused, mode, batch);
        if !mode.training {
            return (kernel, forward);
        }
        let passes = Passes::of(kernel.work, first == Some(index));
        let load = passes.load(&forward, kernel.stored as f64 * kernel.times as f64);
        (kernel, load)
    });
    loads.collect()
}

/// Which kernels run within the one before them: both are elementwise.
fn is_fused(kernels: &[Kernel], mode: Mode) -> Vec<bool> {
    let follows = |(before, kernel): (&Kernel, &Kernel)| {
        mode.compiled && before.is_elementwise && kernel.fusion.is_some()
    };
    let later = kernels.iter().zip(kernels.iter().skip(1)).map(follows);
    std::iter::once(false).chain(later).collect()
}

fn forward(kernel: &Kernel, is_fused: bool, mode: Mode, batch: u32) -> Load {
    let (times, images) = (kernel.times as f64, f64::from(batch));
    let saved = kernel.fusion.filter(|_| is_fused).map_or(0, |fusion| fusion.read + fusion.written);
    let moved = kernel.read.saturating_add(kernel.written).saturating_sub(saved);
    let moved = moved as f64 * images + kernel.stored as f64;
    Load {
        flops: 2.0 * kernel.macs as f64 * images * times,
        is_vector: kernel.product.is_some_and(|product| product.is_depthwise),
        bytes: moved * mode.dtype.bytes() as f64 * times,
        launches: if is_fused { 0.0 } else { times },
    }
}
